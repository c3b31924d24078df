"""How each source is doing, what its pages answered last, and the spans in which somebody was watching."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from tracker.db.states import coverage as spans
from tracker.db.states import page, source_state
from tracker.db.store import Writing
from tracker.db.tables import entry
from tracker.model.observed import Coverage, Page, SourceState

_STATE = tuple(field.name for field in dataclasses.fields(SourceState))
_PAGE = tuple(field.name for field in dataclasses.fields(Page))


def state(connection: Connection, name: str) -> SourceState:
    """How one source is doing; `never` before its first pass."""
    row = connection.execute(select(source_state).where(source_state.c.source == name)).one_or_none()
    return SourceState(source=name) if row is None else _state_of(row)


def states(connection: Connection) -> list[SourceState]:
    """Every source that was ever tried, by name."""
    rows = connection.execute(select(source_state).order_by(source_state.c.source))
    return [_state_of(row) for row in rows]


def _state_of(row: Row[Any]) -> SourceState:
    """Rows of before a column was there do not have it."""
    return SourceState(**{name: value for name, value in row._mapping.items() if value is not None})


def save_state(tx: Writing, new: SourceState) -> None:
    """Replace what is known of this source."""
    values = {name: getattr(new, name) for name in _STATE}
    known = update(source_state).where(source_state.c.source == new.source)
    if not tx.connection.execute(known.values(values)).rowcount:
        tx.connection.execute(insert(source_state).values(values))


def pages(connection: Connection, name: str) -> dict[str, Page]:
    """What each URL of a source answered last."""
    rows = connection.execute(select(page).where(page.c.source == name).order_by(page.c.url))
    return {row.url: Page(**{field: getattr(row, field) for field in _PAGE}) for row in rows}


def save_pages(tx: Writing, name: str, new: Iterable[Page], *, only: bool = False) -> int:
    """Replace what these URLs answered; others of the source stay, unless these are the `only` ones that it still asks.

    What is kept as it is already is not written again; how many were.
    """
    kept, given = pages(tx.connection, name), {one.url: one for one in new}
    fresh = [one for one in given.values() if kept.get(one.url) != one]
    stale = [one.url for one in fresh if one.url in kept] + [url for url in kept if only and url not in given]
    for url in stale:
        tx.connection.execute(delete(page).where(page.c.source == name, page.c.url == url))
    if fresh:
        values = [{"source": name, **{field: getattr(one, field) for field in _PAGE}} for one in fresh]
        tx.connection.execute(insert(page), values)
    return len(fresh)


def coverage(connection: Connection, watcher: str | None = None) -> list[Coverage]:
    """The spans in which each watcher was watching, oldest first."""
    query = select(spans).order_by(spans.c.watcher, spans.c.start_at, spans.c.seq)
    if watcher is not None:
        query = query.where(spans.c.watcher == watcher)
    rows = connection.execute(query)
    return [Coverage(watcher=row.watcher, start=row.start_at, end=row.end_at, seq=row.seq) for row in rows]


def cover(tx: Writing, new: Coverage) -> None:
    """Note a span; with those that it touches or overlaps it becomes one."""
    mine = and_(spans.c.watcher == new.watcher, spans.c.seq == 0)
    near = (mine, spans.c.start_at <= new.end, spans.c.end_at >= new.start)
    touching = tx.connection.execute(select(spans.c.start_at, spans.c.end_at).where(*near)).all()
    start = min([new.start, *(span.start_at for span in touching)])
    end = max([new.end, *(span.end_at for span in touching)])
    if [(start, end)] == [(span.start_at, span.end_at) for span in touching]:
        return
    if len(touching) == 1 and touching[0].start_at == start:  # as nearly always: it goes on
        tx.connection.execute(update(spans).where(mine, spans.c.start_at == start).values(end_at=end))
        return
    tx.connection.execute(delete(spans).where(*near))
    tx.connection.execute(insert(spans).values(watcher=new.watcher, start_at=start, end_at=end, seq=0))


def fill(tx: Writing, new: Coverage) -> None:
    """Note that a gap was filled now: what was missed in it has just been read. A fact like others, with its seq."""
    made = {"watcher": new.watcher, "start_at": new.start, "end_at": new.end, "seq": tx.seq()}
    tx.connection.execute(insert(spans).values(made))


def filled_since(connection: Connection, after_seq: int) -> set[str]:
    """The watchers of which a gap was filled after a seq."""
    return set(connection.scalars(select(spans.c.watcher).where(spans.c.seq > after_seq)))


def counts(connection: Connection) -> dict[str, int]:
    """How many texts each source has brought; an edited one counts once."""
    query = select(entry.c.source, func.count()).where(entry.c.version == 1).group_by(entry.c.source)
    return {source: count for source, count in connection.execute(query)}
