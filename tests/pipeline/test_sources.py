"""How a source is asked over days: rests that it wishes, a word of farewell that is believed, entries that change keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support.web import Site
from tracker import db, pipeline, timing
from tracker.settings import Home
from tracker.timing import ManualClock

START = timing.parse_instant("2026-03-05T12:00", timing.zone("UTC"))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DECLARATION = """\
watch: Starbridge
receivers: {{folder: {{kind: markdown}}}}
subjects:
  starbridge: {{name: Starbridge, aliases: [星桥智能]}}
sources:
  wire: {{kind: feed, url: "{url}", every: 20m, allow_private: true}}
indicators:
  named: {{name: Named, mentions: true}}
"""
LISTING = """\
watch: Starbridge
receivers: {{folder: {{kind: markdown}}}}
subjects:
  starbridge: {{name: Starbridge}}
sources:
  list: {{kind: json, url: "{url}", every: 20m, allow_private: true, emit: {{indicator: stars, value: stars, aggregate: sum}}}}
indicators:
  stars: {{name: Stars, unit: stars}}
"""


def _item(guid: str, title: str = "星桥智能", link: str = "/news/1", day: int = 1, text: str = "") -> str:
    return (
        f"<item><title>{title}</title><guid isPermaLink='false'>{guid}</guid><link>https://a.example{link}</link>"
        f"<pubDate>2026-03-0{day}T08:00:00Z</pubDate>"
        f"<description>{text}</description></item>"
    )


def _feed(*items: str, head: str = "") -> str:
    return f"<rss version='2.0'><channel><title>wire</title>{head}{''.join(items)}</channel></rss>"


def test_a_source_that_wishes_to_rest_is_not_asked_before(home: Callable[..., Home]) -> None:
    """The rest outlives the process; who asks by name does not wait, and nothing is missed."""
    with Site() as site:
        url = site.put("/feed", _feed(_item("1"), head="<ttl>50</ttl>"))
        place, clock = home(DECLARATION.format(url=url)), ManualClock(START)
        asked = []
        for _ in range(8):
            with pipeline.open_desk(place, clock) as desk:
                pipeline.collect(desk)
                asked.append(len(site.asked))
            clock.advance(20 * MINUTE)
        with pipeline.open_desk(place, clock) as desk:
            pipeline.collect(desk, ["wire"])
            spans = db.sources.coverage
            with desk.store.read() as connection:
                assert len(spans(connection, "wire")) == 1

    assert asked == [1, 1, 1, 2, 2, 2, 3, 3]
    assert len(site.asked) == 4


def test_three_times_gone_is_gone(home: Callable[..., Home]) -> None:
    """Over two days; then it is asked once a week, and says so. One good answer, and all is well."""
    with Site() as site:
        url = site.put("/feed", status=410, etag="")
        place, clock = home(DECLARATION.format(url=url)), ManualClock(START)
        with pipeline.open_desk(place, clock) as desk:
            for _ in range(24 * 4):
                pipeline.collect(desk)
                clock.advance(HOUR)
            before = len(site.asked)
            (row,) = pipeline.sources(desk)
            for _ in range(24 * 8):
                pipeline.collect(desk)
                clock.advance(HOUR)
            again = len(site.asked) - before
            site.put("/feed", _feed(_item("1")))
            pipeline.collect(desk, ["wire"])
            (well,) = pipeline.sources(desk)

    assert (row["state"], row["note"][:7]) == ("gone", "paused:")
    assert again in (1, 2)
    assert (well["state"], well["note"]) == ("ok", "")


def test_gone_once_is_only_an_error(home: Callable[..., Home]) -> None:
    """Servers say it by mistake: the next slot asks again."""
    with Site() as site:
        url = site.put("/feed", status=410, etag="")
        with pipeline.open_desk(home(DECLARATION.format(url=url)), ManualClock(START)) as desk:
            pipeline.collect(desk)
            site.put("/feed", _feed(_item("1")))
            pipeline.collect(desk, ["wire"])
            (row,) = pipeline.sources(desk)

    assert (row["state"], row["entries"]) == ("ok", 1)


@pytest.mark.parametrize("between", [200, 500])
def test_a_410_is_forgotten_when_something_else_was_said(home: Callable[..., Home], between: int) -> None:
    """Three over two days only count when nothing lies between; a source that stumbles later is not paused."""
    clock = ManualClock(START)
    with Site() as site:
        url = site.put("/list", status=410, etag="")

        def answers(status: int) -> tuple[str, str]:
            site.put("/list", '[{"stars": 1}]', status=status, etag="")
            pipeline.collect(desk, ["list"])
            (row,) = pipeline.sources(desk)
            return str(row["state"]), str(row["note"])[:7]

        with pipeline.open_desk(home(LISTING.format(url=url)), clock) as desk:
            for _ in range(3):
                paused = answers(410)
                clock.advance(30 * HOUR)
            answers(between)
            said = [answers(500), answers(410)]
            asked = len(site.asked)
            clock.advance(2 * 24 * HOUR)
            pipeline.collect(desk)

    assert paused == ("gone", "paused:")
    assert said == [("failed", ""), ("gone", "")]
    assert len(site.asked) > asked


@pytest.mark.parametrize(
    ("before", "after", "entries"),
    [
        pytest.param([_item("1")], [_item("1", "星桥智能, edited")], 1, id="edited"),
        pytest.param([_item("1")], [_item("uuid-1")], 1, id="another guid"),
        pytest.param([_item("http://a.example/p/1")], [_item("https://b.example/p/1")], 1, id="another host"),
        pytest.param([_item("1")], [_item("1"), _item("2")], 2, id="both are listed"),
        pytest.param([_item("1")], [_item("2", day=2)], 2, id="same headline, another day"),
        pytest.param([_item("1")], [_item("2", "another")], 2, id="another headline"),
        pytest.param([_item("1", link="/")], [_item("2", link="/")], 2, id="the address is the site"),
        pytest.param([_item("1")], [_item("2", link="/news/2")], 2, id="another address"),
        pytest.param([_item("1", text="a")], [_item("2", text="b")], 2, id="two of a list of changes"),
        pytest.param([_item("1", text="a")], [_item("2", text="a")], 1, id="another guid, one text"),
        pytest.param(
            [_item("http://a.example/?p=1", text="a")],
            [_item("http://a.example/?p=2", text="b")],
            1,
            id="another address as guid",
        ),
    ],
)
def test_an_entry_is_known_by_more_than_its_key(
    home: Callable[..., Home], before: list[str], after: list[str], entries: int
) -> None:
    """A newsroom that gives its old entries new keys has no news; two entries stay two."""
    with Site() as site:
        url = site.put("/feed", _feed(*before))
        clock = ManualClock(START)
        with pipeline.open_desk(home(DECLARATION.format(url=url)), clock) as desk:
            pipeline.collect(desk, ["wire"])
            site.put("/feed", _feed(*after))
            clock.advance(HOUR)
            pipeline.collect(desk, ["wire"])
            clock.advance(HOUR)
            site.put("/feed", _feed(*after, head="<lastBuildDate>x</lastBuildDate>"))
            repeated = pipeline.collect(desk, ["wire"])
            (row,) = pipeline.sources(desk)

    assert (row["entries"], repeated.entries) == (entries, 0)


def test_an_entry_that_was_known_again_may_be_edited(home: Callable[..., Home]) -> None:
    """Its new guid is its own from then on: another title is an edit, and no news."""
    with Site() as site:
        url = site.put("/feed", _feed(_item("1")))
        clock = ManualClock(START)
        with pipeline.open_desk(home(DECLARATION.format(url=url)), clock) as desk:
            for one in (_item("1"), _item("uuid-1"), _item("uuid-1", "星桥智能, edited"), _item("uuid-1", "and again")):
                site.put("/feed", _feed(one))
                pipeline.collect(desk, ["wire"])
                clock.advance(HOUR)
            with desk.store.read() as connection:
                found = [(one.key, one.version, one.title) for one in db.news.entries(connection)]

    assert found == [("1", 3, "and again")]


def test_a_text_that_alternates_is_not_kept_for_ever(home: Callable[..., Home]) -> None:
    """A counter in a headline: after 24 edits the next ones say nothing new."""
    with Site() as site:
        url = site.put("/feed", _feed(_item("1")))
        clock = ManualClock(START)
        with pipeline.open_desk(home(DECLARATION.format(url=url)), clock) as desk:
            stored = 0
            for number in range(40):
                site.put("/feed", _feed(_item("1", f"星桥智能 {number}")))
                stored += pipeline.collect(desk, ["wire"]).entries
                clock.advance(HOUR)

    assert stored == 25
