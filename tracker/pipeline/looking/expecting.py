"""What is due, and what is late: targets, checks by hand, figures that should have come, the next digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tracker import db, quantity, timing
from tracker.db import Connection
from tracker.pipeline.known.checks import next_checks
from tracker.pipeline.looking.picture import goals
from tracker.pipeline.opening import Desk

Row = dict[str, Any]


def expected(desk: Desk) -> list[Row]:
    """Each with `at` (the end of its day), `what`, `indicator`, `name`, `subject`, `where` and `overdue`, the earliest first.

    A target whose day has passed is left to its alert; a check or a figure that is late stays until it is made.
    """
    now = desk.clock.now()
    with desk.store.read() as connection:
        checks = [(place, at) for place, at in next_checks(desk, connection, now).items()]
        rows = list(_figures(desk, connection, now))
    rows += _targets(desk, now)
    for (key, subject), at in checks:
        check = desk.declaration.indicators[key].check
        where = check.where if check else ""
        rows.append(
            _row(desk, at, "check", f"{check.by_hand if check else ''} check by hand", key, subject, where, at <= now)
        )
    rows += _digest(desk, now)
    return sorted(rows, key=lambda row: row["at"])


def _row(desk: Desk, at: datetime, kind: str, what: str, key: str, subject: str, where: str, overdue: bool) -> Row:
    return {
        "at": at, "day": timing.local_date(at, desk.zone).isoformat(), "kind": kind, "what": what, "indicator": key,
        "name": desk.declaration.indicators[key].name if key else "", "subject": subject, "where": where, "overdue": overdue,
    }  # fmt: skip


def _targets(desk: Desk, now: datetime) -> Iterator[Row]:
    for (key, subject), found in goals(desk).items():
        for goal in found:
            if goal.by > now and key in desk.declaration.indicators:
                said = quantity.as_said(goal.lo, goal.hi, goal.op, goal.unit)
                last_day = goal.by - timedelta.resolution
                yield _row(desk, last_day, "target", f"target: {said}", key, subject, goal.source, False)


def _figures(desk: Desk, connection: Connection, now: datetime) -> Iterator[Row]:
    """When each rule that waits for a figure loses patience, or lost it."""
    indicators = desk.declaration.indicators

    def waits(indicator: str, rule: str) -> bool:
        declared = indicators[indicator].rules.get(rule) if indicator in indicators else None
        return declared is not None and declared.kind == "stale"

    for one in db.alerts.alerts(connection, state="firing"):
        if waits(one.indicator, one.rule):
            since = datetime.fromisoformat(str(one.evidence.get("since") or one.since))
            yield _row(desk, since, "figure", "a new figure", one.indicator, one.subject, "", True)
    for state in db.alerts.rule_states(connection):
        if waits(state.indicator, state.rule) and state.deadline is not None and state.deadline > now:
            yield _row(desk, state.deadline, "figure", "a new figure", state.indicator, state.subject, "", False)


def _digest(desk: Desk, now: datetime) -> list[Row]:
    plan = desk.declaration.digest
    if plan is None:
        return []
    hour, minute = plan.at.split(":")
    at = timing.next_time(f"{int(minute)} {int(hour)} * * {plan.on[:3]}", now, desk.zone)
    return [_row(desk, at, "digest", "the weekly digest", "", "", "", False)]
