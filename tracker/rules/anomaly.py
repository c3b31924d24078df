"""anomaly: how far a value lies from what was usual before it.

Robust z after Iglewicz and Hoaglin (1993): 0.6745 · |x - median| / MAD over the earlier observations only; where the MAD
is 0, |x - median| / (1.253314 · mean absolute deviation).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from statistics import mean, median

from pydantic import Field

from tracker import quantity
from tracker.model.declared import Rule
from tracker.model.told import Evidence
from tracker.rules.conditions import Banded
from tracker.rules.facts import Knowledge, believed, current, unfit
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict, error, nodata, weigh


class Params(Banded):
    """How unusual the newest value is against those before it: the robust z of Iglewicz and Hoaglin (1993), without sign;
    `> 3.5` is their limit."""

    min_n: int = Field(default=8, ge=1)
    """Fewer earlier values of the same edition than this is no data."""
    min_abs: Decimal = Decimal(0)
    """Where all earlier values were the same, a difference of at least this, in the unit of the indicator, is a breach."""


def judge(rule: Rule, params: Params, known: Knowledge, at: datetime, born: datetime) -> Verdict:
    """The newest value against those dated before it, never against itself."""
    kinds = KIND.kinds(rule)
    value, wake = current(known.own, at, kinds)
    if value is None:
        return nodata("no value yet", wake)
    if problem := unfit(value, known):
        return error(problem, wake)
    before = [
        fact
        for fact in believed(known.own, at, kinds)
        if fact.end < value.end and fact.edition == value.edition and not unfit(fact, known)
    ]
    earlier = [fact.lo for fact in before if fact.lo is not None and fact.lo == fact.hi]
    if len(earlier) < params.min_n:
        return nodata(f"only {len(earlier)} earlier values, {params.min_n} are needed", wake)
    if value.lo is None or value.lo != value.hi:
        return nodata("cannot tell", wake)
    score = robust_z(value.lo, earlier, params.min_abs)
    shown = quantity.as_recorded(value.quantity)
    said = quantity.as_said(value.lo, value.hi, value.op, known.unit)
    middle = median(earlier)
    compared = f"{said} against a median of {quantity.as_said(middle, middle, 'eq', known.unit)}: " + (
        "all were the same" if score is None else f"z {score:.2f}"
    )
    if score is None:
        score = Decimal("Infinity")
    return weigh(
        params.band, score, score, rule.severity, dated=value.date, row=value.seq, wake=wake,
        rests=(*(fact.seq for fact in before), value.seq),
        evidence=Evidence(value=shown, unit=known.unit, compared=compared, seqs=(value.seq,), occurred=value.end),
    )  # fmt: skip


def robust_z(value: Decimal, earlier: list[Decimal], least: Decimal) -> Decimal | None:
    """The score; None when nothing ever varied and the value differs by at least `least`."""
    middle = median(earlier)
    distances = [abs(one - middle) for one in earlier]
    away = abs(value - middle)
    if spread := median(distances):
        return Decimal("0.6745") * away / spread
    if spread := mean(distances):
        return away / (Decimal("1.253314") * spread)
    return None if away and away >= least else Decimal(0)


KIND = Kind(Params=Params, judge=judge)
