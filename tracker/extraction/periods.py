"""Periods as texts name them, in both languages, as intervals: 2025年上半年, 第二季度, last year, by 2026.

What is relative is counted from the day of the text, never from now. The result is the text that `timing.parse_period` takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_COUNTS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
}
_COUNTS |= {
    name: number for number, name in enumerate("two three four five six seven eight nine ten eleven".split(), 2)
}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    "|dec(?:ember)?)"
)
_CHINESE = re.compile(
    r"(?P<until>截至|截止|到|至)?(?:(?P<year>(?:19|20)\d\d)(?:年|(?=[QH][1-4]))|(?P<rel>去年|前年|今年|明年|上年))?度?的?"
    r"(?:前(?P<first>[一二两三四五六七八九十]|十一|1[0-2]|[1-9])个?(?P<span>季度|月)|(?P<half>上半年|下半年)|第?(?P<quarter>[一二三四1-4])(?:个)?(?:季度|财季|季)|(?P<code>[QH][1-4])(?![0-9A-Za-z])"
    r"|(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>3[01]|[12]\d|0?[1-9])日)?(?P<over>底)?|(?P<last>上季度|上个季度|上月|上个月|本季度|本月))?"
    r"(?P<end>年底|底)?(?P<before>前|之前)?",
)
_ENGLISH = re.compile(
    rf"\b(?P<by>by|before|until|through|in|of|since|during|for|as of)?\s?(?:the\s)?(?P<late>end of\s)?(?:the\s)?(?:"
    rf"first\s(?P<first>\d\d?|{'|'.join(name for name in _COUNTS if name.isascii())})\s(?P<span>quarter|month)s"
    rf"(?:\s(?:of\s)?(?P<fyear>(?:19|20)\d\d))?|"
    rf"(?P<word>first|second|third|fourth|1st|2nd|3rd|4th)[\s-](?P<part>quarter|half)(?:\s(?:of\s)?(?P<pyear>(?:19|20)\d\d))?"
    rf"|(?P<code>[qh][1-4])(?:\s(?:of\s)?(?P<cyear>(?:19|20)\d\d))?|(?P<back>last|this|next)\s(?P<what>year|quarter|month)"
    rf"|(?P<month>{_MONTH})\.?(?![\w-])(?:\s(?P<day>\d{{1,2}})(?![\d.]|\s?(?:[kmb]n?|tn|thousand|million|billion|trillion|percent)\b|%)(?:,(?=\s\d{{4}}))?)?"
    rf"(?:,?\s(?P<myear>(?:19|20)\d\d)(?!\d))?"
    rf"|(?:in|of|for|during|fiscal|since|(?P<endof>end-)|year)\s?(?P<year>(?:19|20)\d\d)|(?:(?<=by\s)|(?<=of\s))(?P<yonly>(?:19|20)\d\d))(?![\w-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A period at its place: `2026-H1`, `2025-02..2025-11`, `..2026`."""

    start: int
    end: int
    text: str


def find(folded: str, anchor: date) -> tuple[Dated, ...]:
    """Every period of a folded text, by place; a bare half, quarter or month is the newest one that had begun."""
    found = list(_each(folded, anchor))
    kept: list[Dated] = []
    for one in sorted(found, key=lambda dated: (dated.start, -dated.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _each(folded: str, anchor: date) -> Iterator[Dated]:
    codes = folded.replace("q", "Q").replace("h", "H")
    for pattern, text, read in ((_CHINESE, codes, _chinese), (_ENGLISH, folded, _english)):
        for match in pattern.finditer(text):
            if match.end() > match.start() and (named := read(match, anchor)):
                yield Dated(match.start(), match.end(), named)


def _chinese(match: re.Match[str], anchor: date) -> str:
    said = match.groupdict()
    year = _year(said["year"], said["rel"], anchor)
    part = _half_or_quarter(said["half"], said["quarter"], said["code"])
    if said["first"]:
        return _first(said["first"], said["span"] == "季度", year, anchor)
    if part:
        text = _with_year(part, year, anchor)
    elif said["month"]:
        text = _month(int(said["month"]), int(said["day"] or 0), year, anchor)
    elif said["last"]:
        text = _last(said["last"], anchor)
    else:
        text = str(year) if year else ""
    until = said["end"] or said["before"] or said["over"]
    return f"..{text}" if text and until and (said["before"] or said["end"]) else text


def _english(match: re.Match[str], anchor: date) -> str:
    said = match.groupdict()
    given = said["pyear"] or said["cyear"] or said["myear"] or said["year"] or said["yonly"] or said["fyear"]
    year = int(given) if given else 0
    until = said["late"] or said["endof"] or (said["by"] or "").lower() in ("by", "before", "until")
    text = _named(said, year, anchor)
    return f"..{text}" if text and until and ".." not in text else text


def _named(said: dict[str, str | None], year: int, anchor: date) -> str:
    if said["first"]:
        return _first(said["first"].lower(), said["span"] == "quarter", year, anchor)
    if said["word"] and said["part"]:
        number = _ORDINALS[said["word"].lower()]
        half = said["part"].lower() == "half"
        return "" if half and number > 2 else _with_year(f"{'H' if half else 'Q'}{number}", year, anchor)
    if said["code"]:
        return _with_year(_half_or_quarter(None, None, said["code"].upper()), year, anchor)
    if said["back"] and said["what"]:
        return _relative(said["back"].lower(), said["what"].lower(), anchor)
    if said["month"]:
        # "may" alone is no month, and neither is "march".
        sure = said["day"] or year or said["by"] or said["late"]
        return _month(_MONTHS[said["month"].lower()[:3]], int(said["day"] or 0), year, anchor) if sure else ""
    return str(year)


def _first(count: str, quarters: bool, year: int, anchor: date) -> str:
    """The first months of a year as a range; without a year, of the newest of which they were over."""
    months = (_COUNTS[count] if count in _COUNTS else int(count)) * (3 if quarters else 1)
    if not 1 <= months <= 12:
        return ""
    year = year or (anchor.year if months < anchor.month else anchor.year - 1)
    return f"{year}-01..{year}-{months:02}"


def _year(given: str | None, relative: str | None, anchor: date) -> int:
    if given:
        return int(given)
    back = {"去年": 1, "上年": 1, "前年": 2, "今年": 0, "明年": -1}
    return anchor.year - back[relative] if relative else 0


def _half_or_quarter(half: str | None, quarter: str | None, code: str | None) -> str:
    if half:
        return "H1" if half == "上半年" else "H2"
    if quarter:
        return f"Q{_DIGITS[quarter]}"
    return "" if code in (None, "H3", "H4") else str(code)


def _with_year(part: str, year: int, anchor: date) -> str:
    """A part of a year; without one, the newest that had begun by the day of the text."""
    if not part:
        return ""
    month = (int(part[1]) - 1) * (6 if part[0] == "H" else 3) + 1
    return f"{year or (anchor.year if month <= anchor.month else anchor.year - 1)}-{part}"


def _month(month: int, day: int, year: int, anchor: date) -> str:
    year = year or (anchor.year if month <= anchor.month else anchor.year - 1)
    if not day:
        return f"{year}-{month:02}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _last(word: str, anchor: date) -> str:
    back = "last" if word.startswith("上") else "this"
    return _relative(back, "quarter" if "季" in word else "month", anchor)


def _relative(back: str, what: str, anchor: date) -> str:
    step = {"last": -1, "this": 0, "next": 1}[back]
    if what == "year":
        return str(anchor.year + step)
    if what == "month":
        first = anchor.replace(day=1)
        moved = first - timedelta(1) if step < 0 else first + timedelta(32) if step else first
        return f"{moved.year}-{moved.month:02}"
    number = anchor.year * 4 + (anchor.month - 1) // 3 + step
    return f"{number // 4}-Q{number % 4 + 1}"
