"""What is said: transitions of alerts, and the messages made of them. Frozen; times are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tracker.model.declared import Severity
from tracker.tongue import Language

State = Literal["inactive", "pending", "firing", "recovering"]
Health = Literal["ok", "nodata", "error"]
What = Literal[
    "pending", "firing", "cancelled", "resolved", "escalated", "downgraded", "nodata", "error", "data_back",
    "event", "confirmed", "late", "denied", "upcoming", "met", "missed", "unknown", "overdue", "closed",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a verdict rests on: rows of the database by seq, and the compared value as text."""

    value: str = ""  # as `record` takes it, in the indicator's unit: "45", ">=5000000000"
    unit: str = ""
    compared: str = ""  # "45 < 10", "0 of at least 1 in 365d"
    seqs: tuple[int, ...] = ()
    since: datetime | None = None  # when the condition became true in the world (a deadline that passed)
    occurred: datetime | None = None  # date of the value that was compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A change of an alert, written once. `at` is when it became true; `key` is the event's key or the target's day."""

    indicator: str
    rule: str
    subject: str
    at: datetime
    what: What
    severity: Severity
    episode: int = 0
    ordinal: int = 0  # counts the transitions of one alert from 1
    key: str = ""
    reason: str = ""
    evidence: Evidence = field(default_factory=Evidence)
    rule_hash: str = ""
    as_of: int = 0  # seq of the newest row that was known


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """Where one rule stands for one subject: the memory of the engine, nothing that a person decides."""

    indicator: str
    rule: str
    subject: str
    health: Health = "ok"
    reason: str = ""  # why the health is not ok
    memory: Mapping[str, Any] = field(default_factory=dict)  # JSON; only `rules` knows what is in it
    rule_hash: str = ""
    born: datetime | None = None  # first evaluation: from here on it exists
    evaluated_to: datetime | None = None
    watermark: int = 0  # seq of the newest row it has seen
    deadline: datetime | None = None  # when it must be looked at again even if nothing arrives
    ordinal: int = 0  # number of its transitions so far


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing that can be spoken of: a rule and a subject, and for events and targets the key."""

    id: int = 0
    indicator: str
    rule: str
    subject: str
    key: str = ""  # of an event; the day of a target (2026-12-31); "" else
    state: State = "inactive"
    word: str = ""  # the newest transition's word
    severity: Severity = "warning"
    episode: int = 0
    since: datetime | None = None  # when this episode began
    changed_at: datetime | None = None  # of the newest transition
    ordinal: int = 0  # of the newest transition
    value: str = ""
    summary: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    late: bool = False
    settled: int = 0  # ordinal up to which every receiver has heard what it should


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one delivery says of one alert to one receiver, and how far that delivery is."""

    delivery: str
    receiver: str
    alert: int
    episode: int
    ordinal: int  # of the transition that it tells
    word: str
    severity: Severity
    state: Literal["queued", "sending", "sent", "dead", "superseded"]
    created_at: datetime
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Keeps alerts quiet for a while; `rule` and `subject` None match all. It has an end, an author and a reason."""

    id: int = 0
    start: datetime
    end: datetime
    rule: str | None = None  # indicator.rule
    subject: str | None = None
    author: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """Somebody has seen an episode: repeats stop. `judgement` is useful, noise or wrong."""

    alert: int
    episode: int
    at: datetime
    judgement: str = ""
    why: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The way of a value: as SVG, as a row of letters, and in words, for whoever sees neither."""

    svg: str
    letters: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One alert in one message: every fact that the text needs, so that templates look nothing up."""

    alert: int
    thread: str  # of the episode or event: its file and its mail thread, 2026-08-19-departures.left-minimax-1
    word: str  # firing resolved update repeat flapping event confirmed denied upcoming met missed unknown overdue
    severity: Severity
    indicator: str
    indicator_name: str
    rule: str
    subject: str
    subject_name: str
    at: datetime
    headline: str  # what happened, in one sentence
    surety: str = ""  # kind or status, how many independent sources, best tier
    quote: str = ""  # in its own language
    quote_source: str = ""
    link: str = ""
    occurred: str = ""  # when it happened, as text in the watch's zone
    published: str = ""
    reached_us: str = ""
    basis: str = ""
    last_value: str = ""
    clears_when: str = ""
    speaks_next: str = ""
    answer: str = ""  # the command that acknowledges it
    since: str = ""
    reason: str = ""
    chart: str = ""  # the way of the value, as a Drawing has it
    chart_letters: str = ""
    chart_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one receiver. The id is made of what it says: a second try after a crash is the same message."""

    id: str
    receiver: str
    kind: Literal["alert", "opening", "digest", "test"]
    at: datetime
    items: tuple[Item, ...] = ()
    thread: str = ""  # of the first item: the root of the mail thread
    period: str = ""  # of a digest: 2026-W34
    watch: str = ""
    timezone: str = "UTC"
    language: Language = "en"
    brief: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of an opening brief: heading and lines
    title: str = ""  # of a digest: the week in one line, for the subject
    markdown: str = ""  # of a digest: its body, drawn once, in three forms
    text: str = ""
    html: str = ""
    images: tuple[tuple[str, str, str], ...] = ()  # of a digest: as in Rendered
    front: tuple[tuple[str, str], ...] = ()  # of a digest: more lines of front matter
    instead_of: str = ""  # of a fallback: the receiver that it was for
    undelivered: str = ""  # …and why that one does not have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as it is sent: made once, at enqueue; every retry sends the same bytes."""

    subject: str
    text: str
    html: str = ""
    markdown: str = ""
    #: Drawings that `html` names as cid:<name>, each (name, SVG, the same in letters): pictures for whoever can draw them.
    images: tuple[tuple[str, str, str], ...] = ()
    #: For the Markdown receiver: (path below alerts/, front matter and body of the new file, section to append to an existing one).
    files: tuple[tuple[str, str, str], ...] = ()
