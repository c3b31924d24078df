"""pace: how far a value is on its way to a dated target."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Context, Decimal, localcontext
from typing import Literal

from pydantic import Field, field_validator

from tracker import quantity, timing
from tracker.model.declared import Rule
from tracker.model.told import Evidence
from tracker.rules.conditions import Banded
from tracker.rules.facts import Fact, Knowledge, believed, current, unfit
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict, error, nodata, weigh

#: Digits while dividing. The ratio is rounded to fewer, so that what is exactly at the limit is compared as such.
_PRECISION = 60
#: Digits of the expected value as people read it.
_ROUGHLY = Context(prec=3)


class Params(Banded):
    """Actual ÷ expected at the date of the current value, on a path to the newest target: `< 0.8` is a fifth behind."""

    series: str | None = None
    """Indicator whose values are read; default its own."""
    target: str | None = None
    """Indicator whose targets count; default its own."""
    shape: Literal["linear", "exponential"] = "linear"
    """The path: as much more each day, or growing at one rate."""
    from_: str | None = Field(default=None, alias="from")
    """Start of the path, a date; default that of the first observation."""
    from_value: Decimal | None = None
    """Value at the start, in the unit of the indicator; default that of the first observation."""

    @field_validator("from_", mode="before")
    @classmethod
    def _date(cls, text: object) -> object:
        if text is not None:
            timing.parse_period(str(text), timing.zone("UTC"))
            return str(text)
        return text


def judge(rule: Rule, params: Params, known: Knowledge, at: datetime, born: datetime) -> Verdict:
    """Actual ÷ expected; no data before a target is known or where the path has no length yet."""
    kinds = KIND.kinds(rule)
    value, wake = current(known.own, at, kinds)
    if value is None:
        return nodata("no value yet", wake)
    if problem := unfit(value, known):
        return error(problem, wake)
    target = newest_target(known, at)
    if target is None or target.by is None:
        return nodata("no target known", wake)
    opening = _opening(known, value, at, kinds)
    start, first = _start(params, known, opening)
    goal = target.lo if target.lo is not None else target.hi
    if first is None or goal is None or value.end <= start or target.by.end <= start:
        return nodata("the path to the target has not begun", wake)
    with localcontext(prec=_PRECISION):
        expected = _expected(params.shape, first, goal, _share(start, value.end, target.by.end))
        if expected is None or expected <= 0:
            return error("the expected value is not above zero", wake)
        ratios = [None if bound is None else bound / expected for bound in (value.lo, value.hi)]
    low, high = (None if ratio is None else +ratio for ratio in ratios)
    said = quantity.as_said(value.lo, value.hi, value.op, known.unit)
    roughly = _ROUGHLY.plus(expected)
    wanted = quantity.as_said(roughly, roughly, "eq", known.unit)
    return weigh(
        params.band, low, high, rule.severity,
        dated=value.date, row=value.seq, target=target.seq, rests=(opening.seq, value.seq), wake=wake,
        evidence=Evidence(
            value=quantity.as_recorded(value.quantity), unit=known.unit,
            compared=f"{said} of {wanted} expected by then, against {params.band}",
            seqs=(value.seq, target.seq), occurred=value.end,
        ),
    )  # fmt: skip


def newest_target(known: Knowledge, at: datetime) -> Fact | None:
    """The newest target known at `at`."""
    targets = [fact for fact in known.targets if fact.by is not None and fact.visible(at)]
    return max(targets, key=lambda fact: (fact.known, fact.seq), default=None)


def _opening(known: Knowledge, value: Fact, at: datetime, kinds: tuple[str, ...]) -> Fact:
    """The first observation of the edition that can be compared at all; the value itself is one."""
    seen = believed(known.own, at, kinds)
    return next(fact for fact in seen if fact.edition == value.edition and not unfit(fact, known))


def _start(params: Params, known: Knowledge, opening: Fact) -> tuple[datetime, Decimal | None]:
    start = timing.parse_instant(params.from_, known.zone) if params.from_ else opening.end
    return start, params.from_value if params.from_value is not None else opening.lo


def _share(start: datetime, now: datetime, end: datetime) -> Decimal:
    """The part of the way that should lie behind; past the target's day it is 1."""
    step = timedelta.resolution
    return min(Decimal(1), Decimal((now - start) // step) / Decimal((end - start) // step))


def _expected(shape: str, first: Decimal, goal: Decimal, share: Decimal) -> Decimal | None:
    if shape == "linear":
        return first + (goal - first) * share
    if first <= 0 or goal <= 0:
        return None
    return first * (goal / first) ** share


KIND = Kind(Params=Params, judge=judge)
