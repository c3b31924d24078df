"""Dates as newsrooms write them, read strictly: what is not surely a date is None, never a wrong day.

Chinese dates, slashes, RFC 822 in all its spellings, ISO, seconds since 1970; a time without a zone is in the source's.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

_MONTHS = {
    name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_LONG_MONTHS = "january february march april may june july august september october november december sept".split()
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3,
    "ist": 5.5, "sgt": 8, "hkt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_CHINA = timezone(timedelta(hours=8))
_US_CENTRAL = timezone(timedelta(hours=-6))

_TIME = r"(?P<before>上午|中午|下午|晚上)?\s*(?P<h>\d{1,2}):(?P<mi>\d\d)(?::(?P<s>\d\d)(?:[.,]\d{1,9})?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
_TZ = r"\s*(?P<tz>[A-Za-z]{1,5}(?:\s?[+-]\d{1,2}(?::?\d\d)?)?|[+-]\d\d:?\d\d|[+-]\d\d)?(?:\s*\([^)]{1,40}\))?"
_DAY = r"(?:[A-Za-z]{2,9}(?:\.?,\s*|\.?\s+))?"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        # Wed, 19 Aug 2026 16:37:21 +0800
        rf"{_DAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?P<mon>[A-Za-z]{{3,9}})\.?,?[\s-]+(?P<y>\d{{4}}|\d\d)(?:,?\s+{_TIME}{_TZ})?",
        # Aug 19, 2026, 4:37 PM
        rf"{_DAY}(?P<mon>[A-Za-z]{{3,9}})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?:,?\s+(?:at\s+)?{_TIME}{_TZ})?",
        # Wed Aug 19 16:37:21 CST 2026
        rf"[A-Za-z]{{3}}\s+(?P<mon>[A-Za-z]{{3}})\s+(?P<d>\d{{1,2}})\s+{_TIME}{_TZ}\s+(?P<y>\d{{4}})",
        # 2026-08-19T16:37:21.000Z, 2026/08/19 16:37, 2026-08-19 16:37:16  +0800
        rf"(?P<y>\d{{4}})(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?:[T\s,]\s*{_TIME}{_TZ})?",
        # 20260819T163721Z
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:T?(?P<h>\d\d)(?P<mi>\d\d)(?P<s>\d\d)(?P<tz>Z|[+-]\d{4})?)?",
    )
)
_CHINESE = re.compile(
    r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?\s*(?:\(?(?:星期|周|週)[一二三四五六日天]\)?\s*)?"
    r"(?P<before>凌晨|早上|上午|中午|下午|晚上|晚)?\s*"
    rf"(?:(?P<h>\d{{1,2}})\s*[:时時点點]\s*(?:(?P<mi>\d{{1,2}})\s*分?)?(?:[:\s]?(?P<s>\d{{1,2}})\s*秒?)?)?{_TZ}"
)
_EPOCH = re.compile(r"-?\d{9,10}(?:\.\d+)?|\d{13}", re.ASCII)
_EVENING = ("晚上", "晚")
_LATER = ("pm", "下午", "中午", *_EVENING)


class _Place(NamedTuple):
    zone: ZoneInfo
    chinese: bool


def parse(text: str, zone: ZoneInfo, language: str = "") -> datetime | None:
    """The instant, aware UTC, or None. CST is China's in Chinese feeds and in zones of Asia, unless America speaks."""
    said = _spelt(text)
    if _EPOCH.fullmatch(said):
        return since_1970(float(said))
    parts = _parts(said)
    return _read(parts, _Place(zone, _is_chinese(language.lower(), zone))) if parts else None


def names_a_day(text: str) -> bool:
    """Whether this is a date that says no time of day."""
    parts = _parts(_spelt(text))
    return parts is not None and parts.get("h") is None


def _spelt(text: str) -> str:
    """Full-width digits, colons and brackets as plain ones; "" for what is too long to be a date."""
    said = unicodedata.normalize("NFKC", text[:200]).strip()
    return said if len(said) <= 100 else ""


def _parts(said: str) -> dict[str, str | None] | None:
    matches = (form.fullmatch(said) for form in (*_FORMS, _CHINESE))
    return next((match.groupdict() for match in matches if match), None)


def _is_chinese(language: str, zone: ZoneInfo) -> bool:
    if language.startswith("zh"):
        return True
    return zone.key.startswith("Asia/") and not language.endswith(("-us", "-ca", "-mx"))


def since_1970(number: float) -> datetime | None:
    """Seconds since 1970, or milliseconds where they would lie far in the future."""
    try:
        return datetime.fromtimestamp(number / 1000 if abs(number) >= 1e11 else number, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _read(parts: dict[str, str | None], place: _Place) -> datetime | None:
    month = int(parts["m"] or 0) if parts.get("m") else _month(parts.get("mon") or "")
    offset = _zone(parts.get("tz") or "", place)
    if not month or offset is None:
        return None
    year = int(parts["y"] or 0)
    if len(parts["y"] or "") == 2:  # 0001 is no short year: programs write it for "none"
        year += 2000 if year < 70 else 1900
    if not 1900 <= year <= 2200:
        return None
    try:
        part_of_day = parts.get("before") or parts.get("half") or ""
        hour = _hour(int(parts.get("h") or 0), part_of_day.lower().replace(".", ""))
        at = datetime(
            year, month, int(parts["d"] or 0), hour, int(parts.get("mi") or 0), int(parts.get("s") or 0), tzinfo=offset
        )
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _month(name: str) -> int:
    low = name.lower()
    return _MONTHS.get(low[:3], 0) if low in _MONTHS or low in _LONG_MONTHS else 0


def _hour(hour: int, part_of_day: str) -> int:
    """0 to 23; ValueError for "12 at night", which is the night before to some and the night after to others."""
    if part_of_day in _EVENING and not (5 <= hour < 12 or 18 <= hour < 24):
        raise ValueError(part_of_day)
    if part_of_day in _LATER and 0 < hour < 12:
        return hour if part_of_day == "中午" and hour > 9 else hour + 12
    return 0 if part_of_day in ("am", "凌晨", "上午") and hour == 12 else hour


def _zone(said: str, place: _Place) -> tzinfo | None:
    """None for an offset that no place on earth has; a name that nobody knows counts as not said."""
    name = said.strip().lower()
    if not name:
        return place.zone
    if name == "cst":
        return _CHINA if place.chinese else _US_CENTRAL
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    match = re.fullmatch(r"(?:utc|gmt|z)?\s?([+-])(\d{1,2}):?(\d\d)?", name, re.ASCII)
    if match is None:
        return place.zone
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > 14 * 60 or int(match[3] or 0) > 59:
        return None
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
