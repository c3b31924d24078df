"""Time: clocks, durations, periods and partial dates. Aware UTC inside; a zone is always an argument.

Nothing but `SystemClock` reads the time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.errors import PeriodError

#: Open ends of a period.
BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)

_YEARS = range(1900, 2201)
_FORMS = "2026, 2026-H1, 2026-Q1, 2026-05, 2026-05-09, 2026-W34, 2024-07..2024-12, ..2025-11 or 2026-05-09T12:00"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([smhdw])\s*")
_LONGEST = timedelta(days=36525)


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Aware UTC, now."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands until it is set: for `--now`, rehearsals and tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The time that it was set to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move it, also backward."""
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move it forward."""
        self._at += by


class FixedClock(ManualClock):
    """A clock that nobody moves."""


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open span [start, end) in UTC with the text that named it; an instant has start == end."""

    start: datetime
    end: datetime
    text: str

    @property
    def open_start(self) -> bool:
        """Whether it has no beginning."""
        return self.start == BEGINNING

    @property
    def open_end(self) -> bool:
        """Whether it has no end."""
        return self.end == END

    def contains(self, at: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.start <= at < self.end or self.start == self.end == at

    def overlaps(self, other: Period) -> bool:
        """Whether the two share an instant."""
        return (
            (self.start < other.end and other.start < self.end)
            or self.contains(other.start)
            or other.contains(self.start)
        )


def zone(name: str) -> ZoneInfo:
    """The IANA zone of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PeriodError(f"{name!r} is no time zone; write an IANA name such as Asia/Shanghai or UTC") from error


def parse_duration(text: str) -> timedelta:
    """`90s`, `15m`, `12h`, `1d`, `2w` and sums of them (`1d 12h`); positive, at most 100 years."""
    rest, seconds = text.strip(), 0.0
    while match := _DURATION.match(rest):
        seconds += float(match[1]) * _SECONDS[match[2]]
        rest = rest[match.end() :]
    if rest or not 0 < seconds <= _LONGEST.total_seconds():
        raise PeriodError(f"{text!r} is no duration; write 90s, 15m, 12h, 1d, 2w or a sum such as 1d 12h")
    return timedelta(seconds=seconds)


def format_duration(span: timedelta) -> str:
    """The shortest way to write a duration that `parse_duration` reads: 92d, 1d 12h, 90s."""
    seconds = int(span.total_seconds())
    if seconds == 90:
        return "90s"
    parts = []
    for letter in "dhms":
        count, seconds = divmod(seconds, _SECONDS[letter])
        if count:
            parts.append(f"{count}{letter}")
    return " ".join(parts) or "0s"


def parse_period(text: str, zone: ZoneInfo) -> Period:
    """A partial date, a range of them, an ISO week or an ISO instant, in this zone."""
    spelt = text.strip()
    if ".." in spelt:
        first, _, last = spelt.partition("..")
        if not first.strip() and not last.strip():
            raise _refuse(text, "a range needs at least one end")
        start = _span(first.strip(), zone, text)[0] if first.strip() else BEGINNING
        end = _span(last.strip(), zone, text)[1] if last.strip() else END
        if end <= start:
            raise _refuse(text, "it ends before it begins")
        return Period(start, end, spelt)
    start, end = _span(spelt, zone, text)
    return Period(start, end, spelt)


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """The first instant of what is named; a time without an offset is in this zone."""
    return parse_period(text, zone).start


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant in a zone."""
    return at.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def day_period(day: date, zone: ZoneInfo) -> Period:
    """A local day; 23 or 25 hours long where the clocks change."""
    return Period(start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone), day.isoformat())


def period_text(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> str:
    """`2024`, `2024-H2`, `2024-03`, `2024-03-05`, else first and last day; an end that is None is open."""
    first = "" if start is None else local_date(start, zone).isoformat()
    # An end that is the start itself is an instant, and lies in the day in which it begins.
    within = timedelta.resolution if end != start else timedelta()
    last = "" if end is None else local_date(end - within, zone).isoformat()
    if start is None or end is None:
        return f"{first}..{last}"
    year, month = first[:4], int(first[5:7])
    for name in (year, f"{year}-H{(month + 5) // 6}", f"{year}-Q{(month + 2) // 3}", first[:7], first):
        period = parse_period(name, zone)
        if (period.start, period.end) == (start, end):
            return name
    return "..".join(dict.fromkeys((first, last)))


def iso_week(at: datetime, zone: ZoneInfo) -> str:
    """The ISO week of an instant in a zone: 2026-W34."""
    year, week, _ = local_date(at, zone).isocalendar()
    return f"{year}-W{week:02}"


def last_time(cron: str, at: datetime, zone: ZoneInfo) -> datetime:
    """The newest time of a cron expression (five fields) at or before an instant, on the clocks of a zone; aware UTC.

    Where clocks change the rules are those of Debian's cron: no day is skipped, none comes twice.
    """
    from cronsim import CronSim

    after = at.astimezone(zone).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return next(CronSim(cron, after, reverse=True)).astimezone(UTC)


def next_time(cron: str, at: datetime, zone: ZoneInfo) -> datetime:
    """The first time of a cron expression after an instant, by the same clocks; aware UTC."""
    from cronsim import CronSim

    return next(CronSim(cron, at.astimezone(zone))).astimezone(UTC)


def iso(at: datetime) -> str:
    """ISO 8601 in UTC with Z; microseconds only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


_PARTIAL = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|W(\d\d)|(\d\d)(?:-(\d\d))?))?", re.IGNORECASE)


def _span(text: str, zone: ZoneInfo, whole: str) -> tuple[datetime, datetime]:
    match = _PARTIAL.fullmatch(text)
    if match is None:
        if "T" in text or " " in text:
            return _instant(text, zone, whole)
        if re.fullmatch(r"\d{5,}(-.*)?", text):
            raise _refuse(whole, f"the year {text.partition('-')[0]} lies outside {_YEARS[0]} to {_YEARS[-1]}")
        raise _refuse(whole, "this is no date")
    year, half, quarter, week, month, day = match.groups()
    if int(year) not in _YEARS:
        raise _refuse(whole, f"the year {year} lies outside {_YEARS[0]} to {_YEARS[-1]}")
    try:
        first, last = _days(int(year), half, quarter, week, month, day)
    except ValueError as error:
        raise _refuse(whole, "there is no such day") from error
    return start_of_day(first, zone), start_of_day(last, zone)


def _days(
    year: int, half: str | None, quarter: str | None, week: str | None, month: str | None, day: str | None
) -> tuple[date, date]:
    """First day, and the day after the last."""
    if week:
        monday = date.fromisocalendar(year, int(week), 1)
        return monday, monday + timedelta(days=7)
    if day:
        first = date(year, int(month or 0), int(day))
        return first, first + timedelta(days=1)
    if half:
        start, months = 6 * int(half) - 5, 6
    elif quarter:
        start, months = 3 * int(quarter) - 2, 3
    elif month:
        start, months = int(month), 1
    else:
        start, months = 1, 12
    after = start + months
    return date(year, start, 1), date(year + 1, 1, 1) if after > 12 else date(year, after, 1)


def _instant(text: str, zone: ZoneInfo, whole: str) -> tuple[datetime, datetime]:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise _refuse(whole, "this is no date or time") from error
    if at.year not in _YEARS:
        raise _refuse(whole, f"the year {at.year} lies outside {_YEARS[0]} to {_YEARS[-1]}")
    at = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    return at, at


def _refuse(text: str, why: str) -> PeriodError:
    return PeriodError(f"{text!r}: {why}; write {_FORMS}")
