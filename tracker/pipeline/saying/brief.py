"""The opening brief: what the record says, where it ends, what was not watched, what is due. Lines for a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tracker import db, quantity, timing
from tracker.db import Writing
from tracker.model.declared import Indicator
from tracker.model.observed import Observation
from tracker.pipeline.known.checks import due_checks
from tracker.pipeline.known.instances import BY_PEOPLE
from tracker.pipeline.known.targets import aims, first_sights
from tracker.pipeline.looking.overview import picks_of, standing_values
from tracker.pipeline.opening import Desk
from tracker.pipeline.saying.wording import due_in, said

Brief = tuple[tuple[str, tuple[str, ...]], ...]

#: How far ahead a due date is worth a line.
_AHEAD = timedelta(days=366)


def brief(desk: Desk, tx: Writing) -> Brief:
    """Headings with their lines; a heading without lines is left out."""
    values = standing_values(tx.connection, tx.at, picks=picks_of(desk))
    known = db.news.events(tx.connection, as_of=tx.at, hidden=False)
    told = [m for one in known for m in one.mentions]
    # What sources bring now is no record: history is what people entered.
    times = [one.published_at for one in values.values() if one.source in BY_PEOPLE]
    times += [one.published_at for one in told if one.source in BY_PEOPLE]
    sections = (
        ("What the record says", _record(desk, tx, values)),
        ("Where it ends", _end(desk, tx, max(times, default=None), len(known))),
        ("What is due", _due(desk, tx)),
    )
    return tuple((heading, tuple(lines)) for heading, lines in sections if lines)


def _watched(desk: Desk) -> list[Indicator]:
    """The indicators that have rules, in declared order; context has none."""
    return [indicator for indicator in desk.declaration.indicators.values() if indicator.rules]


def _record(desk: Desk, tx: Writing, values: Mapping[tuple[str, str], Observation]) -> list[str]:
    lines = []
    for indicator in _watched(desk):
        for subject in desk.declaration.subjects_of(indicator):
            about = f"{indicator.name} ({desk.declaration.subjects[subject].name})"
            if indicator.types:
                events = db.news.events(
                    tx.connection, as_of=tx.at, subject=subject, types=indicator.types, hidden=False
                )
                last = max(events, key=lambda one: one.event.occurred.end, default=None)
                newest = f", last {last.event.occurred.text}: {last.event.title}" if last else ""
                lines.append(f"{about}: {len(events) or 'none'} known{newest}")
            elif indicator.unit is not None:
                newest_value = values.get((subject, indicator.key))
                shown = (
                    f"{said(newest_value)} ({newest_value.kind}, {newest_value.occurred.text})"
                    if newest_value
                    else "no figure"
                )
                lines.append(f"{about}: {shown}")
    return lines


def _end(desk: Desk, tx: Writing, newest: datetime | None, events: int) -> list[str]:
    if newest is None:
        return ["Nothing is recorded yet; watching begins now."]
    day, today = timing.local_date(newest, desk.zone), timing.local_date(tx.at, desk.zone)
    gap = (today - day).days
    lines = [f"The newest thing on record was published on {day} ({events} events in all)."]
    if gap > 1:
        lines.append(f"From {day} to {today}, {gap} days, nothing was watched: what happened then may be missing.")
    return lines


def _last_day(by: timing.Period, desk: Desk) -> date:
    return timing.local_date(max(by.start, by.end - timedelta.resolution), desk.zone)


def _due(desk: Desk, tx: Writing) -> list[str]:
    lines = []
    sights, due = first_sights(tx.connection), due_checks(desk, tx.connection, tx.at)
    for indicator in _watched(desk):
        for aim in aims(indicator, sights, desk.zone):
            if aim.known > tx.at:
                continue
            by, goal = aim.by, aim.number
            shown = quantity.as_said(goal.lo, goal.hi, goal.op, indicator.unit or "")
            if by.end <= tx.at:
                lines.append(f"{indicator.name}: target {shown}, its day {by.text} has passed")
            elif by.end - tx.at <= _AHEAD:
                ahead = due_in(_last_day(by, desk), tx.at, desk.zone)
                lines.append(f"{indicator.name}: target {shown}, {ahead}, on {by.text}")
        for one in due:
            if one.indicator is indicator:
                lines.append(f"{indicator.name}: {one.check.by_hand} check by hand is due ({one.check.where})")
    return lines
