"""Numbers written for people and for `record`: never in scientific notation, never more precise than what was said."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from tracker.quantity.values import CURRENCIES, YES_NO, Op, Quantity
from tracker.tongue import heard, language, say

_STEPS = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "M"))
#: A number of forty digits is told to its last.
_EXACT = Context(prec=100)
_ANSWERS = {Decimal(1): "yes", Decimal(0): "no"}
_CHINESE_STEPS = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
_SIZES = {name: step for step, name in _STEPS}
_BEFORE = {"approx": "about {number}", "ge": "at least {number}", "le": "at most {number}"}
_COINS = {
    "CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "HKD": "港元", "KRW": "韩元", "TWD": "新台币",
    "SGD": "新元", "INR": "卢比", "AUD": "澳元", "CAD": "加元", "CHF": "瑞郎", "RUB": "卢布", "BRL": "雷亚尔",
}  # fmt: skip
_SPAN = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?)([wdhms])(?!\w)")
_SPANS = {"w": "周", "d": "天", "h": "小时", "m": "分钟", "s": "秒"}
_LIMIT = re.compile(r"(?P<next>, )?(?:(?P<severity>info|warning|critical) )?(?P<op><=|>=|<|>)\s*(?=\d|-\d)")
_LIMITS = {"<": "低于 ", "<=": "不高于 ", ">": "高于 ", ">=": "不低于 "}
#: Numbers as English says them: of money, of many, or times; dates and names with digits in them are none.
_SAID = re.compile(
    r"(?<![\w.,-])(?:(?P<coin>" + "|".join(sorted(CURRENCIES)) + r") )?(?P<number>-?\d(?:[\d,]*\d)?(?:\.\d+)?)"
    r"(?:(?P<step>tn|bn|M)|(?P<x>x))?(?![\w,.:/-]|\.\d)"
)


def as_recorded(number: Quantity) -> str:
    """The value as `tracker record` takes it, in the unit itself: `18744`, `>=100000000`, `20000000..25000000`."""
    lo, hi = _plain(number.lo), _plain(number.hi)
    if number.op == "range":
        return f"{lo}..{hi}"
    if number.op == "ge":
        return f">={lo}"
    return f"<={hi}" if number.op == "le" else lo


def as_said(lo: Decimal | None, hi: Decimal | None, op: Op, unit: str) -> str:
    """The value in an analyst's words: `at least CNY 5bn`, `about 45x`, `20M to 25M devices`; "" for no number.

    In Chinese where that is spoken (`tongue.speaking`): `至少50亿元`, `约45倍`.
    """
    if unit == YES_NO and lo is not None and lo == hi and lo in _ANSWERS:
        return say(_ANSWERS[lo])
    said_lo = "" if lo is None else number_said(lo)
    said_hi = "" if hi is None else number_said(hi)
    if op == "range":
        return _with_unit(say("{low} to {high}", low=said_lo, high=said_hi), unit)
    number = said_hi if op == "le" else said_lo
    if not number:
        return ""
    return say(_BEFORE.get(op, "{number}"), number=_with_unit(number, unit))


def number_said(number: Decimal) -> str:
    """`9,412`, `1.5M`, `5bn`, `0.14`: scaled only where nothing is lost by it. In Chinese by 万 and 亿."""
    size = number.copy_abs()
    steps = _CHINESE_STEPS if language() == "zh" else _STEPS
    if size >= steps[-1][0]:
        for step, name in steps:
            if size >= step and not _EXACT.remainder(number, step / 100):
                return _trimmed(_EXACT.divide(number, step)) + name
    return _trimmed(number)


def retold(text: str) -> str:
    """What a rule wrote down in English, in the language that is spoken: its sentences, limits, numbers and spans."""
    if language() == "en":
        return text
    text = _SPAN.sub(lambda found: f"{found[1]} {_SPANS[found[2]]}", _SAID.sub(_retold, text))
    return heard(_LIMIT.sub(_limit, text))


def _limit(found: re.Match[str]) -> str:
    severity = say(found["severity"]) if found["severity"] else ""
    return f"{'，' if found['next'] else ''}{severity}{_LIMITS[found['op']]}"


def _retold(found: re.Match[str]) -> str:
    number = Decimal(found["number"].replace(",", "")) * _SIZES.get(found["step"] or "", Decimal(1))
    if found["x"]:
        return _with_unit(number_said(number), "x")
    return _with_unit(number_said(number), found["coin"] or "")


def _with_unit(text: str, unit: str) -> str:
    coin, _, per = unit.partition("/")
    if coin in CURRENCIES:
        if language() == "zh":
            return f"{text}{_COINS.get(coin, coin)}{f'/{per}' if per else ''}"
        return f"{coin} {text} per {per}" if per else f"{coin} {text}"
    if unit in ("x", "%"):
        return say("{number}x", number=text) if unit == "x" else f"{text} %"
    return f"{text} {unit}".strip()


def _trimmed(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(number: Decimal | None) -> str:
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
