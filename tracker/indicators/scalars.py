"""What a plain scalar means in the core schema of YAML 1.2: `NO`, `on`, `12:30` and `2026-12-31` are texts."""

from __future__ import annotations

import re

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NAN = frozenset({".nan", ".NaN", ".NAN"})

Scalar = str | int | float | bool | None


def resolve(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text[0] in "0123456789-+.":
        return _number(text)
    return text


def is_number(text: str) -> bool:
    """Whether a plain scalar is a number: its text is kept, because a date or a version may have been meant."""
    return not isinstance(resolve(text), str | bool | None)


def _number(text: str) -> Scalar:
    if _INT.fullmatch(text):
        # Python refuses to turn thousands of digits into an integer; nobody means them as a number.
        return int(text) if len(text) <= 400 else text
    if _BASED.fullmatch(text):
        return int(text, 0) if len(text) <= 400 else text
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", "", 1))
    if text in _NAN:
        return float("nan")
    return text
