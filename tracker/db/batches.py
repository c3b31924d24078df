"""Batches: what one command of a person added, so that one command takes it back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, Table, insert, select

from tracker.db import observations
from tracker.db.store import Writing
from tracker.db.tables import batch as batches
from tracker.db.tables import mention, observation, withdrawal
from tracker.errors import UsageError


def start(tx: Writing, kind: str, note: str = "") -> str:
    """A new batch; its id is random, so that nobody undoes a neighbour by a slip of the finger."""
    name = secrets.token_hex(4)
    tx.connection.execute(insert(batches).values(id=name, kind=kind, note=note, recorded_at=tx.at))
    return name


def notes(connection: Connection, kind: str) -> dict[str, str]:
    """What was noted of each batch of this kind, by its id."""
    return {
        row.id: row.note
        for row in connection.execute(select(batches.c.id, batches.c.note).where(batches.c.kind == kind))
    }


def rows(connection: Connection, batch: str) -> int:
    """How many observations and mentions it added."""
    return sum(len(_seqs(connection, table, batch)) for table in (observation, mention))


def _seqs(connection: Connection, table: Table, batch: str) -> Sequence[int]:
    # That it is not "" is said for the partial index.
    return connection.scalars(select(table.c.seq).where(table.c.batch == batch, table.c.batch != "")).all()


def events(connection: Connection, batch: str) -> Sequence[str]:
    """The keys of the events that it speaks of."""
    query = select(mention.c.event).where(mention.c.batch == batch, mention.c.batch != "").distinct()
    return connection.scalars(query.order_by(mention.c.event)).all()


def undo(tx: Writing, batch: str, reason: str = "undone") -> int:
    """Withdraw everything that the batch added; it is as if it had never been said."""
    if not tx.connection.scalar(select(batches.c.id).where(batches.c.id == batch)):
        raise UsageError(f"there is no batch {batch!r}; `record` and `import` print the name of theirs")
    seqs = [seq for table in (observation, mention) for seq in _seqs(tx.connection, table, batch)]
    undone = observations.withdraw(tx, seqs, reason=reason, ours=True)
    if not undone:
        if tx.connection.scalar(select(withdrawal.c.seq).where(withdrawal.c.target.in_(seqs[:1]))):
            raise UsageError(f"batch {batch} has been undone before")
        raise UsageError(f"batch {batch} added nothing, so there is nothing to undo")
    return undone
