"""`${since:%Y-%m-%d}` in what is asked for: the days that a pass asks about. Four names, no expressions."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_MARK = re.compile(r"\$\{(\w*)(?::([^{}]*))?\}")
_NAMES = ("since", "until", "today", "yesterday")
_DAY = "%Y-%m-%d"


def check(text: str) -> str:
    """The text, if every mark in it has a name that is known."""
    for name, _ in _MARK.findall(text):
        if name not in _NAMES:
            raise ValueError(f"unknown ${{{name}}}: one of {', '.join(f'${{{one}}}' for one in _NAMES)}")
    return text


def filled(text: str, now: datetime, last_ok: datetime | None, back: timedelta, zone: ZoneInfo) -> str:
    """The text with its days, by local clocks: `until` is now, `since` lies `back` before the last good pass."""
    if "${" not in text:
        return text
    times = {
        "since": (last_ok or now) - back,
        "until": now,
        "today": now,
        "yesterday": now - timedelta(days=1),
    }
    return _MARK.sub(lambda mark: times[mark[1]].astimezone(zone).strftime(mark[2] or _DAY), text)


def plain(text: str) -> str:
    """The text with each mark as a word, so that the rest of it can be judged."""
    return _MARK.sub("x", text)
