"""Releases that sources list themselves: what is one and what is another, and that each is told once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.support.web import Site
from tracker import db, pipeline, timing
from tracker.model.observed import Event, Mention
from tracker.pipeline.asking.products import product_of, products_of
from tracker.settings import Home
from tracker.timing import ManualClock

UTC = timing.zone("UTC")
START = timing.parse_instant("2026-07-01T12:00", UTC)
HOUR = timedelta(hours=1)
DECLARATION = """\
watch: Starbridge
timezone: UTC
receivers: {{folder: {{kind: markdown}}}}
subjects:
  starbridge: {{name: Starbridge}}
  mayi: {{name: Mayi}}
sources:
  one: {{kind: github, repo: star/one, list: releases, url: "{url}", allow_private: true, emit: &e
    {{event: release, subject: starbridge, key: tag_name, at: published_at, title: tag_name}}}}
  two: {{kind: github, repo: star/two, list: releases, url: "{url}", allow_private: true, emit: *e}}
  theirs: {{kind: github, repo: mayi/three, list: releases, url: "{url}", allow_private: true, emit:
    {{event: release, subject: mayi, key: tag_name, at: published_at, title: tag_name}}}}
indicators:
  releases: {{name: Releases, subjects: all, event: release}}
"""


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        for repo in ("star/one", "star/two", "mayi/three"):
            _list(site, repo)
        yield site


@pytest.fixture(name="desk")
def _desk(site: Site, home: Callable[..., Home]) -> Iterator[pipeline.Desk]:
    with pipeline.open_desk(home(DECLARATION.format(url=site.url)), ManualClock(START)) as desk:
        yield desk


def _list(site: Site, repo: str, *releases: tuple[str, str]) -> None:
    rows = [{"tag_name": tag, "published_at": f"{day}T00:00:00Z"} for tag, day in releases]
    site.put(f"/repos/{repo}/releases", json.dumps(rows))


def _told(desk: pipeline.Desk) -> list[tuple[str, str, int]]:
    return sorted((str(one["subject"]), str(one["title"]), int(one["mentions"])) for one in pipeline.events(desk))


def _collect(desk: pipeline.Desk) -> None:
    assert isinstance(desk.clock, ManualClock)
    assert pipeline.collect(desk, ["one", "two", "theirs"]).failed == []
    desk.clock.advance(HOUR)


@pytest.mark.parametrize(
    ("listed", "products"),
    [
        (("Star-3 2026-06-01", "Star-3-FP8 2026-06-09", "Star-3-Base-GGUF 2026-05-30"), 1),
        (("release-2026-06-01 2026-06-01", "release-2026-06-08 2026-06-08", "release-2026-06-15 2026-06-15"), 3),
        (("v3.1001 2026-06-01", "v3.1002 2026-06-02"), 2),
        (("Star-R1 2026-06-01", "Star-R1-0603 2026-06-03"), 1),
        (("Star-R1 2026-01-20", "Star-R1-0528 2026-05-28"), 2),
        (("Star-3 2026-06-01", "Star-3-2026-06-08-FP8 2026-06-08"), 1),
        (("Star-4096 2026-06-01", "Star 2026-06-01"), 2),
        (("v1.0.0-rc.1 2026-06-01", "v1.0.0 2026-06-02"), 2),
    ],
)
def test_what_one_release_is(listed: tuple[str, ...], products: int) -> None:
    """How it is packed makes no other release; a date does, unless the name without it is as old."""
    pairs = [one.split() for one in listed]
    found = products_of([(product_of(name), timing.parse_instant(day, UTC)) for name, day in pairs])

    assert len(set(found)) == products


def test_dates_and_versions_make_releases(site: Site, desk: pipeline.Desk) -> None:
    tags = ("release-2026-06-01", "release-2026-06-08", "release-2026-06-15", "v3.1001", "v3.1002")
    _list(site, "star/one", *((tag, f"2026-06-{day:02}") for day, tag in enumerate(tags, 15)))

    _collect(desk)

    assert _told(desk) == [("starbridge", tag, 1) for tag in tags]


def test_one_tag_of_three_repositories_is_three_releases(site: Site, desk: pipeline.Desk) -> None:
    """Also when all came out on one day; none keeps another from being told, and none is told twice."""
    for repo in ("star/one", "star/two", "mayi/three"):
        _list(site, repo, ("v1.0.0", "2026-06-20"))

    _collect(desk)
    _collect(desk)

    assert _told(desk) == [("mayi", "v1.0.0", 1), ("starbridge", "v1.0.0", 1), ("starbridge", "v1.0.0", 1)]


def test_what_was_told_under_a_key_of_before_is_not_told_again(site: Site, desk: pipeline.Desk) -> None:
    """Homes of before have keys without a source; the same tag of another repository is news all the same."""
    day = timing.parse_period("2026-06-20", UTC)
    with desk.store.write(START) as tx:
        event = Event(key="release:v1.0.0", type="release", subject="starbridge", title="v1.0.0", occurred=day)
        db.news.add_event(tx, event)
        report = Mention(
            event=event.key, entry=None, role="first", status="reported", title="v1.0.0", source="one",
            published_at=day.end,
        )  # fmt: skip
        db.news.add_mention(tx, report)
    _list(site, "star/one", ("v1.0.0", "2026-06-20"))
    _list(site, "star/two", ("v1.0.0", "2026-06-20"))

    _collect(desk)

    assert _told(desk) == [("starbridge", "v1.0.0", 1), ("starbridge", "v1.0.0", 1)]


def test_a_file_is_no_news_when_the_oldest_is_taken_away(site: Site, desk: pipeline.Desk) -> None:
    """The release was told; what is left of it, packed otherwise or issued again, is the same."""
    files = (("Star-3", "2026-06-20"), ("Star-3-FP8", "2026-06-21"), ("Star-3-0622", "2026-06-22"))
    _list(site, "star/one", *files)
    _collect(desk)
    _list(site, "star/one", *files[1:])
    _collect(desk)
    _list(site, "star/one", *files[2:], ("Star-4", "2026-06-30"))

    _collect(desk)

    assert _told(desk) == [("starbridge", "Star-3", 1), ("starbridge", "Star-4", 1)]
