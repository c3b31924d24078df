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
from tracker.tongue import many, say, speaking

Brief = tuple[tuple[str, tuple[str, ...]], ...]

#: How far ahead a due date is worth a line.
_AHEAD = timedelta(days=366)


def brief(desk: Desk, tx: Writing) -> Brief:
    """Headings with their lines, in the language of the watch; a heading without lines is left out."""
    with speaking(desk.declaration.language):
        return _brief(desk, tx)


def _brief(desk: Desk, tx: Writing) -> Brief:
    values = standing_values(tx.connection, tx.at, picks=picks_of(desk))
    known = db.news.events(tx.connection, as_of=tx.at, hidden=False)
    told = [m for one in known for m in one.mentions]
    # What sources bring now is no record: history is what people entered.
    times = [one.published_at for one in values.values() if one.source in BY_PEOPLE]
    times += [one.published_at for one in told if one.source in BY_PEOPLE]
    sections = (
        (say("What the record says"), _record(desk, tx, values)),
        (say("Where it ends"), _end(desk, tx, max(times, default=None), len(known))),
        (say("What is due"), _due(desk, tx)),
    )
    return tuple((heading, tuple(lines)) for heading, lines in sections if lines)


def _watched(desk: Desk) -> list[Indicator]:
    """The indicators that have rules, in declared order; context has none."""
    return [indicator for indicator in desk.declaration.indicators.values() if indicator.rules]


def _record(desk: Desk, tx: Writing, values: Mapping[tuple[str, str], Observation]) -> list[str]:
    lines = []
    for indicator in _watched(desk):
        for subject in desk.declaration.subjects_of(indicator):
            about = say("{name} ({subject})", name=indicator.name, subject=desk.declaration.subjects[subject].name)
            if indicator.types:
                lines.append(say("{about}: {now}", about=about, now=_events(tx, indicator, subject)))
            elif indicator.unit is not None:
                value = values.get((subject, indicator.key))
                lines.append(say("{about}: {now}", about=about, now=_figure(value)))
    return lines


def _events(tx: Writing, indicator: Indicator, subject: str) -> str:
    events = db.news.events(tx.connection, as_of=tx.at, subject=subject, types=indicator.types, hidden=False)
    if not events:
        return say("none known")
    last = max(events, key=lambda one: one.event.occurred.end).event
    return say("{n} known, last {day}: {title}", n=len(events), day=last.occurred.text, title=last.title)


def _figure(value: Observation | None) -> str:
    if value is None:
        return say("no figure")
    return say("{number} ({kind}, {of})", number=said(value), kind=say(value.kind), of=value.occurred.text)


def _end(desk: Desk, tx: Writing, newest: datetime | None, events: int) -> list[str]:
    if newest is None:
        return [say("Nothing is recorded yet; watching begins now.")]
    day, today = timing.local_date(newest, desk.zone), timing.local_date(tx.at, desk.zone)
    gap = (today - day).days
    told = "The newest thing on record was published on {day} ({n} event in all)."
    lines = [many(events, told, "The newest thing on record was published on {day} ({n} events in all).", day=day)]
    if gap > 1:
        unwatched = "From {day} to {today}, {n} days, nothing was watched: what happened then may be missing."
        lines.append(many(gap, unwatched, unwatched, day=day, today=today))
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
                passed = "{name}: target {goal}, its day {day} has passed"
                lines.append(say(passed, name=indicator.name, goal=shown, day=by.text))
            elif by.end - tx.at <= _AHEAD:
                ahead = due_in(_last_day(by, desk), tx.at, desk.zone)
                coming = "{name}: target {goal}, {due}, on {day}"
                lines.append(say(coming, name=indicator.name, goal=shown, due=ahead, day=by.text))
        for one in due:
            if one.indicator is indicator:
                told = "{name}: {cadence} check by hand is due ({where})"
                lines.append(
                    say(told, name=indicator.name, cadence=say(one.check.by_hand), where=one.check.where or "—")
                )
    return lines
