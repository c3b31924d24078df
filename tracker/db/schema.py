"""The version of the schema: made when there is none, checked at each opening, upgraded where that is allowed.

Alembic is not imported while the stored version is the newest: short commands start fast.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, delete, insert, select, text

from tracker.db import states, tables, views
from tracker.db.columns import metadata
from tracker.errors import HomeError, StoreError

#: The newest migration; a test compares it with the files.
HEAD = "0001"

#: The advisory lock of writers and upgrades on PostgreSQL.
LOCK = 7_214_531_906

__all__ = ["HEAD", "LOCK", "create", "is_empty", "metadata", "ready", "states", "stored"]

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


def ready(engine: Engine, name: str, file: Path | None, *, upgrade: bool | None) -> None:
    """Return when the database has this program's schema; say what to do when it cannot have it."""
    with engine.execution_options(readonly=True).begin() as connection:
        version = stored(connection)
        empty = version is None and is_empty(connection)
    if version == HEAD:
        return
    if version is None and not empty:
        raise StoreError(f"{name}: this database holds tables of something else. Give the tracker one of its own")
    allowed = engine.dialect.name == "sqlite" if upgrade is None else upgrade
    if not allowed:
        found = "has no tables yet" if empty else f"is at version {version}"
        raise StoreError(f"{name}: the database {found}, this tracker needs {HEAD}: run `tracker db upgrade`")
    if file is not None and engine.url.query.get("uri"):
        raise HomeError(f"{name}: the database must be upgraded, and it cannot be written here")
    bring_up(engine, name, file)


def bring_up(engine: Engine, name: str, file: Path | None) -> None:
    """Make an empty database, or run the migrations that are missing. Of many that try at once, one does it."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            if is_empty(connection):
                create(connection)
            if stored(connection) == HEAD:
                return
    else:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            if is_empty(connection):
                create(connection)
            if stored(connection) == HEAD:
                return
    from tracker.db import maintenance

    maintenance.migrate(engine, name, file)
