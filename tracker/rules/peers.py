"""peers: a value against the median of the same indicator's values of other subjects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from statistics import median

from pydantic import Field

from tracker import quantity
from tracker.model.declared import Duration, Rule, Texts
from tracker.model.told import Evidence
from tracker.rules.conditions import Banded
from tracker.rules.facts import Fact, Knowledge, current, earliest, unfit
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict, error, nodata, weigh


class Params(Banded):
    """The value ÷ the median of the newest values of other subjects: `< 0.9` is a tenth behind them."""

    peers: Texts | None = None
    """Subjects to compare with; default the other subjects of the indicator. The subject itself never counts."""
    min_peers: int = Field(default=3, ge=1)
    """Fewer peers with a fresh value than this is no data."""
    max_age: Duration | None = None
    """A peer's value whose period ended this long ago, or longer, does not count; default no limit."""


def judge(rule: Rule, params: Params, known: Knowledge, at: datetime, born: datetime) -> Verdict:
    """The ratio to the median of the fresh values of one edition; an interval where a value is one."""
    value, wake = current(known.own, at, KIND.kinds(rule))
    if value is None:
        return nodata("no value yet", wake)
    if problem := unfit(value, known):
        return error(problem, wake)
    found = list(_peers(rule, params, known, value, at))
    fresh = [fact for fact, _ in found if fact is not None]
    wake = earliest(wake, *(later for _, later in found))
    if len(fresh) < params.min_peers:
        return nodata(f"only {len(fresh)} of {params.min_peers} peers have a fresh value", wake)
    middle = _median(fresh)
    if middle is None or middle[0] <= 0:
        return error("the median of the peers is not above zero", wake)
    low = None if value.lo is None else value.lo / (middle[1] if value.lo >= 0 else middle[0])
    high = None if value.hi is None else value.hi / (middle[0] if value.hi >= 0 else middle[1])
    shown, usual = quantity.as_said(value.lo, value.hi, value.op, known.unit), quantity.number_said(middle[0])
    return weigh(
        params.band, low, high, rule.severity, dated=value.date, row=value.seq, rests=(value.seq,), wake=wake,
        evidence=Evidence(
            value=quantity.as_recorded(value.quantity), unit=known.unit,
            compared=f"{shown} against a median of {usual} of {_count(len(fresh))}: {_ratio(low, high)} against {params.band}",
            seqs=(value.seq, *(fact.seq for fact in fresh)), occurred=value.end,
        ),
    )  # fmt: skip


def _peers(
    rule: Rule, params: Params, known: Knowledge, value: Fact, at: datetime
) -> Iterator[tuple[Fact | None, datetime | None]]:
    """For each peer its fresh value (None: it has none), and when that may change."""
    for facts in known.others.values():
        same = [fact for fact in facts if fact.edition == value.edition]
        fact, wake = current(same, at, KIND.kinds(rule))
        if fact is None or unfit(fact, known) or (params.max_age is not None and at >= fact.end + params.max_age):
            yield None, wake
        else:
            yield fact, earliest(wake, fact.end + params.max_age if params.max_age is not None else None)


def _median(facts: list[Fact]) -> tuple[Decimal, Decimal] | None:
    """The median as an interval: of the lower ends, and of the upper ends; None where one end is open."""
    lows, highs = [fact.lo for fact in facts], [fact.hi for fact in facts]
    if any(bound is None for bound in (*lows, *highs)):
        return None
    return median(low for low in lows if low is not None), median(high for high in highs if high is not None)


def _count(peers: int) -> str:
    return f"{peers} peer{'' if peers == 1 else 's'}"


def _ratio(low: Decimal | None, high: Decimal | None) -> str:
    bounds = ["?" if bound is None else f"{bound:.2f}" for bound in (low, high)]
    return bounds[0] if bounds[0] == bounds[1] else " to ".join(bounds)


KIND = Kind(Params=Params, judge=judge)
