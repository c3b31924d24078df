"""The pages and the JSON: 200 in an empty home, a reader finds what stands there, the same rows as the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cli.conftest import WATCH
from tests.cli.test_output import KEYS
from tests.pipeline.test_understanding import _entry as entry
from tests.pipeline.test_understanding import _pass as bring
from tests.web.conftest import Page, Serve
from tracker import db, pipeline
from tracker.cli import shapes
from tracker.indicators import starter
from tracker.model.observed import SourceState
from tracker.timing import ManualClock
from tracker.web import Address, Server

PATHS = (
    "/", "/alerts", "/events", "/sources", "/digests", "/calendar", "/enter", "/review", "/digests/2026-W33", "/api/v1/list",
    "/api/v1/events", "/api/v1/entries", "/api/v1/alerts", "/api/v1/review", "/api/v1/sources", "/api/v1/status", "/api/v1/expected",
    "/api/v1/openapi.json", "/healthz", "/metrics", "/alerts.atom", "/calendar.ics", "/static/page.css",
)  # fmt: skip
NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)


#: Every page that a reader can reach.
PAGES = (
    "/", "/?q=4", "/alerts", "/alerts/1", "/events", "/sources", "/digests", "/digests/2026-W34", "/calendar", "/enter",
    "/enter?indicator=growth", "/enter?indicator=news", "/i/growth", "/i/revenue", "/i/rounds", "/i/attention",
    "/i/growth/why/low", "/review",
)  # fmt: skip
STATES = """\
watch: States
timezone: Asia/Shanghai
receivers: {folder: {kind: markdown}}
digest: {on: monday, at: "08:00"}
subjects: {one: {name: One}}
indicators:
  active: {name: Active, unit: x, rules: {low: {kind: threshold, fire: "< 10"}}}
  overdue: {name: Overdue, unit: x, rules: {old: {kind: stale, every: 28d, grace: 3d}}}
  cannot_tell: {name: Cannot tell, unit: x, rules: {low: {kind: threshold, fire: "< 10"}}}
  pending: {name: Pending, unit: x, targets: [{value: ">=50x", by: 2026-12-31}], rules: {low: {kind: threshold, fire: "< 10", for: 3d}}}
  watching: {name: Watching, unit: x, rules: {low: {kind: threshold, fire: "< 10"}}}
  no_rule: {name: No rule, unit: x}
"""


def doubted(serve: Serve, *texts: str) -> Page:
    """A page where the revenue that each text names waits, for want of its period."""
    page = serve(
        WATCH.replace("unit: CNY", "unit: CNY\n    figures: {role: revenue, period: named}"), clock=ManualClock(NOON)
    )
    for number, text in enumerate(texts):
        bring(page.desk, entry(text, NOON - timedelta(days=number + 1)), at=NOON)
    return page


def lived(serve: Serve) -> Page:
    """A page with a value, an alert that it set off and that was sent, an event, and a reading that waits."""
    page = doubted(serve, "星桥智能营收13亿元")
    pipeline.record_value(page.desk, "growth", "4x", of="2026-07", published="2026-08-01", source="公司公告")
    pipeline.record_event(page.desk, "rounds", "A轮", value="$5M", subject="moonlake")
    pipeline.evaluate(page.desk)
    pipeline.deliver(page.desk)
    return page


class Tags(HTMLParser):
    """Every element of a document with its attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it; where an element begins a word ends."""
        self.found.append((tag, dict(attrs)))
        self.text += " "

    def handle_data(self, data: str) -> None:
        """Keep it."""
        self.text += data


def test_everything_answers_in_an_empty_home(serve: Serve) -> None:
    """Before the first pass; each document carries the headers that stop foreign code."""
    page = serve()
    for path in (*PATHS, "/i/growth", "/i/news", "/i/attention", "/api/v1/values/growth", "/api/v1/series/growth"):
        answer = page.ask(path)
        assert answer.status == 200, (path, answer.text)
        assert answer.headers["content-security-policy"].startswith("default-src 'none';"), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in answer.headers
    assert pipeline.values(page.desk, "growth") == []


def test_the_shipped_watch_has_every_page(tmp_path: Path) -> None:
    """One `tracker init` and nothing else."""
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
    for path in ("/i/nothing", "/api/v1/values/nothing", "/nothing", "/static/../app.py", "/static/%2e%2e/app.py",
        "/alerts/7", "/events/nothing", "/i/growth/why/nothing", "/api/v1/series/news", "/api/v1/alerts/7",
    ):  # fmt: skip
        answer = page.ask(path)
        assert answer.status == 404, path
        assert "content-security-policy" in answer.headers


def test_a_vague_date_stays_vague(serve: Serve) -> None:
    """A year is a year and an open start is open; the amount is told as in a message."""
    page = serve(clock=ManualClock(NOON))
    pipeline.record_event(page.desk, "rounds", "A round", subject="moonlake", of="2024", value="5亿元")
    pipeline.record_event(page.desk, "rounds", "An early round", subject="moonlake", of="..2019-11")
    pipeline.record_event(page.desk, "rounds", "Another", subject="starbridge", of="2020-03..2020-05")

    told = Tags(page.ask("/events").text).text
    assert "2024 A round CNY 500M" in " ".join(told.split())
    assert "until 2019-11-30 An early round" in " ".join(told.split())
    assert "between 2020-03-01 and 2020-05-31 Another" in " ".join(told.split())


def test_every_page_is_a_document_of_this_site(serve: Serve) -> None:
    """Every link of ours stays on this host and leads somewhere; one heading above all; the language is said; nothing is inline."""
    page = lived(serve)
    for path in PAGES:
        tags = Tags(page.ask(path).text).found
        ours = [
            attrs
            for tag, attrs in tags
            if tag in ("a", "link", "script") and "nofollow" not in (attrs.get("rel") or "")
        ]
        targets = [attrs.get("href") or attrs.get("src") or "" for attrs in ours]
        targets = [target for target in targets if not target.startswith("#")]
        assert all(target.startswith("/") and not target.startswith("//") for target in targets), path
        assert [tag for tag, _ in tags].count("h1") == 1, path
        assert ("html", {"lang": "en"}) in tags
        for target in dict.fromkeys(targets):
            assert page.ask(target).status == 200, (path, target)
        assert not any(tag == "style" or (tag == "script" and "src" not in attrs) for tag, attrs in tags)
        assert not any(name == "style" or name.startswith(("on", "hx-on")) for _, attrs in tags for name in attrs)


def test_a_card_says_all_of_a_figure(serve: Serve) -> None:
    """State, number with operator and unit, kind, who says it, of when, how old, how it changed, and where the rule speaks."""
    page = serve(clock=ManualClock(NOON))
    for value, of in (("20x", "2026-05"), (">=4x", "2026-06"), ("5x", "2026-07")):
        pipeline.record_value(page.desk, "growth", value, of=of, source="company claim", published="2026-08-01")
    pipeline.evaluate(page.desk)
    words = " ".join(Tags(page.ask("/").text).text.split())

    assert "● active 增长 Starbridge 5x against < 10 5x actual · company claim · of 2026-07 · 16 days old" in words
    assert "speaks at < 10" in words
    assert not {"▲", "▼"} & set(words)  # the figure before is a bound: nobody knows how far it moved
    pipeline.record_value(page.desk, "growth", "6x", of="2026-08-10", source="company claim")
    assert "▲ 20.0 %" in page.ask("/").text


def test_each_state_has_its_word(serve: Serve) -> None:
    """Active, overdue, cannot tell, pending, watching and no rule; each filters."""
    page = serve(STATES, clock=ManualClock(NOON))
    pipeline.record_value(page.desk, "active", "1x")
    pipeline.record_value(page.desk, "pending", "1x")
    pipeline.record_value(page.desk, "watching", "100x")
    pipeline.record_value(page.desk, "overdue", "1x", of="2025-01", published="2025-02-01")
    pipeline.evaluate(page.desk)
    for word in ("active", "overdue", "cannot tell", "pending", "watching", "no rule"):
        shown = Tags(page.ask(f"/?state={quote(word)}").text)
        names = [attrs["href"] for tag, attrs in shown.found if tag == "a" and str(attrs.get("href")).startswith("/i/")]
        assert names == [f"/i/{word.replace(' ', '_')}?subject=one"], word


def test_the_filter_finds_by_every_name(serve: Serve) -> None:
    """Of the indicator, its key, its subject; all words must be found; a page that is too far is the last."""
    page = serve()
    for asked, found in (("增长", 1), ("growth", 1), ("moonlake rounds", 1), ("starbridge", 6), ("nothing", 0)):
        text = page.ask(f"/?q={quote(asked)}").text
        assert text.count('class="card ') == found, asked
    assert page.ask("/?page=99").text.count('class="card ') == 8
    assert "Nothing matches." in page.ask("/?q=nothing").text


def test_many_cards_are_turned_over(serve: Serve) -> None:
    """A hundred on a page, every one once."""
    many = "\n".join(
        f"  many{number:03}: {{name: Many {number:03}, unit: x, subject: starbridge}}" for number in range(230)
    )
    page = serve(WATCH + many + "\n")
    seen: list[str] = []
    for number in (1, 2, 3):
        found = re.findall(r'href="/i/(many\d+)\?', page.ask(f"/?page={number}&q=many").text)
        assert len(found) <= 100
        seen += found
    assert sorted(seen) == [f"many{number:03}" for number in range(230)]


def test_an_indicator_as_it_was_known(serve: Serve) -> None:
    """As of a day it has the figure of then; what was corrected stays visible, and so does what was said first."""
    clock = ManualClock(NOON.replace(month=7))
    page = serve(clock=clock)
    pipeline.record_value(page.desk, "growth", "4x", of="2026-06", published="2026-07-02", source="wire")
    clock.set(NOON)
    pipeline.record_value(page.desk, "growth", "6x", of="2026-06", published="2026-08-02", source="annual report")

    now, then = (
        " ".join(Tags(page.ask(path).text).text.split()) for path in ("/i/growth", "/i/growth?as_of=2026-08-01")
    )
    assert "6x actual · annual report · of 2026-06" in now
    assert "1 value, 1 of them revised since ( dots beside the line: as first published)" in now
    assert "4x actual · wire · of 2026-06" in then
    assert "annual report" not in then
    assert "indicators.yaml:9" in now
    assert page.ask("/i/growth?as_of=soon").status == 422
    assert page.ask("/i/growth?clock=sun").status == 422
    assert page.ask("/i/growth?as_of=2026-07-15&clock=published&range=1y&subject=nobody").status == 200


def test_why_a_rule_stands_so(serve: Serve) -> None:
    """The comparison, the row that decides, the steps, what is said next."""
    page = lived(serve)
    text = " ".join(Tags(page.ask("/i/growth/why/low?subject=starbridge").text).text.split())

    assert "Compared 4x against < 10: beyond the limit" in text
    assert re.search(r"decides \S+ 4x actual 公司公告", text)
    assert "active 4x against < 10" in text


def test_an_event_has_its_reports(serve: Serve) -> None:
    """Who says what, and why it was taken for this event; a key with odd letters is found."""
    page = lived(serve)
    (key,) = [row["key"] for row in pipeline.events(page.desk) if row["title"] == "A轮"]
    text = " ".join(Tags(page.ask(f"/events/{quote(key, safe='')}").text).text.split())

    assert "A轮" in text
    assert "USD 5M" in text
    assert "says reported" in text


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


def test_an_indicator_has_its_own_events(serve: Serve) -> None:
    """Those of its types, of the subject that is looked at."""
    page = serve(clock=ManualClock(NOON))
    pipeline.record_event(page.desk, "rounds", "A轮", subject="moonlake")
    pipeline.record_event(page.desk, "rounds", "B轮", subject="starbridge")
    pipeline.record_event(page.desk, "news", "离职", type="departure", subject="moonlake")

    rounds = page.ask("/i/rounds?subject=moonlake").text
    assert [title in rounds for title in ("A轮", "B轮", "离职")] == [True, False, False]


def test_the_calendar_has_what_is_due_and_what_is_late(serve: Serve) -> None:
    """Overdue first, then the earliest; a figure that did not come is late since its day."""
    page = serve(STATES, clock=ManualClock(NOON))
    pipeline.record_value(page.desk, "overdue", "1x", of="2025-01", published="2025-02-01")
    pipeline.evaluate(page.desk)
    text = " ".join(Tags(page.ask("/calendar").text).text.split())

    assert text.index("2025-03-04 ◷ overdue Overdue One a new figure") < text.index("Ahead")
    assert text.index("2026-08-24 the weekly digest") < text.index("2026-12-31 Pending One target: at least 50x")


def test_a_digest_is_the_one_of_the_command(serve: Serve) -> None:
    """Its title, its table and its sections, drawn of what was known at the end of the period."""
    page = lived(serve)
    drawn = pipeline.digest_page(page.desk, "2026-W34")
    text = " ".join(Tags(page.ask("/digests/2026-W34").text).text.split())

    assert drawn.title in text
    assert drawn.line in text
    assert all(section.heading in text for section in drawn.sections)
    assert page.ask("/digests?period=2026-w34").headers["location"] == "/digests/2026-w34"
    assert page.ask("/digests/2026-W34").status == page.ask("/digests/2026-w34").status == 200
    for wrong in ("soon", "2027", ".."):
        assert page.ask(f"/digests/{wrong}").status == 422, wrong


def test_the_digests_that_were_drawn_are_listed(serve: Serve) -> None:
    """Newest first, each a link away."""
    page = serve(clock=ManualClock(NOON))
    with page.desk.store.write(NOON) as tx:
        for week in ("2026-W32", "2026-W33"):
            assert db.digests.claim(tx, week)
    text = page.ask("/digests").text

    assert text.index('href="/digests/2026-W33"') < text.index('href="/digests/2026-W32"')


def test_a_source_that_fails_says_why_beside_its_state(serve: Serve) -> None:
    """Once, in an analyst's words; a source whose news is old as well."""
    wire = 'sources:\n  wire: {kind: feed, url: "https://example.org/feed"}\n  old: {kind: feed, url: "https://example.org/old"}\n'
    page = serve(WATCH.replace("indicators:", wire + "indicators:", 1), clock=ManualClock(NOON))
    with page.desk.store.write(NOON) as tx:
        failed = SourceState(source="wire", state="failed", last_error="too slow", failing_since=NOON, failures=3)
        db.sources.save_state(tx, failed)
        db.sources.save_state(tx, SourceState(source="old", state="stale", last_ok=NOON, note="its newest is of May"))
    text = " ".join(Tags(page.ask("/sources").text).text.split())

    assert "2 declared · 1 failing" in text
    assert "failing too slow" in text
    assert text.count("too slow") == 1
    assert "nothing new for long its newest is of May 2026-08-17 12:00" in text


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
    assert page.ask("/static/page.css").status == 200
