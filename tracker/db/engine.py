"""Engines: the SQLite recipe (WAL, BEGIN IMMEDIATE for writers, synchronous FULL), PostgreSQL in UTC.

Nothing else connects. What SQLite would call "unable to open database file" is looked at here and said plainly.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from tracker.errors import HomeError, StoreError, UsageError

#: Seconds that a writer waits for another one.
PATIENCE = 15

_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "cache_size=-65536",
    "mmap_size=268435456",
    "journal_size_limit=67108864",
)


def parse(url: str) -> URL:
    """The URL of a database that this program can use."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError("the database URL cannot be read; write sqlite:///PATH or postgresql://HOST/NAME") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed.set(drivername="sqlite")
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise UsageError(f"the database URL names {backend}; the tracker keeps its memory in sqlite or postgresql")


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database, None for one in memory and for PostgreSQL."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


def name_of(url: URL) -> str:
    """How messages call the database: its path, or its URL without the password."""
    file = file_of(url)
    return str(file) if file else url.render_as_string(hide_password=True)


def writable(file: Path) -> bool:
    """SQLite writes beside its file, too: the folder counts."""
    return _may_write(file.parent) and (not file.exists() or _may_write(file))


def _may_write(place: Path) -> bool:
    mode = os.W_OK | os.X_OK if place.is_dir() else os.W_OK
    return os.access(place, mode, effective_ids=os.access in os.supports_effective_ids)


def make(url: URL) -> Engine:
    """An engine of either kind; connects to nothing yet."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        return create_engine(url, connect_args={"options": "-c timezone=UTC", "connect_timeout": PATIENCE})
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs its driver: pip install 'tracker[postgres]'") from error


def _sqlite(url: URL) -> Engine:
    file = file_of(url)
    if file is None:
        arguments: dict[str, Any] = {"check_same_thread": False}
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args=arguments)
        return _hooked(engine, wal=False)
    _look_at(file)
    arguments = {"timeout": float(str(url.query.get("timeout", PATIENCE))), "check_same_thread": False}
    if not writable(file):
        # Without the -shm file of a living writer SQLite could not even read; then nobody writes, and it is told so.
        mode = "mode=ro" if Path(f"{file}-shm").exists() else "immutable=1"
        return _hooked(
            create_engine(f"sqlite:///file:{quote(str(file.resolve()))}?{mode}&uri=true", connect_args=arguments),
            wal=False,
        )
    return _hooked(create_engine(url, connect_args=arguments), wal=True)


def _look_at(file: Path) -> None:
    """Refuse what cannot become or hold the file."""
    if file.is_dir():
        raise HomeError(f"{file}: this is a folder; the database file belongs here. Move the folder away")
    folder = file.parent
    if folder.exists() and not folder.is_dir():
        raise HomeError(f"{folder}: this is a file; the folder of the database belongs here. Move the file away")
    if file.exists():
        return
    if not folder.parent.is_dir():
        raise HomeError(f"{folder.parent}: no such folder. Make a home with `tracker init {folder.parent}`")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise HomeError(f"{folder}: cannot make this folder: {error.strerror}") from error
    if not _may_write(folder):
        raise HomeError(f"{folder}: cannot write here; the database {file.name} cannot be made")


def _to_wal(dbapi: sqlite3.Connection) -> None:
    """Once per file: to ask for WAL where it is on already takes a lock that a short command can do without.

    Two processes that make one file at the same time: SQLite does not wait here, whatever its timeout.
    """
    for _ in range(PATIENCE * 20):
        try:
            if dbapi.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                return
            dbapi.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.05)


def _hooked(engine: Engine, *, wal: bool) -> Engine:
    """The driver must begin nothing by itself: writers begin IMMEDIATE, so that none reads before it holds the lock."""

    @event.listens_for(engine, "connect")
    def _(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        if wal:
            _to_wal(dbapi)
        for pragma in _PRAGMAS:
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine
