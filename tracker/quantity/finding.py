"""Numbers in running text. What is not surely a number with a unit is left out; money needs its currency, said or clear.

A first amount lends its currency to the next one that has none (融资1000亿美元，估值冲击8300亿); bare 亿 and 万 count as yuan
only beside words of money (融资, 营收, 估值). Every pattern is bounded, so time grows with the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from tracker.quantity.roles import role_of
from tracker.quantity.values import CURRENCIES, Found, Op, Quantity, Role
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
    alternatives,
    chinese,
)

#: Full-width forms and exotic spaces, one to one, so that places stay.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(ch): " " for ch in "\u00a0\u2009\u202f\u3000\t\n\r"
}
_LARGE = {word: scale for word, scale in SCALES.items() if not (word.isascii() and len(word) == 1)}
_SCALE = alternatives(SCALES)
_ONE = rf"(?:{DIGITS})|(?:{NUMERAL})(?=\s?(?:{alternatives(_LARGE)}|{alternatives({**NAMES, **SMALL})}))"
_AMOUNT = re.compile(
    rf"(?<![A-Za-z0-9.])(?P<cur>(?:{alternatives(CODES)}))?(?P<plus0>\+)?\s?"
    rf"(?:(?P<low>{DIGITS})(?P<lowplus>\+)?\s?(?P<lowscale>{_SCALE})?\s?(?P<lowname>{alternatives(NAMES)})?"
    rf"\s?(?:-|–|~|～|—|至|到|\bto\b|\band\b)\s?(?P<cur2>(?:{alternatives(CODES)}))?\s?)?"
    rf"(?P<num>{_ONE}|(?P<vague>数|數|几|幾|several\s(?:hundred\s)?|hundreds\sof\s|tens\sof\s|dozens\sof\s))"
    rf"(?P<plus>\+|余|多)?(?:\s|-)?(?P<scale>{_SCALE})?(?P<more>\+|余|多)?级?(?:\s|-)?(?:of\s)?"
    rf"(?P<name>{alternatives({**NAMES, **SMALL, **{k: v for k, v in CODES.items() if k.isalpha()}})})?(?P<left>余)?",
    re.IGNORECASE,
)
#: 超亿元, 近百亿, 上亿: a scale alone stands for one of it, after a word that says how it is meant.
_BARE = re.compile(
    rf"(?P<op>超过|超|逾|近|过|上|破|突破|接近|逼近|将近|约|不足|不到)\s?(?P<scale>百亿|千亿|万亿|十亿|亿|千万|百万)级?\s?(?P<name>{alternatives(NAMES)})?"
)
_BARE_COUNT = re.compile(
    r"(?<![0-9一二两三四五六七八九十几数.])(?P<scale>百万|千万|万亿|千亿|百亿|亿|million|trillion|billion)(?P<noun>参数|token|tokens|用户|-parameter|-token|\sparameters?)",
    re.IGNORECASE,
)
_WORDS = "|".join(
    ("(?<![A-Za-z])" if word[0].isascii() else "") + re.escape(word) for word in sorted(BEFORE, key=len, reverse=True)
)
_BEFORE = re.compile(rf"({_WORDS})\s{{0,2}}(?:(?:a|an|the|达|为|到|了|有)\s?)?$", re.IGNORECASE)
_AFTER = re.compile(rf"\s?(?:{alternatives(AFTER)})", re.IGNORECASE)
_NOUN = re.compile(rf"\s?(?:{alternatives(NOUNS)})", re.IGNORECASE)
#: 最近 and 附近 end in 近 but say something else.
_NO_OPERATOR = re.compile(r"(?:最|附|新|靠|远|晚|历|网|以|早|马|路|安)[近上过]$")
_MONEY_BEFORE = re.compile(
    r"融资|融|估值|营收|收入|投资|募资|筹资|注资|支出|市值|利润|亏损|销售额|轮|获|斥资|花费|规模|金额|身价|ARR"
)
_MONEY_AFTER = re.compile(
    r"\s?(?:级|规模|大规模|的)?\s?(?:[A-Za-z+]{0,6}\s?轮|融资|投资|估值|营收|收入|大?单|订单|合同|协议|元|天使)"
)
_NOT_MONEY_AFTER = re.compile(
    r"\s?(?:个|名|人|用户|参数|台|辆|次|倍|家|笔|字|条|张|件|部|万?吨|千瓦|度|平|米|公里|token|词|篇|颗|套|股|年|月|日|天|岁|行|种|点|级别|位|只|块(?!钱)|GPU|卡|B\b|K\b)",
    re.IGNORECASE,
)
_NEVER_BEFORE = re.compile(r"(?:第|[Vv]|\bNo\. ?|#)$")
_REACH = 24


@dataclass(frozen=True, slots=True)
class _Raw:
    """A number as it was read, before it is known what it is."""

    lo: Decimal
    hi: Decimal
    op: Op
    unit: str
    start: int
    end: int


def find(text: str) -> tuple[Found, ...]:
    """Every number with a unit, by place. Spans count code points of the text as it was given."""
    folded = text.translate(_FOLD)
    found: list[Found] = []
    currency, reach = "", 0
    for match in _matches(folded):
        if match.start() < reach:
            continue
        raw = _bare(folded, match) if match.re is not _AMOUNT else _read(folded, match, currency)
        if raw is None:
            continue
        previous = found[-1] if found else None
        money = raw.unit in CURRENCIES
        role: Role = (
            role_of(folded, raw.start, raw.end, previous.end if previous else 0, previous) if money else "other"
        )
        found.append(Found(quantity=_quantity(raw), role=role, start=raw.start, end=raw.end))
        reach = raw.end
        currency = raw.unit if money else currency
    return tuple(found)


def _matches(folded: str) -> list[re.Match[str]]:
    """All patterns by place; of two that begin together the longer one."""
    every = [*_AMOUNT.finditer(folded), *_BARE.finditer(folded), *_BARE_COUNT.finditer(folded)]
    return sorted(every, key=lambda match: (match.start(), -match.end()))


def _quantity(raw: _Raw) -> Quantity:
    lo = None if raw.op == "le" else raw.lo
    return Quantity(lo, None if raw.op == "ge" else raw.hi, raw.op, raw.unit)


def _read(folded: str, match: re.Match[str], currency: str) -> _Raw | None:
    values = _values(match)
    if values is None or _NEVER_BEFORE.search(folded, max(0, match.start() - 4), match.start()):
        return None
    lo, hi = values
    end = match.start() + len(match[0].rstrip())
    unit = _currency(match)
    after = folded[end : end + _REACH]
    counted = _NOUN.match(after)
    if unit and counted and counted[0].strip() in ("%", "％", "percent"):
        unit = ""  # "$108%" is nobody's money
    if (
        not unit
        and counted
        and (
            match["scale"]
            or counted[0].strip() in ("%", "％", "倍", "x", "percent", "per cent", "-fold", "fold")
            or match["num"].isascii()
        )
    ):
        unit, end = NOUNS[counted[0].strip().lower()], end + counted.end()
    elif not unit:
        unit = _clear_from_context(folded, match, after, currency)
    if not unit or (unit == "CNY" and _is_word(folded, match)):
        return None
    op, start, end = _operator(folded, match, end)
    if lo != hi:
        op = "range"
    return _Raw(lo, hi, op, unit, start, end)


def _values(match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    scale = SCALES[match["scale"].lower()] if match["scale"] else Decimal(1)
    small = SMALL.get((match["name"] or "").lower(), Decimal(1))
    if match["vague"]:
        return _vague(match["vague"].lower(), scale) if match["scale"] else None
    said = match["num"]
    counted = None if said[0].isdigit() else chinese(said)
    if not said[0].isdigit() and counted is None:
        return None
    number = Decimal(said.replace(",", "")) if counted is None else Decimal(counted)
    high = number * scale * small
    if not match["low"]:
        return high, high
    low = Decimal(match["low"].replace(",", "")) * (SCALES[match["lowscale"].lower()] if match["lowscale"] else scale)
    return (low, high) if low < high else (high, high)


def _vague(word: str, scale: Decimal) -> tuple[Decimal, Decimal]:
    """数亿 and "several hundred million" are two to nine of them; so are "hundreds of millions"."""
    factor = 100 if "hundred" in word else 10 if word.startswith(("tens", "dozens")) else 1
    return 2 * factor * scale, 9 * factor * scale


def _currency(match: re.Match[str]) -> str:
    coin = (match["cur"] or match["cur2"] or "").lower()
    name = (match["name"] or match["lowname"] or "").lower()
    return CODES.get(coin, "") or NAMES.get(name, "") or CODES.get(name, "") or ("CNY" if name in SMALL else "")


def _clear_from_context(folded: str, match: re.Match[str], after: str, currency: str) -> str:
    """A bare 亿 or 万 beside words of money: the currency of the amount before it, else yuan."""
    scale = match["scale"] or ""
    if not scale or scale.isascii() or scale in ("千", "百") or _NOT_MONEY_AFTER.match(after):
        return ""
    before = folded[max(0, match.start() - 12) : match.start()]
    clause = re.split(r"[，。；;！？!?]", before)[-1]
    if _MONEY_AFTER.match(after) or _MONEY_BEFORE.search(clause):
        return currency or "CNY"
    return ""


def _is_word(folded: str, match: re.Match[str]) -> bool:
    """一元, 多元, 三元: a numeral of one letter without a scale is a word, and so is 2块 of anything."""
    name = match["name"] or ""
    if match["scale"] or match["low"] or match["cur"] or name not in ("元", "块", "毛", "分"):
        return False
    if name in ("块", "毛", "分"):
        return True
    numeral = not match["num"][0].isdigit()
    return (numeral and len(match["num"]) < 2) or folded[match.end() : match.end() + 1] in (
        "化",
        "素",
        "件",
        "器",
        "老",
        "旦",
    )


def _operator(folded: str, match: re.Match[str], end: int) -> tuple[Op, int, int]:
    """The operator before or behind, and the span with it left out: the quote is the number."""
    op: Op = "eq"
    head = folded[max(0, match.start() - _REACH) : match.start()]
    if (before := _BEFORE.search(head)) and not _NO_OPERATOR.search(head[: before.end(1)]):
        op = BEFORE[before[1].lower()]
    if match["plus"] or match["more"] or match["left"] or match["plus0"] or match["lowplus"]:
        op = "ge"
    if after := _AFTER.match(folded, end):
        word = after[0].strip().lower()
        if word in AFTER and not (word == "多" and folded[after.end() : after.end() + 1] in ("元", "模")):
            op, end = AFTER[word], after.end()
    return op, match.start() + len(match[0]) - len(match[0].lstrip()), end


def _bare(folded: str, match: re.Match[str]) -> _Raw | None:
    """A scale that stands for one of itself: 超亿元, 万亿参数."""
    scale = SCALES[match["scale"].lower()]
    if match.re is _BARE_COUNT:
        unit = NOUNS.get(match["noun"].strip().lower(), "")
        return (
            _Raw(scale, scale, "approx" if match["scale"] == "万亿" else "eq", unit, match.start(), match.end())
            if unit
            else None
        )
    after = folded[match.end() : match.end() + _REACH]
    unit = NAMES.get((match["name"] or "").lower(), "")
    if not unit and not (
        not _NOT_MONEY_AFTER.match(after)
        and (_MONEY_AFTER.match(after) or _MONEY_BEFORE.search(folded, max(0, match.start() - 8), match.start()))
    ):
        return None
    if _NO_OPERATOR.search(folded[max(0, match.start() - 1) : match.start() + 1]):
        return None
    start = match.start() + len(match["op"])
    return _Raw(scale, scale, BEFORE[match["op"]], unit or "CNY", start, match.end())
