"""The plain pages and the JSON: 200 in an empty home, foreign text inert, the same rows as the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.test_output import KEYS
from tests.web.conftest import Serve
from tracker import db, pipeline
from tracker.cli import shapes
from tracker.indicators import starter
from tracker.timing import ManualClock
from tracker.web import Address, Server

PATHS = (
    "/", "/alerts", "/events", "/sources", "/digests", "/calendar", "/api/v1/list", "/api/v1/events", "/api/v1/entries",
    "/api/v1/alerts", "/api/v1/sources", "/api/v1/status", "/api/v1/openapi.json", "/healthz", "/static/plain.css",
)  # fmt: skip
NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script>" onload="x" \u202e{{ 7*7 }}'


class Tags(HTMLParser):
    """Every element of a document with its attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep it."""
        self.text += data


def test_everything_answers_in_an_empty_home(serve: Serve) -> None:
    """Before the first pass; each document carries the headers that stop foreign code."""
    page = serve()
    for path in (*PATHS, "/i/growth", "/i/news", "/i/attention", "/api/v1/values/growth"):
        answer = page.ask(path)
        assert answer.status == 200, (path, answer.text)
        assert answer.headers["content-security-policy"].startswith("default-src 'none';"), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers
    assert pipeline.values(page.desk, "growth") == []


def test_the_shipped_watch_has_every_page(tmp_path: Path) -> None:
    """One `tracker init` and nothing else."""
    from tests.web.conftest import Page
    from tracker.settings import Home
    from tracker.timing import SystemClock

    starter.make(tmp_path / "home")
    with pipeline.open_desk(Home(tmp_path / "home", {}), SystemClock()) as desk:
        server = Server(Address(port=0), lambda: desk)
        server.start()
        try:
            page = Page(server.port, desk)
            for path in (*PATHS, *(f"/i/{key}" for key in desk.declaration.indicators)):
                assert page.ask(path).status == 200, path
            assert "StepFun" in page.ask("/").text
        finally:
            server.stop()


def test_what_is_not_there_is_404(serve: Serve) -> None:
    """An indicator nobody declared, a page nobody made; with the same headers."""
    page = serve()
    for path in ("/i/nothing", "/api/v1/values/nothing", "/nothing", "/static/../app.py", "/static/%2e%2e/app.py"):
        answer = page.ask(path)
        assert answer.status == 404, path
        assert "content-security-policy" in answer.headers


def test_foreign_text_is_inert(serve: Serve) -> None:
    """A hostile title, note and name is shown as text: no element, no attribute, no direction mark of its own."""
    page = serve(clock=ManualClock(NOON))
    pipeline.record_event(page.desk, "rounds", HOSTILE, subject="moonlake")
    pipeline.record_value(
        page.desk, "growth", "4x", note=HOSTILE, source=HOSTILE, labels={"k": HOSTILE.replace(";", "")}
    )
    pipeline.evaluate(page.desk)

    for path in ("/events", "/i/rounds", "/i/growth", "/alerts", "/"):
        text = page.ask(path).text
        tags = Tags(text)
        assert {tag for tag, _ in tags.found} <= set(
            "html head meta title link body header p nav a main h1 div table thead tr th tbody td footer time".split()
        )
        assert not any(name.startswith("on") or name == "style" for _, attrs in tags.found for name in attrs)
        assert "\u202e" not in text
        assert "49" not in tags.text
    assert "<script>alert(1)</script>" in Tags(page.ask("/events").text).text


def test_a_vague_date_stays_vague(serve: Serve) -> None:
    """A year is a year and an open start is open; the amount is told as in a message."""
    page = serve(clock=ManualClock(NOON))
    pipeline.record_event(page.desk, "rounds", "A round", subject="moonlake", of="2024", value="5亿元")
    pipeline.record_event(page.desk, "rounds", "An early round", subject="moonlake", of="..2019-11")

    told = page.ask("/events").text
    assert re.findall(r"<td[^>]*>([^<]*(?:2024|2019|CNY)[^<]*)</td>", told) == ["..2019-11-30", "2024", "CNY 500M"]


def test_the_pages_need_no_script_and_no_other_host(serve: Serve) -> None:
    """Every link stays on this host; headings, table heads and the language are there for a reader."""
    page = serve()
    for path in ("/", "/alerts", "/events", "/sources", "/digests", "/calendar", "/i/growth"):
        tags = Tags(page.ask(path).text).found
        targets = [attrs.get("href") or attrs.get("src") or "" for tag, attrs in tags if tag in ("a", "link", "script")]
        assert all(target.startswith("/") and not target.startswith("//") for target in targets), path
        assert [tag for tag, _ in tags].count("h1") == 1
        assert ("html", {"lang": "en"}) in tags
        for target in dict.fromkeys(targets):
            assert page.ask(target).status == 200, target


def test_json_has_the_rows_of_the_command_line(serve: Serve) -> None:
    """The same keys in the same order; as of a day, on a clock."""
    page = serve(clock=ManualClock(NOON))
    pipeline.record_value(page.desk, "growth", "4x", published="2026-08-01", of="2026-07")
    pipeline.record_event(page.desk, "rounds", "A轮", value="$5M", subject="moonlake")
    pipeline.evaluate(page.desk)

    for name in KEYS:
        rows = page.ask(f"/api/v1/{name}/growth" if name == "values" else f"/api/v1/{name}").json
        assert isinstance(rows, list)
        assert all(set(KEYS[name].split()) <= row.keys() for row in rows), name
    assert page.ask("/api/v1/list?as_of=2026-08-16&clock=published").json[0]["value"] == "4"
    assert page.ask("/api/v1/list?as_of=2026-08-16").json[0]["value"] is None
    assert page.ask("/api/v1/events?as_of=2026-08-16").json == []
    assert page.ask("/api/v1/list?as_of=soon").status == 422
    assert page.ask("/api/v1/list?clock=sun").status == 422
    assert tuple(KEYS["list"].split()) == shapes.LIST.keys


def test_an_indicator_has_its_values_and_the_board_links_to_it(serve: Serve) -> None:
    """Every believed value; for events, those that it follows."""
    page = serve(clock=ManualClock(NOON))
    pipeline.record_value(page.desk, "growth", ">=4x", of="2026-07", published="2026-08-01")
    pipeline.record_event(page.desk, "rounds", "A轮", subject="moonlake")
    pipeline.record_event(page.desk, "news", "离职", type="departure", subject="moonlake")

    assert ">=4 x" in Tags(page.ask("/i/growth").text).text
    rounds = page.ask("/i/rounds").text
    assert "A轮" in rounds
    assert "离职" not in rounds
    assert ("a", {"href": "/i/growth"}) in Tags(page.ask("/").text).found


def test_the_calendar_has_targets_and_checks(serve: Serve) -> None:
    """What is due first stands first."""
    text = Tags(serve(clock=ManualClock(NOON)).ask("/calendar").text).text

    assert text.index("2026-07-01") < text.index("check by hand") < text.index("2026-12-31")
    assert "target 10000000000 CNY" in text


def test_the_digests_that_were_drawn_are_listed(serve: Serve) -> None:
    """Newest first, with the command that shows one again."""
    page = serve(clock=ManualClock(NOON))
    with page.desk.store.write(NOON) as tx:
        for week in ("2026-W32", "2026-W33"):
            assert db.digests.claim(tx, week)
    text = Tags(page.ask("/digests").text).text

    assert text.index("2026-W33") < text.index("2026-W32")
    assert "tracker digest --period 2026-W32" in text


def test_health_is_the_tick_and_the_database(serve: Serve) -> None:
    """200 while it ticks, also where no daemon is meant to; 503 when the tick is late, and every page says so."""
    clock = ManualClock(NOON)
    page = serve(clock=clock)
    assert page.ask("/healthz").json == {"ok": True, "tick": None, "reason": "no daemon runs on this home"}

    pipeline.beat(page.desk)
    assert page.ask("/healthz").json == {"ok": True, "tick": "2026-08-17T04:00:00Z", "reason": ""}

    clock.set(NOON.replace(minute=2))
    late = page.ask("/healthz")
    assert late.status == 503
    assert "it is stuck or gone" in late.json["reason"]
    assert "it is stuck or gone" in page.ask("/sources").text

    pipeline.rest(page.desk)
    assert page.ask("/healthz").status == 200


@pytest.mark.parametrize("path", ["/healthz", "/", "/api/v1/list"])
def test_a_database_that_went_away_is_503(serve: Serve, path: str) -> None:
    """One sentence, and the page goes on living."""
    page = serve(clock=ManualClock(NOON))
    pipeline.record_value(page.desk, "growth", "4x")
    with page.desk.store.write(NOON) as tx:
        tx.connection.exec_driver_sql("DROP TABLE meta")
        tx.connection.exec_driver_sql("DROP TABLE transition")

    answer = page.ask(path)
    assert answer.status == 503
    assert "no such table" in answer.text
    assert page.ask("/static/plain.css").status == 200
