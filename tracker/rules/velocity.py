"""velocity: how many different events lie in a window; an interval where dates are vague."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from pydantic import Field, model_validator

from tracker import timing
from tracker.model.declared import Duration, Frozen, Rule
from tracker.model.told import Evidence
from tracker.rules.conditions import Banded
from tracker.rules.facts import Fact, Knowledge, earliest
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict, nodata, weigh


class Poisson(Frozen):
    """How often something usually happens, and how rare a count must be to be news: what comes independently at a steady
    rate has the Poisson distribution."""

    rate: str = Field(pattern=r"^\s*\d+(\.\d+)?\s*/\s*\S.*$")
    """So many in such a time: `11/365d`."""
    alpha: float = Field(default=0.02, gt=0, lt=1)
    """A probability: it fires on counts that, with all smaller ones, come by chance at most this often."""

    def fewest(self, window: timedelta) -> int:
        """The smallest count in a window that is not yet improbable; 0 when even none is probable enough."""
        number, _, span = self.rate.partition("/")
        mean = float(number) * (window / timing.parse_duration(span))
        count, term = 0, math.exp(-mean)
        below = term
        while below <= self.alpha:
            count += 1
            term *= mean / count
            below += term
        return count


class Params(Banded):
    """The number of different events dated in (now - window, now]; a vague date makes it an interval."""

    window: Duration
    """How far back from now is counted."""
    poisson: Poisson | None = None
    """Instead of `fire`: a low limit that follows from a known rate, so that a quiet spell of a rare thing is no news."""

    @model_validator(mode="before")
    @classmethod
    def _limit(cls, given: object) -> object:
        """The rate gives the limit: fewer than what is still probable."""
        if not isinstance(given, dict) or given.get("poisson") is None or "window" not in given:
            return given
        if "fire" in given or "levels" in given:
            raise ValueError("give `poisson`, `fire` or `levels`, one of them")
        poisson = Poisson.model_validate(given["poisson"])
        window = given["window"]
        span = timing.parse_duration(window) if isinstance(window, str) else window
        fewest = poisson.fewest(span)
        if not fewest:
            raise ValueError(
                f"at {poisson.rate} none in {timing.format_duration(span)} is no rarer than {poisson.alpha:g}: "
                "it could never fire; take a longer window or a greater alpha"
            )
        return {**given, "fire": f"< {fewest}"}


def judge(rule: Rule, params: Params, known: Knowledge, at: datetime, born: datetime) -> Verdict:
    """A low-side rule decides only on the possible count of a window that was watched whole, a high-side one on the certain count."""
    start = at - params.window
    dated = _dates(known.own, at, KIND.kinds(rule))
    sure = [key for key, fact in dated.items() if fact.start > start and fact.end <= at]
    possible = [key for key, fact in dated.items() if _may_lie_in(fact, start, at)]
    wake = _next_change(dated.values(), at, params)
    covered, change = known.watched.covered(start, at)
    if params.band.low_side and not covered:
        assert change is not None  # the end of a gap, which lies in the window
        return nodata("the window was not watched whole", earliest(wake, change + params.window))
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
        if fact.ending:  # what is over is no new one
            continue
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
