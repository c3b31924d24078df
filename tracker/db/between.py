"""What was learned and taken back between two instants of the recorded clock, both included; and what disagrees.

The digest reads this: it tells what came in a period, however late it was dated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, distinct, exists, func, select

from tracker.db import believing
from tracker.db.codec import observation_of, series_of
from tracker.db.tables import entry, entry_subject, mention, observation, series, withdrawal
from tracker.model.observed import Observation


def rows_of(connection: Connection, batch: str, since: datetime, until: datetime) -> int:
    """How many values and mentions of a batch came in."""
    count = 0
    for table in (observation, mention):
        # That it is not "" is said for the partial index.
        of_batch = select(func.count()).where(table.c.batch == batch, table.c.batch != "")
        count += connection.scalar(of_batch.where(*_within(table.c.recorded_at, since, until))) or 0
    return count


def revised(connection: Connection, since: datetime, until: datetime) -> list[Observation]:
    """Every value, however old, of a series and date of which one was known before and another one came in."""
    o, fresh, older = observation, observation.alias("fresh"), observation.alias("older")
    known = exists().where(_same_place(older, fresh), older.c.recorded_at < since)
    places = (
        select(fresh.c.series_id, fresh.c.occurred_start, fresh.c.period_end)
        .where(*_within(fresh.c.recorded_at, since, until), known)
        .distinct()
        .subquery("places")
    )
    return _at_places(connection, places, o.c.recorded_at <= until)


def disputed(connection: Connection, as_of: datetime) -> list[Observation]:
    """The claims that stood at T of every series and date of which more than one voice speaks."""
    o = observation
    voices = func.count(distinct(o.c.source + "|" + o.c.citation))
    slot = (o.c.series_id, o.c.occurred_start, o.c.period_end)
    places = select(*slot).where(o.c.recorded_at <= as_of).group_by(*slot).having(voices > 1).subquery("places")
    return _at_places(connection, places, believing.standing(o, as_of, "recorded"))


def _at_places(connection: Connection, places: FromClause, *wanted: ColumnElement[bool]) -> list[Observation]:
    o = observation
    query = select(o, *believing.ABOUT).join(places, _same_place(o, places)).join(series, series.c.id == o.c.series_id)
    return _rows(connection, query.where(*wanted).order_by(o.c.series_id, o.c.occurred_start, o.c.period_end, o.c.seq))


def _same_place(row: FromClause, place: FromClause) -> ColumnElement[bool]:
    return and_(
        row.c.series_id == place.c.series_id,
        # Implied by the two equalities below; said for the walk along the key.
        row.c.occurred_end >= place.c.occurred_start,
        row.c.occurred_end <= place.c.period_end,
        row.c.occurred_start == place.c.occurred_start,
        row.c.period_end == place.c.period_end,
    )


def withdrawn(connection: Connection, since: datetime, until: datetime) -> list[tuple[Observation, str]]:
    """The values that were taken back, with the reason."""
    o = observation
    marks = select(withdrawal.c.target, withdrawal.c.reason).where(*_within(withdrawal.c.recorded_at, since, until))
    # Of several the first one counts: it comes last here.
    gone = {target: reason for target, reason in connection.execute(marks.order_by(withdrawal.c.seq.desc()))}
    hit = exists().where(withdrawal.c.target == o.c.seq, *_within(withdrawal.c.recorded_at, since, until))
    query = select(o, *believing.ABOUT).join(series, series.c.id == o.c.series_id).where(hit).order_by(o.c.seq)
    return [(row, gone[row.seq]) for row in _rows(connection, query)]


def unread(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """By subject, how many texts came in that name it and report nothing."""
    query = (
        select(entry_subject.c.subject, func.count(distinct(entry.c.source + "|" + entry.c.key)))
        .join(entry, entry.c.id == entry_subject.c.entry_id)
        .where(*_within(entry.c.recorded_at, since, until), ~exists().where(mention.c.entry == entry.c.id))
        .group_by(entry_subject.c.subject)
    )
    return {subject: count for subject, count in connection.execute(query)}


def _within(column: ColumnElement[Any], since: datetime, until: datetime) -> Iterable[ColumnElement[bool]]:
    return column >= since, column <= until


def _rows(connection: Connection, query: Select[Any]) -> list[Observation]:
    return [observation_of(row, series_of(row)) for row in connection.execute(query)]
