"""Rates of exchange of the European Central Bank, day by day, from the file that its library brings: nothing is fetched.

By them two reports of one sum in two currencies are known for one, and a figure in another currency becomes a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

#: So far back the newest rate before a day is looked for: holidays are shorter.
_REACH = 10


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of a currency for one US dollar, and the day of which the rate is."""

    rate: Decimal
    day: date


@lru_cache(maxsize=1)
def _table() -> Any:
    from currency_converter import CurrencyConverter  # type: ignore[import-untyped]

    return CurrencyConverter(decimal=True)


@lru_cache(maxsize=4096)
def rate_of(currency: str, day: date) -> Rate | None:
    """The newest rate of a day or before it; before the first and after the last day of the file the first and the last.

    None for a currency that the bank has no rate of.
    """
    if currency == "USD":
        return Rate(Decimal(1), day)
    from currency_converter import RateNotFoundError

    table = _table()
    if currency not in table.currencies:
        return None
    first, last = table.bounds[currency]
    newest = min(max(day, first), last)
    for back in range(_REACH + 1):
        of = newest - timedelta(days=back)
        try:
            return Rate(Decimal(str(table.convert(1, "USD", currency, of))), of)
        except (RateNotFoundError, ValueError):
            continue
    return None


def per_dollar(currency: str, day: date) -> Decimal | None:
    """Units of a currency for one US dollar on a day; None for a currency that the bank has no rate of."""
    found = rate_of(currency, day)
    return found.rate if found else None


def converted(amount: Decimal, unit: str, into: str, day: date) -> Decimal | None:
    """A sum in another currency at the rate of a day, to six digits; None where a rate is not known."""
    here, there = per_dollar(unit, day), per_dollar(into, day)
    if here is None or there is None:
        return None
    exact = amount / here * there
    return exact if exact == 0 else round(exact, 5 - exact.adjusted())
