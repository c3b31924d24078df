"""A week is the recipient's: seven local days from a local Monday, whatever the clocks do, and each has one digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker import timing
from tracker.model.declared import DigestPlan
from tracker.pipeline.reporting import periods

#: zone, week, its first instant, hours: with the weeks in which clocks go forward (167) and back (169).
WEEKS = [
    ("Asia/Shanghai", "2026-W05", "2026-01-25T16:00", 168),
    ("Asia/Shanghai", "2026-W53", "2026-12-27T16:00", 168),
    ("America/Los_Angeles", "2026-W10", "2026-03-02T08:00", 167),
    ("America/Los_Angeles", "2026-W44", "2026-10-26T07:00", 169),
    ("America/Los_Angeles", "2026-W20", "2026-05-11T07:00", 168),
    ("Pacific/Chatham", "2026-W14", "2026-03-29T10:15", 169),
    ("Pacific/Chatham", "2026-W39", "2026-09-20T11:15", 167),
    ("Pacific/Chatham", "2026-W01", "2025-12-28T10:15", 168),
]


@pytest.mark.parametrize(("name", "week", "start", "hours"), WEEKS)
def test_a_week_is_seven_local_days(name: str, week: str, start: str, hours: int) -> None:
    """It begins at local midnight of Monday and ends where the next begins."""
    zone = timing.zone(name)
    period = periods.chosen(week, datetime(2027, 2, 1, tzinfo=UTC), zone)

    assert period.start == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert period.end - period.start == timedelta(hours=hours)
    local = period.start.astimezone(zone)
    assert (local.weekday(), local.hour, local.minute) == (0, 0, 0)


@pytest.mark.parametrize(("name", "week"), [(name, week) for name, week, _, _ in WEEKS])
def test_its_digest_is_due_on_the_local_monday_after_it(name: str, week: str) -> None:
    """Not a minute before eight; and from then on for seven days."""
    zone, plan = timing.zone(name), DigestPlan(on="monday", at="08:00")
    end = periods.chosen(week, datetime(2027, 2, 1, tzinfo=UTC), zone).end
    eight = end.astimezone(zone).replace(hour=8).astimezone(UTC)

    assert periods.due_week(plan, eight, zone) == week
    assert periods.due_week(plan, eight - timedelta(minutes=1), zone) != week
    assert periods.due_week(plan, eight + timedelta(days=6, hours=20), zone) == week


@pytest.mark.parametrize("name", sorted({name for name, _, _, _ in WEEKS}))
def test_every_week_of_a_year_is_due_once_and_in_order(name: str) -> None:
    """Asked every hour of a year, the answer changes once a week, at eight on a Monday."""
    zone, plan = timing.zone(name), DigestPlan(on="monday", at="08:00")
    at, seen = datetime(2026, 1, 1, tzinfo=UTC), []
    while at < datetime(2027, 1, 10, tzinfo=UTC):
        week = periods.due_week(plan, at, zone)
        if not seen or seen[-1] != week:
            seen.append(week)
            local = at.astimezone(zone)
            assert len(seen) == 1 or (local.weekday(), local.hour) in ((0, 8), (0, 9)), (week, local)
        at += timedelta(hours=1)

    assert len(seen) == len(set(seen)) == 54
    assert seen == sorted(seen)
