"""Many observations at once, past SQLAlchemy's parameters: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tracker.db.codec import observation_row
from tracker.db.tables import observation
from tracker.db.types import canonical, stamp
from tracker.model.observed import Observation

_COLUMNS = ", ".join(column.name for column in observation.columns)
_PLACES = ", ".join("?" for _ in observation.columns)

#: Rows of one bulk share their days and their publication.
_stamp = lru_cache(maxsize=20_000)(stamp)


def insert(connection: Connection, rows: Iterable[tuple[int, int, Observation]], recorded_at: datetime) -> None:
    """Insert (series id, seq, observation)."""
    if connection.dialect.name == "postgresql":
        _copy(connection, [_row(one, recorded_at, _aware, _number) for one in rows])
        return
    made = [_row(one, _stamp(recorded_at), _stamp, canonical) for one in rows]
    if made:
        connection.exec_driver_sql(f"INSERT INTO observation ({_COLUMNS}) VALUES ({_PLACES})", made)


def _row(one: tuple[int, int, Observation], recorded_at: Any, at: Any, number: Any) -> tuple[Any, ...]:
    series_id, seq, row = one
    return observation_row(row, series_id=series_id, seq=seq, recorded_at=recorded_at, at=at, number=number)


def _aware(at: datetime) -> datetime:
    _stamp(at)  # refuses a time without a zone
    return at


def _number(number: Decimal) -> Decimal:
    return Decimal(canonical(number))


def _copy(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY observation ({_COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError("COPY observation", None, error) from error
