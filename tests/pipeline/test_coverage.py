"""Silence counts only where somebody was listening: what a low-side rule may conclude from an empty window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.support.web import Site
from tests.support.world import free_port
from tracker import pipeline, timing
from tracker.settings import Home
from tracker.timing import ManualClock

UTC = timing.zone("UTC")
START = timing.parse_instant("2026-03-01T12:00", UTC)
DAY = timedelta(days=1)
DECLARATION = """\
watch: Starbridge
receivers: {{folder: {{kind: markdown}}}}
subjects:
  starbridge: {{name: Starbridge, aliases: [星桥智能]}}
sources:
  wire: {{kind: feed, url: "{url}", every: 1d, allow_private: true}}
indicators:
  funding:
    name: Funding
    event: funding
    rules:
      quiet: {{kind: velocity, window: 3d, fire: "< 1"}}
"""


def _feed(*posted: tuple[str, datetime]) -> str:
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid><pubDate>{format_datetime(at)}</pubDate></item>"
        for title, at in posted
    )
    return f"<rss version='2.0'><channel><title>wire</title>{items}</channel></rss>"


def _lives(
    home: Home, days: int, each: Callable[[int, datetime], None] = lambda number, at: None, *, decides: str = "daily"
) -> list[str]:
    """One pass a day; what changed, as `day what`. It decides daily, or once at the end."""
    changes = []
    clock = ManualClock(START)
    with pipeline.open_desk(home, clock) as desk:
        for number in range(days):
            each(number, clock.now())
            pipeline.collect(desk)
            if decides == "daily" or number == days - 1:
                changes += [f"{(one.at - START) / DAY:g} {one.what}" for one in pipeline.evaluate(desk).transitions]
            clock.advance(DAY)
    return changes


def test_a_quiet_window_that_was_watched_fires(home: Callable[..., Home]) -> None:
    """The feed answers every day and tells of nothing: after three whole days that is news."""
    with Site() as site:
        url = site.put("/wire.xml", _feed(("Nothing of note", START - DAY)))

        assert _lives(home(DECLARATION.format(url=url)), 6) == ["0 nodata", "3 data_back", "3 firing"]


def test_silence_of_a_source_that_never_answered_is_no_news(home: Callable[..., Home]) -> None:
    """Without internet nothing is known, however long the daemon runs."""
    dead = f"http://127.0.0.1:{free_port()}/wire.xml"

    assert _lives(home(DECLARATION.format(url=dead)), 9) == ["0 nodata"]


@pytest.mark.parametrize(
    ("reaches_back", "fires_on"),
    [pytest.param(True, "4", id="the feed still lists what was known"), pytest.param(False, "7", id="it does not")],
)
def test_a_gap_is_closed_when_the_next_pass_reaches_back(
    home: Callable[..., Home], reaches_back: bool, fires_on: str
) -> None:
    """Two days down: what was posted meanwhile is read afterwards, if the document reaches back that far."""
    with Site() as site:
        url = site.url + "/wire.xml"

        def each(number: int, now: datetime) -> None:
            if number in (1, 2, 3):
                site.put("/wire.xml", status=500)
                return
            oldest = START - DAY if reaches_back or number == 0 else now - timedelta(hours=1)
            site.put("/wire.xml", _feed(("Nothing of note", oldest), (f"Still nothing on day {number}", now)))

        changes = _lives(home(DECLARATION.format(url=url)), 9, each)

    assert changes == ["0 nodata", f"{fires_on} data_back", f"{fires_on} firing"]


@pytest.mark.parametrize("decides", ["daily", "at the end"])
def test_an_outage_is_told_as_it_was_known(home: Callable[..., Home], decides: str) -> None:
    """Down from day 7 to day 10: trusted for its time and its grace, then unknown until the pass that fills the gap."""
    with Site() as site:
        url = site.url + "/wire.xml"

        def each(number: int, now: datetime) -> None:
            posted = (("Nothing of note", START - DAY), (f"Still nothing on day {number}", now))
            site.put("/wire.xml", _feed(*posted), status=500 if 7 <= number <= 10 else 200)

        changes = _lives(home(DECLARATION.format(url=url)), 13, each, decides=decides)

    born = ["0 nodata", "3 data_back", "3 firing"]
    assert changes == [*born, "8 nodata", "11 data_back"]
