"""Two weeks of May and June 2026 on the small internet, day by day, with a source of every kind: the series that come of it.

On 28 May a model is released: it has a repository, a page on the Hub, and tokens. LiveBench and LMArena stand still. What
the small internet does not have (a page, a database, a monitor, a folder) is a small fixture of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.support.web import Site
from tests.support.world import World
from tracker import pipeline
from tracker.settings import Home
from tracker.timing import ManualClock

FIRST, DAYS = datetime(2026, 5, 22, 9, tzinfo=UTC), 14
DECLARED = """
watch: Every kind
timezone: UTC
receivers: {folder: {kind: markdown}}
defaults: {every: 1d}
digest: {on: monday, at: "08:00"}
subjects:
  stepfun: {name: StepFun, aliases: [阶跃星辰, 阶跃]}
  deepseek: {name: DeepSeek}
  openai: {name: OpenAI}
sources:
  kr36: {kind: feed, url: "WORLD/feeds/36kr.xml", allow_private: true}
  hn: {kind: json, url: "WORLD/hn/search_by_date", rows: hits, allow_private: true, may_be_empty: true,
    emit: [{indicator: hn_stories, subject: stepfun, aggregate: count}]}
  hub: {kind: github, org: stepfun-ai, url: "WORLD/github", allow_private: true, tier: official, emit: [
    {indicator: stars, subject: stepfun, value: stargazers_count, aggregate: sum},
    {event: release, subject: stepfun, key: full_name, at: created_at, title: name}]}
  hf: {kind: huggingface, author: stepfun-ai, url: "WORLD/hf", allow_private: true, tier: official, emit: [
    {indicator: downloads, subject: stepfun, value: downloads, aggregate: sum},
    {event: release, subject: stepfun, key: id, at: createdAt, title: id}]}
  tokens: {kind: openrouter, data: tokens, url: "WORLD/openrouter", models: [stepfun/*, stepfun-ai/*], allow_private: true, since: 3d,
    emit: [{indicator: tokens, subject: stepfun, value: total_tokens, at: date, aggregate: sum, as_of: $meta.as_of, absent: censored}]}
  prices: {kind: openrouter, data: models, url: "WORLD/openrouter", models: ["deepseek/deepseek-v*", "!*:*", "!*-exp", "!*-speciale"],
    allow_private: true, emit: [{indicator: price, subject: deepseek, value: input_per_mtok, where: newest, aggregate: min}]}
  arena: {kind: csv, url: "WORLD/lmarena/leaderboard.csv", where: "organization == 'StepFun'", allow_private: true,
    emit: [{indicator: arena, subject: stepfun, value: arena_score, labels: {model: model}, edition: '$header."last-modified"'}]}
  livebench: {kind: livebench, url: "WORLD/livebench", allow_private: true,
    models: {stepfun: "step-*", deepseek: "deepseek-*", openai: ["gpt-*", "o3*", "o4*"]}, emit: [
    {indicator: benchmark, value: score, labels: {model: model}}, {indicator: listed, value: listed, aggregate: max}]}
  page: {kind: html, url: "SITE/page", rows: "li", fields: {n: b}, allow_private: true,
    emit: [{indicator: jobs, subject: stepfun, value: n, aggregate: sum}]}
  monitor: {kind: prometheus, url: "SITE", query: "sum(calls)", allow_private: true,
    emit: [{indicator: calls, subject: stepfun, value: value}]}
  crm: {kind: sql, file: crm.db, query: "SELECT day, n FROM contracts WHERE day >= :since ORDER BY day", since: 2d,
    emit: [{indicator: contracts, subject: stepfun, value: n, at: day}]}
  desk: {kind: inbox}
indicators:
  hn_stories: {name: Stories, subject: stepfun, unit: stories}
  stars: {name: Stars, subject: stepfun, unit: stars}
  downloads: {name: Downloads, subject: stepfun, unit: downloads}
  tokens: {name: Tokens a day, subject: stepfun, unit: tokens}
  price: {name: Price, subject: deepseek, unit: USD/Mtok}
  arena: {name: Arena, subject: stepfun, unit: score}
  benchmark: {name: Benchmark, subjects: all, unit: score, pick: best}
  listed: {name: Listed, subjects: all, unit: yes/no}
  jobs: {name: Open jobs, subject: stepfun, unit: jobs}
  calls: {name: Calls, subject: stepfun, unit: calls}
  contracts: {name: Contracts, subject: stepfun, unit: contracts}
  users: {name: Users, subject: stepfun, unit: users}
  releases:
    name: Releases
    subject: stepfun
    event: release
    rules: {quiet: {kind: velocity, window: 120d, fire: "< 3"}}
  mentions: {name: Mentions, subject: stepfun, mentions: true}
"""
#: indicator, subject: how many values, the first and the last with its day. A day away leaves a hole in what is polled (13
#: of 14 days), and none in what is dated by its source (tokens, contracts).
SERIES: dict[tuple[str, str], tuple[int, str, str]] = {
    ("hn_stories", "stepfun"): (13, "2026-05-22 3", "2026-06-04 3"),
    ("stars", "stepfun"): (13, "2026-05-22 15946", "2026-06-04 16392"),
    ("downloads", "stepfun"): (13, "2026-05-22 47838", "2026-06-04 49176"),
    ("tokens", "stepfun"): (16, "2026-05-19 8387376344", "2026-06-03 47001121897"),
    ("price", "deepseek"): (13, "2026-05-22 0.27", "2026-06-04 0.27"),
    ("arena", "stepfun"): (13, "2026-05-22 1301", "2026-06-04 1301"),
    ("benchmark", "stepfun"): (0, "", ""),
    ("benchmark", "deepseek"): (78, "2026-05-22 73.58", "2026-06-04 49.85"),
    ("benchmark", "openai"): (520, "2026-05-22 80.71", "2026-06-04 32.39"),
    ("listed", "stepfun"): (13, "2026-05-22 0", "2026-06-04 0"),
    ("listed", "deepseek"): (13, "2026-05-22 1", "2026-06-04 1"),
    ("jobs", "stepfun"): (13, "2026-05-22 3", "2026-06-04 4"),
    ("calls", "stepfun"): (13, "2026-05-22 0", "2026-06-04 1300"),
    ("contracts", "stepfun"): (12, "2026-05-20 0", "2026-05-31 1"),
    ("users", "stepfun"): (1, "2026-01-01 1200000", "2026-01-01 1200000"),
}


@pytest.fixture(name="desk", scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pipeline.Desk]:
    """A home after its two weeks. On the fifth day the whole internet is away."""
    if not SHARED.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    home = tmp_path_factory.mktemp("home")
    (home / "inbox").mkdir()
    with closing(sqlite3.connect(home / "crm.db")) as base:
        base.execute("CREATE TABLE contracts (day TEXT, n INTEGER)")
        base.executemany("INSERT INTO contracts VALUES (?, ?)", [(f"2026-05-{day}", day % 5) for day in range(15, 32)])
        base.commit()
    world = World.start(SHARED / "world" / "serve.py", FIRST.isoformat())
    try:
        with Site() as site:
            text = DECLARED.replace("WORLD", world.url).replace("SITE", site.url)
            (home / "indicators.yaml").write_text(text, encoding="utf-8")
            clock = ManualClock(FIRST)
            environment = {"TRACKER_OPENROUTER": "world-key"}
            with pipeline.open_desk(Home(home, environment), clock) as desk:
                for day in range(DAYS):
                    clock.set(FIRST + timedelta(days=day))
                    world.set_date(clock.now().isoformat())
                    _small_fixtures(site, home, day)
                    if day != 4:
                        assert pipeline.run_once(desk).collected.failed == []
                yield desk
    finally:
        world.stop()


def _small_fixtures(site: Site, home: Path, day: int) -> None:
    site.put("/page", f"<ul><li><b>{day // 7}</b><li><b>3</b></ul>")
    result = {"resultType": "vector", "result": [{"metric": {}, "value": [0, str(100 * day)]}]}
    site.put("/api/v1/query", json.dumps({"status": "success", "data": result}))
    if day == 6:
        (home / "inbox" / "q1.csv").write_text("indicator,value,of\nusers,1.2M,2026-Q1\n", encoding="utf-8")


def _said(desk: pipeline.Desk, indicator: str, subject: str) -> list[str]:
    rows = [row for row in pipeline.values(desk, indicator) if row["subject"] == subject]
    return [f"{row['occurred_start']:%Y-%m-%d} {row['value']}" for row in rows]


@pytest.mark.parametrize("name", SERIES)
def test_every_series_is_as_it_should_be(desk: pipeline.Desk, name: tuple[str, str]) -> None:
    rows = _said(desk, *name) or [""]

    assert (len([row for row in rows if row]), rows[0], rows[-1]) == SERIES[name]


def test_the_day_away_is_made_good_where_the_source_has_its_past(desk: pipeline.Desk) -> None:
    """Every day has its tokens; the day of the release doubles them."""
    days = [row.split()[0] for row in _said(desk, "tokens", "stepfun")]

    assert days == [f"{datetime(2026, 5, 19) + timedelta(days=number):%Y-%m-%d}" for number in range(16)]
    cited = {row["source"] for row in pipeline.values(desk, "tokens")}
    assert all(one.startswith("Source: OpenRouter (openrouter.ai/rankings), as of 2026-0") for one in cited)


def test_a_release_is_one_whoever_lists_it(desk: pipeline.Desk) -> None:
    """On GitHub and on the Hub, each dated by the day on which it was made; both lists together are the history."""
    events = [one for one in pipeline.events(desk) if one["type"] == "release"]

    told = [(f"{one['occurred_start']:%Y-%m-%d}", one["title"], one["mentions"]) for one in events]
    assert sorted(told) == [
        ("2025-02-17", "Step-Audio", 2), ("2025-02-17", "Step-Video-T2V", 2), ("2025-04-24", "Step1X-Edit", 2),
        ("2025-07-17", "Step-Audio2", 2), ("2025-07-31", "Step3", 2), ("2026-02-01", "Step-3.5-Flash", 2),
        ("2026-03-03", "SteptronOSS", 2), ("2026-05-28", "Step-3.7-Flash", 2),
    ]  # fmt: skip


def test_what_the_lists_cover_can_be_judged(desk: pipeline.Desk) -> None:
    """Two releases in 120 days, although the home is two weeks old."""
    (alert,) = pipeline.alerts(desk)

    assert (alert["rule"], alert["state"], alert["health"], alert["value"]) == ("quiet", "firing", "ok", "2")


def test_every_source_is_well(desk: pipeline.Desk) -> None:
    """What has not changed says so; of the contracts there are no new ones, which is no failure."""
    states = {one["source"]: one["state"] for one in pipeline.sources(desk)}

    assert set(states.values()) == {"ok", "unchanged", "empty"}
    assert {one for one, state in states.items() if state == "empty"} == {"crm"}
    assert [one["last_error"] for one in pipeline.sources(desk)] == [None] * 12


def test_editions_are_named(desk: pipeline.Desk) -> None:
    assert {row["edition"] for row in pipeline.values(desk, "benchmark")} == {"2026_01_08"}
    assert {row["edition"] for row in pipeline.values(desk, "arena")} == {"Tue, 20 May 2025 00:00:00 GMT"}


def test_the_file_was_put_away(desk: pipeline.Desk) -> None:
    assert [one.name for one in (desk.home.root / "inbox" / "done").iterdir()] == ["q1.csv"]
