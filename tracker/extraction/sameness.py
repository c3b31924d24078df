"""Whether two accounts can be of one event: products, people, roles and sums that are named in both must not differ.

What only one of them names is no contradiction, and neither is what is too vague to compare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache

from tracker.extraction.folding import is_cjk
from tracker.quantity import CURRENCIES, Quantity

#: Units of a currency for one US dollar at the time of the two accounts; None where nobody knows.
Rate = Callable[[str], Decimal | None]

#: Sums this near are one sum: rounding, and the rate of another day.
_NEAR = Decimal("0.12")
#: 超50亿 is said of 5.0 to 7.5 billion, hardly of 20; 近 and 不足 likewise downward.
_BEYOND = Decimal("1.5")
_PARTS = re.compile(r"\d+(?:\.\d+)*(?:[a-z]{1,2}(?![a-z]))?|[a-z]+|[^\W\d_a-z]+")
#: Who is one office says nothing against another office of the same person; these do.
_OFFICES = {
    "chairman": "top", "CEO": "top", "president": "top", "CTO": "CTO", "chief scientist": "science", "CFO": "CFO",
    "COO": "COO",
}  # fmt: skip


def products_differ(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether both name products and none of one is any of the other: versions and variants of a family are releases."""
    here, there = [_parts(name) for name in one], [_parts(name) for name in other]
    if not here or not there:
        return False
    return not any(_one_product(a, b) for a in here for b in there)


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    """step-3.5-flash and Step3.5 Flash alike: step, 3.5, flash."""
    return tuple(_PARTS.findall(name.lower()))


def _one_product(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if _in_characters(one) != _in_characters(other):
        # 青鸟3.0 and Bluebird 3.0: of names in two scripts only the versions can be compared.
        return [part for part in one if _has_digit(part)] == [part for part in other if _has_digit(part)]
    short, long = sorted((one, other), key=len)
    if not short or short == long:
        return short == long
    front = long[: len(long) - len(short)]
    if long[-len(short) :] == short and not any(_has_digit(part) for part in front):
        return True  # M3 and MiniMax M3: the name of the house before it
    # A family without its version or variant says less, not something else.
    return long[: len(short)] == short and not any(_has_digit(part) for part in short)


def _in_characters(name: tuple[str, ...]) -> bool:
    return any(_chinese(part) for part in name)


def _has_digit(part: str) -> bool:
    return any(ch.isdigit() for ch in part)


def people_differ(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether both name people in one script and nobody of one is anybody of the other."""
    here, there = tuple(one), tuple(other)
    pairs = [(a, b) for a in here for b in there if _chinese(a) == _chinese(b)]
    return bool(pairs) and not any(_one_person(a, b) for a, b in pairs)


def _one_person(one: str, other: str) -> bool:
    if _chinese(one):
        short, long = sorted((one, other), key=len)
        return long.endswith(short) or long.startswith(short)
    here, there = one.lower().split(), other.lower().split()
    return bool(here and there) and here[-1] == there[-1]


def _chinese(name: str) -> bool:
    return any(is_cjk(ch) for ch in name)


def roles_differ(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether both name an office and the offices are of different people: a CFO is no CTO, a founder may be either."""
    here = {_OFFICES[role] for role in one if role in _OFFICES}
    there = {_OFFICES[role] for role in other if role in _OFFICES}
    return bool(here and there) and not here & there


def amounts_differ(one: Quantity | None, other: Quantity | None, rate: Rate | None = None) -> bool:
    """Whether two sums are too far apart to be one. What cannot be compared does not differ."""
    if one is None or other is None:
        return False
    here, there = _interval(one, other, rate), _interval(other, one, rate)
    if here is None or there is None:
        return False
    low, high = sorted((here, there))
    gap = low[1] * (1 + _NEAR)
    return low[1] < high[0] and gap < high[0]


def roughly(amount: Quantity) -> Quantity:
    """The sum with half as much on either side: what is only estimated of a company is no nearer than that."""
    lo = None if amount.lo is None else amount.lo / _BEYOND
    return Quantity(lo, None if amount.hi is None else amount.hi * _BEYOND, amount.op, amount.unit)


def same_amount(one: Quantity | None, other: Quantity | None, rate: Rate | None = None) -> bool:
    """Whether both say a definite sum and it is the same: evidence for one event, where `amounts_differ` is against."""
    if one is None or other is None or "range" in (one.op, other.op):
        return False
    comparable = _interval(one, other, rate) is not None and _interval(other, one, rate) is not None
    return comparable and not amounts_differ(one, other, rate)


def _interval(amount: Quantity, beside: Quantity, rate: Rate | None) -> tuple[Decimal, Decimal] | None:
    """The ends of a sum, in US dollars where the two stand in different currencies; None where that is unknown."""
    if amount.op == "invalid" or (amount.lo is None and amount.hi is None):
        return None
    lo = amount.lo if amount.lo is not None else (amount.hi or Decimal(0)) / _BEYOND
    hi = amount.hi if amount.hi is not None else lo * _BEYOND
    if amount.unit == beside.unit:
        return lo, hi
    if amount.unit not in CURRENCIES or beside.unit not in CURRENCIES or rate is None:
        return None
    per_dollar = rate(amount.unit)
    return (lo / per_dollar, hi / per_dollar) if per_dollar else None
