"""Opening, reading and writing: one instant and one number per thing, all or nothing, and plain words when it fails."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.db.making import DAY, HOUR, NOON, day, value
from tracker.db import Store, meta, observations
from tracker.errors import BackwardsError, HomeError, StoreError, UsageError

NOBODY = 65534


def test_a_new_home_has_not_lived(store: Store) -> None:
    assert (store.newest(), store.seq()) == (None, 0)


def test_everything_in_a_write_has_one_time_and_its_own_number(store: Store) -> None:
    with store.write(NOON) as tx:
        assert (tx.at, tx.seq(), tx.seq(), tx.last_seq) == (NOON, 1, 2, 2)
        meta.put(tx, "a", "b")
    assert (store.newest(), store.seq()) == (NOON, 2)


def test_recorded_times_never_go_back(store: Store) -> None:
    with store.write(NOON) as tx:
        meta.put(tx, "a", "b")
    with store.write(NOON - HOUR) as tx:
        assert tx.at == NOON
    with store.write(NOON, strict=True) as tx:
        assert tx.at == NOON
    with (
        pytest.raises(BackwardsError, match=r"2026-08-17T12:00:00Z.*2026-08-17T11:00:00Z"),
        store.write(NOON - HOUR, strict=True),
    ):
        pass


def test_what_writes_nothing_leaves_no_trace(store: Store) -> None:
    with store.write(NOON) as tx:
        meta.put(tx, "a", "b")
    with store.write(NOON + DAY) as tx:
        meta.put(tx, "a", "b")
        assert meta.get(tx.connection, "a") == "b"
    assert store.newest() == NOON


def test_all_or_nothing(store: Store) -> None:
    def fail() -> None:
        with store.write(NOON) as tx:
            observations.add(tx, [value(1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.write(NOON, dry=True) as tx:
        assert observations.add(tx, [value(1)]) == [1]
        assert len(observations.believed(tx.connection)) == 1
    with store.read() as connection:
        assert observations.believed(connection) == []
    assert (store.newest(), store.seq()) == (None, 0)


def test_a_read_inside_a_write_sees_what_is_written(store: Store) -> None:
    with store.write(NOON) as tx:
        meta.put(tx, "a", "b")
        with store.read() as connection:
            assert meta.get(connection, "a") == "b"


def test_reads_may_nest_writes_may_not(store: Store) -> None:
    with store.read() as outer, store.read() as inner:
        assert outer is inner
        with pytest.raises(RuntimeError, match="a write inside"), store.write(NOON):
            pass
    with store.write(NOON), pytest.raises(RuntimeError, match="a write inside"), store.write(NOON):
        pass


def test_a_reader_sees_one_moment(tmp_path: Path, postgres_url: Callable[[], str]) -> None:
    for url in (f"sqlite:///{tmp_path / 'a.sqlite3'}", postgres_url()):
        here, there = Store.open(url), Store.open(url)
        with here.read() as connection:
            assert meta.get(connection, "a") is None
            with there.write(NOON) as tx:
                meta.put(tx, "a", "b")
            assert meta.get(connection, "a") is None
        assert there.newest() == NOON
        here.close()
        there.close()


def test_threads_lose_nothing(store: Store) -> None:
    def count() -> None:
        for _ in range(20):
            with store.write(NOON) as tx:
                meta.put(tx, "counter", str(int(meta.get(tx.connection, "counter") or 0) + 1))
                tx.seq()
            with store.read() as connection:
                assert meta.get(connection, "counter")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert meta.get(connection, "counter") == "80"
    assert store.seq() == 80


@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_processes_lose_nothing(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """They open it at the same time, too: on SQLite one of them makes it."""
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}" if kind == "file" else request.getfixturevalue("postgres_url")()
    script = Path(__file__).with_name("counting.py")
    paths = os.pathsep.join([str(script.parents[2]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths}
    running = [subprocess.Popen([sys.executable, script, url, "100"], env=environment) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    store = Store.open(url)
    with store.read() as connection:
        assert meta.get(connection, "counter") == "200"
    assert store.seq() == 200
    store.close()


def test_nothing_is_made_to_be_read(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'db' / 'tracker.sqlite3'}", read_only=True)
    with store.read() as connection:
        assert observations.believed(connection) == []
    with pytest.raises(HomeError, match="for reading only"), store.write(NOON):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path / 'db' / 'tracker.sqlite3'}").close()
    assert (tmp_path / "db" / "tracker.sqlite3").exists()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://localhost/x", "names mysql; the tracker keeps its memory in sqlite or postgresql"),
        ("nonsense", "cannot be read; write sqlite:///PATH"),
    ],
)
def test_urls_that_lead_nowhere(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Store.open(url)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1") as raised:
        Store.open("postgresql://me:secret@127.0.0.1:1/home")
    assert "secret" not in str(raised.value)


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "tracker.sqlite3").mkdir()
    with pytest.raises(HomeError, match="this is a folder; the database file belongs here"):
        Store.open(f"sqlite:///{tmp_path / 'tracker.sqlite3'}")


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "db").write_text("x")
    with pytest.raises(HomeError, match="this is a file; the folder of the database belongs here"):
        Store.open(f"sqlite:///{tmp_path / 'db' / 'tracker.sqlite3'}")


def test_no_home_at_all(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match=r"no such folder\. Make a home with `tracker init"):
        Store.open(f"sqlite:///{tmp_path / 'nowhere' / 'db' / 'tracker.sqlite3'}")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "tracker.sqlite3"
    file.write_text("dear diary" * 1000)
    with pytest.raises(StoreError, match="is damaged or is no database"):
        Store.open(f"sqlite:///{file}")
    assert file.read_text() == "dear diary" * 1000


def test_a_database_of_something_else(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.sqlite3")) as other:
        other.execute("CREATE TABLE recipe (id)")
    with pytest.raises(StoreError, match="holds tables of something else"):
        Store.open(f"sqlite:///{tmp_path / 'other.sqlite3'}")


def test_a_full_disk(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
    store = Store.open(url)
    with store.write(NOON) as tx:
        observations.add(tx, [value(1)])

    def fill() -> None:
        with store.write(NOON) as tx:
            tx.connection.exec_driver_sql("PRAGMA max_page_count=1")
            observations.add(tx, [value(1, occurred=day(number)) for number in range(5000)])

    with pytest.raises(HomeError, match=r"the disk is full\. Nothing of this step was stored"):
        fill()
    store.close()
    store = Store.open(url)
    with store.read() as connection:
        assert len(observations.believed(connection)) == 1
    store.close()


def test_another_writer_that_does_not_end(tmp_path: Path) -> None:
    file = tmp_path / "tracker.sqlite3"
    store = Store.open(f"sqlite:///{file}?timeout=0.1")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with store.read() as connection:
            assert meta.get(connection, "a") is None
        with pytest.raises(StoreError, match="another process has been writing for too long"), store.write(NOON):
            pass
    store.close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, which nothing stops."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="rights are different on Windows")
def test_a_home_that_cannot_be_written_can_be_read() -> None:
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "tracker.sqlite3"
        made = Store.open(f"sqlite:///{file}")
        with made.write(NOON) as tx:
            observations.add(tx, [value(1)])
        made.close()
        os.chmod(home, 0o555)
        with as_nobody():
            store = Store.open(f"sqlite:///{file}")
            with store.read() as connection:
                assert len(observations.believed(connection)) == 1
            with pytest.raises(HomeError, match="opened for reading only"), store.write(NOON):
                pass
            store.close()
            with pytest.raises(HomeError, match=r"cannot write here; the database none\.sqlite3 cannot be made"):
                Store.open(f"sqlite:///{Path(home) / 'none.sqlite3'}")
        os.chmod(home, 0o755)
        assert [path.name for path in Path(home).iterdir()] == ["tracker.sqlite3"]


def test_the_recipe(tmp_path: Path) -> None:
    """What keeps a commit after the power fails, and a reader beside a writer."""
    store = Store.open(f"sqlite:///{tmp_path / 'tracker.sqlite3'}")
    with store.read() as connection:
        settings = [
            connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 15_000]
    store.close()
