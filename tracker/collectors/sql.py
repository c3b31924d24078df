"""kind: sql. The rows of one query on somebody else's database: read, never written, within a time.

The address of a database holds its password, so it is a secret; no word of it is ever told.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from pydantic import Field, field_validator, model_validator

from tracker.collectors import rows, spans
from tracker.collectors.asking import Auth, key_of
from tracker.collectors.emitting import Row
from tracker.collectors.fields import Expression
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.errors import SourceError
from tracker.model.declared import Duration, Frozen, Source

_SECONDS = 20.0
_CONNECT = 5
_MOST_ROWS = 100_000
_READS = re.compile(r"\s*(?:select|with|values|table)\b", re.IGNORECASE)
#: Also behind WITH, where PostgreSQL allows it.
_WRITES = re.compile(
    r"\b(?:insert\b[\w\s]*?\binto|(?:merge|replace|select\b[^()]*?)\s+into|delete\s+from|update\b[^()]*?\bset)\b",
    re.IGNORECASE,
)
#: What stands in quotes or in a comment is not asked for.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_BOUND = re.compile(r"(?<![:\w]):(\w+)")
_DAYS = ("since", "until", "today", "yesterday")


class Dsn(Frozen):
    """A database, by the name of the secret that holds its address."""

    secret: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")
    """TRACKER_<SECRET>, or the file that TRACKER_<SECRET>_FILE names: `postgresql+psycopg://user:password@host/base`."""


class Params(Frozen):
    """A query on a database: a row for each row, by the names of its columns."""

    dsn: Dsn | None = None
    """The database."""
    file: str | None = None
    """An SQLite file instead, relative to the home."""
    query: str
    """One SELECT. `:since`, `:until`, `:today` and `:yesterday` are local days, `2026-08-20`."""
    since: Duration = timedelta(days=30)
    """How long before the last good pass `:since` lies."""
    where: Expression | None = None
    """JMESPath condition on a row."""

    @model_validator(mode="after")
    def _one_database(self) -> Params:
        if (self.dsn is None) == (self.file is None):
            raise ValueError("give either `dsn` or `file`")
        return self

    @field_validator("file")
    @classmethod
    def _inside(cls, file: str | None) -> str | None:
        if file is not None and ".." in PurePath(file).parts:
            raise ValueError(f"{file!r} does not lie in the home")
        return file

    @field_validator("query")
    @classmethod
    def _reads(cls, query: str) -> str:
        if not _READS.match(query):
            raise ValueError("a query begins with SELECT, WITH, VALUES or TABLE: nothing is written")
        if _WRITES.search(_QUOTED.sub(" x ", query)):
            raise ValueError("a query only reads: it has no INSERT, UPDATE, DELETE, MERGE, REPLACE or INTO")
        if ";" in query.rstrip().removesuffix(";"):
            raise ValueError("one query, without a semicolon in it")
        unknown = [name for name in _BOUND.findall(query) if name not in _DAYS]
        if unknown:
            raise ValueError(f"unknown :{unknown[0]}: one of {', '.join(f':{name}' for name in _DAYS)}")
        return query


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Ask once; what the database says of a failure is told without its address."""
    bound = {
        name: spans.filled(f"${{{name}}}", context.now, context.last_ok, params.since, context.zone)
        for name in set(_BOUND.findall(params.query))
    }
    found = [Row(row) for row in _asked(params, context, bound)]
    # A query with days may find nothing; one without has lost its rows.
    return rows.harvest(source, found, context, where=params.where, may_be_empty="since" in bound)


def _asked(params: Params, context: Context, bound: Mapping[str, str]) -> list[dict[str, Any]]:
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    until = time.monotonic() + _SECONDS
    try:
        engine = _engine(params, context)
    except (SQLAlchemyError, ImportError, ValueError):
        raise SourceError("its address is none of a database that can be asked; look at the secret") from None
    try:
        with engine.connect() as connection:
            _within(connection, until)
            result = connection.execute(text(params.query.rstrip().removesuffix(";")), dict(bound))
            found = result.mappings().fetchmany(_MOST_ROWS + 1)
            connection.rollback()
    except SQLAlchemyError as error:
        if time.monotonic() >= until:
            raise SourceError(f"too slow: the query took more than {_SECONDS:g} s") from None
        said = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        raise SourceError(f"the query failed: {_without_address(said, engine.url)}") from None
    finally:
        engine.dispose()
    if len(found) > _MOST_ROWS:
        raise SourceError(f"too large: more than {_MOST_ROWS:,} rows")
    return [{name: _plain(value) for name, value in row.items()} for row in found]


def _engine(params: Params, context: Context) -> Any:
    """A connection that cannot write: SQLite by its mode, others by the transaction."""
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.pool import NullPool

    if params.file is not None:
        path = (context.home / params.file).resolve()
        if not path.is_file():
            raise SourceError(f"there is no file {params.file}")
        url = make_url(f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true")
    else:
        assert params.dsn is not None
        url = _patient(make_url(key_of(Auth(secret=params.dsn.secret), context)))
    options = {"postgresql_readonly": True} if url.get_backend_name() == "postgresql" else {}
    return create_engine(url, poolclass=NullPool, execution_options=options, hide_parameters=True)


def _patient(url: Any) -> Any:
    """A host that takes the connection and says nothing is left again; the address may set `connect_timeout` itself."""
    if url.get_backend_name() not in ("postgresql", "mysql", "mariadb") or "connect_timeout" in url.query:
        return url
    return url.update_query_dict({"connect_timeout": str(_CONNECT)})


def _within(connection: Any, until: float) -> None:
    from sqlalchemy import text

    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL statement_timeout = {int(_SECONDS * 1000)}"))
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA query_only = ON")
        raw.set_progress_handler(lambda: time.monotonic() > until, 10_000)


def _without_address(said: str, url: Any) -> str:
    """A driver may repeat whom it could not reach, and as whom."""
    for part in (url.password, url.username, url.host, url.database):
        if part:
            said = said.replace(str(part), "…")
    return said[:200]


def _plain(value: Any) -> Any:
    """As in a JSON document: numbers as they are, dates as texts."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else repr(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


KIND = Kind(Params=Params, collect=collect)
