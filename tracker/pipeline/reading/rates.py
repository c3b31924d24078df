"""Rates of exchange of the European Central Bank, day by day, from the file that its library brings: nothing is fetched.

By them two reports of one sum in two currencies are known for one, and a figure in another currency becomes a value.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _table() -> Any:
    from currency_converter import CurrencyConverter  # type: ignore[import-untyped]

    # A day without a rate takes the nearest one; before the first and after the last day the first and the last hold.
    return CurrencyConverter(fallback_on_missing_rate=True, fallback_on_wrong_date=True, decimal=True)


@lru_cache(maxsize=4096)
def per_dollar(currency: str, day: date) -> Decimal | None:
    """Units of a currency for one US dollar on a day; None for a currency that the bank has no rate of."""
    if currency == "USD":
        return Decimal(1)
    table = _table()
    if currency not in table.currencies:
        return None
    first, last = table.bounds[currency]
    return Decimal(str(table.convert(1, "USD", currency, min(max(day, first), last))))


def converted(amount: Decimal, unit: str, into: str, day: date) -> Decimal | None:
    """A sum in another currency at the rate of a day, to six digits; None where a rate is not known."""
    here, there = per_dollar(unit, day), per_dollar(into, day)
    if here is None or there is None:
        return None
    exact = amount / here * there
    return exact if exact == 0 else round(exact, 5 - exact.adjusted())
