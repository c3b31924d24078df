"""The day that a text gives for what it tells; relative words count from the text's own date, never from now."""

from __future__ import annotations

import re
from datetime import date, timedelta

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_CHINESE = re.compile(r"(?:(\d{4})年)?(?<!\d)(\d{1,2})月(\d{1,2})日")
_ENGLISH = re.compile(
    r"\b(?:(\d{1,2}) )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2})?(?:,? (\d{4}))?\b",
    re.IGNORECASE,
)
_RELATIVE = {"昨日": 1, "昨天": 1, "昨晚": 1, "今日": 0, "今天": 0, "今早": 0, "前天": 2, "yesterday": 1, "today": 0}
#: A day further back is told as background, not as the day of the news.
_FAR = timedelta(days=45)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年|\b(?:in|since|of) ((?:19|20)\d\d)\b")


def old_year(folded: str, anchor: date) -> str:
    """A year named in the text that was long over on the anchor's day: what is told of it is history; "" for none."""
    for match in _YEAR.finditer(folded):
        year = int(match[1] or match[2])
        if anchor - date(year, 12, 31) > _FAR:
            return match.group()
    return ""


def day_of(folded: str, anchor: date) -> date | None:
    """The first day named that is not after the anchor and not long before it."""
    for match in _CHINESE.finditer(folded):
        year, month, day = match.groups()
        if found := _checked(year, int(month), int(day), anchor):
            return found
    for match in _ENGLISH.finditer(folded):
        before, name, after, year = match.groups()
        if not (day_text := before or after):
            continue
        if found := _checked(year, _MONTHS[name.lower()[:3]], int(day_text), anchor):
            return found
    for word, back in _RELATIVE.items():
        if word in folded:
            return anchor - timedelta(days=back)
    return None


def _checked(year: str | None, month: int, day: int, anchor: date) -> date | None:
    for guess in (int(year),) if year else (anchor.year, anchor.year - 1):
        try:
            found = date(guess, month, day)
        except ValueError:
            continue
        if timedelta(0) <= anchor - found <= _FAR:
            return found
    return None
