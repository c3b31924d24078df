"""From when on a row is hidden, by which row, and why: what was superseded or withdrawn is marked, never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, literal, or_, select

from tracker.db import believing
from tracker.db.tables import event, mention, observation, withdrawal
from tracker.model.observed import Clock
from tracker.timing import BEGINNING


@dataclass(frozen=True, slots=True)
class Hiding:
    """The first row that hides another one on the recorded clock, and when it is hidden on both."""

    seq: int
    recorded_at: datetime
    published_at: datetime
    reason: str


def of_observations(
    connection: Connection,
    *,
    as_of: datetime | None,
    clock: Clock,
    narrow: Callable[[Select[Any], FromClause], Select[Any]],
    given: Mapping[str, Any] | None = None,
) -> dict[int, Hiding]:
    """By seq of the hidden observation, as far as it was known at T.

    `narrow` joins and filters the rows that it is about, `given` are its parameters.
    """
    target, newer = observation.alias("target"), observation.alias("newer")
    withdrawals = _withdrawals(as_of, clock).join(target, target.c.seq == withdrawal.c.target)
    corrections = (
        select(newer.c.supersedes, newer.c.seq, newer.c.recorded_at, newer.c.published_at, literal(""), literal(False))
        .join(target, target.c.seq == newer.c.supersedes)
        .where(believing.visible(newer, as_of, clock), ~believing.withdrawn(newer.c.seq, as_of, clock))
    )
    found = [
        row for query in (withdrawals, corrections) for row in connection.execute(narrow(query, target), given or {})
    ]
    return _first(found)


def of_mentions(
    connection: Connection, *, as_of: datetime | None, clock: Clock, wanted: Iterable[ColumnElement[bool]] = ()
) -> dict[int, Hiding]:
    """By seq of the hidden mention, as far as it was known at T; `wanted` says of which events."""
    query = _withdrawals(as_of, clock).join(mention, mention.c.seq == withdrawal.c.target)
    query = query.join(event, event.c.key == mention.c.event)
    return _first(connection.execute(query.where(*wanted)))


def _withdrawals(as_of: datetime | None, clock: Clock) -> Select[Any]:
    w = withdrawal
    seen = believing.visible(w, as_of, clock)
    if clock == "published" and as_of is not None:
        seen = or_(seen, w.c.ours)
    return select(w.c.target, w.c.seq, w.c.recorded_at, w.c.published_at, w.c.reason, w.c.ours).where(seen)


def _first(rows: Iterable[Any]) -> dict[int, Hiding]:
    """Of several rows that hide one, the first on each clock counts; ours hides on the published clock from ever."""
    found: dict[int, Hiding] = {}
    for target, seq, recorded_at, published_at, reason, ours in sorted(rows, key=lambda row: int(row[1])):
        published = BEGINNING if ours else published_at
        first = found.get(target)
        if first is None:
            found[target] = Hiding(seq, recorded_at, published, reason)
        elif published < first.published_at:
            found[target] = Hiding(first.seq, first.recorded_at, published, first.reason)
    return found
