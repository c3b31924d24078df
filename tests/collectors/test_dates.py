"""Dates as newsrooms write them: the right instant or none, never a wrong day."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.asking import PATIENT
from tracker.collectors import dates

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONDON = ZoneInfo("Europe/London")
CHICAGO = ZoneInfo("America/Chicago")
UTC_ZONE = ZoneInfo("UTC")

#: Everything below is 2026-08-19T08:37Z or 08:37:21Z when the source is in Shanghai.
SAME_INSTANT = [
    # Chinese
    "2026年8月19日 16:37",
    "2026年08月19日16:37:21",
    "2026年8月19日16时37分",
    "2026年8月19日 16时37分21秒",
    "2026年8月19日16點37分",
    "2026 年 8 月 19 日 16:37",
    "2026年8月19号 16:37",
    "2026年8月19日 下午4:37",
    "2026年8月19日下午 4 时 37 分",
    "2026年8月19日 星期三 16:37:21",
    "2026年8月19日（周三）16:37",
    "2026年8月19日 週三 16:37",
    "２０２６年８月１９日　１６：３７",
    "2026年8月19日 16:37 +0800",
    "2026/8/19 下午4:37:21",
    "2026/8/19 下午 4:37",
    # slashes, dots, dashes
    "2026/08/19 16:37:21",
    "2026/8/19 16:37",
    "2026.08.19 16:37",
    "2026-08-19 16:37:21",
    "2026-8-19 16:37",
    "2026-08-19 16：37",
    "2026-08-19 16:37:21  +0800",
    "2026-08-19 16:37:21 CST",
    "2026-08-19, 16:37",
    # ISO
    "2026-08-19T16:37:21",
    "2026-08-19T16:37",
    "2026-08-19T08:37:21Z",
    "2026-08-19T08:37:21.123456789Z",
    "2026-08-19T16:37:21+08:00",
    "2026-08-19T16:37:21+0800",
    "2026-08-19T16:37:21+08",
    "20260819T083721Z",
    "20260819163721",
    # RFC 822 and what became of it
    "Wed, 19 Aug 2026 16:37:21 +0800",
    "Wed, 19 Aug 2026 08:37:21 GMT",
    "Wed, 19 Aug 2026 08:37:21 +0000 (UTC)",
    "Wed, 19 Aug 2026 08:37:21 -0000",
    "Wed, 19 Aug 2026 08:37:21 Z",
    "Wed, 19 Aug 2026 04:37:21 EDT",
    "Wed, 19 Aug 2026 16:37:21 CST",
    "Wed, 19 Aug 2026 16:37:21 UTC+8",
    "Wed, 19 Aug 2026 16:37:21 GMT+08:00",
    "Wed,19 Aug 2026 08:37:21 GMT",
    "Mi, 19 Aug 2026 10:37:21 CEST",
    "Wednesday, 19 August 2026 16:37",
    "Wed, 19 Aug 26 08:37 GMT",
    "19 Aug 2026 16:37",
    "19-Aug-2026 16:37:21",
    "19th August 2026, 16:37",
    # American
    "Aug 19, 2026 4:37 PM",
    "August 19, 2026 4:37 PM",
    "August 19, 2026 at 4:37 p.m.",
    "Wednesday, August 19, 2026 4:37 PM",
    "Aug. 19, 2026, 4:37pm CST",
    # what programs print
    "Wed Aug 19 16:37:21 CST 2026",
    "Wed Aug 19 16:37:21 2026",
    "Wed Aug 19 08:37:21 UTC 2026",
    "1787128641",
    "1787128641000",
    "  2026-08-19 16:37  ",
]


@pytest.mark.parametrize("text", SAME_INSTANT)
def test_every_spelling_of_one_instant(text: str) -> None:
    """16:37 in Shanghai, however it is written; with the seconds where they are."""
    at = dates.parse(text, SHANGHAI, "zh-CN")

    assert at is not None
    assert at.tzinfo is UTC
    assert at.replace(second=0, microsecond=0) == datetime(2026, 8, 19, 8, 37, tzinfo=UTC)
    assert at.second in (0, 21)


#: A day is its first instant in the zone of the source.
DAYS = ["2026年8月19日", "2026年08月19日 星期三", "2026/08/19", "2026-08-19", "2026.8.19", "20260819", "Aug 19, 2026",
        "September 1, 2026", "19 August 2026", "Wed, 19 Aug 2026"]  # fmt: skip


@pytest.mark.parametrize("text", DAYS)
def test_a_day_begins_in_the_zone_of_the_source(text: str) -> None:
    """And says of itself that it is one."""
    day = 1 if "September" in text else 19
    month = 9 if "September" in text else 8

    assert dates.parse(text, SHANGHAI) == datetime(2026, month, day, tzinfo=SHANGHAI).astimezone(UTC)
    assert dates.parse(text, CHICAGO) == datetime(2026, month, day, tzinfo=CHICAGO).astimezone(UTC)
    assert dates.names_a_day(text)


@pytest.mark.parametrize("text", [*SAME_INSTANT, "yesterday", "2026-08", ""])
def test_a_time_is_no_day(text: str) -> None:
    """Nor is what is no date."""
    assert not dates.names_a_day(text)


@pytest.mark.parametrize(
    ("zone", "hour"), [(SHANGHAI, 8), (UTC_ZONE, 16), (LONDON, 15), (CHICAGO, 21)], ids=["+8", "0", "+1", "-5"]
)
@pytest.mark.parametrize("text", ["2026-08-19T16:37:21", "Wed, 19 Aug 2026 16:37:21", "2026年8月19日 16:37:21"])
def test_a_time_without_a_zone_is_in_that_of_the_source(text: str, zone: ZoneInfo, hour: int) -> None:
    """Not in UTC, and not in that of this machine."""
    assert dates.parse(text, zone) == datetime(2026, 8, 19, hour, 37, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "hour"),
    [
        (UTC_ZONE, "zh-CN", 8),
        (UTC_ZONE, "zh", 8),
        (UTC_ZONE, "ZH-TW", 8),
        (SHANGHAI, "", 8),
        (SHANGHAI, "en", 8),
        (SHANGHAI, "en-US", 22),
        (UTC_ZONE, "en", 22),
        (CHICAGO, "", 22),
    ],
)
def test_cst_is_china_for_chinese_and_chicago_for_americans(zone: ZoneInfo, language: str, hour: int) -> None:
    """Fourteen hours lie between the two."""
    assert dates.parse("Wed, 19 Aug 2026 16:37:21 CST", zone, language) == datetime(2026, 8, 19, tzinfo=UTC).replace(
        hour=hour, minute=37, second=21
    )


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026年8月19日 上午9:00", 9),
        ("2026年8月19日 上午12:00", 0),
        ("2026年8月19日 中午12:00", 12),
        ("2026年8月19日 中午11:00", 11),
        ("2026年8月19日 中午1:00", 13),
        ("2026年8月19日 下午12:00", 12),
        ("2026年8月19日 下午1:00", 13),
        ("2026年8月19日 晚上8:00", 20),
        ("2026年8月19日 晚上20:00", 20),
        ("2026年8月19日 晚11:00", 23),
        ("2026年8月19日 凌晨12:00", 0),
        ("2026年8月19日 凌晨3:00", 3),
        ("2026年8月19日 早上7:00", 7),
        ("Aug 19, 2026 12:00 AM", 0),
        ("Aug 19, 2026 12:00 PM", 12),
    ],
)
def test_parts_of_the_day(text: str, hour: int) -> None:
    """Noon and midnight too."""
    assert dates.parse(text, UTC_ZONE) == datetime(2026, 8, 19, hour, tzinfo=UTC)


REFUSED = [
    # no date
    "", " ", "yesterday", "昨天 16:37", "3小时前", "just now", "n/a", "null", "<b>2026</b>", "16:37", "x" * 5000,
    # not surely one day
    "2026", "2026-08", "08/09/2026", "19/08/2026 16:37", "8-9-26",
    # no such day or time
    "0000-00-00", "0000-00-00 00:00:00", "2026-13-01", "2026-00-10", "2026-08-32", "2026-02-29", "2026年2月30日",
    "Thu, 32 Sep 2026 08:00:00 GMT", "Wed, 19 Foo 2026 08:00:00 GMT", "2026-08-19 25:00", "2026-08-19 16:60",
    "2026年8月19日 晚上12:30", "2026年8月19日 晚上1:00",
    # no such zone
    "2026-08-19T16:37:21+99:99", "2026-08-19T16:37:21+15:00", "2026-08-19T16:37:21-08:75",
    # no such year
    "9999-12-31", "0001-01-01", "12345678901", "99999999999999999999", "-1", "0", "1e9",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:30]))
def test_what_is_not_surely_a_date_is_none(text: str) -> None:
    """The entry is then dated by when it was first seen, and says so."""
    assert dates.parse(text, SHANGHAI, "zh-CN") is None


@PATIENT
@given(st.text(alphabet="0123456789年月日时分秒-/:.,+TZ 上下午晚周三WedAugCSTGMT", max_size=40))
def test_no_text_is_an_exception(text: str) -> None:
    """A date or none; a date in years that people live in."""
    at = dates.parse(text, SHANGHAI, "zh-CN")

    assert at is None or 1900 <= at.year <= 2300


@PATIENT
@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)),
    st.sampled_from([
        "%Y年%m月%d日 %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%a, %d %b %Y %H:%M:%S", "%d %B %Y %H:%M:%S",
        "%B %d, %Y %I:%M:%S %p", "%a %b %d %H:%M:%S %Y", "%Y%m%dT%H%M%S",
    ]),
)  # fmt: skip
def test_what_a_program_writes_is_read_back(at: datetime, form: str) -> None:
    """Any second in any of these forms."""
    wanted = at.replace(microsecond=0, tzinfo=UTC)

    assert dates.parse(wanted.strftime(form), UTC_ZONE) == wanted
