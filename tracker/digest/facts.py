"""What a digest is drawn from: everything that was known at the end of a period, gathered by somebody else. Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from tracker.model.declared import Indicator, Rule, Severity
from tracker.model.observed import KnownEvent, Observation, Status
from tracker.model.told import Drawing, Evidence, Transition
from tracker.timing import Period
from tracker.tongue import Language, say

Comparison = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A limit of a rule: `op` and `limit` fire it."""

    severity: Severity
    op: Comparison
    limit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a rule will say, and when, if nothing more is learned."""

    at: datetime
    what: str  # firing, or the word of a target
    evidence: Evidence  # the comparison that will hold then


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One rule that runs for one subject."""

    rule: Rule
    subject: str
    levels: tuple[Level, ...] = ()  # from mild to grave; of the value or the count itself, else none
    window: timedelta | None = None  # of a rule that counts
    watched: tuple[int, int] | None = None  # days of its window that were watched, and days in all
    reason: str = ""  # why it could not decide at that instant
    next: Saying | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was known of one indicator and subject at one instant."""

    value: Observation | None = None
    events: tuple[KnownEvent, ...] = ()
    named: int = 0  # texts that name the subject, for an indicator that counts them


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """An indicator for one subject, now (at the end of the period) and then (at its beginning; None: no home yet)."""

    indicator: Indicator
    subject: str
    now: Known = field(default_factory=Known)
    then: Known | None = None
    watches: tuple[Watch, ...] = ()
    drawing: Drawing | None = None  # of the way that its value took

    @property
    def key(self) -> bool:
        """Whether it always has a line: it has rules; what has none is context."""
        return bool(self.watches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A transition, and when it was written down: a daemon that was off writes late what became true before."""

    transition: Transition
    recorded_at: datetime
    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event as the end of the period knew it."""

    event: KnownEvent
    status: Status
    before: Status | None = None  # at the beginning of the period; None: not known then
    first_at: datetime  # when we learned of it
    surety: str = ""  # status, how many independent sources, best tier
    quote: str = ""
    quote_source: str = ""
    link: str = ""
    baseline: bool = False  # came with the history that somebody else wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A target that was known."""

    indicator: str
    name: str  # of the indicator
    subject: str
    lo: Decimal | None
    hi: Decimal | None
    op: Literal["eq", "approx", "ge", "le", "range", "invalid"]
    unit: str
    by: Period
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A source that did not answer (`since` None: it never did), or, with a `state`, not as it should."""

    source: str
    since: datetime | None
    why: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check by hand that is due."""

    name: str
    subject: str
    cadence: str
    since: date
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A value that was known before the period, and what became of it; `now` None: it was withdrawn."""

    was: Observation
    now: Observation | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A message that was given up in the period."""

    receiver: str
    subject: str
    reason: str
    instead: str = ""  # the receiver that has it in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What was said in the period."""

    sent: int = 0
    waiting: int = 0
    undelivered: tuple[Undelivered, ...] = ()
    judged: tuple[tuple[str, str], ...] = ()  # indicator.rule and useful, noise or wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One period of one watch."""

    watch: str
    period: Period  # its text is its name: 2026-W05
    previous: str  # name of the period before, short: W04
    noun: str = "week"
    language: Language = "en"
    zone: ZoneInfo
    at: datetime  # what was known then is told: the end of the period, or now
    so_far: bool = False  # the period has not ended
    lived: bool = True  # a pass had run by then: before that nothing was watched
    subjects: Mapping[str, str] = field(default_factory=dict)  # key to name
    names: Mapping[str, Indicator] = field(default_factory=dict)  # every declared indicator by key
    tracked: tuple[Tracked, ...] = ()
    history: tuple[Change, ...] = ()  # every transition up to then, in the order in which it was written
    happenings: tuple[Happening, ...] = ()  # every event that was known
    goals: tuple[Goal, ...] = ()
    disputed: tuple[Observation, ...] = ()
    corrections: tuple[Correction, ...] = ()
    retracted: tuple[tuple[KnownEvent, str], ...] = ()  # events of which a report was taken back, with the reason
    troubles: tuple[Trouble, ...] = ()
    unread: tuple[tuple[str, int], ...] = ()  # subject and texts that name it and report nothing
    checks: tuple[Check, ...] = ()
    baseline: int = 0  # rows of the baseline that came in
    post: Post = field(default_factory=Post)

    def fresh(self, at: datetime | None) -> bool:
        """Whether an instant of the recorded clock lies in the period."""
        return at is not None and self.period.start <= at <= self.at

    def subject(self, key: str) -> str:
        """The name of a subject."""
        return self.subjects.get(key, key)

    def label(self, indicator: str, subject: str) -> str:
        """`Valuation (StepFun)`, also of an indicator that is not declared any more."""
        known = self.names.get(indicator)
        return say("{name} ({subject})", name=known.name if known else indicator, subject=self.subject(subject))
