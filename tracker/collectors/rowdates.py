"""The date that stands in a row, as a period: a local day, a month, a year, an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.collectors import dates
from tracker.errors import PeriodError
from tracker.timing import Period

#: What `strptime` reads that is finer than a day.
_TIME_OF_DAY = ("%H", "%I", "%X", "%c", "%T")


@dataclass(frozen=True, slots=True)
class RowDates:
    """`zone` is of dates without one; what lies after `now` is of the future."""

    zone: ZoneInfo
    now: datetime

    def period(self, raw: Any, form: str = "") -> Period | None:
        """None for what is no date; `form` is how it is written, as `strptime` takes it."""
        if isinstance(raw, bool) or raw is None:
            return None
        if form:
            return self._in_form(str(raw).strip(), form)
        if isinstance(raw, float):
            at = dates.since_1970(raw)
            return instant(at) if at is not None else None
        said = str(raw).strip()  # also a number: 2026 is a year and 20260819 a day, only longer ones count seconds
        try:
            return timing.parse_period(said, self.zone)
        except PeriodError:
            at = dates.parse(said, self.zone)
        if at is None:
            return None
        return self._day(at) if dates.names_a_day(said) else instant(at)

    def _in_form(self, said: str, form: str) -> Period | None:
        try:
            at = datetime.strptime(said, form)
        except ValueError:
            return None
        at = at if at.tzinfo else at.replace(tzinfo=self.zone)
        return instant(at) if any(part in form for part in _TIME_OF_DAY) else self._day(at)

    def _day(self, at: datetime) -> Period:
        return timing.day_period(timing.local_date(at, self.zone), self.zone)


def instant(at: datetime) -> Period:
    """A moment without length."""
    return Period(at, at, timing.iso(at))
