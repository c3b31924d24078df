"""The periods of digests: which one is asked for, what it is called, and which one is due now. Arithmetic of local days."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.errors import UsageError
from tracker.model.declared import DigestPlan
from tracker.timing import Period

#: What a name looks like, and what such a period is called.
_NOUNS = (
    (re.compile(r"\d{4}-W\d\d"), "week"), (re.compile(r"\d{4}"), "year"), (re.compile(r"\d{4}-H\d"), "half-year"),
    (re.compile(r"\d{4}-Q\d"), "quarter"), (re.compile(r"\d{4}-\d\d"), "month"), (re.compile(r"\d{4}-\d\d-\d\d"), "day"),
)  # fmt: skip


def chosen(text: str | None, now: datetime, zone: ZoneInfo) -> Period:
    """The period that was asked for; without one, the ISO week that ended last. It must have begun and have an end."""
    if text is None:
        return timing.parse_period(last_week(now, zone), zone)
    period = timing.parse_period(text.strip().upper(), zone)
    if period.open_start or period.open_end or period.start == period.end:
        raise UsageError(f"{text!r}: a digest needs a period with a beginning and an end, such as 2026-W47 or 2026-05")
    if period.start > now:
        raise UsageError(f"{period.text} lies ahead: it begins on {timing.local_date(period.start, zone)}")
    return period


def last_week(now: datetime, zone: ZoneInfo) -> str:
    """The ISO week that ended last, by the local day."""
    return timing.iso_week(_monday(now, zone) - timedelta.resolution, zone)


def _monday(at: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of the local week."""
    day = timing.local_date(at, zone)
    return timing.start_of_day(day - timedelta(days=day.weekday()), zone)


def due_week(plan: DigestPlan, now: datetime, zone: ZoneInfo) -> str:
    """The week whose digest's time came last: the one that had ended when it was last `on` at `at` on local clocks."""
    hour, minute = plan.at.split(":")
    moment = timing.last_time(f"{int(minute)} {int(hour)} * * {plan.on[:3]}", now, zone)
    return last_week(moment, zone)


def noun(period: Period) -> str:
    """What such a period is called: week, month, …"""
    return next((word for pattern, word in _NOUNS if pattern.fullmatch(period.text)), "period")


def previous(period: Period, zone: ZoneInfo) -> str:
    """The short name of the period before: W04, 2025-Q4, 2026-04."""
    day = timing.local_date(period.start - timedelta.resolution, zone)
    names = {
        "week": f"W{day.isocalendar().week:02}", "year": f"{day.year}", "half-year": f"{day.year}-H{(day.month + 5) // 6}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "month": f"{day:%Y-%m}", "day": day.isoformat(),
    }  # fmt: skip
    return names.get(noun(period), "before")
