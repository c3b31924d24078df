"""Upgrades: once however many try, all or nothing, with a copy kept; and what else keeps a database well."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from tests.db.making import DAY, NOON, day, value
from tracker.db import Store, engine, maintenance, observations, schema, upgrading
from tracker.errors import HomeError, StoreError

#: A next version that rebuilds a parent table on SQLite.

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "test"
down_revision = "0005"


def upgrade():
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("series", recreate=recreate) as table:
        table.add_column(sa.Column("colour", sa.Text, nullable=False, server_default="red"))
    {extra}
"""


def next_version(folder: Path, extra: str = "pass") -> Path:
    folder.mkdir()
    (folder / "test_next.py").write_text(NEXT.format(extra=extra))
    return folder


def test_an_upgrade_loses_nothing_and_keeps_a_copy(tmp_path: Path) -> None:
    file = tmp_path / "tracker.sqlite3"
    store = Store.open(f"sqlite:///{file}")
    with store.write(NOON) as tx:
        observations.add(tx, [value(1), value(2, occurred=day(1))])
    upgrading.migrate(store.engine, "x", file, versions=[next_version(tmp_path / "versions")])
    with store.read() as connection:
        assert len(observations.believed(connection)) == 2
        assert connection.scalar(text("SELECT colour FROM series")) == "red"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert len(connection.execute(text("SELECT * FROM v1_series")).all()) == 2
        assert schema.stored(connection) == "test"
    store.close()
    with closing(sqlite3.connect(tmp_path / "tracker.before-test.sqlite3")) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0005",)
    assert maintenance.check(f"sqlite:///{file}") == [f"{file}: the schema is at version test, this tracker needs 0005"]


def test_what_had_ended_has_a_time_for_it(tmp_path: Path) -> None:
    """From version 0001: what was sent ended then, what was given up when it was last due, the rest has not."""
    file = tmp_path / "tracker.sqlite3"
    made = engine.make(engine.parse(f"sqlite:///{file}"))
    with made.begin() as connection:
        config = upgrading.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        insert = text(
            "INSERT INTO delivery (position, id, receiver, kind, state, attempts, next_at, created_at, sent_at, message,"
            " rendered) VALUES (:n, :n, 'r', 'k', :state, 1, :due, :due, :sent, '{}', '{}')"
        )
        due, sent = "2026-08-17T12:00:00.000000Z", "2026-08-17T13:00:00.000000Z"
        for number, state in enumerate(("sent", "dead", "superseded", "queued")):
            connection.execute(
                insert, {"n": number, "state": state, "due": due, "sent": sent if state == "sent" else None}
            )
    made.dispose()

    Store.open(f"sqlite:///{file}").close()

    with closing(sqlite3.connect(file)) as opened:
        ended = opened.execute("SELECT ended_at FROM delivery ORDER BY position").fetchall()
    assert ended == [(sent,), (due,), (due,), (None,)]


@pytest.mark.parametrize("extra", ["raise ZeroDivisionError", "op.execute('DELETE FROM series')"])
def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path, extra: str) -> None:
    file = tmp_path / "tracker.sqlite3"
    store = Store.open(f"sqlite:///{file}")
    with store.write(NOON) as tx:
        observations.add(tx, [value(1)])
    with pytest.raises((ZeroDivisionError, StoreError)):
        upgrading.migrate(store.engine, "x", file, versions=[next_version(tmp_path / "versions", extra)])
    with store.read() as connection:
        assert len(connection.execute(text("SELECT * FROM v1_series")).all()) == 1
        assert schema.stored(connection) == schema.HEAD
    store.close()


@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_of_many_that_upgrade_one_does_it(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tracker.sqlite3" if kind == "file" else None
    url = f"sqlite:///{file}" if file else request.getfixturevalue("postgres_url")()
    Store.open(url).close()
    folder = next_version(tmp_path / "versions", "print('upgraded')")
    failures: list[BaseException] = []

    def upgrade() -> None:
        one = engine.make(engine.parse(url))
        try:
            upgrading.migrate(one, "x", file, versions=[folder])
        except BaseException as error:
            failures.append(error)
        finally:
            one.dispose()

    racers = [threading.Thread(target=upgrade) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert failures == []
    assert capsys.readouterr().out == "upgraded\n"


@pytest.mark.parametrize("kind", ["file", "postgres"])
def test_a_newer_database_is_left_alone(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}" if kind == "file" else request.getfixturevalue("postgres_url")()
    store = Store.open(url)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="at version 9999, which is newer than this tracker"):
        Store.open(url, upgrade=True)
    with pytest.raises(StoreError, match="at version 9999, this tracker needs 0005: run `tracker db upgrade`"):
        Store.open(url, upgrade=False)


def test_postgresql_is_upgraded_only_when_told(postgres_url: Callable[..., str]) -> None:
    url = postgres_url(empty=True)
    with pytest.raises(StoreError, match="has no tables yet, this tracker needs 0005: run `tracker db upgrade`"):
        Store.open(url)
    assert maintenance.upgrade(url) == (None, schema.HEAD)
    assert maintenance.upgrade(url) == (schema.HEAD, schema.HEAD)
    assert maintenance.check(url) == []
    Store.open(url).close()
    with pytest.raises(StoreError, match="use pg_dump"):
        maintenance.backup(url, now=NOON)


def test_a_copy_is_made_while_others_write(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
    (problem,) = maintenance.check(url)
    assert problem.endswith("tracker.sqlite3: there is no database yet; the first pass makes it")
    with pytest.raises(HomeError, match="there is no database yet"):
        maintenance.backup(url, now=NOON)
    store = Store.open(url)
    with store.write(NOON) as tx:
        observations.add(tx, [value(1)])
    with store.write(NOON) as tx:
        observations.add(tx, [value(2)])
        copy = maintenance.backup(url, now=NOON)
    store.close()
    assert copy == tmp_path / "backups" / "tracker-2026-08-17T120000Z.sqlite3"
    other = Store.open(f"sqlite:///{copy}")
    with other.read() as connection:
        assert [str(row.lo) for row in observations.believed(connection)] == ["1"]
    other.close()
    assert maintenance.check(url) == []
    assert maintenance.path(url) == str(tmp_path / "tracker.sqlite3")


def test_only_the_newest_copies_are_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
    Store.open(url).close()
    for number in range(4):
        maintenance.backup(url, now=NOON + number * DAY, keep=2)
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == [
        "tracker-2026-08-19T120000Z.sqlite3",
        "tracker-2026-08-20T120000Z.sqlite3",
    ]
    target = tmp_path / "elsewhere" / "copy.sqlite3"
    assert maintenance.backup(url, target, now=NOON) == target


def test_damage_is_found(tmp_path: Path) -> None:
    file = tmp_path / "tracker.sqlite3"
    store = Store.open(f"sqlite:///{file}")
    with store.write(NOON) as tx:
        observations.add(tx, [value(1, occurred=day(number)) for number in range(300)])
    store.close()
    with closing(sqlite3.connect(file)) as other:
        other.execute("DELETE FROM series")
        other.commit()
    problems = maintenance.check(f"sqlite:///{file}")
    assert problems[0] == f"{file}: a row of observation points to a row of series that does not exist"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) // 2))
    with pytest.raises((StoreError, HomeError)):
        maintenance.backup(f"sqlite:///{file}", now=NOON)
    assert not (tmp_path / "backups").exists() or list((tmp_path / "backups").iterdir()) == []
