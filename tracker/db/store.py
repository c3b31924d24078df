"""The store: open it, read from it, write to it. One writer at a time; a write is recorded at one instant."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Connection, Engine, select, text, update

from tracker.db import engine as engines
from tracker.db import schema, upgrading
from tracker.db.failing import translated
from tracker.db.tables import life
from tracker.errors import BackwardsError, HomeError
from tracker.timing import iso


class Writing:
    """One transaction that writes. `at` is the recorded time of everything in it; `seq` gives the next number."""

    __slots__ = ("_changes", "_last", "at", "connection")

    def __init__(self, connection: Connection, now: datetime, *, strict: bool) -> None:
        if connection.dialect.name == "postgresql":
            # So that no lower number and no earlier time is ever committed after a higher one.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": schema.LOCK})
        newest, self._last = connection.execute(select(life.c.newest, life.c.seq)).one()
        if strict and newest is not None and now < newest:
            raise _backwards(newest, now)
        self.connection = connection
        self.at: datetime = now if newest is None else max(now, newest)
        self._changes = _changes(connection)

    def seq(self) -> int:
        """The next number in the order of learning."""
        self._last += 1
        return self.last_seq

    @property
    def last_seq(self) -> int:
        """The newest number given so far."""
        return int(self._last)

    def finish(self) -> None:
        """Remember how far this home has lived, if anything was written."""
        if _changes(self.connection) != self._changes:
            self.connection.execute(update(life).values(newest=self.at, seq=self._last))


def _backwards(newest: datetime, now: datetime) -> BackwardsError:
    return BackwardsError(
        f"a home does not live backwards: it has recorded things at {iso(newest)}, and this is for {iso(now)}. "
        "Use that time or a later one"
    )


def _changes(connection: Connection) -> int:
    """A number that is another one after something was written."""
    if connection.dialect.name == "postgresql":
        return connection.scalar(text("SELECT txid_current_if_assigned()::text::bigint")) or 0
    driver = connection.connection.driver_connection
    return int(driver.total_changes) if driver is not None else 0


class Store:
    """The memory of one home. Reads of one thread share a snapshot; a read inside a write sees what is written."""

    def __init__(self, engine: Engine, name: str, *, shared: bool, read_only: bool = False) -> None:
        self.engine = engine
        self.name = name
        self.read_only = read_only
        snapshot = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._readers = engine.execution_options(readonly=True, **snapshot)
        #: One writer per process: SQLite's own waiting is unfair. In memory all share one connection, readers too.
        self._turn = threading.RLock()
        self._shared = shared
        self._here = threading.local()

    @classmethod
    def open(cls, url: str, *, upgrade: bool | None = None, read_only: bool = False) -> Self:
        """The store at this URL, made or brought up to date when needed.

        SQLite is upgraded unless `upgrade` is False, PostgreSQL only when it is True. With `read_only` nothing is made:
        where there is no database yet, an empty one in memory stands in for it.
        """
        parsed = engines.parse(url)
        name, file = engines.name_of(parsed), engines.file_of(parsed)
        if read_only and file is not None and not file.exists():
            return cls._empty(name, read_only=True)
        with translated(name):
            engine = engines.make(parsed)
            try:
                upgrading.ready(engine, name, file, upgrade=upgrade)
            except BaseException:
                engine.dispose()
                raise
        frozen = file is not None and not engines.writable(file)
        in_memory = file is None and engine.dialect.name == "sqlite"
        return cls(engine, name, shared=in_memory, read_only=read_only or frozen)

    @staticmethod
    def begun(url: str) -> bool:
        """Whether there may be something at this URL: a SQLite file that exists, or a server."""
        parsed = engines.parse(url)
        file = engines.file_of(parsed)
        return parsed.get_backend_name() != "sqlite" or (file is not None and file.exists())

    @classmethod
    def memory(cls) -> Self:
        """A new store that is gone when it is closed; its threads share one connection."""
        return cls._empty("memory", read_only=False)

    @classmethod
    def _empty(cls, name: str, *, read_only: bool) -> Self:
        engine = engines.make(engines.parse("sqlite://"))
        upgrading.ready(engine, name, None, upgrade=True)
        return cls(engine, name, shared=True, read_only=read_only)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that reads one snapshot."""
        held: Connection | None = getattr(self._here, "connection", None)
        if held is not None:
            with translated(self.name):
                yield held
            return
        with translated(self.name), self._alone(self._shared), self._readers.begin() as connection:
            self._here.connection = connection
            try:
                yield connection
            finally:
                del self._here.connection

    @contextmanager
    def write(self, now: datetime, *, strict: bool = False, dry: bool = False) -> Iterator[Writing]:
        """A transaction: all of it is stored or nothing; with `dry` nothing, at the end.

        `strict` refuses to live backwards; without it everything is recorded at the newest recorded time at least.
        """
        if self.read_only:
            raise HomeError(f"{self.name}: opened for reading only; nothing can be stored here")
        if getattr(self._here, "connection", None) is not None:
            raise RuntimeError("a write inside a read or a write of the same thread")
        with (
            translated(self.name),
            self._alone(True),
            self.engine.connect() as connection,
            connection.begin() as transaction,
        ):
            self._here.connection = connection
            try:
                writing = Writing(connection, now, strict=strict)
                yield writing
                writing.finish()
                if dry:
                    transaction.rollback()
            finally:
                del self._here.connection

    @contextmanager
    def _alone(self, needed: bool) -> Iterator[None]:
        if not needed:
            yield
            return
        with self._turn:
            yield

    def newest(self) -> datetime | None:
        """The newest recorded time: how far this home has lived."""
        with self.read() as connection:
            return connection.scalar(select(life.c.newest))

    def refuse_before(self, now: datetime, slack: timedelta) -> None:
        """Raise BackwardsError when this home has lived further than now, by more than clocks may differ."""
        newest = self.newest()
        if newest is not None and now < newest - slack:
            raise _backwards(newest, now)

    def seq(self) -> int:
        """The newest number given."""
        with self.read() as connection:
            return connection.scalar(select(life.c.seq)) or 0

    def clear(self) -> None:
        """Forget everything; only what is in memory may. A store that is used again has its statements compiled."""
        if not self._shared:
            raise RuntimeError("only a store in memory is cleared")
        with translated(self.name), self._alone(True), self.engine.begin() as connection:
            schema.clear(connection)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()
