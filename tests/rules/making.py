"""Facts by the hour, and what a rule of a kind makes of them at an instant. Hours count from the first of January 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker import quantity, rules
from tracker.model.declared import Rule
from tracker.model.told import RuleState, Transition
from tracker.rules.facts import Fact, Knowledge
from tracker.rules.kind import Telling
from tracker.rules.verdict import Verdict
from tracker.timing import Period

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def at(hours: float) -> datetime:
    """So many hours after the start."""
    return START + hours * HOUR


def fact(seq: int, hours: float, value: str = "", **rest: Any) -> Fact:
    """A value (or an event) dated and learned at an hour; `known` and `until` give other hours."""
    number = quantity.parse(value) if value else None
    known, until = rest.pop("known", hours), rest.pop("until", hours)
    if number is not None:
        rest |= {"lo": number.lo, "hi": number.hi, "op": number.op}
    return Fact(seq=seq, known=at(known), start=at(hours), end=at(until), **rest)


def rule_of(kind: str, **raw: Any) -> Rule:
    """The rule `i.r` of a kind, its keys as they are written."""
    own = {key: value for key, value in raw.items() if key in rules.KINDS[kind].Params.model_fields or key == "from"}
    frame = {key: value for key, value in raw.items() if key not in own}
    params = rules.KINDS[kind].Params.model_validate(own)
    return Rule.model_validate({**frame, "kind": kind, "indicator": "i", "name": "r", "params": params})


def judged(known: Knowledge, now: datetime, kind: str, **raw: Any) -> Verdict:
    """The verdict of a rule of this kind."""
    rule, judge = rule_of(kind, **raw), rules.KINDS[kind].judge
    assert judge is not None
    return judge(rule, rule.params, known, now, START)


def told(known: Knowledge, now: datetime, kind: str, memory: dict[str, Any] | None = None, **raw: Any) -> Telling:
    """What a rule of this kind says."""
    rule, tell = rule_of(kind, **raw), rules.KINDS[kind].tell
    assert tell is not None
    return tell(rule, rule.params, known, now, memory or {})


def changes(known: Knowledge, hours: float, kind: str, **raw: Any) -> list[Transition]:
    """All transitions of a rule up to an hour."""
    rule = rule_of(kind, **raw)
    born = RuleState(indicator="i", rule="r", subject="x", born=START)
    return list(rules.advance(rule, rules.KINDS[kind], known, born, at(hours)).transitions)


def goal(seq: int, hours: float, value: str = "100", **rest: Any) -> Fact:
    """A target for the day that begins at an hour."""
    return replace(fact(seq, 0, value, kind="target", **rest), by=Period(at(hours), at(hours + 24), ""))
