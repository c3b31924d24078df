"""How often a document asks to be asked: `ttl`, `sy:updatePeriod`, and the hours and days that it wants left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_ITEM = re.compile(r"<(?:[A-Za-z_][\w.-]{0,50}:)?(?:item|entry)[\s/>]")
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(r"<sy:updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*</", re.IGNORECASE)
_FREQUENCY = re.compile(r"<sy:updateFrequency>\s*(\d{1,4})\s*</", re.IGNORECASE)
_SKIPPED = re.compile(r"<skip(Hours|Days)>(.{0,2000}?)</skip", re.IGNORECASE | re.DOTALL)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a document asks for; zero and empty where it says nothing."""

    every: timedelta = timedelta(0)
    hours: tuple[int, ...] = ()  # of UTC, in which it does not change
    days: tuple[int, ...] = ()  # Monday is 0


def of(text: str) -> Rhythm:
    """What stands before the first entry."""
    first = _ITEM.search(text)
    head = text[: first.start() if first else len(text)][:100_000]
    ttl, period, frequency = _TTL.search(head), _PERIOD.search(head), _FREQUENCY.search(head)
    every = timedelta(minutes=int(ttl[1])) if ttl else timedelta(0)
    if period:
        every = max(every, timedelta(hours=_PERIODS[period[1].lower()]) / max(int(frequency[1]) if frequency else 1, 1))
    skipped = {match[1].lower(): match[2] for match in _SKIPPED.finditer(head)}
    hours = {int(said) % 24 for said in re.findall(r">\s*(\d{1,2})\s*<", f">{skipped.get('hours', '')}<")}
    days = [number for number, name in enumerate(_DAYS) if name in skipped.get("days", "").lower()]
    return Rhythm(every, tuple(sorted(hours)), tuple(days))


def free_after(at: datetime, hours: tuple[int, ...], days: tuple[int, ...]) -> datetime:
    """The first instant from `at` (UTC) on that lies in no skipped hour and on no skipped day; at most a day later."""
    free = at
    for _ in range(24):
        if free.hour not in hours and free.weekday() not in days:
            return free
        free = free.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return free
