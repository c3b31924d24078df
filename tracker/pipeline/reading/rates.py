"""Rates of exchange by which two reports of one sum in two currencies are known for one; nothing that is shown uses them.

Yearly means, rounded: a tenth either way does not matter where sums twelve per cent apart are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

_FIRST = 2020
#: Units for one US dollar, year by year from _FIRST; after the last one the last one holds.
_PER_DOLLAR: Mapping[str, str] = {
    "USD": "1",
    "CNY": "6.90 6.45 6.73 7.08 7.19 7.19 6.90",
    "HKD": "7.76 7.77 7.83 7.83 7.80 7.80",
    "EUR": "0.876 0.846 0.951 0.925 0.924 0.886",
    "GBP": "0.780 0.727 0.811 0.804 0.783 0.759",
    "JPY": "107 110 132 141 151 150",
    "KRW": "1180 1144 1292 1306 1364 1422",
    "TWD": "29.5 27.9 29.8 31.2 32.1 31.2",
    "SGD": "1.38 1.34 1.38 1.34 1.34 1.31",
    "INR": "74 74 79 83 84 87",
    "AUD": "1.45 1.33 1.44 1.51 1.52 1.55",
    "CAD": "1.34 1.25 1.30 1.35 1.37 1.40",
    "CHF": "0.94 0.91 0.96 0.90 0.88 0.83",
}


def per_dollar(currency: str, day: date) -> Decimal | None:
    """Units of a currency for one US dollar in the year of a day; None for a currency that is not listed."""
    listed = _PER_DOLLAR.get(currency, "").split()
    if not listed:
        return None
    return Decimal(listed[min(max(day.year - _FIRST, 0), len(listed) - 1)])
