"""What is not whole is said where people look: in `sources`, in the board, in the digest, and by the rules that rest on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.web import Site
from tracker import pipeline, timing
from tracker.settings import Home
from tracker.timing import ManualClock

UTC = timing.zone("UTC")
START = timing.parse_instant("2026-03-01T12:00", UTC)
DAY = timedelta(days=1)
DECLARATION = """\
watch: Starbridge
timezone: UTC
receivers: {{folder: {{kind: markdown}}}}
digest: {{on: monday, at: "08:00"}}
subjects:
  starbridge: {{name: Starbridge, aliases: [星桥智能]}}
sources:
  hub: {{kind: github, org: star, url: "{url}", every: 1d, allow_private: true, tier: official{extra}, emit: [
    {{indicator: stars, value: stargazers_count, aggregate: sum}},
    {{event: release, key: full_name, at: created_at, title: name}}]}}
  wire: {{kind: feed, url: "{url}/feed", every: 1d, allow_private: true}}
indicators:
  stars:
    name: Stars
    unit: stars
    rules: {{few: {{kind: threshold, fire: "< 10"}}}}
  releases:
    name: Releases
    event: release
    rules: {{slow: {{kind: velocity, window: 365d, fire: "< 3"}}}}
"""


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(name="begin")
def _begin(site: Site, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., pipeline.Desk]:
    """A home on a site that has one feed without entries; `extra` keys for the source."""

    def begin(extra: str = "") -> pipeline.Desk:
        site.put("/feed", '<rss version="2.0"><channel><title>t</title></channel></rss>')
        (tmp_path / "indicators.yaml").write_text(DECLARATION.format(url=site.url, extra=extra), encoding="utf-8")
        opened = pipeline.open_desk(Home(tmp_path, {}), ManualClock(START))
        desk = opened.__enter__()
        request.addfinalizer(lambda: opened.__exit__(None, None, None))
        return desk

    return begin


def _repos(site: Site, *names: tuple[str, str], link: str = "") -> None:
    rows = [
        {"full_name": f"star/{name}", "name": name, "stargazers_count": 10, "created_at": f"{day}T00:00:00Z"}
        for name, day in names
    ]
    site.put("/orgs/star/repos", json.dumps(rows), headers={"Link": f'<{link}>; rel="next"'} if link else {})


def _live(desk: pipeline.Desk, *, days: float = 0) -> dict[str, Any]:
    """Let days pass, collect and decide; the source as `sources` shows it."""
    clock = desk.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(days=days))
    pipeline.collect(desk)
    pipeline.evaluate(desk)
    return next(one for one in pipeline.sources(desk) if one["source"] == "hub")


def _health(desk: pipeline.Desk, indicator: str) -> tuple[str, str]:
    row = next(one for one in pipeline.board(desk) if one["indicator"] == indicator)
    return row["value"], row["health"]


def _not_seen(desk: pipeline.Desk) -> str:
    text = pipeline.digest(desk, timing.iso_week(desk.clock.now(), UTC), "text")
    return next((line.strip() for line in text.splitlines() if "hub: " in line), "")


TWO = (("one", "2025-01-01"), ("two", "2025-11-01"))


@pytest.mark.parametrize(
    ("break_it", "state", "reason"),
    [
        (
            lambda site: _repos(site, *TWO[:1], link=f"{site.url}/gone"),
            "partial",
            "partial: page 2: 127.0.0.1 answered 404",
        ),
        (lambda site: site.put("/orgs/star/repos", "[]"), "empty", "empty: the answer has no rows; the last one had 2"),
        (
            lambda site: site.put("/orgs/star/repos", '[{"id": 7}]'),
            "schema_changed",
            "none of 1 has `stargazers_count`",
        ),
        (lambda site: site.put("/orgs/star/repos", status=410, etag=""), "gone", "taken away for good"),
    ],
    ids=["partial", "empty", "schema changed", "gone"],
)
def test_an_answer_that_is_not_whole(
    site: Site, begin: Callable[..., pipeline.Desk], break_it: Callable[[Site], object], state: str, reason: str
) -> None:
    """The sum of before stays, but nobody takes it for one of today; when the answer is whole again all is well."""
    desk = begin()
    _repos(site, *TWO)
    assert _live(desk)["state"] == "ok"
    assert _health(desk, "stars") == ("20", "ok")

    break_it(site)
    source = _live(desk, days=1)

    assert source["state"] == state
    assert reason in source["last_error"]
    assert _health(desk, "stars") == ("20", "nodata")
    assert reason in _not_seen(desk)

    _repos(site, *TWO)
    assert _live(desk, days=1)["last_error"] is None
    assert (_health(desk, "stars"), _not_seen(desk)) == (("20", "ok"), "")


def test_throttled_has_its_time(site: Site, begin: Callable[..., pipeline.Desk]) -> None:
    """It is said in `sources` at once, and to the reader when the source is late."""
    desk = begin()
    _repos(site, *TWO)
    _live(desk)
    site.put("/orgs/star/repos", status=429, headers={"Retry-After": "60"}, etag="")

    assert _live(desk, days=1)["state"] == "throttled"
    assert _health(desk, "stars") == ("20", "ok")
    _live(desk, days=2)
    assert _health(desk, "stars") == ("20", "nodata")
    assert "429 (Too Many Requests)" in _not_seen(desk)


def test_moved_is_said_and_counts(site: Site, begin: Callable[..., pipeline.Desk]) -> None:
    desk = begin()
    rows = json.dumps([{"full_name": "a/b", "name": "b", "stargazers_count": 3, "created_at": "2025-01-01T00:00:00Z"}])
    site.put("/new", rows)
    site.put("/orgs/star/repos", status=301, headers={"Location": "/new"}, etag="")

    source = _live(desk)

    assert (source["state"], source["last_error"]) == ("moved", None)
    assert source["note"] == f"moved for good to {site.url}/new: change its url"
    assert _health(desk, "stars") == ("3", "ok")
    assert "moved for good to" in _not_seen(desk)


def test_what_does_not_move_is_stale(site: Site, begin: Callable[..., pipeline.Desk]) -> None:
    """A source that answers with the same old rows day after day has seen nothing new."""
    desk = begin(', stale_after: 200d, where: "name"')
    declared = desk.declaration.sources["hub"]
    events = declared.model_copy(update={"emit": declared.emit[1:]})
    desk.declaration = desk.declaration.model_copy(update={"sources": {"hub": events}})
    _repos(site, *TWO)

    assert _live(desk)["state"] == "ok"
    source = _live(desk, days=120)

    assert (source["state"], source["last_error"]) == ("stale", None)
    assert source["note"].startswith("stale: its newest is of 2025-11-01T00:00:00Z, more than 200d ago")
    assert "stale: its newest is of" in _not_seen(desk)
    assert _health(desk, "releases") == ("2", "nodata")


def test_a_list_of_its_own_past_covers_back_to_its_first_row(site: Site, begin: Callable[..., pipeline.Desk]) -> None:
    """On the first day of a home a whole year is known: two releases, and so the rule fires, where a feed alone cannot tell."""
    desk = begin()
    _repos(site, *TWO)

    _live(desk)

    (alert,) = pipeline.alerts(desk)
    assert (alert["rule"], alert["state"], alert["health"]) == ("slow", "firing", "ok")

    site.put("/orgs/star/repos", "[]")
    _live(desk, days=1)
    (alert,) = pipeline.alerts(desk)
    assert (alert["rule"], alert["state"], alert["health"]) == ("slow", "firing", "nodata")


def test_a_list_vouches_for_its_own_subject_only(site: Site, tmp_path: Path) -> None:
    """Of another subject it says nothing: that there was no release of it in a year is not known on the first day."""
    site.put("/feed", '<rss version="2.0"><channel><title>t</title></channel></rss>')
    _repos(site, ("old", "2020-01-01"))
    two = DECLARATION.format(url=site.url, extra="").replace("[星桥智能]}", "[星桥智能]}\n  kiln: {name: Kiln}")
    two = two.replace("event: release, key", "event: release, subject: starbridge, key").replace(
        "value: stargazers", "subject: starbridge, value: stargazers"
    )
    two = two.replace("    event: release\n", "    event: release\n    subjects: all\n")
    two = two.replace("    unit: stars\n", "    unit: stars\n    subject: starbridge\n").replace('"< 3"', '"< 1"')
    (tmp_path / "indicators.yaml").write_text(two, encoding="utf-8")
    with pipeline.open_desk(Home(tmp_path, {}), ManualClock(START)) as desk:
        _live(desk)
        rows = {one["subject"]: one["state"] for one in pipeline.board(desk) if one["indicator"] == "releases"}

    assert rows == {"starbridge": "firing", "kiln": "inactive"}


def test_a_list_that_does_not_reach_back_far_enough(site: Site, begin: Callable[..., pipeline.Desk]) -> None:
    desk = begin()
    _repos(site, ("one", "2025-06-01"))

    _live(desk)

    assert (pipeline.alerts(desk), _health(desk, "releases")) == ([], ("1", "nodata"))


def test_files_of_one_release_are_one(site: Site, begin: Callable[..., pipeline.Desk]) -> None:
    """However they are packed, and whoever tells of it: the newsroom's word is a mention of the same event."""
    desk = begin()
    names = (
        ("Star-3.5", "2026-02-01"),
        ("Star-3.5-FP8", "2026-02-02"),
        ("Star-3.5-Base-GGUF", "2026-01-31"),
        ("Star-4", "2026-02-20"),
    )
    _repos(site, *names)
    _live(desk)
    again = _live(desk, days=1)

    listed = [(one["title"], one["mentions"]) for one in pipeline.events(desk)]

    assert again["state"] == "unchanged"
    assert listed == [("Star-3.5-Base-GGUF", 1), ("Star-4", 1)]


def test_a_release_that_a_feed_has_told_is_listed_once(site: Site, begin: Callable[..., pipeline.Desk]) -> None:
    desk = begin()
    item = "<item><title>星桥智能发布新模型 Star-3.5</title><guid>1</guid><pubDate>Sat, 28 Feb 2026 09:00:00 GMT</pubDate></item>"
    _repos(site, ("old", "2025-01-01"))
    site.put("/feed", f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>')
    _live(desk)
    _repos(site, ("old", "2025-01-01"), ("Star-3.5", "2026-02-27"))

    _live(desk, days=1)

    assert [(one["mentions"], one["status"]) for one in pipeline.events(desk)] == [(1, "reported"), (2, "reported")]
