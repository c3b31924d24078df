"""Checks by hand: what a person has to look up, and since when it is due."""

from __future__ import annotations

from datetime import date, datetime

from tracker import db, timing
from tracker.db import Connection
from tracker.model.declared import Indicator
from tracker.pipeline.opening import Desk

_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


def _start_of(cadence: str, day: date) -> date:
    """First day of the calendar period of a cadence that a day lies in."""
    if cadence == "daily":
        return day
    if cadence == "weekly":
        return date.fromordinal(day.toordinal() - day.weekday())
    months = _MONTHS[cadence]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _next_start(cadence: str, day: date) -> date:
    """First day of the calendar period after the one that a day lies in."""
    start = _start_of(cadence, day)
    if cadence in ("daily", "weekly"):
        return date.fromordinal(start.toordinal() + (1 if cadence == "daily" else 7))
    months = start.month - 1 + _MONTHS[cadence]
    return date(start.year + months // 12, months % 12 + 1, 1)


def next_check(desk: Desk, connection: Connection, indicator: Indicator, subject: str, at: datetime) -> datetime | None:
    """When the next check by hand is due; one that lies in the past is due now. None without a `check`.

    A check is done for a calendar period once a figure published in that period was entered.
    """
    if indicator.check is None:
        return None
    cadence = indicator.check.by_hand
    today = timing.local_date(at, desk.zone)
    rows = db.observations.vintages(connection, as_of=at, subject=subject, indicator=indicator.key)
    newest = max((row.published_at for row in rows if not row.reason), default=None)
    start = _start_of(cadence, today)
    if newest is not None and timing.local_date(newest, desk.zone) >= start:
        return timing.start_of_day(_next_start(cadence, today), desk.zone)
    return timing.start_of_day(start, desk.zone)


def check_due(desk: Desk) -> list[str]:
    """One line per check by hand that is due now."""
    at = desk.clock.now()
    lines = []
    with desk.store.read() as connection:
        for indicator in desk.declaration.indicators.values():
            for subject in desk.declaration.subjects_of(indicator):
                due = next_check(desk, connection, indicator, subject, at)
                if due is None or due > at or indicator.check is None:
                    continue
                where = f" ({indicator.check.where})" if indicator.check.where else ""
                since = timing.local_date(due, desk.zone)
                lines.append(f"{indicator.key} of {subject}: {indicator.check.by_hand} check due since {since}{where}")
    return lines
