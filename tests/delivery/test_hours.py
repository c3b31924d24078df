"""Quiet hours on local clocks: when they hold, when they end, and what clocks that change make of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import timing
from tracker.delivery import quiet_until
from tracker.model.declared import Quiet, Severity

SHANGHAI, BERLIN, ANGELES, CHATHAM = "Asia/Shanghai", "Europe/Berlin", "America/Los_Angeles", "Pacific/Chatham"


def hours(from_: str, to: str, zone: str = "UTC", **rest: Any) -> tuple[Quiet, Any]:
    """One declaration of quiet hours with the zone of its clocks."""
    return Quiet.model_validate({"from": from_, "to": to, **rest}), timing.zone(zone)


def until(now: str, *quiet: tuple[Quiet, Any], severity: Severity = "warning", zone: str = "UTC") -> str:
    """When they end, as the clocks of a zone show it; "" outside them."""
    found = quiet_until(quiet, severity, timing.parse_instant(now, timing.zone(zone)))
    return found.astimezone(timing.zone(zone)).strftime("%m-%dT%H:%M") if found else ""


NIGHT = hours("22:00", "07:00")
WORK = hours("09:00", "17:00")
WEEKEND = hours("20:00", "08:00", days=["friday", "saturday", "sunday"])  # 2026-01-02 is a Friday


@pytest.mark.parametrize(
    ("now", "quiet", "ends"),
    [
        ("2026-01-05T21:59:59", [NIGHT], ""),
        ("2026-01-05T22:00", [NIGHT], "01-06T07:00"),
        ("2026-01-05T23:59:59.999999", [NIGHT], "01-06T07:00"),
        ("2026-01-06T00:00", [NIGHT], "01-06T07:00"),
        ("2026-01-06T06:59:59.999999", [NIGHT], "01-06T07:00"),
        ("2026-01-06T07:00", [NIGHT], ""),
        ("2026-01-06T08:59", [WORK], ""),
        ("2026-01-06T09:00", [WORK], "01-06T17:00"),
        ("2026-01-06T17:00", [WORK], ""),
        ("2026-01-05T12:00", [], ""),
        # The day is that on which they begin.
        ("2026-01-02T19:59", [WEEKEND], ""),
        ("2026-01-02T20:00", [WEEKEND], "01-03T08:00"),
        ("2026-01-03T07:59", [WEEKEND], "01-03T08:00"),
        ("2026-01-05T07:59", [WEEKEND], "01-05T08:00"),
        ("2026-01-05T20:00", [WEEKEND], ""),
        ("2026-01-02T07:59", [WEEKEND], ""),
        ("2026-01-31T23:00", [hours("22:00", "01:00", days=["saturday"])], "02-01T01:00"),
        # Whoever names no two times is quiet the day round.
        ("2026-01-02T12:00", [hours("00:00", "00:00", days=["friday"])], "01-03T00:00"),
        ("2026-01-03T00:00", [hours("00:00", "00:00", days=["friday"])], ""),
    ],
)
def test_when_they_hold_and_when_they_end(now: str, quiet: list[tuple[Quiet, Any]], ends: str) -> None:
    """From the first instant on, up to the last; over midnight too."""
    assert until(now, *quiet) == ends


@pytest.mark.parametrize(
    ("now", "quiet", "ends"),
    [
        # What begins when the other ends is one quiet time…
        ("2026-01-05T23:00", [NIGHT, hours("07:00", "09:00")], "01-06T09:00"),
        ("2026-01-05T23:00", [hours("07:00", "09:00"), NIGHT], "01-06T09:00"),
        ("2026-01-05T23:00", [NIGHT, hours("06:00", "09:00"), WORK], "01-06T17:00"),
        # …and a gap ends it.
        ("2026-01-05T23:00", [NIGHT, hours("07:01", "09:00")], "01-06T07:00"),
        # Of two that hold the longer counts.
        ("2026-01-05T23:00", [NIGHT, hours("22:30", "23:30")], "01-06T07:00"),
        # A whole weekend, day by day.
        ("2026-01-02T12:00", [hours("00:00", "00:00", days=["friday", "saturday", "sunday"])], "01-05T00:00"),
    ],
)
def test_hours_that_follow_one_another_are_one(now: str, quiet: list[tuple[Quiet, Any]], ends: str) -> None:
    """Else a receiver would be woken for an instant."""
    assert until(now, *quiet) == ends


def test_hours_without_an_end_end_for_nobody() -> None:
    """A receiver that is quiet round the clock is held for more than a year, and the question has an answer."""
    end = quiet_until([hours("08:00", "08:00")], "critical", datetime(2026, 1, 5, tzinfo=UTC))

    assert end is not None
    assert end > datetime(2027, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(("severity", "ends"), [("info", "01-06T07:00"), ("warning", "01-06T07:00"), ("critical", "")])
def test_what_is_grave_enough_is_said_all_the_same(severity: Severity, ends: str) -> None:
    """Only through the hours that say so."""
    open_to_critical = hours("22:00", "07:00", bypass=["critical"])

    assert until("2026-01-05T23:00", open_to_critical, severity=severity) == ends
    assert until("2026-01-05T23:00", open_to_critical, hours("23:00", "01:00"), severity="critical") == "01-06T01:00"


@pytest.mark.parametrize(
    ("zone", "now", "quiet", "ends"),
    [
        # Asia/Shanghai has had no such day since 1991: what clocks do in March elsewhere is nothing to it.
        (SHANGHAI, "2026-03-29T02:30", ("02:30", "07:00"), "2026-03-28T23:00Z"),
        (SHANGHAI, "2026-10-25T02:30", ("02:30", "07:00"), "2026-10-24T23:00Z"),
        # Europe/Berlin jumps from 2 to 3 on 29 March (1:00 UTC) and falls from 3 to 2 on 25 October (1:00 UTC).
        (BERLIN, "2026-03-28T23:00", ("22:00", "07:00"), "2026-03-29T05:00Z"),
        (BERLIN, "2026-03-29T01:59", ("02:30", "06:00"), ""),
        (BERLIN, "2026-03-29T03:00", ("02:30", "06:00"), "2026-03-29T04:00Z"),
        (BERLIN, "2026-03-29T01:59", ("22:00", "02:30"), "2026-03-29T01:00Z"),
        (BERLIN, "2026-03-29T03:00", ("22:00", "02:30"), ""),
        (BERLIN, "2026-03-29T03:00", ("02:10", "02:50"), ""),
        (BERLIN, "2026-10-24T23:00", ("22:00", "07:00"), "2026-10-25T06:00Z"),
        (BERLIN, "2026-10-25T00:29:59Z", ("02:30", "06:00"), ""),
        (BERLIN, "2026-10-25T00:30Z", ("02:30", "06:00"), "2026-10-25T05:00Z"),
        (BERLIN, "2026-10-25T01:15Z", ("02:30", "06:00"), "2026-10-25T05:00Z"),
        (BERLIN, "2026-10-25T00:29:59Z", ("22:00", "02:30"), "2026-10-25T00:30Z"),
        (BERLIN, "2026-10-25T00:30Z", ("22:00", "02:30"), ""),
        (BERLIN, "2026-10-25T01:10Z", ("22:00", "02:30"), ""),
        # America/Los_Angeles: 8 March, 2 to 3 (10:00 UTC); 1 November, 2 to 1 (9:00 UTC).
        (ANGELES, "2026-03-08T01:59", ("22:00", "07:00"), "2026-03-08T14:00Z"),
        (ANGELES, "2026-03-08T10:00Z", ("02:00", "03:00"), ""),
        (ANGELES, "2026-03-08T10:00Z", ("02:59", "03:01"), "2026-03-08T10:01Z"),
        (ANGELES, "2026-11-01T08:30Z", ("01:30", "05:00"), "2026-11-01T13:00Z"),
        (ANGELES, "2026-11-01T09:10Z", ("01:30", "05:00"), "2026-11-01T13:00Z"),
        # Pacific/Chatham: 27 September, 2:45 to 3:45 (14:00 UTC the day before); 5 April, 3:45 to 2:45 (14:00 UTC).
        (CHATHAM, "2026-09-26T13:59:59Z", ("03:00", "07:00"), ""),
        (CHATHAM, "2026-09-26T14:00Z", ("03:00", "07:00"), "2026-09-26T17:15Z"),
        (CHATHAM, "2026-09-26T13:00Z", ("22:00", "03:00"), "2026-09-26T14:00Z"),
        (CHATHAM, "2026-04-04T13:14:59Z", ("03:00", "07:00"), ""),
        (CHATHAM, "2026-04-04T13:15Z", ("03:00", "07:00"), "2026-04-04T18:15Z"),
        (CHATHAM, "2026-04-04T14:05Z", ("03:00", "07:00"), "2026-04-04T18:15Z"),
    ],
)
def test_where_clocks_change(zone: str, now: str, quiet: tuple[str, str], ends: str) -> None:
    """An hour that does not exist begins with the jump; one that comes twice counts from its first time on."""
    found = quiet_until([hours(*quiet, zone)], "warning", timing.parse_instant(now, timing.zone(zone)))

    assert found == (timing.parse_instant(ends, timing.zone("UTC")) if ends else None)


def test_a_day_without_midnight() -> None:
    """In Santiago 6 September 2026 begins at one o'clock."""
    quiet = hours("00:00", "06:00", "America/Santiago")

    assert until("2026-09-05T23:59", quiet, zone="America/Santiago") == ""
    assert until("2026-09-06T04:00Z", quiet, zone="America/Santiago") == "09-06T06:00"


_TIMES = st.builds(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}", st.integers(0, 24 * 60 - 1))


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from((SHANGHAI, BERLIN, ANGELES, CHATHAM)), minutes=st.integers(0, 366 * 24 * 60), from_=_TIMES, to=_TIMES
)  # fmt: skip
def test_while_they_hold_every_minute_says_the_same_end(zone: str, minutes: int, from_: str, to: str) -> None:
    """Up to the end, and at the end they are over; they hold where local clocks show a time in them."""
    quiet, now = [hours(from_, to, zone)], datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    end = quiet_until(quiet, "info", now)

    shown = now.astimezone(timing.zone(zone)).strftime("%H:%M")
    if not _changes_near(now, zone) and from_ != to:
        assert (end is not None) is (from_ <= shown < to if from_ < to else shown >= from_ or shown < to)
    if end is not None and from_ != to:
        assert quiet_until(quiet, "info", end) is None
        for part in range(1, 8):
            assert quiet_until(quiet, "info", now + (end - now) * part / 8) == end


def _changes_near(now: datetime, zone: str) -> bool:
    day = timedelta(days=1)
    return len({(now + n * day).astimezone(timing.zone(zone)).utcoffset() for n in (-1, 0, 1)}) > 1
