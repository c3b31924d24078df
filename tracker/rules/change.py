"""change: per-cent change of the current value against an earlier one of the same edition."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from tracker import quantity
from tracker.model.declared import Duration, Rule
from tracker.model.told import Evidence
from tracker.rules.conditions import Banded
from tracker.rules.facts import Fact, Knowledge, believed, current, unfit
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict, error, nodata, weigh


class Params(Banded):
    """The change against an earlier value of the same edition, in per cent of its absolute value: `<= -20` is a fall by a
    fifth or more."""

    window: Duration
    """How long before the current value's date the earlier one is dated; the newest one there counts."""
    tolerance: Duration = timedelta(0)
    """How much earlier than that it may be dated."""
    min_base: Decimal = Decimal(0)
    """An earlier value whose absolute value is smaller than this, in the unit of the indicator, is no data; 0 always is."""


def judge(rule: Rule, params: Params, known: Knowledge, at: datetime, born: datetime) -> Verdict:
    """The change in per cent of the absolute reference, as an interval where a value is one."""
    kinds = KIND.kinds(rule)
    value, wake = current(known.own, at, kinds)
    if value is None:
        return nodata("no value yet", wake)
    if problem := unfit(value, known):
        return error(problem, wake)
    newest, oldest = value.end - params.window, value.end - params.window - params.tolerance
    base = next(
        (
            fact
            for fact in reversed(believed(known.own, at, kinds))
            if fact.edition == value.edition and oldest <= fact.end <= newest and not unfit(fact, known)
        ),
        None,
    )
    if base is None:
        return nodata("no value to compare with", wake)
    change = _percent(base, value, params.min_base)
    if change is None:
        return nodata("the value to compare with is zero or too small", wake)
    then, now = (quantity.as_said(one.lo, one.hi, one.op, known.unit) for one in (base, value))
    return weigh(
        params.band, *change, rule.severity,
        dated=value.date, row=value.seq, rests=(base.seq, value.seq), wake=wake,
        evidence=Evidence(
            value=quantity.as_recorded(value.quantity), unit=known.unit,
            compared=f"{then} to {now}: {_shown(change)} against {params.band} %",
            seqs=(base.seq, value.seq), occurred=value.end,
        ),
    )  # fmt: skip


def _percent(base: Fact, value: Fact, least: Decimal) -> tuple[Decimal | None, Decimal | None] | None:
    """[lowest, highest] change in per cent; an open end stays open; None when the base is unfit."""
    bounds = [bound for bound in (base.lo, base.hi) if bound is not None]
    if not bounds or any(abs(bound) < least or bound == 0 for bound in bounds) or min(bounds) < 0 < max(bounds):
        return None
    if len(bounds) == 2 and bounds[0] == bounds[1]:
        size = abs(bounds[0])
        low = None if value.lo is None else (value.lo - bounds[0]) / size * 100
        high = None if value.hi is None else (value.hi - bounds[0]) / size * 100
        return low, high
    return _of_ranges(base, value)


def _of_ranges(base: Fact, value: Fact) -> tuple[Decimal | None, Decimal | None]:
    """The same for a base that is an interval of one sign: the extremes lie at its ends."""
    if base.lo is None or base.hi is None or value.lo is None or value.hi is None:
        return None, None
    corners = [(v - b) / abs(b) * 100 for v in (value.lo, value.hi) for b in (base.lo, base.hi)]
    return min(corners), max(corners)


def _shown(change: tuple[Decimal | None, Decimal | None]) -> str:
    low, high = (None if bound is None else f"{bound:+.1f}" for bound in change)
    if low == high:
        return f"{low} %" if low is not None else "any change"
    return f"{low or '?'} to {high or '?'} %"


KIND = Kind(Params=Params, judge=judge, reach=lambda params: params.window + params.tolerance)
