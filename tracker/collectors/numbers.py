"""Numbers of a JSON document: exact as they were written, coerced where they came as text, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_LONGEST = 100
#: Further from 1 nothing is counted or priced; `1e999999999` would fill the memory when it is written out.
_MOST_PLACES = 40


class Written(float):
    """A float that remembers how it was written: 0.1 stays 0.1, and 20 digits stay 20 digits."""

    written: str

    def __new__(cls, text: str) -> Written:
        made = super().__new__(cls, text)
        made.written = text
        return made


Written.__name__ = "float"  # JMESPath knows the types of its functions by their names


def coerce(raw: Any) -> Decimal | None:
    """The number that stands there, or None: NaN, `n/a`, true and a list are no numbers."""
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int):
        return _finite(str(raw)) if abs(raw) < 10**_LONGEST else None
    if isinstance(raw, float):
        return _finite(raw.written if isinstance(raw, Written) else repr(raw))
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        return None
    said = raw.strip()
    if _PLAIN.fullmatch(said):
        return _finite(said)
    return _finite(said.replace(",", "")) if _GROUPED.fullmatch(said) else None


def _finite(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return number if not number or abs(number.adjusted()) <= _MOST_PLACES else None
