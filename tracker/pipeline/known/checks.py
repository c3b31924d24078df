"""Checks by hand: what a person has to look up, and since when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker import db, timing
from tracker.db import Connection
from tracker.model.declared import ByHand, Indicator
from tracker.pipeline.known.instances import BY_PEOPLE
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """A check that a person should have made by now."""

    indicator: Indicator
    check: ByHand
    subject: str
    since: datetime


def next_checks(desk: Desk, connection: Connection, at: datetime) -> Mapping[tuple[str, str], datetime]:
    """By (indicator, subject) with a `check`, when the next one is due; one that lies in the past is due now.

    A check is done for a calendar period once a figure was entered in it, or an event of its types by hand, whatever
    the day that it speaks of; of the baseline, which nobody looked up, once something in it was published in the period.
    """
    declared = {key: one for key, one in desk.declaration.indicators.items() if one.check is not None}
    cadences = {one.check.by_hand for one in declared.values() if one.check is not None}
    if not cadences:
        return {}
    today = timing.local_date(at, desk.zone)
    starts = {cadence: timing.start_of_day(_start_of(cadence, today), desk.zone) for cadence in cadences}
    nexts = {cadence: timing.start_of_day(_next_start(cadence, today), desk.zone) for cadence in cadences}
    since, baseline = min(starts.values()), db.meta.get(connection, "baseline") or ""
    values = db.observations.entered(connection, since, at, baseline)
    events = db.news.told(connection, BY_PEOPLE, since, at, baseline)
    found = {}
    for key, indicator in declared.items():
        assert indicator.check is not None
        start = starts[indicator.check.by_hand]
        for subject in desk.declaration.subjects_of(indicator):
            times = [events.get((subject, type_)) for type_ in indicator.types] + [values.get((subject, key))]
            done = any(time is not None and time >= start for time in times)
            found[key, subject] = nexts[indicator.check.by_hand] if done else start
    return found


def due_checks(desk: Desk, connection: Connection, at: datetime) -> list[DueCheck]:
    """The checks that are due at an instant, in declared order."""
    indicators = desk.declaration.indicators
    return [
        DueCheck(indicator=indicators[key], check=check, subject=subject, since=since)
        for (key, subject), since in next_checks(desk, connection, at).items()
        if since <= at and (check := indicators[key].check) is not None
    ]


def check_due(desk: Desk) -> list[str]:
    """One line per check by hand that is due now."""
    with desk.store.read() as connection:
        due = due_checks(desk, connection, desk.clock.now())
    lines = []
    for one in due:
        where = f" ({one.check.where})" if one.check.where else ""
        since = timing.local_date(one.since, desk.zone)
        lines.append(f"{one.indicator.key} of {one.subject}: {one.check.by_hand} check due since {since}{where}")
    return lines
