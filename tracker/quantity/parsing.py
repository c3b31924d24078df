"""One number as a person types it: read whole, or refused with what to write instead."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import cache

from tracker.errors import QuantityError
from tracker.quantity.values import YES_NO, Op, Quantity
from tracker.quantity.words import (
    AFTER,
    BEFORE,
    CODES,
    DIGITS,
    NAMES,
    NOUNS,
    NUMERAL,
    SCALES,
    SMALL,
    VAGUE,
    alternatives,
    chinese,
)

_FORMS = '-3.1, 45x, 12%, 1.2亿, $2.5bn, ">=100M", "20M..25M", ~5bn'
_LONGEST = 100
_MOST = Decimal(10) ** 40
#: What is typed is kept to the last digit.
_EXACT = Context(prec=100)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
#: What most of what is typed looks like: nothing else of the language need be built for it.
_TYPED = re.compile(r"(>=|<=|>|<|~)?\s*(-?\d{1,18}(?:\.\d{1,9})?)\s*(k|m|bn|b)?", re.IGNORECASE)


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"\s*({alternatives(BEFORE)})\s*", re.IGNORECASE)


@cache
def _number() -> re.Pattern[str]:
    return re.compile(
        rf"\s*(?P<cur>{alternatives(CODES)})?\s*(?P<sign>[-−+])?\s*(?P<cur1>{alternatives(CODES)})?\s*"
        rf"(?:(?P<digits>(?:{DIGITS}|\.\d{{1,18}})(?:[eE][-+]?\d{{1,2}}(?!\d))?)|(?P<vague>{VAGUE})|(?P<numeral>{NUMERAL}))"
        rf"(?P<plus>\+|余|多)?\s*(?P<scale>{alternatives(SCALES)})?(?P<more>\+|余|多)?\s*"
        rf"(?P<name>{alternatives({**NAMES, **SMALL, **CODES})})?",
        re.IGNORECASE,
    )


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"\s*({alternatives(AFTER)})?\s*", re.IGNORECASE)


_ANSWERS = {"yes": 1, "y": 1, "true": 1, "是": 1, "1": 1, "no": 0, "n": 0, "false": 0, "否": 0, "不是": 0, "0": 0}
_SPLIT = re.compile(r"\s*(?:\.\.|…|~|–|—|至|到|(?<=[\d\w%])-(?=[\d$¥€£])|\bto\b)\s*")
_GROUPS = re.compile(r"\d,\d")


def parse(text: str, unit: str | None = None) -> Quantity:
    """An exact value or an interval. `unit` is what the number is in where it does not say so itself.

    QuantityError for what is no number, and for digits that could be read in two ways (12,34).
    """
    spelt = text.translate(_FULL_WIDTH).strip()
    if not spelt or len(spelt) > _LONGEST:
        raise _refuse(text, "there is no number" if not spelt else "this is too long for a number")
    single = _plain(spelt, unit) or _single(spelt, unit)
    if single is not None:
        return single
    for cut in _SPLIT.finditer(spelt):
        if cut.start() and (made := _range(text, spelt[: cut.start()], spelt[cut.end() :], unit)) is not None:
            return made
    if _GROUPS.search(spelt):
        raise _refuse(text, "a comma groups three digits; the decimal sign is a point")
    raise _refuse(text, "this is no number")


def answer(text: str) -> Quantity:
    """Yes or no, as a value of the unit `yes/no`: 1 or 0."""
    spelt = text.translate(_FULL_WIDTH).strip().lower()
    if spelt not in _ANSWERS:
        raise QuantityError(f"{text!r}: this is neither yes nor no; write yes, no, 是, 否, 1 or 0")
    number = Decimal(_ANSWERS[spelt])
    return Quantity(number, number, "eq", YES_NO)


def _range(text: str, first: str, last: str, unit: str | None) -> Quantity | None:
    """`20M..25M`, `20-25M`, `$2-3bn`: the first number takes scale and currency from the second where it has none."""
    high = _single(last, unit)
    if high is None or high.op != "eq" or high.hi is None:
        return None
    scale = next((found[0] for found in [_scale_of(last)] if found), "")
    low = _single(first, unit)
    if low is None or low.op != "eq" or low.lo is None:
        return None
    if scale and not _scale_of(first):
        low = Quantity(low.lo * SCALES[scale], None, "eq", low.unit)
    assert low.lo is not None
    if low.lo > high.hi:
        raise _refuse(text, "the range ends below its beginning")
    said = next((one.unit for one in (high, low) if one.unit and one.unit != (unit or "")), unit or "")
    return Quantity(low.lo, high.hi, "eq" if low.lo == high.hi else "range", said)


def _scale_of(text: str) -> tuple[str] | None:
    match = _number().match(_before().sub("", text, count=1) if _before().match(text) else text)
    return (match["scale"].lower(),) if match and match["scale"] else None


def _plain(spelt: str, unit: str | None) -> Quantity | None:
    """The same as `_single` of a number in digits, perhaps with a comparison before it and a letter of scale behind it."""
    match = _TYPED.fullmatch(spelt)
    if match is None:
        return None
    op = BEFORE[match[1]] if match[1] else "eq"
    value = _EXACT.multiply(Decimal(match[2]), SCALES[match[3].lower()] if match[3] else Decimal(1))
    value = value if value else value.copy_abs()  # -0 is 0
    return Quantity(None if op == "le" else value, None if op == "ge" else value, op, unit or "")


def _single(spelt: str, unit: str | None) -> Quantity | None:
    """One number with its operator, or None when something is left over."""
    before = _before().match(spelt)
    op: Op = BEFORE[before[1].lower()] if before else "eq"
    match = _number().match(spelt, before.end() if before else 0)
    if match is None:
        return None
    value = _value(match)
    if value is None:
        return None
    said, rest = _unit(match, spelt[match.end() :].strip(), unit)
    after = _after().fullmatch(rest)
    if after is None:
        return None
    if match["plus"] or match["more"]:
        op = "ge"
    if after[1]:
        op = AFTER[after[1].lower()]
    if match["vague"]:
        return Quantity(value * 2, value * 9, "range", said)
    return Quantity(None if op == "le" else value, None if op == "ge" else value, op, said)


def _value(match: re.Match[str]) -> Decimal | None:
    scale = SCALES[match["scale"].lower()] if match["scale"] else Decimal(1)
    if match["vague"]:
        return scale if match["scale"] else None
    if match["numeral"]:
        counted = chinese(match["numeral"])
        number = Decimal(counted) if counted is not None else None
    else:
        number = Decimal(match["digits"].replace(",", ""))
    if number is None:
        return None
    value = _EXACT.multiply(_EXACT.multiply(number, scale), SMALL.get((match["name"] or "").lower(), Decimal(1)))
    if value.copy_abs() > _MOST:
        return None
    return value.copy_negate() if value and match["sign"] in ("-", "−") else value  # -0 is 0


def _unit(match: re.Match[str], rest: str, unit: str | None) -> tuple[str, str]:
    """The unit that is said (else the one that is given), and what is left of the text."""
    coin = (match["cur"] or match["cur1"] or "").lower()
    name = (match["name"] or "").lower()
    said = CODES.get(coin, "") or NAMES.get(name, "") or CODES.get(name, "") or ("CNY" if name in SMALL else "")
    if said:
        # "$0.14" of an indicator in USD/Mtok is in USD/Mtok.
        return (unit if unit and unit.startswith(f"{said}/") else said), rest
    if unit and rest.lower().endswith(unit.lower()):
        return unit, rest[: len(rest) - len(unit)].strip()
    for word in sorted(NOUNS, key=len, reverse=True):
        if rest.lower().startswith(word):
            return NOUNS[word], rest[len(word) :]
    return unit or "", rest


def _refuse(text: str, why: str) -> QuantityError:
    shown = text if len(text) <= 60 else text[:57] + "…"
    return QuantityError(f"{shown!r}: {why}; write {_FORMS}")
