"""The words of numbers: scales, currencies, operators, Chinese numerals, what is counted. Data, and patterns made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from tracker.quantity.values import Op


def _decimal(power: int) -> Decimal:
    return Decimal(10) ** power


_LATIN_SCALES = {
    "thousand": 3, "k": 3, "million": 6, "millions": 6, "mn": 6, "mln": 6, "mm": 6, "m": 6,
    "billion": 9, "billions": 9, "bn": 9, "bln": 9, "b": 9, "trillion": 12, "trillions": 12, "tn": 12, "trn": 12, "t": 12,
}  # fmt: skip
_CHINESE_SCALES = {
    "百": 2, "千": 3, "万": 4, "萬": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "億": 8, "十亿": 9, "百亿": 10, "千亿": 11,
    "万亿": 12, "萬億": 12, "兆": 12, "个亿": 8, "個億": 8,
}  # fmt: skip
#: Word of a scale, in small letters, to what it multiplies by.
SCALES: Mapping[str, Decimal] = {word: _decimal(power) for word, power in {**_LATIN_SCALES, **_CHINESE_SCALES}.items()}

#: Symbols and codes that stand before or behind a number.
CODES: Mapping[str, str] = {
    "us$": "USD", "usd$": "USD", "usd": "USD", "u.s.$": "USD", "$": "USD", "＄": "USD",
    "hk$": "HKD", "hkd": "HKD", "nt$": "TWD", "twd": "TWD", "s$": "SGD", "sgd": "SGD", "a$": "AUD", "aud": "AUD",
    "c$": "CAD", "cad": "CAD", "r$": "BRL", "brl": "BRL",
    "rmb¥": "CNY", "rmb": "CNY", "cny": "CNY", "cn¥": "CNY", "¥": "CNY", "￥": "CNY", "jp¥": "JPY", "jpy": "JPY",
    "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "₩": "KRW", "krw": "KRW", "₹": "INR", "inr": "INR", "rs.": "INR",
    "chf": "CHF", "rub": "RUB",
}  # fmt: skip
#: Words that stand behind a number; a number before 毛 or 分 is a tenth or a hundredth.
NAMES: Mapping[str, str] = {
    "美元": "USD", "美金": "USD", "美刀": "USD", "刀乐": "USD", "dollars": "USD", "dollar": "USD", "us dollars": "USD",
    "u.s. dollars": "USD", "bucks": "USD", "元人民币": "CNY", "人民币元": "CNY", "人民币": "CNY", "人民幣": "CNY",
    "元": "CNY", "块钱": "CNY", "块": "CNY", "yuan": "CNY", "renminbi": "CNY", "chinese yuan": "CNY",
    "港元": "HKD", "港币": "HKD", "港幣": "HKD", "hong kong dollars": "HKD", "日元": "JPY", "日圆": "JPY", "円": "JPY",
    "yen": "JPY", "欧元": "EUR", "歐元": "EUR", "euros": "EUR", "euro": "EUR", "英镑": "GBP", "pounds": "GBP",
    "韩元": "KRW", "won": "KRW", "卢比": "INR", "rupees": "INR", "新台币": "TWD", "台币": "TWD", "新元": "SGD",
    "新加坡元": "SGD", "澳元": "AUD", "加元": "CAD", "瑞士法郎": "CHF", "卢布": "RUB",
}  # fmt: skip
SMALL: Mapping[str, Decimal] = {"毛钱": Decimal("0.1"), "毛": Decimal("0.1"), "分钱": Decimal("0.01")}

#: Operators that stand right before a number.
BEFORE: Mapping[str, Op] = {
    ">=": "ge", "≥": "ge", ">": "ge", "<=": "le", "≤": "le", "<": "le", "~": "approx", "≈": "approx", "～": "approx",
    "超过": "ge", "超": "ge", "逾": "ge", "突破": "ge", "破": "ge", "至少": "ge", "不低于": "ge", "不少于": "ge", "高于": "ge",
    "多于": "ge", "大于": "ge", "超出": "ge", "过": "ge", "上": "ge", "最少": "ge", "起码": "ge", "高出": "ge",
    "近": "approx", "将近": "approx", "约": "approx", "大约": "approx", "约合": "approx", "接近": "approx", "逼近": "approx",
    "约为": "approx", "大概": "approx", "约等于": "approx", "折合": "approx", "合": "approx", "近乎": "approx",
    "不到": "le", "不足": "le", "低于": "le", "少于": "le", "小于": "le", "最多": "le", "至多": "le", "不超过": "le", "未超过": "le",
    "不高于": "le", "不超": "le",
    "over": "ge", "more than": "ge", "exceeding": "ge", "exceeds": "ge", "exceed": "ge", "exceeded": "ge", "at least": "ge",
    "north of": "ge", "upwards of": "ge", "above": "ge", "greater than": "ge", "surpassing": "ge", "surpasses": "ge",
    "surpassed": "ge",
    "tops": "ge", "topped": "ge", "passes": "ge", "passed": "ge",
    "topping": "ge", "in excess of": "ge", "no less than": "ge", "not less than": "ge", "beyond": "ge",
    "about": "approx", "around": "approx", "roughly": "approx", "nearly": "approx", "almost": "approx", "nears": "approx",
    "nearing": "approx", "approximately": "approx", "approx": "approx", "approx.": "approx", "circa": "approx",
    "close to": "approx", "an estimated": "approx", "estimated": "approx", "some": "approx", "as much as": "le",
    "under": "le", "less than": "le", "up to": "le", "at most": "le", "below": "le", "no more than": "le", "not more than": "le",
    "fewer than": "le", "within": "le", "a maximum of": "le",
}  # fmt: skip
#: …and those behind it.
AFTER: Mapping[str, Op] = {
    "+": "ge", "以上": "ge", "余": "ge", "多": "ge", "之多": "eq", "左右": "approx", "上下": "approx", "以下": "le", "以内": "le",
    "之内": "le", "or more": "ge", "or less": "le", "at least": "ge", "plus": "ge", "or so": "approx",
}  # fmt: skip

#: What is counted, by the word behind the number.
NOUNS: Mapping[str, str] = {
    "用户": "users", "名用户": "users", "付费用户": "users", "月活": "users", "日活": "users", "周活": "users", "users": "users",
    "subscribers": "users", "customers": "users", "paid": "users", "月活用户": "users",
    "参数": "params", "parameters": "params", "parameter": "params", "-parameter": "params", "params": "params",
    "台": "devices", "辆": "devices", "部终端": "devices", "台终端": "devices", "终端": "devices", "devices": "devices",
    "units": "devices", "vehicles": "devices", "cars": "devices", "台设备": "devices", "辆车": "devices",
    "人": "people", "名员工": "people", "员工": "people", "名": "people", "余人": "people", "people": "people", "jobs": "people",
    "employees": "people", "workers": "people", "staff": "people", "roles": "people", "个岗位": "people",
    "token": "tokens", "tokens": "tokens", "-token": "tokens", "个token": "tokens", "词元": "tokens",
    "笔": "deals", "deals": "deals", "次下载": "downloads", "downloads": "downloads", "stars": "stars", "颗星": "stars",
    "倍": "x", "x": "x", "-fold": "x", "fold": "x", "times": "x", "%": "%", "％": "%", "percent": "%", "per cent": "%",
    "个百分点": "pp", "percentage points": "pp",
}  # fmt: skip

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "兩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_PLACES = {"十": 10, "百": 100, "千": 1000}


def chinese(numeral: str) -> int | None:
    """二十五 -> 25, 两百 -> 200, 三千五百 -> 3500; None for what is no numeral."""
    total, digit, seen = 0, 0, False
    for letter in numeral:
        if letter in _DIGITS:
            digit, seen = _DIGITS[letter], True
        elif letter in _PLACES:
            total, digit, seen = total + (digit if seen else 1) * _PLACES[letter], 0, False
        else:
            return None
    return total + digit if numeral else None


def alternatives(words: Mapping[str, object]) -> str:
    """The words as one pattern, the longest first; letters need a boundary behind them."""
    spelt = []
    for word in sorted(words, key=len, reverse=True):
        spelt.append(re.escape(word) + ("(?![A-Za-z])" if word[-1].isascii() and word[-1].isalpha() else ""))
    return "|".join(spelt)


#: A number in digits; groups of three behind commas, or none.
DIGITS = r"\d{1,3}(?:,\d{3}){1,8}(?:\.\d{1,12})?(?![\d,])|\d{1,30}(?:\.\d{1,18})?"
NUMERAL = r"[一二两兩三四五六七八九十百千零〇]{1,9}"
VAGUE = r"数|數|几|幾|several|a few"
