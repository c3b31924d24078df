"""Quiet hours on local clocks: whether an instant lies in them, and when they end. Pure.

Where clocks change, an hour that does not exist begins when the clocks have jumped, and one that comes twice counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.model.declared import Quiet, Severity

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Hours that follow one another without a gap are one; more than these cannot be meant.
_MOST = 400
_MINUTE = timedelta(minutes=1)


def quiet_until(hours: Sequence[tuple[Quiet, ZoneInfo]], severity: Severity, now: datetime) -> datetime | None:
    """The end of the quiet hours that hold now for a severity, those that follow at once included; None outside them."""
    until: datetime | None = None
    at = now
    for _ in range(_MOST):
        ends = [end for one, zone in hours if severity not in one.bypass for end in _ends(one, zone, at)]
        if not ends:
            break
        until = at = max(ends)
    return until


def _ends(quiet: Quiet, zone: ZoneInfo, at: datetime) -> list[datetime]:
    """The ends of the spans that hold an instant; one may have begun on the day before."""
    today = at.astimezone(zone).date()
    spans = (_span(quiet, zone, today - timedelta(days=back)) for back in (0, 1))
    return [end for start, end in spans if start <= at < end]


def _span(quiet: Quiet, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    start = _local(day, quiet.from_, zone)
    if quiet.days and _DAYS[day.weekday()] not in quiet.days:
        return start, start
    return start, _local(day if quiet.to > quiet.from_ else day + timedelta(days=1), quiet.to, zone)


def _local(day: date, time: str, zone: ZoneInfo) -> datetime:
    """The first instant of a local day at which its clocks show this time or a later one."""
    hour, minute = time.split(":")
    asked = datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=zone)
    at = asked.astimezone(UTC)
    # Where the clocks jump over it, it is two instants, read on the clocks before and after; the jump lies between.
    early = asked.replace(fold=1).astimezone(UTC)
    while at - early > _MINUTE:
        middle = early + (at - early) // _MINUTE // 2 * _MINUTE
        if middle.astimezone(zone).utcoffset() == at.astimezone(zone).utcoffset():
            at = middle
        else:
            early = middle
    return at
