"""A source that is declared otherwise begins anew: nothing that was kept of the old one is believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.support.web import Site
from tracker import db, pipeline, timing
from tracker.settings import Home
from tracker.timing import ManualClock

START = timing.parse_instant("2026-03-05T12:00", timing.zone("UTC"))
HOUR = timedelta(hours=1)
DECLARATION = """\
watch: Starbridge
receivers: {{folder: {{kind: markdown}}}}
subjects:
  starbridge: {{name: Starbridge}}
sources:
  list: {{kind: json, every: 1h, allow_private: true, {keys}, emit: [
    {{indicator: stars, value: stars, aggregate: sum}},
    {{event: release, key: name, at: made, title: name}}]}}
indicators:
  stars: {{name: Stars, unit: stars}}
  releases: {{name: Releases, event: release}}
"""


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


def _rows(*stars: int, made: str = "2026-03-04") -> str:
    return json.dumps([{"stars": each, "name": f"Star-{each}", "made": made} for each in stars])


def _pass(home: Callable[..., Home], clock: ManualClock, keys: str) -> tuple[str, list[str], list[bool]]:
    """One pass under a declaration: how it went, the sums so far, and of each event whether it is history."""
    with pipeline.open_desk(home(DECLARATION.format(keys=keys)), clock) as desk:
        clock.advance(HOUR)
        pipeline.collect(desk, ["list"])
        (row,) = pipeline.sources(desk)
        with desk.store.read() as connection:
            values = db.observations.vintages(connection, indicator="stars")
            events = db.news.events(connection, types=["release"])
    sums = [str(one.hi) for one in sorted(values, key=lambda one: one.seq)]
    return str(row["state"]), sums, [one.mentions[0].late for one in events]


def test_pages_kept_under_another_paging_are_not_believed(home: Callable[..., Home], site: Site) -> None:
    """The first page says 304, and of a second nothing was known; also when a pass fails between."""
    clock = ManualClock(START)
    link = {"Link": f'<{site.url}/more>; rel="next"'}
    url = site.put("/list", _rows(1), headers=link)
    site.put("/more", _rows(2))

    before = _pass(home, clock, f'url: "{url}", page: {{style: none}}')
    site.put("/list", status=500, etag="")
    broken = _pass(home, clock, f'url: "{url}", page: {{style: link}}')
    site.put("/list", _rows(1), headers=link)
    after = _pass(home, clock, f'url: "{url}", page: {{style: link}}')
    again = _pass(home, clock, f'url: "{url}", page: {{style: link}}')

    assert (before[0], broken[0], after[0], again[0]) == ("ok", "failed", "ok", "unchanged")
    assert after[1] == ["1", "3"]
    assert [one.status for one in site.asked] == [200, 500, 200, 200, 304, 304]


def test_another_address_has_no_past(home: Callable[..., Home], site: Site) -> None:
    """What it lists of long ago is history, and a list that is empty from the start is not one that was emptied."""
    clock = ManualClock(START)
    keys = f'url: "{site.put("/list", _rows(1))}"'

    _pass(home, clock, keys)
    empty = _pass(home, clock, f'url: "{site.put("/none", "[]")}"')
    other = _pass(home, clock, f'url: "{site.put("/other", _rows(7, made="2026-01-01"))}"')

    assert empty[0] == "empty"
    assert sorted(other[2]) == [False, True]


def test_how_often_and_with_what_note_says_nothing_of_what_is_asked(home: Callable[..., Home], site: Site) -> None:
    clock = ManualClock(START)
    url = site.put("/list", _rows(1))

    _pass(home, clock, f'url: "{url}"')
    state, _, _ = _pass(home, clock, f'url: "{url}", note: slow, tier: official, lookback: 9d, timezone: Asia/Shanghai')

    assert (state, site.asked[-1].status) == ("unchanged", 304)


def test_pages_of_a_partial_source_do_not_pile_up(home: Callable[..., Home], site: Site) -> None:
    """Its address has the day in it: what was asked yesterday is never asked again, although no pass is good."""
    clock = ManualClock(START)
    site.put("/list", _rows(1), headers={"Link": f'<{site.url}/more>; rel="next"'})
    site.put("/more", status=500, etag="")
    keys = f'url: "{site.url}/list?until=${{today:%Y%m%d}}", page: {{style: link}}'
    place = home(DECLARATION.format(keys=keys))
    for _ in range(3):
        state, _, _ = _pass(home, clock, keys)
        clock.advance(24 * HOUR)

    with pipeline.open_desk(place, clock) as desk, desk.store.read() as connection:
        pages = db.sources.pages(connection, "list")
    assert (state, [url.rpartition("?")[2] for url in pages]) == ("partial", ["until=20260307"])
