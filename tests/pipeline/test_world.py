"""Three days of August 2026 on the small internet, hour by hour: what newsrooms really wrote, read, remembered and told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SHARED
from tests.support import homes
from tests.support.command import tracker
from tests.support.world import World
from tracker import db, pipeline, timing
from tracker.db import Store
from tracker.model.observed import KnownEvent
from tracker.model.told import Transition
from tracker.settings import Home
from tracker.timing import ManualClock

SHANGHAI = timing.zone("Asia/Shanghai")
FIRST, LAST = datetime(2026, 8, 17, 12, tzinfo=UTC), datetime(2026, 8, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Life:
    """A home that has lived through the three days, and what changed in it."""

    desk: pipeline.Desk
    transitions: list[Transition]

    def events(self, subject: str, type: str) -> list[KnownEvent]:
        """The events of one subject and type."""
        with self.desk.store.read() as connection:
            return db.news.events(connection, subject=subject, types=[type])


@pytest.fixture(name="world", scope="module")
def _world() -> Iterator[World]:
    if not SHARED.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    world = World.start(SHARED / "world" / "serve.py", FIRST.isoformat())
    yield world
    world.stop()


def _desk(home: Home, clock: ManualClock) -> pipeline.Desk:
    return pipeline.Desk(home=home, declaration=pipeline.declaration_of(home), store=Store.memory(), clock=clock)


@pytest.fixture(name="lives", scope="module")
def _lives(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Life, Life]]:
    """Two homes that collect every hour: the first decides every hour, the second once at the end."""
    clock = ManualClock(FIRST)
    made = [homes.on_the_world(tmp_path_factory.mktemp(name) / "home", world.url) for name in ("often", "once")]
    often, once = (Life(_desk(home, clock), []) for home in made)
    at = FIRST
    while at <= LAST:
        world.set_date(at.isoformat())
        clock.set(at)
        for life in (often, once):
            assert pipeline.collect(life.desk).failed == []
        often.transitions += pipeline.evaluate(often.desk).transitions
        pipeline.deliver(often.desk)
        pipeline.send_due_digest(often.desk)
        at += HOUR
    once.transitions += pipeline.evaluate(once.desk).transitions
    yield often, once
    often.desk.close()
    once.desk.close()


@pytest.fixture(name="life", scope="module")
def _life(lives: tuple[Life, Life]) -> Life:
    return lives[0]


def _posts() -> list[dict[str, Any]]:
    """What the newsrooms had posted by the end, from the world's own record."""
    posts = json.loads((SHARED / "world" / "docs" / "newsrooms.json").read_text(encoding="utf-8"))
    return [one for one in posts if _at(one) <= LAST]


def _at(post: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(post["created_at"].replace("Z", "+00:00"))


def test_each_post_is_stored_once_with_its_time(life: Life) -> None:
    """Every post of every newsroom, dated to the second, whatever the newsroom's way of writing dates."""
    with life.desk.store.read() as connection:
        entries = db.news.entries(connection)
    stored = Counter(
        (one.source.removeprefix("feed_"), one.link, one.published_at)
        for one in entries
        if one.source.removeprefix("feed_") in homes.NEWSROOMS
    )

    posted = Counter((one["feed"], one["url"], _at(one).replace(microsecond=0)) for one in _posts())
    assert stored == posted


def test_what_happened_at_the_peers_is_found(life: Life) -> None:
    """One event each, however many newsrooms tell it."""
    (departure,) = life.events("minimax", "departure")
    assert {mention.source for mention in departure.mentions} == {"feed_tmtpost", "feed_qbitai"}
    assert len(departure.mentions) == 2
    assert departure.event.occurred.text == "2026-08-19"

    chairman, other = life.events("geely", "departure")
    assert "李书福" in chairman.event.title
    assert len(chairman.mentions) >= 2
    assert other.event.people == ("李东辉",)  # in the same text: another person is another event

    (model,) = life.events("zhipu", "release")
    assert model.event.products == ("glm-5.3",)

    (design,) = life.events("minimax", "release")
    assert design.event.products == ("minimax-design",)

    (money,) = life.events("moonshot", "funding")
    assert money.event.title == "中博聚力再度加码月之暗面"


def test_nothing_is_read_that_did_not_happen(life: Life) -> None:
    """Every other event that was read in three days of news, looked at one by one: nothing of StepFun's own."""
    with life.desk.store.read() as connection:
        known = db.news.events(connection)
    fresh = [one for one in known if one.mentions[0].source.startswith("feed_")]

    assert [one.event.title for one in fresh if one.event.subject == "stepfun"] == []
    assert Counter((one.event.subject, one.event.type) for one in fresh) == {
        ("minimax", "departure"): 1,
        ("minimax", "release"): 1,
        ("geely", "departure"): 2,
        ("geely", "arrival"): 1,
        ("zhipu", "release"): 1,
        ("moonshot", "funding"): 1,
        ("openai", "ipo"): 1,
        ("openai", "release"): 1,
        ("openai", "partnership"): 1,  # with a national laboratory: an old post of its own research page
    }


def test_stars_are_summed_over_all_pages_without_forks(life: Life, world: World) -> None:
    """One value per local day, the sum of what all pages say; an unchanged one is confirmed on each new day."""
    expected = 0
    for page in range(1, 9):
        rows = json.loads(world.get(f"/github/orgs/stepfun-ai/repos?page={page}&per_page=3"))
        expected += sum(row["stargazers_count"] for row in rows if not row["fork"])

    values = pipeline.values(life.desk, "github_stars")

    assert [row["value"] for row in values][-1] == str(expected)
    days = [row["occurred_start"].astimezone(SHANGHAI).date().isoformat() for row in values]
    assert days == ["2026-08-17", "2026-08-18", "2026-08-19", "2026-08-20"]
    downloads = pipeline.values(life.desk, "hf_downloads")
    assert [row["occurred_start"] for row in downloads] == [row["occurred_start"] for row in values]


def test_what_has_not_changed_is_a_304(world: World, lives: tuple[Life, Life]) -> None:
    """Each home fetched each version of a newsroom's document once; every other answer was a 304."""
    asked: dict[str, Counter[int]] = {}
    for _, path, status, _ in world.log():
        asked.setdefault(path, Counter())[status] += 1
    hours = [FIRST + number * HOUR for number in range(int((LAST - FIRST) / HOUR) + 1)]
    for name in homes.NEWSROOMS:
        versions = {
            tuple(one["url"] for one in _posts() if one["feed"] == name and _at(one) <= at)[-30:] for at in hours
        }
        assert asked[f"/feeds/{name}.xml"] == Counter({200: 2 * len(versions), 304: 2 * (len(hours) - len(versions))})
    for name in homes.LABS:
        assert asked[f"/feeds/lab/{name}.xml"] == Counter({200: 2, 304: 2 * (len(hours) - 1)})


def test_each_alert_is_raised_once(life: Life) -> None:
    """Three days, seventy-three evaluations: one opening brief, and one message for each thing that happened."""
    with life.desk.store.read() as connection:
        deliveries = db.outbox.deliveries(connection)
        said = db.outbox.said(connection)
    assert {one.state for one in deliveries} == {"sent"}
    assert Counter(one.kind for one in deliveries)["opening"] == 1
    assert max(Counter((one.alert, one.episode, one.word, one.receiver) for one in said).values()) == 1
    events = [(one.indicator, one.rule, one.subject, one.key) for one in life.transitions if one.what == "event"]
    assert len(events) == len(set(events))
    changed = [one for one in life.transitions if one.indicator == "partner_changes" and one.what == "event"]
    assert [one.subject for one in changed] == ["geely", "geely"]


def test_the_rhythm_of_deciding_changes_nothing(lives: tuple[Life, Life]) -> None:
    """Deciding every hour and deciding once at the end give the same transitions at the same times."""
    often, once = (
        [
            (one.at, one.indicator, one.rule, one.subject, one.what, one.key, one.severity, one.reason)
            for one in life.transitions
        ]
        for life in lives
    )

    assert once == often


def test_the_digest_of_the_week_tells_it(life: Life) -> None:
    """Drawn on the Monday after: the week's events with their quotes, and every key indicator."""
    clock = life.desk.clock
    assert isinstance(clock, ManualClock)
    clock.set(timing.parse_instant("2026-08-24T08:00", SHANGHAI))

    text = pipeline.digest(life.desk, "2026-W34", "md")

    for words in ("2026-W34", "MiniMax走了一员大将", "2 sources", "GLM-5.3", "李书福", "月之暗面"):
        assert words in text
    assert pipeline.send_due_digest(life.desk) == "2026-W34"
    pipeline.deliver(life.desk)
    assert (life.desk.home.alerts / "digests" / "2026-W34.md").is_file()


def test_six_passes_through_the_command(tmp_path: Path) -> None:
    """`run --once` at six times of the three days: the same events, and each message once."""
    if not SHARED.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    world = World.start(SHARED / "world" / "serve.py", FIRST.isoformat())
    try:
        root = tmp_path / "home"
        homes.on_the_world(root, world.url)
        for at in (FIRST + number * 14 * HOUR + (number > 4) * 2 * HOUR for number in range(6)):
            world.set_date(at.isoformat())
            ran = tracker("--home", str(root), "--now", at.isoformat(), "run", "--once", cwd=tmp_path)
            assert ran.returncode == 0, ran.stderr
    finally:
        world.stop()

    now = ("--home", str(root), "--now", LAST.isoformat())
    events = json.loads(tracker(*now, "events", "-o", "json", cwd=tmp_path).stdout)
    told = {
        (one["subject"], one["type"]): one["mentions"] for one in events if (one["occurred_start"] or "") > "2026-08-16"
    }
    assert told[("minimax", "departure")] == 2
    assert told[("moonshot", "funding")] == 1
    again = tracker(*now, "run", "--once", cwd=tmp_path)
    assert again.returncode == 0
    assert "0 messages sent" in again.stderr
