"""Two days of invented newsrooms on loopback, hour by hour, in any checkout; `test_world` lives through recorded ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

import pytest

from tests.support.web import Site
from tracker import db, pipeline, timing
from tracker.db import Store
from tracker.model.told import Transition
from tracker.settings import Home
from tracker.timing import ManualClock

SHANGHAI = timing.zone("Asia/Shanghai")
FIRST = datetime(2026, 8, 17, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS = 49
WATCH = """\
watch: desk
timezone: Asia/Shanghai
receivers: {folder: {kind: markdown}}
defaults: {every: 1h}
subjects:
  starbridge: {name: 星桥智能, aliases: [Starbridge], people: [{name: 陆远航}]}
  kiln: {name: 窑火科技, aliases: [Kiln AI]}
sources:
  daily: {kind: feed, url: "URL/daily.xml", allow_private: true}
  wire: {kind: feed, url: "URL/wire.xml", allow_private: true}
  valley: {kind: feed, url: "URL/valley.atom", allow_private: true}
  forge:
    kind: json
    url: URL/repos
    page: {style: link}
    where: "!fork"
    allow_private: true
    emit: {indicator: stars, value: stars, aggregate: sum}
indicators:
  departures: {name: Departures, subjects: all, event: departure, rules: {left: {kind: event}}}
  funding: {name: Funding, subjects: all, event: funding, rules: {raised: {kind: event}}}
  stars: {name: Stars, subject: starbridge, unit: stars, rules: {few: {kind: threshold, fire: "< 100"}}}
"""
#: Newsroom -> (hours after the first pass, headline); each writes its dates in its own way.
POSTS: Mapping[str, Sequence[tuple[float, str]]] = {
    "daily": [
        (-30, "星桥智能发布新办公室照片"),
        (3.4, "星桥智能首席科学家陆远航离职"),
        (20.2, "窑火科技完成2亿元A轮融资"),
    ],
    "wire": [
        (-2, "本周天气晴好"),
        (5.1, "星桥智能首席科学家陆远航离职"),
        (30, "The bridge of stars was closed for repairs"),
    ],
    "valley": [(1, "A guide to kilns"), (26.5, "Kiln AI opens an office in Shanghai")],
}
REPOS = [
    {"name": "bridge", "stars": 70, "fork": False},
    {"name": "copied", "stars": 9000, "fork": True},
    {"name": "span", "stars": 50, "fork": False},
]


def _at(hours: float) -> datetime:
    return FIRST + timedelta(seconds=round(hours * 3600))


def _rss(name: str, until: datetime, form: str) -> str:
    """RSS as one newsroom writes it: two of the three date a post as no standard allows."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>https://{name}.example/{number}</link>"
        f"<pubDate>{_at(hours).astimezone(SHANGHAI).strftime(form)}</pubDate></item>"
        for number, (hours, title) in enumerate(POSTS[name])
        if _at(hours) <= until
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'


def _atom(until: datetime) -> str:
    entries = "".join(
        f"<entry><id>tag:valley.example,2026:{number}</id><title>{escape(title)}</title>"
        f'<link href="https://valley.example/{number}"/><published>{_at(hours).isoformat()}</published></entry>'
        for number, (hours, title) in enumerate(POSTS["valley"])
        if _at(hours) <= until
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Valley</title>{entries}</feed>'


def _publish(site: Site, at: datetime) -> None:
    """What stands on the net at an instant."""
    site.put("/daily.xml", _rss("daily", at, "%Y-%m-%d %H:%M:%S  +0800"))
    site.put("/wire.xml", _rss("wire", at, "%Y年%m月%d日 %H:%M:%S"))
    site.put("/valley.atom", _atom(at))
    for page, rows in enumerate((REPOS[:2], REPOS[2:]), start=1):
        link = {"Link": f'<{site.url}/repos?page=2>; rel="next"'} if page == 1 else {}
        site.put("/repos" if page == 1 else "/repos?page=2", json.dumps(rows), type="application/json", headers=link)


@dataclass(slots=True)
class Life:
    """A home that has lived through the two days."""

    desk: pipeline.Desk
    transitions: list[Transition]


def _born(root: Home, clock: ManualClock) -> Life:
    return Life(
        pipeline.Desk(home=root, declaration=pipeline.declaration_of(root), store=Store.memory(), clock=clock), []
    )


@pytest.fixture(name="lived", scope="module")
def _lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Life, Life, Site]]:
    """Two homes that collect every hour: the first decides every hour, the second once at the end."""
    with Site() as site:
        clock = ManualClock(FIRST)
        lives = []
        for name in ("often", "once"):
            root = tmp_path_factory.mktemp(name)
            (root / "indicators.yaml").write_text(WATCH.replace("URL", site.url), encoding="utf-8")
            lives.append(_born(Home(root, {}), clock))
        often, once = lives
        for number in range(HOURS):
            clock.set(FIRST + number * HOUR)
            _publish(site, clock.now())
            for life in lives:
                assert pipeline.collect(life.desk).failed == []
            often.transitions += pipeline.evaluate(often.desk).transitions
            pipeline.deliver(often.desk)
        once.transitions += pipeline.evaluate(once.desk).transitions
        yield often, once, site
        for life in lives:
            life.desk.close()


def test_each_post_is_stored_once_with_its_time(lived: tuple[Life, Life, Site]) -> None:
    """Whatever the newsroom's way of writing dates."""
    with lived[0].desk.store.read() as connection:
        entries = db.news.entries(connection)

    stored = Counter((one.source, one.title, one.published_at) for one in entries)
    assert stored == Counter((name, title, _at(hours)) for name, posts in POSTS.items() for hours, title in posts)


def test_what_happened_is_found_once(lived: tuple[Life, Life, Site]) -> None:
    """Two newsrooms, one event with two mentions; the round with its amount; nothing else."""
    with lived[0].desk.store.read() as connection:
        known = db.news.events(connection)

    told = {(one.event.subject, one.event.type): one for one in known}
    assert set(told) == {("starbridge", "departure"), ("kiln", "funding")}
    assert len(known) == 2
    left = told[("starbridge", "departure")]
    assert sorted(one.source for one in left.mentions) == ["daily", "wire"]
    assert left.event.occurred.text == "2026-08-17"
    assert "2亿" in told[("kiln", "funding")].event.title


def test_stars_are_summed_over_all_pages_without_forks(lived: tuple[Life, Life, Site]) -> None:
    """One value per local day; an unchanged one is confirmed on each new day."""
    values = pipeline.values(lived[0].desk, "stars")

    assert {row["value"] for row in values} == {"120"}
    days = [row["occurred_start"].astimezone(SHANGHAI).date().isoformat() for row in values]
    assert days == ["2026-08-17", "2026-08-18", "2026-08-19"]


def test_what_has_not_changed_is_a_304(lived: tuple[Life, Life, Site]) -> None:
    """Each home fetches each version of a document once, and both pages of the forge."""
    asked: dict[str, Counter[int]] = {}
    for one in lived[2].asked:
        asked.setdefault(one.path, Counter())[one.status] += 1
    for path, name in (("/daily.xml", "daily"), ("/wire.xml", "wire"), ("/valley.atom", "valley")):
        versions = 1 + sum(hours > 0 for hours, _ in POSTS[name])
        assert asked[path] == Counter({200: 2 * versions, 304: 2 * (HOURS - versions)})
    for path in ("/repos", "/repos?page=2"):
        assert asked[path] == Counter({200: 2, 304: 2 * (HOURS - 1)})


def test_the_rhythm_of_deciding_changes_nothing(lived: tuple[Life, Life, Site]) -> None:
    """Deciding every hour and deciding once at the end give the same transitions at the same times; each is said once."""
    often, once = (
        [(one.at, one.indicator, one.rule, one.subject, one.what, one.key, one.reason) for one in life.transitions]
        for life in lived[:2]
    )
    assert once == often
    assert [(one[1], one[3]) for one in often if one[4] == "event"] == [
        ("departures", "starbridge"),
        ("funding", "kiln"),
    ]
    with lived[0].desk.store.read() as connection:
        said = db.outbox.said(connection)
    assert max(Counter((one.alert, one.episode, one.word, one.receiver) for one in said).values()) == 1


def test_the_digest_of_the_week_tells_it(lived: tuple[Life, Life, Site]) -> None:
    """With the quotes, in their own language."""
    text = pipeline.digest(lived[0].desk, "2026-W34", "md")

    for words in ("2026-W34", "陆远航离职", "2 sources", "2亿元"):
        assert words in text
