"""Column types that mean the same on SQLite and PostgreSQL: instants, exact numbers, JSON. Naive times are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Numeric, Text, TypeDecorator
from sqlalchemy.types import TIMESTAMP, TypeEngine

#: `seq` and everything that counts rows.
Big = BigInteger().with_variant(Integer(), "sqlite")

#: More digits than this before the point is no number of this world, and would be written out in full.
MOST_DIGITS = 200


def stamp(at: datetime) -> str:
    """The fixed-width text of an instant, which sorts as the instants do."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {at}")
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def unstamp(text: str) -> datetime:
    """The instant that `stamp` wrote."""
    return datetime.fromisoformat(text)


@lru_cache(maxsize=20_000)
def _instant(text: str | None) -> datetime | None:
    return None if text is None else unstamp(text)


@lru_cache(maxsize=20_000)
def _decimal(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)


def canonical(number: Decimal) -> str:
    """One text per number: no exponent, no trailing zeros, no minus before zero."""
    if not number.is_finite() or number.adjusted() > MOST_DIGITS:
        raise ValueError(f"not a number that can be stored: {number}")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def dumps(value: Any) -> str:
    """Canonical JSON: the same value always gives the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Utc(TypeDecorator[datetime]):
    """An aware instant: `2026-08-17T04:00:00.000000Z` on SQLite, TIMESTAMPTZ on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """TIMESTAMPTZ where there is one."""
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Text for SQLite; everywhere a naive time is refused."""
        if value is None:
            return None
        text = stamp(value)
        return value if dialect.name == "postgresql" else text

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always with `timezone.utc`, whatever the driver calls it."""
        return value.astimezone(UTC) if isinstance(value, datetime) else _instant(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """A million rows are read at this price: the driver's text straight through one function."""
        return super().result_processor(dialect, coltype) if dialect.name == "postgresql" else _instant


class Exact(TypeDecorator[Decimal]):
    """A decimal that comes back digit for digit: canonical text on SQLite, NUMERIC on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """NUMERIC where it is exact (SQLite would make a float of it)."""
        return dialect.type_descriptor(Numeric(asdecimal=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """The canonical form, so that 1.50 and 1.5 are one claim."""
        if value is None:
            return None
        text = canonical(value)
        return Decimal(text) if dialect.name == "postgresql" else text

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """A Decimal in its canonical form."""
        return _decimal(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Decimal | None] | None:
        """As for instants."""
        return super().result_processor(dialect, coltype) if dialect.name == "postgresql" else _decimal


class Json(TypeDecorator[Any]):
    """Canonical JSON text on both."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """None is stored as null, never as SQL NULL."""
        return dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """What was stored; tuples come back as lists."""
        return None if value is None else json.loads(value)
