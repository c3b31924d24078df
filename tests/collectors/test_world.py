"""Both kinds on the small internet: real newsrooms and APIs as they stood on a date, and every misbehaviour it has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from tests.collectors.asking import Asker, feed, listing
from tests.support.world import World
from tracker.collectors import KINDS, Harvest
from tracker.network import Door

WATCH = Path(__file__).parents[2] / "tracker/indicators/starter/indicators.yaml"
NOON = datetime(2026, 8, 19, 12, tzinfo=UTC)
SUM = {"value": "stargazers_count", "aggregate": "sum"}
LINK = {"style": "link", "size": 100}

Start = Callable[[str], World]


@pytest.fixture(scope="module", name="internet")
def _internet(shared: Path) -> Iterator[World]:
    """At noon of 2026-08-19, for tests that do not move its clock."""
    world = World.start(shared / "world" / "serve.py", "2026-08-19T12:00")
    yield world
    world.stop()


def _feed(door: Door, world: World, path: str, **options: Any) -> Asker:
    return feed(door, f"{world.url}{path}", now=NOON, **options)


def _github(door: Door, world: World, org: str = "stepfun-ai") -> Asker:
    url = f"{world.url}/github/orgs/{org}/repos"
    params = {"type": "public", "sort": "full_name"}
    emits = (SUM, {"indicator": "repos", "aggregate": "count"})
    return listing(door, url, *emits, params=params, page=LINK, where="!fork")


def _pages(world: World, path: str) -> Iterator[list[dict[str, Any]]]:
    """The rows of each page, as anybody could fetch them."""
    while True:
        rows = json.loads(world.get(path))
        if not rows:
            return
        yield rows
        head, _, number = path.rpartition("=")
        path = f"{head}={int(number) + (len(rows) if 'cursor' in path else 1)}"


def _values(harvest: Harvest) -> list[int]:
    return [int(one.value) for one in harvest.rows if one.value is not None]


# -- what the shipped watch asks for


@pytest.mark.parametrize(("org", "pages"), [("stepfun-ai", 3), ("deepseek-ai", 1)])
def test_the_stars_of_all_pages_without_forks(internet: World, door: Door, org: str, pages: int) -> None:
    """The sum is that of the API's own JSON, page by page; the forks are somebody else's."""
    every = list(_pages(internet, f"/github/orgs/{org}/repos?page=1"))
    own = [row for rows in every for row in rows if not row["fork"]]
    asked_before = len(internet.log())

    harvest = _github(door, internet, org).ask()

    assert len(every) == pages
    assert any(row["fork"] for rows in every for row in rows)
    assert _values(harvest) == [sum(row["stargazers_count"] for row in own), len(own)]
    assert harvest.state == "ok"
    assert len(internet.log()) - asked_before == pages


def test_the_stars_of_a_second_pass_are_confirmed(internet: World, door: Door) -> None:
    """Each page answers 304, which carries neither rows nor the link to the next."""
    asker = _github(door, internet)
    first = asker.ask()
    before = len(internet.log())

    second = asker.ask()

    assert [line[2] for line in internet.log()[before:]] == [304, 304, 304]
    assert (second.state, second.confirmed, second.rows) == ("unchanged", True, first.rows)


def test_the_stars_of_the_next_day_are_others(world: Start, door: Door) -> None:
    """The pages have changed, and the sum with them."""
    internet = world("2026-08-19T12:00")
    asker = _github(door, internet)
    first = asker.ask()
    internet.set_date("2026-08-20T12:00")

    second = asker.ask()

    assert (second.state, second.confirmed) == ("ok", False)
    assert _values(second)[0] > _values(first)[0]


def test_the_downloads_of_all_models(internet: World, door: Door) -> None:
    """Paged by a cursor in the Link header; `expand` goes along."""
    own = [row for rows in _pages(internet, "/hf/api/models?author=stepfun-ai&cursor=0") for row in rows]
    url = f"{internet.url}/hf/api/models"
    emit = {"value": "downloads", "aggregate": "sum"}
    params = {"author": "stepfun-ai", "expand": ["downloads"]}

    asker = listing(door, url, emit, params=params, page={**LINK, "size_param": "limit"})

    assert len(own) > 4
    assert _values(asker.ask()) == [sum(row["downloads"] for row in own)]
    assert asker.ask().state == "unchanged"


def test_the_models_are_events_with_their_dates(internet: World, door: Door) -> None:
    """A source that lists its own past gives it."""
    emit = {"event": "release", "key": "id", "title": "id", "at": "createdAt"}

    harvest = listing(door, f"{internet.url}/hf/api/models?author=stepfun-ai", emit, page=LINK).ask()

    dated = {one.key: one.at and one.at.text for one in harvest.events}
    assert dated["stepfun-ai/Step3"] == "2025-07-31T06:00:00.000Z"
    assert dated["stepfun-ai/Step-3.7-Flash"] == "2026-05-28T06:00:00.000Z"


def test_daily_tokens_behind_a_key(internet: World, door: Door) -> None:
    """Numbers that are texts, added up per day; without the key the source says so."""
    url = f"{internet.url}/openrouter/datasets/rankings-daily"
    emit = {"value": "total_tokens", "aggregate": "sum", "at": "date"}
    asker = listing(
        door, url, emit, rows="data", params={"start_date": "2026-08-17", "end_date": "2026-08-18"},
        where="starts_with(model_permaslug, 'stepfun/')", auth={"secret": "openrouter"},
    )  # fmt: skip
    asker.secret = {"openrouter": "another"}.get
    refused = asker.refusal()
    asker.secret = {"openrouter": "world-key"}.get

    harvest = asker.ask()

    assert "401 (Unauthorized): it wants another key" in str(refused)
    assert [one.at and one.at.text for one in harvest.rows] == ["2026-08-17", "2026-08-18"]
    assert all(value > 80_000_000_000 for value in _values(harvest))


@pytest.mark.parametrize(
    ("name", "path", "brought"),
    [
        ("github_stepfun", "/github", ["github_stars", "github_repos"]),
        ("github_deepseek", "/github", ["github_stars", "github_repos"]),
        ("hf_stepfun", "/hf", ["hf_downloads"]),
        ("hf_deepseek", "/hf", ["hf_downloads"]),
        ("openrouter_prices", "/openrouter", ["deepseek_price"]),
    ],
)
def test_the_sources_of_the_shipped_watch(
    internet: World, door: Door, name: str, path: str, brought: list[str]
) -> None:
    """As they are declared, only their address is another: each gives one number for each of its indicators."""
    asker = _declared(internet, door, name, path)

    harvest = asker.ask()

    assert [asker.emit[one.emit]["indicator"] for one in harvest.rows] == brought
    assert all(one.value and one.value > 0 for one in harvest.rows)
    assert (harvest.state, harvest.note) == ("ok", "")
    assert asker.ask().state == "unchanged"


def _declared(internet: World, door: Door, name: str, path: str) -> Asker:
    declared = YAML(typ="safe", pure=True).load(WATCH.read_text(encoding="utf-8"))["sources"][name]
    params = {key: declared[key] for key in KINDS[declared["kind"]].Params.model_fields if key in declared}
    return Asker(door=door, kind=declared["kind"], params={**params, "url": internet.url + path}, emit=declared["emit"])


def test_the_benchmark_of_the_shipped_watch(internet: World, door: Door) -> None:
    """The newest release of that day has no model of StepFun, and says so by having no score."""
    harvest = _declared(internet, door, "livebench", "/livebench").ask()

    assert {one.edition for one in harvest.rows} == {"2026_01_08"}
    assert {one.subject for one in harvest.rows} == {"deepseek", "openai"}
    assert (harvest.state, harvest.failure) == ("ok", None)


# -- newsrooms


def test_the_dates_of_36kr(internet: World, door: Door) -> None:
    """`2026-08-19 16:37:16  +0800`; every post once, under its own address, oldest first."""
    shanghai = ZoneInfo("Asia/Shanghai")

    harvest = _feed(door, internet, "/feeds/36kr.xml").ask()

    document = internet.get("/feeds/36kr.xml").decode()
    newest = harvest.entries[-1]
    assert newest.published_at.astimezone(shanghai).strftime("%Y-%m-%d %H:%M:%S  +0800") in document
    assert len(harvest.entries) == document.count("<item>") > 0
    assert all(one.date_known and one.key == one.link for one in harvest.entries)
    assert sorted(one.published_at for one in harvest.entries) == [one.published_at for one in harvest.entries]
    assert all(one.published_at <= NOON for one in harvest.entries)


@pytest.mark.parametrize("name", ["36kr", "tmtpost", "qbitai", "infoq", "ifanr", "techcrunch", "verge", "hackernews"])
def test_every_newsroom_is_read_and_then_unchanged(internet: World, door: Door, name: str) -> None:
    """As many entries as items, each of its own; the second pass brings none. InfoQ writes no guid."""
    items = internet.get(f"/feeds/{name}.xml").count(b"<item>")
    asker = _feed(door, internet, f"/feeds/{name}.xml")

    first, second = asker.ask(), asker.ask()

    assert len({one.key for one in first.entries}) == items
    assert all(one.title and one.link and one.date_known for one in first.entries)
    assert (second.state, second.entries) == ("unchanged", ())


@pytest.mark.parametrize(
    ("path", "entries"),
    [
        ("/feeds/juya.xml", 20), ("/feeds/anthropic.xml", 1), ("/feeds/lab/cohere.xml", 1), ("/feeds/lab/mistral.xml", 1),
        ("/feeds/lab/the_batch.xml", 1), ("/feeds/lab/xainews.xml", 1), ("/feeds/lab/openai_research.xml", 1),
        ("/feeds/lab/google_ai.xml", 1), ("/feeds/lab/meta_ai.xml", 1), ("/feeds/lab/perplexity_hub.xml", 1),
    ],
)  # fmt: skip
def test_recorded_feeds_are_read_whole(internet: World, door: Door, path: str, entries: int) -> None:
    """As many entries as items, less what the feed lists twice."""
    harvest = _feed(door, internet, path).ask()

    items = internet.get(path).count(b"<item>")
    assert entries <= len(harvest.entries) <= items
    assert len(harvest.entries) >= items * 0.95
    assert all(one.title for one in harvest.entries)


# -- misbehaviour

#: path, state, words
REFUSED = [
    ("500", "failed", "127.0.0.1 answered 500 (Internal Server Error)"),
    ("429", "throttled", "127.0.0.1 answered 429 (Too Many Requests): no more requests for now"),
    ("403-ratelimit", "throttled", "127.0.0.1 answered 403 (Forbidden): no more requests for now"),
    ("flaky?once", "throttled", "127.0.0.1 answered 503 (Service Unavailable): it is busy"),
    ("410", "gone", "127.0.0.1 answered 410 (Gone): the document was taken away for good"),
    ("loop", "refused", "redirect refused: more than 5 in a row, the last to http://127.0.0.1:"),
    ("to-file", "refused", "redirect refused: file: is not http or https"),
    ("to-metadata", "refused", "redirect refused: 169.254.169.254 is an address that is never asked"),
    ("html", "failed", "not a feed: this is an HTML page (a login, a notice, or the site itself)"),
    ("empty", "empty", "empty: the answer has no bytes"),
    ("short-body", "failed", "cut short: received "),
    ("bad-json", "failed", "not a feed: it begins with '[{\"stargazers_count\": 12,'"),
    ("bomb", "failed", "too large: more than 10 MB"),
    ("huge", "failed", "too large: more than 10 MB"),
    ("unknown", "failed", "127.0.0.1 answered 404 (Not Found)"),
]


@pytest.mark.parametrize(("fault", "state", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_fault_has_its_word_and_its_sentence(internet: World, door: Door, fault: str, state: str, words: str) -> None:
    """Nothing is kept of it."""
    asker = _feed(door, internet, f"/faults/{fault}")

    error = asker.refusal()

    assert (error.state, str(error)[: len(words)]) == (state, words)
    assert asker.pages == {}


def test_every_fault_is_in_a_table(shared: Path) -> None:
    """A fault that the small internet learns needs a line here."""
    program = (shared / "world" / "serve.py").read_text(encoding="utf-8")
    here = Path(__file__).read_text(encoding="utf-8")

    faults = re.findall(r'if name == "([\w-]+)"', program)

    assert len(faults) > 20
    assert [name for name in faults if not re.search(rf"[\"/]{name}[\"?]", here)] == []


def test_a_server_that_drips_is_left(internet: World, impatient: Door) -> None:
    """A byte a second, for ever: feeds and lists give up at the same limit."""
    asked = [_feed(impatient, internet, "/faults/slow"), listing(impatient, f"{internet.url}/faults/slow", SUM)]

    errors = [asker.refusal() for asker in asked]

    assert {error.state for error in errors} == {"failed"}
    assert {str(error) for error in errors} == {"too slow: 127.0.0.1 did not deliver the whole answer in time"}


@pytest.mark.parametrize(
    ("fault", "seconds"), [("429?after=120", 120), ("429?after=7", 7), ("flaky?wait", 1), ("403-ratelimit", 600)]
)
def test_how_long_a_fault_asks_for(internet: World, door: Door, fault: str, seconds: int) -> None:
    """Retry-After, or the reset of GitHub's limit."""
    wait = _feed(door, internet, f"/faults/{fault}").refusal().retry_after

    assert wait is not None
    assert timedelta(seconds=seconds - 3) <= wait <= timedelta(seconds=seconds + 1)


#: path, what it brings although it looks bad
READ = [
    ("301", "ok", 30), ("302", "ok", 30), ("gb18030", "ok", 30), ("wrong-charset", "ok", 30), ("xxe", "ok", 1),
    ("billion-laughs", "ok", 1), ("script", "ok", 1), ("dates", "ok", 9),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "state", "entries"), READ, ids=[row[0] for row in READ])
def test_what_only_looks_bad_is_read(internet: World, door: Door, fault: str, state: str, entries: int) -> None:
    """Every entry of it."""
    harvest = _feed(door, internet, f"/faults/{fault}").ask()

    assert (harvest.state, len(harvest.entries)) == (state, entries)


def test_a_move_for_good_is_told_and_another_is_not(internet: World, door: Door) -> None:
    """The note says what to change."""
    assert _feed(door, internet, "/faults/301").ask().note == (
        f"moved for good to {internet.url}/feeds/36kr.xml: change its url"
    )
    assert _feed(door, internet, "/faults/302").ask().note == ""


def test_characters_survive_their_labels(world: Start, door: Door) -> None:
    """GB18030 as declared, UTF-8 that HTTP calls Latin-1: the texts are those of the sound document."""
    internet = world("2026-08-19T09:00")
    sound = [one.title for one in _feed(door, internet, "/feeds/36kr.xml").ask().entries]

    for fault in ("gb18030", "wrong-charset", "302"):
        assert [one.title for one in _feed(door, internet, f"/faults/{fault}").ask().entries] == sound


def test_a_busy_server_answers_the_second_time(internet: World, door: Door) -> None:
    """And is then read whole."""
    asker = _feed(door, internet, "/faults/flaky?twice")

    asker.refusal()

    assert len(asker.ask().entries) == 30


def test_a_truncated_feed_gives_its_whole_entries(internet: World, door: Door) -> None:
    """The pass is not good, and nothing is kept for a 304."""
    asker = _feed(door, internet, "/faults/truncated")

    harvest = asker.ask()

    assert (harvest.state, asker.pages) == ("partial", {})
    assert 0 < len(harvest.entries) < 30
    assert str(harvest.failure) == (
        f"cut short: the document ends in the middle; {len(harvest.entries)} whole entries were read"
    )


@pytest.mark.parametrize(
    ("fault", "title"), [("xxe", "&x;"), ("billion-laughs", "&l9;"), ("script", "阶跃星辰完成 B+ 轮融资")]
)
def test_a_trap_is_text(internet: World, door: Door, fault: str, title: str) -> None:
    """No file is read, nothing is expanded, nothing can be clicked that runs."""
    (entry,) = _feed(door, internet, f"/faults/{fault}").ask().entries

    assert entry.title == title
    assert entry.link in ("", "http://a/1")
    assert "root:" not in entry.summary


def test_dates_as_newsrooms_write_them(internet: World, door: Door) -> None:
    """Five of nine are one afternoon in China, four are none: those are dated by when they were seen."""
    at = datetime(2026, 8, 19, 8, 37, 21, tzinfo=UTC)

    entries = {one.key: one for one in _feed(door, internet, "/faults/dates").ask().entries}

    known = {key: one.published_at for key, one in entries.items() if one.date_known}
    assert known == {"d0": at.replace(second=0), "d1": at, "d2": at, "d3": at, "d8": at}
    assert {one.published_at for key, one in entries.items() if key not in known} == {NOON}


def test_a_list_that_is_damaged(internet: World, door: Door) -> None:
    """JSON cut in the middle; numbers that are none: no sum of what is left."""
    broken = listing(door, f"{internet.url}/faults/bad-json", SUM).refusal()
    holes = listing(door, f"{internet.url}/faults/nan-json", SUM, {"value": "stargazers_count"}).ask()

    assert str(broken) == "cut short: the JSON ends in the middle, at line 1 column 26"
    assert holes.state == "partial"
    assert "stars: 1 of 3 rows have a number under `stargazers_count`; no sum was written" in str(holes.failure)
    assert all(one.emit == 1 for one in holes.rows)


@pytest.mark.parametrize(
    ("fault", "state"),
    [("500", "failed"), ("429", "throttled"), ("410", "gone"), ("html", "failed"), ("empty", "empty"), ("bomb", "failed"),
     ("huge", "failed"), ("to-metadata", "refused")],
)  # fmt: skip
def test_a_list_meets_the_same_faults(internet: World, door: Door, fault: str, state: str) -> None:
    """The door is one."""
    assert listing(door, f"{internet.url}/faults/{fault}", SUM).refusal().state == state
