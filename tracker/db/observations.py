"""Values: add, withdraw, and what is believed of them. A repetition adds no row; nothing is ever changed in place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, case, exists, func, insert, select

from tracker.db import believing, hiding
from tracker.db.adding import CHUNK, add
from tracker.db.codec import observation_of, series_of
from tracker.db.store import Writing
from tracker.db.tables import mention, observation, series, withdrawal
from tracker.model.observed import Clock, Kind, Observation, Series

__all__ = ["add", "believed", "entered", "named", "newest", "touched", "vintages", "withdraw", "withdrawn"]


def withdraw(
    tx: Writing, seqs: Iterable[int], *, reason: str, ours: bool, published_at: datetime | None = None, batch: str = ""
) -> int:
    """Withdraw observations and mentions by seq; how many were not withdrawn before. `ours`: it is as if never said."""
    count = 0
    waiting = iter(dict.fromkeys(seqs))
    while chunk := list(islice(waiting, CHUNK)):
        fresh = _standing_seqs(tx.connection, chunk, ours=ours)
        made = [
            {
                "seq": tx.seq(),
                "target": seq,
                "published_at": published_at or tx.at,
                "recorded_at": tx.at,
                "reason": reason or "withdrawn",
                "ours": ours,
                "batch": batch,
            }
            for seq in fresh
        ]
        if made:
            tx.connection.execute(insert(withdrawal), made)
        count += len(made)
    return count


def _standing_seqs(connection: Connection, seqs: Sequence[int], *, ours: bool) -> list[int]:
    """Those that exist and are not withdrawn yet; a withdrawal by the world does not stand in the way of ours."""
    found: list[int] = []
    for table in (observation, mention):
        gone = exists().where(withdrawal.c.target == table.c.seq)
        if ours:
            gone = gone.where(withdrawal.c.ours)
        found += connection.scalars(select(table.c.seq).where(table.c.seq.in_(seqs), ~gone))
    return sorted(found)


def believed(
    connection: Connection,
    *,
    as_of: datetime | None = None,
    clock: Clock = "recorded",
    subject: str | None = None,
    indicator: str | None = None,
    kinds: Collection[Kind] | None = None,
) -> list[Observation]:
    """What is believed at T (now, without one), oldest first: occurred, then recorded."""
    statement = believing.believed_statement(
        as_of=as_of, clock=clock, subject=subject, indicator=indicator, kinds=kinds
    )
    return _observations(connection, statement)


def newest(
    connection: Connection,
    *,
    as_of: datetime | None = None,
    clock: Clock = "recorded",
    subject: str | None = None,
    indicator: str | None = None,
    kinds: Collection[Kind] = believing.ACTUAL,
) -> list[Observation]:
    """The newest believed value of each series and kind (by the end of its period): what a board shows."""
    statement = believing.newest_statement(as_of=as_of, clock=clock, subject=subject, indicator=indicator, kinds=kinds)
    return _observations(connection, statement)


def _observations(connection: Connection, statement: Select[Any]) -> list[Observation]:
    known: dict[int, Series] = {}
    found = []
    for row in connection.execute(statement):
        about = known.get(row.series_id) or known.setdefault(row.series_id, series_of(row))
        found.append(observation_of(row, about))
    return found


def vintages(
    connection: Connection,
    *,
    as_of: datetime | None = None,
    clock: Clock = "recorded",
    subject: str | None = None,
    indicator: str | Collection[str] | None = None,
) -> list[Observation]:
    """Every row that was known at T, with from when, by what and why it is hidden: occurred, then recorded."""
    o = observation
    statement = (
        select(o, *believing.ABOUT)
        .join(series, series.c.id == o.c.series_id)
        .where(believing.visible(o, as_of, clock), *believing.about(subject, indicator))
        .order_by(o.c.occurred_start, o.c.occurred_end, o.c.seq)
    )

    def narrow(query: Select[Any], target: FromClause) -> Select[Any]:
        return query.join(series, series.c.id == target.c.series_id).where(*believing.about(subject, indicator))

    hidden = hiding.of_observations(connection, as_of=as_of, clock=clock, narrow=narrow)
    return [
        replace(
            row,
            hidden_recorded=by.recorded_at,
            hidden_published=by.published_at,
            hidden_seq=by.seq,
            reason=by.reason,
        )
        if (by := hidden.get(row.seq))
        else row
        for row in _observations(connection, statement)
    ]


def entered(connection: Connection, since: datetime, until: datetime, batch: str) -> dict[tuple[str, str], datetime]:
    """By (subject, indicator), when a value last came in within a span; what stands of it at its end.

    Of a batch that is history (`batch`) it counts when each value was published.
    """
    o = observation
    when = case((and_(o.c.batch == batch, o.c.batch != ""), o.c.published_at), else_=o.c.recorded_at)
    query = (
        select(series.c.subject, series.c.indicator, func.max(when))
        .join(series, series.c.id == o.c.series_id)
        .where(o.c.recorded_at >= since, o.c.recorded_at <= until, ~believing.withdrawn(o.c.seq, until, "recorded"))
        .group_by(series.c.subject, series.c.indicator)
    )
    return {(subject, indicator): at for subject, indicator, at in connection.execute(query)}


def named(connection: Connection, seqs: Iterable[int]) -> list[Observation]:
    """The rows with these seqs, whatever was said of them since: occurred, then recorded."""
    o = observation
    query = select(o, *believing.ABOUT).join(series, series.c.id == o.c.series_id).where(o.c.seq.in_(sorted(set(seqs))))
    return _observations(connection, query.order_by(o.c.occurred_start, o.c.occurred_end, o.c.seq))


def of_entry(connection: Connection, entry: int, *, as_of: datetime | None = None) -> list[Observation]:
    """Every row that a text gave as of T, whatever was said of it since, oldest first."""
    o = observation
    query = select(o, *believing.ABOUT).join(series, series.c.id == o.c.series_id).where(o.c.entry == entry)
    if as_of is not None:
        query = query.where(o.c.recorded_at <= as_of)
    return _observations(connection, query.order_by(o.c.seq))


def withdrawn(connection: Connection, seqs: Iterable[int]) -> set[int]:
    """Which of these rows (observations or mentions) were taken back, by whomever."""
    found: set[int] = set()
    waiting = iter(sorted(set(seqs)))
    while chunk := list(islice(waiting, CHUNK)):
        found.update(connection.scalars(select(withdrawal.c.target).where(withdrawal.c.target.in_(chunk))))
    return found


def touched(connection: Connection, after_seq: int) -> set[tuple[str, str]]:
    """(subject, indicator) of everything said, corrected or withdrawn after a seq."""
    o, corrected = observation, observation.alias()
    pair = (series.c.subject, series.c.indicator)
    queries = (
        select(*pair).join(o, o.c.series_id == series.c.id).where(o.c.seq > after_seq),
        select(*pair)
        .join(corrected, corrected.c.series_id == series.c.id)
        .join(o, o.c.supersedes == corrected.c.seq)
        .where(o.c.seq > after_seq),
        select(*pair)
        .join(o, o.c.series_id == series.c.id)
        .join(withdrawal, withdrawal.c.target == o.c.seq)
        .where(withdrawal.c.seq > after_seq),
    )
    return {(subject, indicator) for query in queries for subject, indicator in connection.execute(query.distinct())}
