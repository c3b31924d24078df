"""due: what a target's day brings: upcoming, then met, missed or unknown, then overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import field_validator

from tracker import quantity, timing
from tracker.model.declared import Duration, Frozen, Rule
from tracker.model.told import Evidence, What
from tracker.rules.conditions import Condition
from tracker.rules.facts import Fact, Knowledge, believed, earliest, unfit
from tracker.rules.kind import Kind, Telling, Told

_FINAL = ("met", "missed")


class Params(Frozen):
    """The day of each target: upcoming, then met, missed or unknown, then overdue. Targets of one day are one target."""

    before: tuple[Duration, ...] = ()
    """How far ahead of the day it is said to be upcoming, once for each; default never."""
    report_lag: Duration = timedelta(0)
    """How long after the day its figure may take; unknown still, it is overdue."""

    @field_validator("before", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


def tell(rule: Rule, params: Params, known: Knowledge, at: datetime, memory: Mapping[str, Any]) -> Telling:
    """The net state of each target at `at`, said where it differs from what was said; milestones that were passed
    before the target was known are not said one by one."""
    said: dict[str, list[str]] = {day: list(last) for day, last in memory.get("said", {}).items()}
    told: list[Told] = []
    wake: datetime | None = None
    for target in _targets(known, at):
        day = _last_day(target, known).isoformat()
        wake = earliest(wake, _next(params, known, target, at))
        found = _state(rule, params, known, target, at)
        if found is None:
            continue
        word, since, row = found
        mark = [word, timing.iso(since)] if word == "upcoming" else [word, ""]
        if said.get(day) == mark or (said.get(day, [""])[0] in _FINAL and word == "unknown"):
            continue
        said[day] = mark
        value = quantity.as_recorded(row.quantity) if row else ""
        goal = quantity.as_said(target.lo, target.hi, target.op, known.unit)
        evidence = Evidence(
            value=value, unit=known.unit, seqs=(target.seq, *((row.seq,) if row else ())), since=since,
            compared=f"target {goal} by {day}", occurred=row.end if row else None,
        )  # fmt: skip
        told.append(Told(what=word, key=day, evidence=evidence))
    return Telling(told=told, memory={"said": said}, wake=wake)


def _targets(known: Knowledge, at: datetime) -> list[Fact]:
    """The newest vintage of the target of each due date, earliest due date first."""
    newest: dict[datetime, Fact] = {}
    for fact in known.targets:
        if fact.by is None or not fact.visible(at):
            continue
        other = newest.get(fact.by.end)
        if other is None or (fact.known, fact.seq) > (other.known, other.seq):
            newest[fact.by.end] = fact
    return [newest[due] for due in sorted(newest)]


def _last_day(target: Fact, known: Knowledge) -> date:
    """The local day at whose end the target is due."""
    assert target.by is not None
    return timing.local_date(max(target.by.start, target.by.end - timedelta.resolution), known.zone)


def _milestones(params: Params, known: Knowledge, target: Fact) -> Sequence[tuple[datetime, str]]:
    """Each instant from which on a word may be due, in order."""
    assert target.by is not None
    last_day = _last_day(target, known)
    ahead = [(timing.start_of_day(last_day - before, known.zone), "upcoming") for before in params.before]
    # On the wall clock: 120 days after the end of a day is the end of a day, also where the clocks change between.
    late = (target.by.end.astimezone(known.zone) + params.report_lag).astimezone(UTC)
    return sorted([*ahead, (target.by.end, "unknown"), (late, "overdue")])


def _state(
    rule: Rule, params: Params, known: Knowledge, target: Fact, at: datetime
) -> tuple[What, datetime, Fact | None] | None:
    """The word for one target at one instant, since when, and the value that decides; None before any milestone."""
    passed = [(when, word) for when, word in _milestones(params, known, target) if when <= at]
    if not passed:
        return None
    when, word = passed[-1]
    if word == "upcoming":
        return "upcoming", when, None
    assert target.by is not None
    decided = _decide(rule, known, target, at)
    if decided is not None:
        fact, met = decided
        return ("met" if met else "missed"), max(target.by.end, fact.known), fact
    return ("overdue" if word == "overdue" else "unknown"), when, None


def _decide(rule: Rule, known: Knowledge, target: Fact, at: datetime) -> tuple[Fact, bool] | None:
    """The value that settles a target: one dated on its last day or later, or an earlier one that reached it already."""
    assert target.by is not None
    goal = _goal(target)
    day = timing.start_of_day(_last_day(target, known), known.zone)
    for fact in believed(known.own, at, KIND.kinds(rule)):
        if fact.end > at or unfit(fact, known):
            continue
        reached = goal.holds(fact.lo, fact.hi)
        if reached or (reached is False and fact.end >= day):
            return fact, reached
    return None


def _goal(target: Fact) -> Condition:
    """A target with only an upper bound wants the value below it; every other one wants it reached."""
    if target.lo is None and target.hi is not None:
        return Condition("<=", target.hi)
    assert target.lo is not None
    return Condition(">=", target.lo)


def _next(params: Params, known: Knowledge, target: Fact, at: datetime) -> datetime | None:
    ripening = [fact.end for fact in known.own if fact.end > at and fact.visible(at)]
    later = [when for when, _ in _milestones(params, known, target) if when > at]
    return min([*later, *ripening], default=None)


KIND = Kind(Params=Params, tell=tell)
