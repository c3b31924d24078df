"""One indicator with its rules: what each fires on, where it stands, why it cannot tell, when it looks again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tracker import db
from tracker.db import Connection
from tracker.errors import UsageError
from tracker.model.declared import Indicator, Rule
from tracker.model.observed import Clock
from tracker.pipeline.known.feeders import feeding
from tracker.pipeline.known.standing import fold
from tracker.pipeline.looking.overview import board
from tracker.pipeline.opening import Desk

Row = dict[str, Any]
_ABOUT = (
    "indicator",
    "name",
    "group",
    "subject",
    "unit",
    "kind",
    "value",
    "occurred",
    "labels",
    "counts_from",
    "source",
    "target",
    "due",
    "next_check",
)


def show(desk: Desk, indicator: str, *, as_of: datetime | None = None, clock: Clock = "recorded") -> list[Row]:
    """One row per subject and rule (one without a rule where it has none), in declared order."""
    declared = desk.declaration.indicators.get(indicator)
    if declared is None:
        raise UsageError(f"there is no indicator {indicator!r}")
    known = board(desk, as_of=as_of, clock=clock, of=declared)
    with desk.store.read() as connection:
        standing = _standing(connection, as_of or desk.clock.now())
        states = {(one.rule, one.subject): one for one in db.alerts.rule_states(connection, indicators=[indicator])}
    fed = [source.key for source in feeding(desk.declaration, declared)]
    rows = []
    for about in known:
        own = about["subject"] in desk.declaration.subjects_of(declared)
        for rule in _rules(declared, about["subject"]) if own else (None,):
            row = {name: about[name] for name in _ABOUT} | {"sources": fed} | _of_rule(rule)
            place = (rule.name, about["subject"]) if rule else ("", "")
            row |= standing.get((indicator, *place), {"state": "inactive", "health": "ok", "reason": None})
            state = states.get(place) if as_of is None else None  # of the past only what changed is remembered
            row["looks_again"] = state.deadline if state else None
            if state and row["health"] == state.health != "ok":
                row["reason"] = state.reason  # it may be another one than that with which it began
            rows.append(row)
    return rows


def _rules(indicator: Indicator, subject: str) -> Iterator[Rule | None]:
    own: list[Rule | None] = [rule for rule in indicator.rules.values() if rule.subject in (None, subject)]
    yield from own or (None,)


def _of_rule(rule: Rule | None) -> Row:
    if rule is None:
        return dict.fromkeys(("rule", "rule_kind", "severity", "fires", "clears", "basis"))
    band = getattr(rule.params, "band", None)
    return {
        "rule": rule.name, "rule_kind": rule.kind, "severity": rule.severity, "fires": str(band) if band else None,
        "clears": str(band.clear) if band else None, "basis": rule.basis or None,
    }  # fmt: skip


def _standing(connection: Connection, at: datetime) -> dict[tuple[str, str, str], Row]:
    """State, health and why, of each rule and subject, as they stood at an instant."""
    transitions = db.alerts.transitions(connection, at)
    states, healths = fold(transitions)
    reasons = {
        (one.indicator, one.rule, one.subject): one.reason for one in transitions if one.what in ("nodata", "error")
    }
    return {
        rule: {
            "state": states.get(rule, "inactive"),
            "health": healths.get(rule, "ok"),
            "reason": reasons.get(rule) if healths.get(rule, "ok") != "ok" else None,
        }
        for rule in states.keys() | healths.keys()
    }
