"""velocity: how many different events lie in a window; an interval where dates are vague."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from tracker import timing
from tracker.model.declared import Duration, Rule
from tracker.model.told import Evidence
from tracker.rules.conditions import Banded
from tracker.rules.facts import Fact, Knowledge, earliest
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict, nodata, weigh


class Params(Banded):
    """Counts the distinct events dated in the half-open window (now - window, now]."""

    window: Duration


def judge(rule: Rule, params: Params, known: Knowledge, at: datetime, born: datetime) -> Verdict:
    """A low-side rule decides only on the possible count of a window that was watched whole, a high-side one on the certain count."""
    start = at - params.window
    dated = _dates(known.own, at, KIND.kinds(rule))
    sure = [key for key, fact in dated.items() if fact.start > start and fact.end <= at]
    possible = [key for key, fact in dated.items() if _may_lie_in(fact, start, at)]
    wake = _next_change(dated.values(), at, params)
    covered, change = known.watched.covered(start, at)
    if params.band.low_side and not covered:
        resumes = change + params.window if change is not None else None
        return nodata("the window was not watched whole", earliest(wake, resumes if resumes and resumes > at else None))
    if params.band.low_side:
        wake = earliest(wake, change)
    shown = str(len(sure)) if len(sure) == len(possible) else f"{len(sure)}..{len(possible)}"
    seqs = tuple(sorted(dated[key].seq for key in possible))
    newest = max((fact.end for fact in dated.values() if fact.end <= at), default=None)
    return weigh(
        params.band, Decimal(len(sure)), Decimal(len(possible)), rule.severity,
        dated=newest or born, rests=seqs, wake=wake,
        evidence=Evidence(
            value=shown, compared=f"{shown} in {timing.format_duration(params.window)} against {params.band}",
            seqs=seqs, occurred=newest,
        ),
    )  # fmt: skip


def _dates(facts: Iterable[Fact], at: datetime, kinds: tuple[str, ...]) -> dict[str, Fact]:
    """The newest believed date of each event that a report of one of the kinds stands for."""
    newest: dict[str, Fact] = {}
    for fact in facts:
        if fact.kind in kinds and fact.visible(at) and (fact.key not in newest or fact.seq > newest[fact.key].seq):
            newest[fact.key] = fact
    return newest


def _may_lie_in(fact: Fact, start: datetime, at: datetime) -> bool:
    """Whether some instant of a half-open period lies in (start, at]; an instant is its own period."""
    return fact.end > start and fact.start <= at


def _next_change(facts: Iterable[Fact], at: datetime, params: Params) -> datetime | None:
    """The next instant at which an event enters the window or leaves it, surely or possibly."""
    edges = [edge for fact in facts for edge in (fact.start, fact.end) if timing.BEGINNING < edge < timing.END]
    moments = [edge if edge > at else edge + params.window for edge in edges]
    return min((moment for moment in moments if moment > at), default=None)


KIND = Kind(Params=Params, judge=judge)
