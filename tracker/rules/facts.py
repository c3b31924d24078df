"""What a rule may see: facts with the times at which they became known and stopped being believed. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tracker.model.observed import Kind
from tracker.quantity import Op, Quantity
from tracker.timing import Period

#: True, False, or None: unknown.
Truth = bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row that a rule can rest on: an observation, a target, or one mention of an event (then `key` is set).

    `known` is when we learned it on the clock that the rule is replayed on, `hidden` when it stopped being believed.
    """

    seq: int
    known: datetime
    start: datetime  # what it speaks about, half-open; an instant has start == end
    end: datetime
    named_end: datetime | None = None  # end of the period as named, where `end` was cut at its publication
    lo: Decimal | None = None
    hi: Decimal | None = None
    op: Op = "eq"
    kind: Kind = "actual"
    unit: str = ""
    edition: str = ""
    tier: int = 0  # rank; a greater one wins over a smaller one
    published: datetime | None = None
    by: Period | None = None  # of a target
    key: str = ""
    title: str = ""
    late: bool = False
    ending: bool = (
        False  # an event that is the end of something: told only to rules that match its title, and never counted
    )
    people_declared: bool = False
    role: str = ""
    counterparty: tuple[str, ...] = ()
    hidden: datetime | None = None
    hidden_seq: int = 0
    retracted: bool = False  # hidden by a withdrawal, not by a correction
    entrant: str = ""  # of several values of one edition, date and kind the greatest counts: whose this is
    lower: bool = False  # …or the lowest

    def visible(self, at: datetime) -> bool:
        """Whether it is believed at an instant."""
        return self.known <= at and (self.hidden is None or self.hidden > at)

    @property
    def date(self) -> datetime:
        """The end of its period as named: two values with one date are one value and its revision."""
        return self.named_end or self.end

    @property
    def quantity(self) -> Quantity:
        """Its value as an interval."""
        return Quantity(lo=self.lo, hi=self.hi, op=self.op, unit=self.unit)


#: Instead of a watcher's number: what holds for all of them.
EVERYBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A gap of a watcher (its number among `spans`) of which all was read afterwards: known from its end on.

    Of EVERYBODY it is what a source lists of its own past.
    """

    watcher: int
    start: datetime
    end: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The spans in which the indicator was watched, per watcher, and those that the desk vouches for.

    Every watcher must have watched; a watcher counts from the start of its first span on, the first one (the daemon
    itself) from the beginning of time. `slack` is how long after its last span a watcher is still trusted. While a source
    that lists its own past is read (`listed`), nobody else need have watched.
    """

    spans: Sequence[tuple[Sequence[tuple[datetime, datetime]], timedelta]] = ()
    vouched: Sequence[tuple[datetime, datetime]] = ()
    filled: Sequence[Filled] = ()
    listed: Sequence[tuple[datetime, datetime]] = ()

    def covered(self, start: datetime, at: datetime) -> tuple[bool, datetime | None]:
        """Whether (start, at] was watched whole, and when that may change: the start of the newest gap's end, or the end of trust."""
        gap_end: datetime | None = None
        wake: datetime | None = None
        known = [*self.vouched, *self.listed]
        known += [(gap.start, gap.end) for gap in self.filled if gap.watcher == EVERYBODY and gap.end <= at]
        for number, (spans, slack) in enumerate(self.spans):
            trusted = [(a, b) for a, b in spans if a <= at]
            trusted += [(gap.start, gap.end) for gap in self.filled if gap.watcher == number and gap.end <= at]
            if number and not trusted:
                continue
            begin = start if number == 0 else max(start, min(a for a, _ in trusted))
            last = max((b for _, b in trusted), default=None)
            if last is not None and at < last + slack:
                trusted.append((last, last + slack))
                wake = earliest(wake, last + slack)
            gap = _newest_gap([*trusted, *known], begin, at)
            if gap is not None:
                gap_end = gap if gap_end is None else max(gap_end, gap)
        return gap_end is None, gap_end if gap_end is not None else wake


def _newest_gap(spans: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> datetime | None:
    """The end of the newest part of (start, end] that no span [a, b) covers; None when all is covered."""
    edge = start
    newest: datetime | None = None
    for a, b in sorted(spans):
        if a > end:
            break
        if a > edge:
            newest = a
        edge = max(edge, b)
    return end if edge <= end else newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything that one rule may see for one subject, in the order of learning."""

    own: Sequence[Fact] = ()
    targets: Sequence[Fact] = ()
    watched: Watched = field(default_factory=Watched)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    unit: str = ""  # of the indicator; a value in another unit is compared with nothing
    others: Mapping[str, Sequence[Fact]] = field(default_factory=dict)  # of the same indicator, by subject
    children: Mapping[str, Sequence[tuple[datetime, Truth]]] = field(default_factory=dict)  # from when on a rule holds

    def holds(self, child: str, at: datetime) -> Truth:
        """Whether another rule fires at an instant; None while it cannot tell."""
        return next((truth for since, truth in reversed(self.children[child]) if since <= at), False)

    def arrivals(self, after_seq: int, since: datetime) -> list[tuple[datetime, int]]:
        """(time, seq) of all that was learned, withdrawn or filled in after a watermark, oldest first; changes of other
        rules from an instant on, which have no number of their own."""
        found = [
            moment
            for facts in (self.own, self.targets, *self.others.values())
            for fact in facts
            for moment in ((fact.known, fact.seq), (fact.hidden, fact.hidden_seq))
            if moment[1] > after_seq
        ]
        found += [(gap.end, gap.seq) for gap in self.watched.filled if gap.seq > after_seq]
        found += [(at, after_seq) for changes in self.children.values() for at, _ in changes if at >= since]
        return sorted((at, seq) for at, seq in found if at is not None)


def unfit(value: Fact, known: Knowledge) -> str:
    """Why a value cannot be compared at all; "" when it can."""
    if value.op == "invalid":
        return f"not a number: {value.title}" if value.title else "not a number"
    if known.unit and value.unit and value.unit != known.unit:
        return f"the value is in {value.unit}, the indicator is in {known.unit}"
    return ""


def believed(facts: Iterable[Fact], at: datetime, kinds: Collection[str]) -> list[Fact]:
    """Winners per (edition, date, kind) among the visible facts, oldest date first; greatest (tier, published, seq) wins."""
    winners: dict[tuple[str, datetime, datetime, str, str], Fact] = {}
    for fact in facts:
        if fact.kind not in kinds or not fact.visible(at):
            continue
        slot = (fact.edition, fact.start, fact.date, fact.kind, fact.entrant)
        other = winners.get(slot)
        if other is None or _strength(fact) > _strength(other):
            winners[slot] = fact
    return sorted(_picked(winners.values()), key=lambda fact: (fact.end, _strength(fact)))


def _picked(winners: Iterable[Fact]) -> list[Fact]:
    """Of the entrants of one edition, date and kind the best; one without a number never is."""
    best: dict[tuple[str, datetime, datetime, str], Fact] = {}
    for fact in winners:
        slot = (fact.edition, fact.start, fact.date, fact.kind)
        if slot not in best or _standing(fact) > _standing(best[slot]):
            best[slot] = fact
    return list(best.values())


def _standing(fact: Fact) -> tuple[bool, Decimal, tuple[int, datetime, int]]:
    number = fact.hi if fact.lower else fact.lo
    if number is None:
        return False, Decimal(0), _strength(fact)
    return True, -number if fact.lower else number, _strength(fact)


def _strength(fact: Fact) -> tuple[int, datetime, int]:
    return fact.tier, fact.published or fact.known, fact.seq


def current(facts: Iterable[Fact], at: datetime, kinds: Collection[str]) -> tuple[Fact | None, datetime | None]:
    """The newest value dated at or before `at`, and when the next one that is already known comes of age."""
    ripe: Fact | None = None
    upcoming: datetime | None = None
    for fact in believed(facts, at, kinds):
        if fact.end <= at:
            ripe = fact
        elif upcoming is None:
            upcoming = fact.end
    return ripe, upcoming


def earliest(*times: datetime | None) -> datetime | None:
    """The first of some deadlines, those that are None left out."""
    return min((time for time in times if time is not None), default=None)
