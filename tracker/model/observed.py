"""What is remembered: values, entries, events and their mentions. Frozen; times are aware UTC, periods half-open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from tracker.quantity import Op
from tracker.timing import Period

Kind = Literal["actual", "target", "estimate", "rumour", "denial"]
Tier = Literal["filing", "official", "press", "anonymous", "aggregator"]
Status = Literal["rumoured", "reported", "confirmed", "denied", "lapsed"]
Clock = Literal["recorded", "published"]

#: Weakest first: the index is the rank by which contradicting claims are ordered.
TIERS: tuple[Tier, ...] = ("aggregator", "anonymous", "press", "official", "filing")

#: How long a rumour lives without a second word.
RUMOUR_LIFE = timedelta(days=120)

#: The label of an event that is the end of something: of a contract, of a partnership.
ENDS = ("ends", "yes")

#: What the rules see of an event's status.
KIND_OF_STATUS: Mapping[str, Kind] = {
    "rumoured": "rumour",
    "reported": "actual",
    "confirmed": "actual",
    "denied": "denial",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What one line of numbers is about. Another edition or another unit is another series."""

    subject: str
    indicator: str
    unit: str
    labels: tuple[tuple[str, str], ...] = ()  # sorted by name
    edition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One value said of one series for one period. `lo`/`hi` None = unbounded; op `invalid` keeps what was no number.

    `seq`, `recorded_at`, `hidden_*` and `reason` are set by the store; a new observation leaves them at their defaults.
    """

    series: Series
    occurred: Period
    lo: Decimal | None
    hi: Decimal | None
    op: Op
    kind: Kind = "actual"
    by: Period | None = None  # due date of a target; `by.end` is the end of its day
    tier: Tier = "press"
    confidence: float = 1.0
    source: str = "hand"  # name of the source in the YAML, `hand`, or `import`
    citation: str = ""  # who says it, in words ("StepFun analysis, section 2.2")
    url: str = ""
    entry: int | None = None
    quote: str = ""
    span: tuple[int, int] | None = None  # code points in the entry's text
    extractor: str = ""  # name@version, "" for values that were not extracted
    published_at: datetime
    supersedes: int | None = None  # seq of the row that this one corrects
    batch: str = ""
    note: str = ""
    declaration: str = ""  # hash of the declaration that made this row
    seq: int = 0
    recorded_at: datetime | None = None
    period_end: datetime | None = None  # end of the period as named, where the store cut occurred.end at published_at
    hidden_recorded: datetime | None = None  # from when it is superseded or withdrawn, recorded clock
    hidden_published: datetime | None = None  # the same on the published clock; BEGINNING = hidden at every time
    hidden_seq: int = 0  # seq of the row that hides it
    reason: str = ""  # why it was withdrawn

    @property
    def date(self) -> tuple[datetime, datetime]:
        """The period as named: two claims of one series, date and kind contradict each other, however they were cut."""
        return self.occurred.start, self.period_end or self.occurred.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A text from one source. An edit is a new version of the same key."""

    source: str
    key: str
    title: str  # plain text
    link: str = ""
    summary: str = ""  # plain text
    language: str = ""
    published_at: datetime  # first seen where the document gives no usable date
    date_known: bool = True
    subjects: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()  # what else it is known by; not kept with it
    version: int = 1
    id: int = 0
    seq: int = 0
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A sum of money or a count that belongs to an event."""

    lo: Decimal | None
    hi: Decimal | None
    op: Op
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something dated that took place. The key is minted at the first mention and never recomputed."""

    key: str
    type: str
    subject: str
    title: str
    occurred: Period
    kind: Kind = "actual"  # estimate or target for what is only projected
    amount: Amount | None = None
    labels: tuple[tuple[str, str], ...] = ()
    people: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    role: str = ""  # role of the person who left or came
    counterparty: tuple[str, ...] = ()  # classes or subjects on the other side
    seq: int = 0
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One report of one event. `late` = history when we learned it: noted, never spoken."""

    event: str
    entry: int | None
    role: Literal["first", "echo", "confirms", "denies"]
    status: Status  # what this report claims
    why: str = ""  # what tied it to the event: same link, same title, type + subject + window
    title: str = ""
    source: str = "hand"
    citation: str = ""
    url: str = ""
    tier: Tier = "press"
    quote: str = ""
    late: bool = False
    extractor: str = ""
    published_at: datetime
    batch: str = ""
    note: str = ""
    declaration: str = ""
    seq: int = 0
    recorded_at: datetime | None = None
    hidden_recorded: datetime | None = None
    hidden_seq: int = 0  # seq of the withdrawal
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A span [start, end) in which a watcher (a source's name, or `hand`) was watching.

    A span that was filled afterwards, because a pass after a gap still reached back before it, has a seq: until its end
    nobody could know.
    """

    watcher: str
    start: datetime
    end: datetime
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one URL of a source answered last: validators byte for byte, and what must survive a 304."""

    url: str
    etag: str = ""
    last_modified: str = ""
    next_url: str = ""  # the Link rel=next of the last 200
    rows: str = ""  # JSON of the rows kept for a 304, "" for feeds
    body_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source is doing.

    `state` is never, ok, unchanged, empty, partial, stale, throttled, moved, gone, refused, schema_changed or failed.
    """

    source: str
    state: str = "never"
    last_ok: datetime | None = None
    last_try: datetime | None = None
    last_error: str | None = None  # None after a good pass
    failing_since: datetime | None = None
    failures: int = 0
    reached_back: datetime | None = None  # oldest entry of the last good document
    newest: datetime | None = None  # date of the newest entry, row or event that it ever brought
    lists_past: bool = False  # its list goes back to `reached_back` without a gap
    memory: Mapping[str, Any] = field(default_factory=dict)  # what its kind keeps from pass to pass
    note: str = ""


def fold_status(mentions: Iterable[Mention], at: datetime, clock: Clock = "recorded") -> Status:
    """The status of an event at an instant of a clock, folded from its mentions in order of learning.

    The strongest claim counts (rumoured < reported < confirmed); a denial newer than every other claim is `denied`;
    a rumour without a second word for 120 days is `lapsed`. Of the published clock only mentions that stand are given.
    """
    strength = ("rumoured", "reported", "confirmed")
    if clock == "published":  # what was public first may have been learned last
        mentions = sorted(mentions, key=lambda mention: (mention.published_at, mention.seq))
    status: Status = "rumoured"
    newest: datetime | None = None
    for mention in mentions:
        known = mention.recorded_at if clock == "recorded" else mention.published_at
        hidden = mention.hidden_recorded if clock == "recorded" else None
        if known is None or known > at or (hidden is not None and hidden <= at):
            continue
        if mention.status == "denied":
            status = "denied"
        elif newest is None or status == "denied" or strength.index(mention.status) > strength.index(status):
            status = mention.status
        newest = known if newest is None else max(newest, known)
    if status == "rumoured" and newest is not None and at - newest >= RUMOUR_LIFE:
        return "lapsed"
    return status


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEvent:
    """An event with its mentions, oldest first: what stories, rules, the digest and the page read."""

    event: Event
    mentions: tuple[Mention, ...] = field(default_factory=tuple)

    def status(self, at: datetime, clock: Clock = "recorded") -> Status:
        """The status at an instant of a clock."""
        return fold_status(self.mentions, at, clock)
