"""Where each indicator and subject stands, now or as of a past instant, folded from the transitions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tracker import db
from tracker.db import Connection
from tracker.model.told import Transition
from tracker.pipeline.opening import Desk

_STATES = ("inactive", "recovering", "pending", "firing")
_HEALTHS = ("ok", "nodata", "error")
_HEALTH = {"nodata": "nodata", "error": "error", "data_back": "ok"}
_STATE = {
    "pending": "pending", "firing": "firing", "escalated": "firing", "downgraded": "firing", "upcoming": "pending",
    "unknown": "firing", "overdue": "firing", "missed": "firing",
}  # fmt: skip

Rule = tuple[str, str, str]


def standings(desk: Desk, connection: Connection, as_of: datetime | None) -> Mapping[tuple[str, str], tuple[str, str]]:
    """(state, health) per (indicator, subject): the gravest of its rules."""
    states, healths = fold(db.alerts.transitions(connection, until=past(as_of)))
    stand: dict[tuple[str, str], tuple[str, str]] = {}
    declared = {rule.id for indicator in desk.declaration.indicators.values() for rule in indicator.rules.values()}
    for rule in states.keys() | healths.keys():
        indicator, name, subject = rule
        if f"{indicator}.{name}" not in declared:
            continue
        state, health = stand.get((indicator, subject), ("inactive", "ok"))
        graver = max(state, states.get(rule, "inactive"), key=_STATES.index)
        stand[indicator, subject] = (graver, max(health, healths.get(rule, "ok"), key=_HEALTHS.index))
    return stand


def past(at: datetime | None) -> datetime | None:
    """The exclusive bound that still takes in `at` itself."""
    return None if at is None else at + timedelta.resolution


def fold(transitions: list[Transition]) -> tuple[dict[Rule, str], dict[Rule, str]]:
    """State and health of each rule after some transitions; of several targets the gravest counts."""
    by_key: dict[tuple[Rule, str], str] = {}
    healths: dict[Rule, str] = {}
    for one in transitions:
        rule = (one.indicator, one.rule, one.subject)
        if one.what in _HEALTH:
            healths[rule] = _HEALTH[one.what]
        else:
            by_key[rule, one.key] = _STATE.get(one.what, "inactive")
    states: dict[Rule, str] = {}
    for (rule, _), state in by_key.items():
        states[rule] = max(states.get(rule, "inactive"), state, key=_STATES.index)
    return states, healths
