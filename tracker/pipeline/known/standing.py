"""Where each indicator and subject stands, now or as of a past instant, folded from the transitions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tracker import db
from tracker.db import Connection
from tracker.model.told import Transition
from tracker.pipeline.known.alerting import state_after
from tracker.pipeline.opening import Desk

#: The gravest last.
_GRAVER = ("inactive", "recovering", "pending", "firing")
_HEALTHS = ("ok", "nodata", "error")
_HEALTH = {"nodata": "nodata", "error": "error", "data_back": "ok"}

Rule = tuple[str, str, str]


def standings(desk: Desk, connection: Connection, at: datetime) -> Mapping[tuple[str, str], tuple[str, str]]:
    """(state, health) per (indicator, subject) as they stood at an instant: the gravest of its rules."""
    states, healths = fold(db.alerts.transitions(connection, at))
    stand: dict[tuple[str, str], tuple[str, str]] = {}
    declared = {rule.id for indicator in desk.declaration.indicators.values() for rule in indicator.rules.values()}
    for rule in states.keys() | healths.keys():
        indicator, name, subject = rule
        if f"{indicator}.{name}" not in declared:
            continue
        state, health = stand.get((indicator, subject), ("inactive", "ok"))
        graver = max(state, states.get(rule, "inactive"), key=_GRAVER.index)
        stand[indicator, subject] = (graver, max(health, healths.get(rule, "ok"), key=_HEALTHS.index))
    return stand


def fold(transitions: list[Transition]) -> tuple[dict[Rule, str], dict[Rule, str]]:
    """State and health of each rule after some transitions; of several targets the gravest counts."""
    by_key: dict[tuple[Rule, str], str] = {}
    healths: dict[Rule, str] = {}
    for one in transitions:
        rule = (one.indicator, one.rule, one.subject)
        if one.what in _HEALTH:
            healths[rule] = _HEALTH[one.what]
        else:
            by_key[rule, one.key] = state_after(one.what)
    states: dict[Rule, str] = {}
    for (rule, _), state in by_key.items():
        states[rule] = max(states.get(rule, "inactive"), state, key=_GRAVER.index)
    return states, healths
