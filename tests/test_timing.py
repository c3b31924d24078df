"""Time: durations, partial dates, local days where the clocks change, clocks that stand until they are set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import timing
from tracker.errors import PeriodError
from tracker.timing import BEGINNING, END, FixedClock, ManualClock, Period, SystemClock

SHANGHAI = timing.zone("Asia/Shanghai")
BERLIN = timing.zone("Europe/Berlin")
UTC_ZONE = timing.zone("UTC")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90), ("15m", 900), ("12h", 43200), ("1d", 86400), ("2w", 1209600), ("1d 12h", 129600), ("1d12h", 129600),
        (" 1.5h ", 5400), ("0.5s", 0.5), ("36525d", 36525 * 86400),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float) -> None:
    """A number and a letter, and sums of them."""
    assert timing.parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "1", "d", "1y", "1 day", "-1d", "0d", "0s", "1d,2h", "1e3s", "36526d", "9999999999d", "1d x"]
)
def test_what_is_no_duration(text: str) -> None:
    """Nothing, no unit, a negative one, more than a hundred years."""
    with pytest.raises(PeriodError, match="no duration"):
        timing.parse_duration(text)


@given(st.integers(1, 36525 * 86400))
def test_a_duration_is_written_so_that_it_can_be_read(seconds: int) -> None:
    """To the second."""
    span = timedelta(seconds=seconds)

    assert timing.parse_duration(timing.format_duration(span)) == span


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=92), "92d"), (timedelta(hours=36), "1d 12h"), (timedelta(seconds=90), "90s"), (timedelta(0), "0s"),
        (timedelta(seconds=3661), "1h 1m 1s"), (timedelta(weeks=2), "14d"),
    ],
)  # fmt: skip
def test_how_a_duration_is_written(span: timedelta, text: str) -> None:
    """Days and below; never weeks, so that 92d and 14d can be compared at a glance."""
    assert timing.format_duration(span) == text


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-H1", "2026-01-01", "2026-07-01"),
        ("2026-H2", "2026-07-01", "2027-01-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-q4", "2026-10-01", "2027-01-01"),
        ("2026-05", "2026-05-01", "2026-06-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-02-28", "2026-02-28", "2026-03-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("2026-W34", "2026-08-17", "2026-08-24"),
        ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2020-W53", "2020-12-28", "2021-01-04"),
        ("2024-07..2024-12", "2024-07-01", "2025-01-01"),
        ("2025-02 .. 2025-11", "2025-02-01", "2025-12-01"),
        ("2026-05-09..2026-05-09", "2026-05-09", "2026-05-10"),
        (" 2026-05-09 ", "2026-05-09", "2026-05-10"),
    ],
)
def test_partial_dates_are_half_open_local_days(text: str, start: str, end: str) -> None:
    """In any zone the same local days; the text is kept as it was written."""
    for zone in (UTC_ZONE, SHANGHAI, BERLIN):
        period = timing.parse_period(text, zone)

        assert period.start == datetime.fromisoformat(start).replace(tzinfo=zone)
        assert period.end == datetime.fromisoformat(end).replace(tzinfo=zone)
        assert period.start.tzinfo is UTC
        assert period.text == text.strip()
        assert timing.parse_instant(text, zone) == period.start


def test_open_ends() -> None:
    """`..2025-11` has no beginning, `2025-11..` no end; neither is a point."""
    past, future = timing.parse_period("..2025-11", SHANGHAI), timing.parse_period("2025-11..", SHANGHAI)

    assert (past.start, past.open_start, past.open_end) == (BEGINNING, True, False)
    assert (future.end, future.open_start, future.open_end) == (END, False, True)
    assert past.end == timing.parse_period("2025-11", SHANGHAI).end
    assert future.start == timing.parse_instant("2025-11", SHANGHAI)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-05-09T12:00", datetime(2026, 5, 9, 4, 0, tzinfo=UTC)),
        ("2026-05-09 12:00:30", datetime(2026, 5, 9, 4, 0, 30, tzinfo=UTC)),
        ("2026-05-09T12:00Z", datetime(2026, 5, 9, 12, 0, tzinfo=UTC)),
        ("2026-05-09T12:00+01:00", datetime(2026, 5, 9, 11, 0, tzinfo=UTC)),
        ("2026-05-09T12:00:00.25+00:00", datetime(2026, 5, 9, 12, 0, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_an_instant_has_no_length(text: str, instant: datetime) -> None:
    """Without an offset it is in the zone that is given."""
    period = timing.parse_period(text, SHANGHAI)

    assert (period.start, period.end) == (instant, instant)
    assert period.contains(instant)
    assert not period.contains(instant + timedelta.resolution)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("20266", "the year 20266 lies outside 1900 to 2200"),
        ("20266-01-01", "the year 20266 lies outside"),
        ("1899", "the year 1899 lies outside"),
        ("2201-01-01", "the year 2201 lies outside"),
        ("0001-01-01T00:00", "the year 1 lies outside"),
        ("2026-02-29", "no such day"),
        ("2026-13", "no such day"),
        ("2026-00-10", "no such day"),
        ("2026-W54", "no such day"),
        ("2025-W53", "no such day"),
        ("2026-Q5", "no date"),
        ("2026-H3", "no date"),
        ("26-01-01", "no date"),
        ("yesterday", "no date"),
        ("", "no date"),
        ("2026-1-1", "no date"),
        ("2026-05-09T25:00", "no date or time"),
        ("..", "at least one end"),
        ("2026-05..2026-04", "ends before it begins"),
        ("2026-05..soon", "no date"),
    ],
)
def test_what_is_no_date_says_why_and_what_to_write(text: str, why: str) -> None:
    """One sentence with the text in it."""
    with pytest.raises(PeriodError, match=why) as refused:
        timing.parse_period(text, UTC_ZONE)

    assert repr(text) in str(refused.value)
    assert "2026-Q1" in str(refused.value)


def test_a_local_day_has_as_many_hours_as_it_has() -> None:
    """23 when the clocks go forward, 25 when they go back; in Santiago the first instant of a day may be one o'clock."""
    lengths = [
        timing.day_period(date.fromisoformat(day), BERLIN).end
        - timing.day_period(date.fromisoformat(day), BERLIN).start
        for day in ("2026-03-28", "2026-03-29", "2026-10-25")
    ]
    assert [length / timedelta(hours=1) for length in lengths] == [24, 23, 25]
    days = [timing.day_period(date(2026, 9, 5) + timedelta(days=n), timing.zone("America/Santiago")) for n in range(3)]
    assert days[0].end == days[1].start
    assert days[1].end == days[2].start


@given(
    st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]),
)
def test_days_follow_each_other_without_a_gap(day: date, zone: str) -> None:
    """In any zone; each contains its first instant and not its end."""
    one = timing.day_period(day, timing.zone(zone))
    after = timing.day_period(day + timedelta(days=1), timing.zone(zone))

    assert one.end == after.start
    assert one.contains(one.start)
    assert not one.contains(one.end)
    assert not one.overlaps(after)
    assert timing.local_date(one.end - timedelta.resolution, timing.zone(zone)) == day
    assert timing.parse_period(day.isoformat(), timing.zone(zone)) == one


def _period(start: int, end: int) -> Period:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Period(at + timedelta(days=start), at + timedelta(days=end), "")


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((0, 5), (5, 9), False),
        ((0, 5), (4, 9), True),
        ((0, 9), (4, 5), True),
        ((0, 5), (0, 5), True),
        ((3, 3), (0, 5), True),
        ((5, 5), (0, 5), False),
        ((0, 0), (0, 5), True),
        ((3, 3), (3, 3), True),
        ((3, 3), (4, 4), False),
    ],
)
def test_periods_overlap_when_they_share_an_instant(
    one: tuple[int, int], other: tuple[int, int], overlap: bool
) -> None:
    """Half-open; an instant lies in the period that begins with it. It does not matter who asks."""
    assert _period(*one).overlaps(_period(*other)) is overlap
    assert _period(*other).overlaps(_period(*one)) is overlap


def test_iso_weeks_are_those_of_the_zone() -> None:
    """Sunday evening in Berlin is Monday in Shanghai, and the first days of a year may belong to the old one."""
    sunday = datetime(2026, 8, 23, 20, 0, tzinfo=UTC)

    assert timing.iso_week(sunday, BERLIN) == "2026-W34"
    assert timing.iso_week(sunday, SHANGHAI) == "2026-W35"
    assert timing.iso_week(datetime(2027, 1, 1, tzinfo=UTC), UTC_ZONE) == "2026-W53"


def test_instants_are_written_in_utc_with_z() -> None:
    """Microseconds only where there are any."""
    assert timing.iso(datetime(2026, 5, 9, 12, 0, tzinfo=timezone(timedelta(hours=8)))) == "2026-05-09T04:00:00Z"
    assert timing.iso(datetime(2026, 5, 9, 0, 0, 0, 5, tzinfo=UTC)) == "2026-05-09T00:00:00.000005Z"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/passwd", "Asia", "Europe/Berlin\x00"])
def test_what_is_no_zone(name: str) -> None:
    """One error, whatever the library throws."""
    with pytest.raises(PeriodError, match="no time zone"):
        timing.zone(name)


def test_clocks() -> None:
    """The machine's is aware and in UTC; a manual one stands until it is set, in UTC whatever it was given."""
    before = datetime.now(UTC)
    assert before <= SystemClock().now() <= datetime.now(UTC)
    assert SystemClock().now().tzinfo is UTC

    clock = ManualClock(datetime(2026, 5, 9, 12, 0, tzinfo=SHANGHAI))
    assert clock.now() == clock.now() == datetime(2026, 5, 9, 4, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(hours=1))
    assert clock.now() == datetime(2026, 5, 9, 5, 0, tzinfo=UTC)
    clock.set(datetime(2026, 1, 1, tzinfo=SHANGHAI))
    assert clock.now() == datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
    assert FixedClock(before).now() == before
