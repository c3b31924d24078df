"""Times as rule tests write them: `dN` days after the start of the case, or ISO dates; and how they are printed again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.errors import PeriodError
from tracker.timing import Period

ZONE = ZoneInfo("UTC")
#: Where d0 lies when a case names no calendar date; any first of January would do.
DAY_ZERO = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS = re.compile(r"d(\d+(?:\.\d+)?)")
_FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Axis:
    """The start of a case, and whether it counts days or speaks in dates."""

    start: datetime
    dated: bool = False

    def instant(self, text: str) -> datetime:
        """`d1.5` or an ISO date or time, as an instant; PeriodError for anything else."""
        match = _DAYS.fullmatch(text.strip())
        if match is None:
            return timing.parse_instant(text, ZONE)
        # Microseconds are enough: 0.001 days are 86.4 seconds.
        return self.start + timedelta(microseconds=round(float(match[1]) * 86_400_000_000))

    def period(self, text: str) -> Period:
        """What a value speaks about: an instant, a partial date (2026-Q1), or a range of either."""
        spelt = text.strip()
        if _DAYS.fullmatch(spelt) or _FULL_DATE.fullmatch(spelt):
            at = self.instant(spelt)
            return Period(at, at, spelt)
        first, dots, last = spelt.partition("..")
        if dots and (_DAYS.fullmatch(first.strip()) or _DAYS.fullmatch(last.strip())):
            start = self.instant(first) if first.strip() else timing.BEGINNING
            end = self.instant(last) if last.strip() else timing.END
            if end < start:
                raise PeriodError(f"{text!r} ends before it begins")
            return Period(start, end, spelt)
        return timing.parse_period(spelt, ZONE)

    def day(self, text: str) -> Period:
        """The day of a due date: a target is due at its end."""
        spelt = text.strip()
        if not _DAYS.fullmatch(spelt) and (period := timing.parse_period(spelt, ZONE)).start < period.end:
            return period
        return replace(timing.day_period(timing.local_date(self.instant(spelt), ZONE), ZONE), text=spelt)

    def show(self, at: datetime) -> str:
        """An instant in the manner of the case: d1.5, 2026-04-10, 2026-04-10T06:00."""
        if self.dated:
            return at.date().isoformat() if at.time() == datetime.min.time() else at.strftime("%Y-%m-%dT%H:%M:%S")
        days = (at - self.start) / timedelta(days=1)
        return f"d{days:.6f}".rstrip("0").rstrip(".")


def is_day(text: str) -> bool:
    """Whether a text counts days from the start of the case."""
    return _DAYS.fullmatch(text.strip()) is not None
