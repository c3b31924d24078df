"""Which known event a new report is of, and what it adds: texts of sources and what people write down ask the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from tracker.extraction import Reader, stories
from tracker.extraction.stories import Account, Place
from tracker.model.declared import Declaration
from tracker.model.observed import KnownEvent, Status
from tracker.pipeline.reading.accounts import known_story, local_days, page_of, story_windows
from tracker.pipeline.reading.rates import per_dollar

Role = Literal["first", "echo", "confirms", "denies"]

_STRENGTH: tuple[Status, ...] = ("rumoured", "reported", "confirmed")


def place(
    declaration: Declaration, reader: Reader, report: Account, known: Sequence[KnownEvent], zone: ZoneInfo
) -> Place | None:
    """The event among those of its type and subject, and what ties the report to it; None for the first word of a new one."""
    window = stories.window_of(report.type, story_windows(declaration, report.type, report.subject))
    told = [known_story(one, reader, zone) for one in _near(known, report, window, zone)]
    return stories.place(report, told, window, per_dollar)


def _near(known: Sequence[KnownEvent], report: Account, window: timedelta, zone: ZoneInfo) -> list[KnownEvent]:
    """What can be meant at all: within the window, or under the same link."""
    # What people write down may have no first or no last day.
    first = report.start - min(window, report.start - date.min)
    last = report.end + min(window, date.max - report.end)
    near = []
    for one in known:
        start, end = local_days(one.event.occurred, zone)
        linked = bool(report.link) and any(page_of(mention.url) == report.link for mention in one.mentions)
        if linked or (start <= last and first <= end):
            near.append(one)
    return near


def role_of(known: KnownEvent, status: Status, at: datetime) -> Role:
    """What a report adds to what was said of its event."""
    if status == "denied":
        return "denies"
    now = known.status(at)
    weaker = now not in _STRENGTH or _STRENGTH.index(status) > _STRENGTH.index(now)
    return "confirms" if weaker and status != "rumoured" else "echo"
