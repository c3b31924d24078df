"""How values come in: numbered series, no repetitions, cut at their publication; a million rows as well as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, text

from tracker.db import believing, bulk
from tracker.db.codec import labels_text, series_of
from tracker.db.store import Writing
from tracker.db.tables import observation, series
from tracker.model.observed import Observation, Series
from tracker.timing import Period

#: Rows per statement: more is no faster, and memory stays small however many there are.
CHUNK = 10_000

#: (series, start, end as named, kind, source): where a claim repeats or revises an earlier one.
Slot = tuple[int, datetime, datetime, str, str]


class Claim(NamedTuple):
    """What the newest claim of a slot says."""

    lo: Any
    hi: Any
    op: str
    by: tuple[datetime, datetime] | None
    supersedes: int | None


def add(tx: Writing, rows: Iterable[Observation]) -> list[int]:
    """Store rows in order; the seq of each, 0 where it repeats what its source said last for that date and kind."""
    known: dict[Series, int] = {}
    seqs: list[int] = []
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        seqs += _add_chunk(tx, known, [_cut(row) for row in chunk])
    if len(seqs) >= CHUNK and tx.connection.dialect.name == "postgresql":
        # Until its statistics know of them, the planner takes a big table for an empty one.
        tx.connection.execute(text("ANALYZE series, observation, withdrawal"))
    return seqs


def _cut(row: Observation) -> Observation:
    """An actual cannot have happened after it was published."""
    if row.kind != "actual" or row.occurred.end <= row.published_at:
        return row
    named = row.period_end or row.occurred.end
    end = max(row.occurred.start, row.published_at)
    return replace(row, occurred=Period(row.occurred.start, end, row.occurred.text), period_end=named)


def _add_chunk(tx: Writing, known: dict[Series, int], rows: Sequence[Observation]) -> list[int]:
    old = _number_series(tx.connection, known, {row.series for row in rows})
    claims = _claims(tx.connection, [row for row in rows if known[row.series] in old], known)
    made: list[tuple[int, int, Observation]] = []
    seqs: list[int] = []
    for row in rows:
        slot = (known[row.series], *row.date, row.kind, row.source)
        claim = Claim(row.lo, row.hi, row.op, (row.by.start, row.by.end) if row.by else None, row.supersedes)
        if _repeats(claim, claims.get(slot)):
            seqs.append(0)
            continue
        claims[slot] = claim
        seqs.append(tx.seq())
        made.append((slot[0], seqs[-1], row))
    bulk.insert(tx.connection, made, tx.at)
    return seqs


def _repeats(claim: Claim, newest: Claim | None) -> bool:
    """A correction is never a repetition of what it corrects, only of an earlier correction of the same row."""
    if newest is None or claim[:4] != newest[:4]:
        return False
    return claim.supersedes is None or claim.supersedes == newest.supersedes


def _number_series(connection: Connection, known: dict[Series, int], wanted: set[Series]) -> set[int]:
    """Learn the id of every series, making those that are new; the ids of those that existed before."""
    missing = wanted - known.keys()
    if missing:
        known.update(_find_series(connection, missing))
    new = sorted(missing - known.keys(), key=repr)
    old = {known[one] for one in wanted - set(new)}
    if new:
        made = [
            {
                "subject": one.subject,
                "indicator": one.indicator,
                "labels": labels_text(one.labels),
                "edition": one.edition,
                "unit": one.unit,
            }
            for one in new
        ]
        connection.execute(insert(series), made)
        known.update(_find_series(connection, set(new)))
    return old


def _find_series(connection: Connection, wanted: set[Series]) -> Iterator[tuple[Series, int]]:
    query = select(series).where(
        series.c.subject.in_({one.subject for one in wanted}), series.c.indicator.in_({one.indicator for one in wanted})
    )
    for row in connection.execute(query):
        if (found := series_of(row)) in wanted:
            yield found, row.id


def _claims(connection: Connection, rows: Sequence[Observation], known: dict[Series, int]) -> dict[Slot, Claim]:
    """The newest standing claim of each slot that these rows may speak of: one walk along the key per series."""
    if not rows:
        return {}
    o = observation
    query = (
        select(
            o.c.series_id, o.c.occurred_start, o.c.period_end, o.c.kind, o.c.source,
            o.c.lo, o.c.hi, o.c.op, o.c.by_start, o.c.by_end, o.c.supersedes,
        )
        .where(
            o.c.series_id.in_({known[row.series] for row in rows}),
            o.c.occurred_end >= min(row.occurred.start for row in rows),
            o.c.occurred_end <= max(row.date[1] for row in rows),
            believing.standing(o, None, "recorded"),
        )
        .order_by(o.c.seq)
    )  # fmt: skip
    return {
        (row[0], row[1], row[2], row[3], row[4]): Claim(row[5], row[6], row[7], row[8] and (row[8], row[9]), row[10])
        for row in connection.execute(query)
    }
