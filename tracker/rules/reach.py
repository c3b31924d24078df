"""How far back a rule looks, and whether the newest facts alone decide as all of them would. Pure.

Most rules ask for the newest value, or for one a window before it; a series may be long. What is left out must be proved
to make no difference: the proof stands on one value that was believed before and is contested by nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tracker.model.declared import Rule
from tracker.model.told import RuleState
from tracker.rules.facts import Fact
from tracker.rules.kind import Kind


def reach(rule: Rule, kind: Kind, state: RuleState) -> timedelta | None:
    """How long before its newest value a rule still looks; None: all that was ever known may count."""
    if kind.reach is None or state.evaluated_to is None or state.rule_hash != rule.hash:
        return None
    return kind.reach(rule.params)


def suffices(own: Sequence[Fact], floor: datetime, rule: Rule, kind: Kind, state: RuleState) -> bool:
    """Whether `own` (every fact dated from `floor` on, and every one that is new) leads where all facts would lead.

    An anchor is a value that the rule has seen, of a date that has passed, alone on its date and hidden by nothing: from
    then on the current value is never dated before it. If the reach before it begins after the floor, no fact that was
    left out is ever looked at; one that contests the date of a fact shown here lies on a date that is never looked at.
    """
    far = reach(rule, kind, state)
    if far is None or state.evaluated_to is None:
        return False
    kinds, seen = kind.kinds(rule), state.evaluated_to
    settled = [fact for fact in own if fact.kind in kinds and _settled(fact, seen)]
    newest_first = sorted(settled, key=lambda fact: fact.start, reverse=True)
    anchor = next((fact for fact in newest_first if _alone(fact, own)), None)
    if anchor is None:
        return False
    edge = anchor.start - far
    return edge >= floor and all(fact.date < edge for fact in own if fact.start < floor) and _rests(state, own)


def _alone(fact: Fact, own: Sequence[Fact]) -> bool:
    """Whether no other row speaks of its date."""
    return not any(
        other is not fact
        and other.start == fact.start
        and (other.edition, other.date, other.kind) == (fact.edition, fact.date, fact.kind)
        for other in own
    )


def _settled(fact: Fact, at: datetime) -> bool:
    return (
        fact.op != "invalid" and fact.hidden is None and fact.known <= at and fact.date <= at and fact.end <= fact.known
    )


def _rests(state: RuleState, own: Sequence[Fact]) -> bool:
    """Whether the rows of the last breach are among them: the machine asks whether one was withdrawn."""
    if not state.memory or state.memory["state"] == "inactive":
        return True
    return {seq for seq in state.memory["rests"] if seq} <= {fact.seq for fact in own}
