"""What keeps the database well: upgrade, backup, check, path. A SQLite file is copied before it is upgraded."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from tracker.db import engine as engines
from tracker.db import migrations, schema, views
from tracker.db.failing import translated
from tracker.errors import HomeError, StoreError
from tracker.timing import iso

if TYPE_CHECKING:
    from alembic.config import Config

#: Nightly copies that are kept.
KEEP = 7


def path(url: str) -> str:
    """Where the database is: its file, or its URL without the password."""
    return engines.name_of(engines.parse(url))


def upgrade(url: str) -> tuple[str | None, str]:
    """Bring the database up to date; the versions before and after, equal when there was nothing to do."""
    parsed = engines.parse(url)
    name, file = engines.name_of(parsed), engines.file_of(parsed)
    with translated(name):
        engine = engines.make(parsed)
        try:
            with engine.execution_options(readonly=True).begin() as connection:
                before = schema.stored(connection)
            schema.ready(engine, name, file, upgrade=True)
        finally:
            engine.dispose()
    return before, schema.HEAD


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
            _copy(file, file.with_name(f"{file.stem}.before-{head}{file.suffix}"))
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


def backup(url: str, target: Path | None = None, *, now: datetime, keep: int = KEEP) -> Path:
    """A checked copy, made while others go on writing: `target`, or one of the `keep` in `backups/` beside the file."""
    parsed = engines.parse(url)
    file = engines.file_of(parsed)
    if file is None:
        raise StoreError(f"{engines.name_of(parsed)}: only a SQLite file is copied here; for PostgreSQL use pg_dump")
    if not file.is_file():
        raise HomeError(f"{file}: there is no database yet; the first pass makes it")
    if target is not None:
        return _copy(file, target)
    folder = file.parent / "backups"
    made = _copy(file, folder / f"{file.stem}-{iso(now.replace(microsecond=0)).replace(':', '')}{file.suffix}")
    for old in sorted(folder.glob(f"{file.stem}-*{file.suffix}"))[:-keep]:
        old.unlink(missing_ok=True)
    return made


def _copy(file: Path, target: Path) -> Path:
    """Copy in one step (a stepwise copy starts anew at each foreign commit), check the copy, and only then name it."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            problems = [line for (line,) in copy.execute("PRAGMA quick_check") if line != "ok"]
        if problems:
            raise StoreError(f"{file}: the file is damaged ({problems[0]}); no copy was made. Put back an older copy")
        os.replace(partial, target)
    except (OSError, sqlite3.Error) as error:
        raise HomeError(f"{target}: the copy of the database cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def check(url: str) -> list[str]:
    """What is wrong with the database, one sentence each; nothing when all is well."""
    parsed = engines.parse(url)
    name, file = engines.name_of(parsed), engines.file_of(parsed)
    if file is not None and not file.exists():
        return [f"{name}: there is no database yet; the first pass makes it"]
    with translated(name):
        engine = engines.make(parsed)
        try:
            with engine.execution_options(readonly=True).begin() as connection:
                return [f"{name}: {problem}" for problem in _problems(connection)]
        finally:
            engine.dispose()


def _problems(connection: Connection) -> list[str]:
    found = []
    version = schema.stored(connection)
    if version != schema.HEAD:
        found.append(f"the schema is at version {version or 'none'}, this tracker needs {schema.HEAD}")
    if connection.dialect.name != "sqlite":
        return found
    found += [line for line in connection.scalars(text("PRAGMA quick_check")) if line != "ok"]
    for table, _, parent, _ in connection.execute(text("PRAGMA foreign_key_check")):
        found.append(f"a row of {table} points to a row of {parent} that does not exist")
    return found
