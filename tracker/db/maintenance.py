"""What keeps the database well: upgrade, backup, check, path. A SQLite file is copied before it is upgraded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from tracker.db import copying, schema, upgrading
from tracker.db import engine as engines
from tracker.db.failing import translated
from tracker.errors import HomeError, StoreError
from tracker.timing import iso

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
            upgrading.ready(engine, name, file, upgrade=True)
        finally:
            engine.dispose()
    return before, schema.HEAD


def backup(url: str, target: Path | None = None, *, now: datetime, keep: int = KEEP) -> Path:
    """A checked copy, made while others go on writing: `target`, or one of the `keep` in `backups/` beside the file."""
    parsed = engines.parse(url)
    file = engines.file_of(parsed)
    if file is None:
        raise StoreError(f"{engines.name_of(parsed)}: only a SQLite file is copied here; for PostgreSQL use pg_dump")
    if not file.is_file():
        raise HomeError(f"{file}: there is no database yet; the first pass makes it")
    if target is not None:
        return copying.copy(file, target)
    folder = file.parent / "backups"
    made = copying.copy(file, folder / f"{file.stem}-{iso(now.replace(microsecond=0)).replace(':', '')}{file.suffix}")
    for old in sorted(folder.glob(f"{file.stem}-*{file.suffix}"))[:-keep]:
        old.unlink(missing_ok=True)
    return made


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
