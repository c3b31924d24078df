"""Numbers written for people and for `record`: never in scientific notation, never more precise than what was said."""

from __future__ import annotations

from decimal import Context, Decimal

from tracker.quantity.values import CURRENCIES, YES_NO, Op, Quantity

_STEPS = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "M"))
#: A number of forty digits is told to its last.
_EXACT = Context(prec=100)
_ANSWERS = {Decimal(1): "yes", Decimal(0): "no"}
_GROUPED_BELOW = Decimal(10) ** 6


def as_recorded(number: Quantity) -> str:
    """The value as `tracker record` takes it, in the unit itself: `18744`, `>=100000000`, `20000000..25000000`."""
    lo, hi = _plain(number.lo), _plain(number.hi)
    if number.op == "range":
        return f"{lo}..{hi}"
    if number.op == "ge":
        return f">={lo}"
    return f"<={hi}" if number.op == "le" else lo


def as_said(lo: Decimal | None, hi: Decimal | None, op: Op, unit: str) -> str:
    """The value in an analyst's words: `at least CNY 5bn`, `about 45x`, `20M to 25M devices`; "" for no number."""
    if unit == YES_NO and lo is not None and lo == hi and lo in _ANSWERS:
        return _ANSWERS[lo]
    said_lo = "" if lo is None else number_said(lo)
    said_hi = "" if hi is None else number_said(hi)
    if op == "range":
        return _with_unit(f"{said_lo} to {said_hi}", unit)
    word = {"approx": "about ", "ge": "at least ", "le": "at most "}.get(op, "")
    number = said_hi if op == "le" else said_lo
    return word + _with_unit(number, unit) if number else ""


def number_said(number: Decimal) -> str:
    """`9,412`, `1.5M`, `5bn`, `0.14`: scaled only where nothing is lost by it."""
    size = number.copy_abs()
    if size >= _GROUPED_BELOW:
        for step, name in _STEPS:
            if size >= step and not _EXACT.remainder(number, step / 100):
                return _trimmed(_EXACT.divide(number, step)) + name
    return _trimmed(number)


def _with_unit(text: str, unit: str) -> str:
    if unit in CURRENCIES:
        return f"{unit} {text}"
    if unit in ("x", "%"):
        return f"{text}{unit}" if unit == "x" else f"{text} %"
    if unit.partition("/")[0] in CURRENCIES:
        currency, _, per = unit.partition("/")
        return f"{currency} {text} per {per}"
    return f"{text} {unit}".strip()


def _trimmed(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(number: Decimal | None) -> str:
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
