"""An opened database has this program's schema: made when there is none, upgraded where that is allowed.

Alembic is not imported while the stored version is the newest: short commands start fast. A SQLite file is copied before
it is upgraded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from tracker.db import migrations, schema, views
from tracker.errors import HomeError, StoreError

if TYPE_CHECKING:
    from alembic.config import Config


def ready(engine: Engine, name: str, file: Path | None, *, upgrade: bool | None) -> None:
    """Return when the database has this program's schema; say what to do when it cannot have it."""
    with engine.execution_options(readonly=True).begin() as connection:
        version = schema.stored(connection)
        empty = version is None and schema.is_empty(connection)
    if version == schema.HEAD:
        return
    if version is None and not empty:
        raise StoreError(f"{name}: this database holds tables of something else. Give the tracker one of its own")
    allowed = engine.dialect.name == "sqlite" if upgrade is None else upgrade
    if not allowed:
        found = "has no tables yet" if empty else f"is at version {version}"
        raise StoreError(f"{name}: the database {found}, this tracker needs {schema.HEAD}: run `tracker db upgrade`")
    if file is not None and engine.url.query.get("uri"):
        raise HomeError(f"{name}: the database must be upgraded, and it cannot be written here")
    bring_up(engine, name, file)


def bring_up(engine: Engine, name: str, file: Path | None) -> None:
    """Make an empty database, or run the migrations that are missing. Of many that try at once, one does it."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            if schema.is_empty(connection):
                schema.create(connection)
            if schema.stored(connection) == schema.HEAD:
                return
    else:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": schema.LOCK})
            if schema.is_empty(connection):
                schema.create(connection)
            if schema.stored(connection) == schema.HEAD:
                return
    migrate(engine, name, file)


def migrate(engine: Engine, name: str, file: Path | None, *, versions: Sequence[Path] = ()) -> None:
    """Run the migrations that are missing, all or none. Of many that try at once, one does it."""
    from alembic import command
    from alembic.script import ScriptDirectory

    config = configuration(versions)
    scripts = ScriptDirectory.from_config(config)
    known, head = {script.revision for script in scripts.walk_revisions()}, scripts.get_current_head()
    with _upgrading(engine) as connection:
        version = schema.stored(connection)  # inside the lock: another process may just have done it
        if version == head:
            return
        if version not in known:
            raise StoreError(
                f"{name}: the database is at version {version}, which is newer than this tracker ({head}). "
                "Use the newer tracker, or another database"
            )
        if file is not None:
            from tracker.db.copying import copy

            copy(file, file.with_name(f"{file.stem}.before-{head}{file.suffix}"))
        config.attributes["connection"] = connection
        views.drop(connection)  # they are code, not data, and would stand in the way of altered tables
        command.upgrade(config, "head")
        views.create(connection)
        if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
            raise StoreError(f"{name}: the upgrade would have torn rows apart; nothing was changed. Please report this")


def configuration(versions: Sequence[Path] = ()) -> Config:
    """Alembic's, without a file; `versions` are more folders of migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "tracker.db:migrations")
    own = Path(migrations.__file__).parent / "versions"
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in (own, *versions)))
    return config


@contextmanager
def _upgrading(engine: Engine) -> Iterator[Connection]:
    """A transaction that nobody else upgrades beside. On SQLite without foreign keys: altering a table copies it, and
    dropping the old one would take its children along."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": schema.LOCK})
                yield connection
            return
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
