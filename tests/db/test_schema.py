"""The schema: one picture, one truth, and Alembic out of the way while there is nothing to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from tracker import db
from tracker.db import engine, schema, upgrading, views
from tracker.db.columns import metadata

ROOT = Path(__file__).parents[2]


def test_the_picture_is_up_to_date() -> None:
    picture = ROOT / "db" / "schema.sql"
    assert db.picture() == picture.read_text(encoding="utf-8"), f"write it anew: {picture} = tracker.db.picture()"


def test_the_newest_migration_is_the_version_of_the_program() -> None:
    assert ScriptDirectory.from_config(upgrading.configuration()).get_current_head() == schema.HEAD


def migrated(connection: Connection) -> None:
    config = upgrading.configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    views.create(connection)


def test_the_migrations_make_the_tables_of_the_program_on_sqlite() -> None:
    def made(how: Callable[[Connection], None]) -> dict[str, list[str]]:
        fresh = engine.make(engine.parse("sqlite://"))
        with fresh.begin() as connection:
            how(connection)
            found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
            # The order of constraints is no difference, nor are the quotes of a table that was made anew.
            drawn = {
                name: sorted(line.strip(" ,\t") for line in sql.replace(f'"{name}" (', f"{name} (").splitlines())
                for name, sql in found
            }
            assert connection.execute(text("SELECT * FROM life")).all() == [(1, None, 0)]
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        fresh.dispose()
        return drawn

    assert made(migrated) == made(schema.create)


def test_the_migrations_make_the_tables_of_the_program_on_postgresql(postgres_url: Callable[..., str]) -> None:
    def made(how: Callable[[Connection], None]) -> dict[str, Any]:
        fresh = engine.make(engine.parse(postgres_url(empty=True)))
        with fresh.begin() as connection:
            how(connection)
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            indexes = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
            drawn: dict[str, Any] = {name: definition for name, definition in indexes}
            for name in metadata.tables:
                drawn[name] = [(one["name"], str(one["type"])) for one in inspect(connection).get_columns(name)]
        fresh.dispose()
        return drawn

    migrated_tables, created_tables = made(migrated), made(schema.create)
    assert migrated_tables == created_tables
    assert "brin" in created_tables["ix_observation_recorded_at"]


def test_alembic_is_not_loaded_to_open_a_database_that_is_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
    code = (
        "import sys; from tracker.db import Store; Store.open(sys.argv[1]).close()\n"
        "print([name for name in ('alembic', 'sqlalchemy.orm', 'psycopg', 'pandas') if name in sys.modules])"
    )
    for _ in ("made", "opened"):
        told = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True, cwd=ROOT)
        assert told.stdout == "[]\n"
