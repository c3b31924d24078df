"""stale: nothing new for too long; silence is a signal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from tracker import timing
from tracker.model.declared import Duration, Frozen, Rule
from tracker.model.told import Evidence
from tracker.rules.facts import Knowledge, believed
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict


class Params(Frozen):
    """Nothing new within `every` + `grace`, counted from the rule's first day when there never was anything."""

    every: Duration
    """How often something new is expected."""
    grace: Duration = timedelta(0)
    """How much later than that it may come."""
    dated: Literal["occurred", "known"] = "occurred"
    """What is counted from: the end of the newest period, or the time at which we last learned something."""


def judge(rule: Rule, params: Params, known: Knowledge, at: datetime, born: datetime) -> Verdict:
    """Breach from the deadline on, whatever the edition; a period that has not ended counts as seen when it was learned."""
    seen = [
        (fact.known if params.dated == "known" else min(fact.end, fact.known), fact)
        for fact in believed(known.own, at, KIND.kinds(rule))
        if fact.op != "invalid"
    ]
    newest, row = max(((when, fact.seq) for when, fact in seen), default=(born, 0))
    deadline = newest + params.every + params.grace
    limit = timing.format_duration(params.every + params.grace)
    evidence = Evidence(
        compared=f"nothing within {limit}" if row else f"nothing ever, for {limit}",
        seqs=(row,) if row else (),
        since=deadline,
        occurred=newest if row else None,
    )
    if at >= deadline:
        return Verdict(outcome="breach", dated=newest, row=row, rests=(row,), evidence=evidence)
    return Verdict(outcome="clear", dated=newest, row=row, evidence=evidence, wake=deadline)


KIND = Kind(Params=Params, judge=judge, reach=lambda params: timedelta(0) if params.dated == "occurred" else None)
