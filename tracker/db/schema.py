"""The schema and its version: what the database says it has, what this program needs, and how an empty one is made."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, select, text

from tracker.db import states, tables, views
from tracker.db.columns import metadata

#: The newest migration; a test compares it with the files.
HEAD = "0005"

#: The advisory lock of writers and upgrades on PostgreSQL.
LOCK = 7_214_531_906

__all__ = ["HEAD", "LOCK", "create", "is_empty", "metadata", "states", "stored"]

#: As Alembic makes it.
alembic_version = Table(
    "alembic_version",
    MetaData(naming_convention={"pk": "alembic_version_pkc"}),
    Column("version_num", String(32), primary_key=True),
)


def stored(connection: Connection) -> str | None:
    """The version that the database says it has, None when it says nothing."""
    if "alembic_version" not in _names(connection):
        return None
    return connection.scalar(select(alembic_version.c.version_num))


def is_empty(connection: Connection) -> bool:
    """Whether there is no table at all."""
    return not _names(connection)


def _names(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    else:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    return set(connection.scalars(text(query)))


def create(connection: Connection) -> None:
    """Everything, in an empty database."""
    if connection.dialect.name == "postgresql":
        tables.for_postgresql()
    metadata.create_all(connection, checkfirst=False)
    alembic_version.create(connection)
    connection.execute(insert(alembic_version).values(version_num=HEAD))
    connection.execute(insert(tables.life).values(id=1, newest=None, seq=0))
    views.create(connection)


def clear(connection: Connection) -> None:
    """As `create` made it."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))
    connection.execute(insert(tables.life).values(id=1, newest=None, seq=0))
