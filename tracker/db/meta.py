"""Small facts about the home itself, by key: what was imported, when it was born."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from tracker.db.store import Writing
from tracker.db.tables import meta


def get(connection: Connection, key: str) -> str | None:
    """The value, None when there is none."""
    return connection.scalar(select(meta.c.value).where(meta.c.key == key))


def put(tx: Writing, key: str, value: str) -> None:
    """Set the value."""
    if get(tx.connection, key) == value:
        return
    tx.connection.execute(delete(meta).where(meta.c.key == key))
    tx.connection.execute(insert(meta).values(key=key, value=value))


def under(connection: Connection, prefix: str) -> dict[str, str]:
    """Every fact whose key begins so."""
    query = select(meta.c.key, meta.c.value).where(meta.c.key.startswith(prefix, autoescape=True))
    return {key: value for key, value in connection.execute(query)}
