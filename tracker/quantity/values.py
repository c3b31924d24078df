"""What a number is: an interval with an operator and a unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

#: eq and approx: lo = hi = the number said; ge: hi None; le: lo None; range: both. `invalid` keeps what was no number.
Op = Literal["eq", "approx", "ge", "le", "range", "invalid"]
#: What an amount is in its sentence.
Role = Literal["amount", "valuation", "revenue", "cumulative", "other"]

CURRENCIES = frozenset(
    ("USD", "CNY", "EUR", "GBP", "JPY", "HKD", "KRW", "TWD", "SGD", "INR", "AUD", "CAD", "CHF", "RUB", "BRL")
)

#: The unit of what is so or is not; its values are 1 and 0.
YES_NO = "yes/no"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An interval [lo, hi] in the unit itself (25亿美元 is 2500000000 USD); None is an open end."""

    lo: Decimal | None
    hi: Decimal | None
    op: Op
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A number in a text; `start` and `end` count code points."""

    quantity: Quantity
    role: Role
    start: int
    end: int
