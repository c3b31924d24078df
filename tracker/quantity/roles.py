"""What an amount is in its sentence: the money of the event, a valuation, revenue, a total; by the nearest word that says so."""

from __future__ import annotations

import re

from tracker.quantity.values import Found, Role

_WORDS: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"估值|身价|市值|valuation|valued|post-money|pre-money|market cap|values?\s", re.IGNORECASE), "valuation"),
    (re.compile(r"营收|收入|营业额|销售额|年化|(?<![A-Za-z])ARR(?![A-Za-z])|revenue|run[- ]rate|\bsales\b", re.IGNORECASE), "revenue"),
    (re.compile(r"累计|总融资|共融资|total raised|in total|to date|cumulative", re.IGNORECASE), "cumulative"),
    (re.compile(r"合同额|亏损|烧掉|烧钱|burn|loss(?:es)?\b|profit|利润|市场规模", re.IGNORECASE), "other"),
)  # fmt: skip
_CLAUSE = re.compile(r"[，。；;！？!?、]|,(?!\d)|\.\s")
#: "(约合300亿人民币)" says the amount before it once more, in another currency.
_AGAIN = re.compile(
    r"\s?[(（]\s?(?:约|约合|合|折合|approximately|approx\.?|about|around|or|some|roughly)?\s?$", re.IGNORECASE
)
_BEFORE, _BEHIND_LATIN, _BEHIND_CHINESE = 34, 24, 6


def role_of(folded: str, start: int, end: int, cut: int, previous: Found | None) -> Role:
    """The role of the amount at [start, end); `cut` is the end of the number before it."""
    between = folded[cut:start]
    if previous is not None and previous.role != "other" and len(between) <= 20 and _AGAIN.fullmatch(between):
        return previous.role
    head = _CLAUSE.split(folded[max(cut, start - _BEFORE) : start])[-1]
    reach = _BEHIND_CHINESE if any("\u4e00" <= ch <= "\u9fff" for ch in folded[end : end + 3]) else _BEHIND_LATIN
    tail = _CLAUSE.split(re.split(r"\d", folded[end : end + reach], maxsplit=1)[0])[0]
    tail = re.split(r"\b(?:at|after|from|with|for|and|months?)\b|[(（]", tail, maxsplit=1)[0]
    return _nearest(head, tail)


def _nearest(head: str, tail: str) -> Role:
    """Behind wins when it touches (`$2B valuation`); else the last word before."""
    best: tuple[int, Role] | None = None
    for pattern, role in _WORDS:
        if behind := pattern.search(tail):
            best = min(best or (behind.start(), role), (behind.start(), role))
        for before in pattern.finditer(head):
            gap = len(head) - before.end() + 1
            best = min(best or (gap, role), (gap, role))
    return best[1] if best else "amount"
