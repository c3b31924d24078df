"""What a person does on the page: enter, paste, take back, acknowledge, mute. Plain forms, so that no script is needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.web.conftest import Serve
from tests.web.test_pages import Tags, lived
from tracker import pipeline
from tracker.timing import ManualClock
from tracker.web.entering import as_csv

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
TARGET = """\
watch: Target
timezone: Asia/Shanghai
receivers: {folder: {kind: markdown}}
subjects: {one: {name: One}}
indicators:
  revenue:
    name: Revenue
    unit: CNY
    targets: [{value: 10bn, by: 2025-12-31, published: 2025-07}]
    rules: {result: {kind: due, before: [30d], report_lag: 30d}}
"""


def test_a_value_is_checked_stored_and_taken_back(serve: Serve) -> None:
    """A check stores nothing; what was stored is told as it was read; for the next one the rest of the form stays."""
    page = serve(clock=ManualClock(NOON))
    given = {"indicator": "growth", "subject": "starbridge", "value": "超50x", "of": "2026-07", "source": "年报"}

    checked = page.send("/enter", do="check", **given)
    assert "Would store: growth of starbridge: at least 50x (actual, 2026-07)" in checked.text
    assert 'value="超50x"' in checked.text
    assert pipeline.values(page.desk, "growth") == []

    stored = page.send("/enter", do="store", **given)
    (row,) = pipeline.values(page.desk, "growth")
    assert (row["value"], row["source"]) == (">=50", "年报")
    assert "Stored: growth of starbridge: at least 50x" in stored.text
    assert 'value="超50x"' not in stored.text
    assert 'value="2026-07"' in stored.text
    assert f'name="batch" value="{row["batch"]}"' in stored.text

    assert "Known already" in page.send("/enter", do="store", **given).text
    assert "1 row withdrawn" in page.send("/enter/undo", batch=row["batch"]).text
    assert pipeline.values(page.desk, "growth") == []


def test_an_event_and_a_target_are_entered(serve: Serve) -> None:
    """Each with what belongs to it."""
    page = serve(clock=ManualClock(NOON))
    told = page.send(
        "/enter", do="store", indicator="news", subject="moonlake", happened="CEO leaves", type="departure", status="confirmed",
        of="2026-08-10", value="",
    )  # fmt: skip
    assert "departure of moonlake: CEO leaves (confirmed, 2026-08-10)" in told.text
    page.send("/enter", do="store", indicator="revenue", value=">=20bn", kind="target", by="2027-12-31")
    (row,) = pipeline.values(page.desk, "revenue")
    assert (row["kind"], row["value"]) == ("target", ">=20000000000")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"indicator": "growth", "value": "many"}, "many"),
        ({"indicator": "growth", "value": ""}, "needs a value"),
        ({"indicator": "nothing", "value": "4x"}, "unknown indicator"),
        ({"indicator": "growth", "value": "4x", "of": "soon"}, "no date"),
        ({"indicator": "growth", "value": "4x", "of": "2027"}, "begins after it was published"),
        ({"indicator": "growth", "value": "4x", "subject": "nobody"}, "unknown subject"),
        ({"indicator": "growth", "value": "4x", "kind": "guess"}, "unknown kind"),
        ({"indicator": "revenue", "value": "4bn", "kind": "target"}, "needs the day"),
        ({"indicator": "news", "subject": "moonlake", "happened": ""}, "say what happened"),
        ({"indicator": "news", "subject": "moonlake", "happened": "x"}, "several types"),
        ({"indicator": "rounds", "subject": "moonlake", "happened": "x", "status": "sure"}, "is no status"),
        ({"indicator": "attention", "value": "4"}, "nothing can be entered"),
        ({}, "unknown indicator"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(serve: Serve, given: dict[str, str], said: str) -> None:
    """With what was typed still in the form."""
    page = serve(clock=ManualClock(NOON))
    answer = page.send("/enter", do="store", **given)

    assert answer.status == 422
    assert said in Tags(answer.text).text
    assert 'role="alert"' in answer.text
    assert page.desk.store.seq() == 0
    if given.get("of") and given["indicator"] == "growth":
        assert f'value="{given["of"]}"' in answer.text


def test_a_table_is_pasted_from_a_spreadsheet(serve: Serve) -> None:
    """Tabs between, no column for the indicator: all rows are shown as they would be read, then stored, then taken back."""
    page = serve(clock=ManualClock(NOON))
    table = "of\tvalue\tsource\n2026-05\t3.5\t年报, 第3页\n2026-06\t4x\twire\n"

    checked = page.send("/enter/table", do="check", table=table, indicator="growth")
    assert "Would store 2 rows" in checked.text
    assert "growth of starbridge: 3.5x (actual, 2026-05)" in checked.text
    assert "2026-05\t3.5\t年报, 第3页" in checked.text
    assert pipeline.values(page.desk, "growth") == []

    stored = page.send("/enter/table", do="store", table=table, indicator="growth")
    assert "Stored 2 rows" in stored.text
    found = pipeline.values(page.desk, "growth")
    assert [(row["value"], row["source"]) for row in found] == [("3.5", "年报, 第3页"), ("4", "wire")]
    page.send("/enter/undo", batch=found[0]["batch"])
    assert pipeline.values(page.desk, "growth") == []


def test_a_table_with_mistakes_stores_nothing(serve: Serve) -> None:
    """Every mistake at its line, and the text stays."""
    page = serve(clock=ManualClock(NOON))
    answer = page.send("/enter/table", do="store", table="indicator,value\ngrowth,4x\ngrowth,many\nnothing,1\n")

    assert answer.status == 422
    text = Tags(answer.text).text
    assert "line 3: value: " in text
    assert "line 4: indicator: " in text
    assert "growth,many" in text
    assert page.desk.store.seq() == 0


@pytest.mark.parametrize(
    ("table", "indicator", "found"),
    [
        ("of\tvalue\n2026\t1\n", "growth", "indicator,of,value\ngrowth,2026,1\n"),
        ("of;value\n2026;1,5\n", "growth", 'indicator,of,value\ngrowth,2026,"1,5"\n'),
        ("indicator,value\na,1\n", "growth", "indicator,value\na,1\n"),
        ("value\n1\n\n2\n", "growth", "indicator,value\ngrowth,1\n\ngrowth,2\n"),
        ("", "growth", ""),
    ],
)
def test_a_table_becomes_csv(table: str, indicator: str, found: str) -> None:
    """The lines keep their numbers, so that a mistake is said where it stands."""
    assert as_csv(table, indicator) == found


def test_an_alert_is_acknowledged_and_muted(serve: Serve) -> None:
    """The answer stands with it; a mute has an end and a reason, and is ended by a button."""
    page = lived(serve)
    (row,) = [row for row in pipeline.alerts(page.desk) if row["indicator"] == "growth"]
    assert row["id"] == 1
    assert "Acknowledge" in page.ask("/alerts").text

    assert page.send("/alerts/1/ack", **{"as": "useful", "why": "it is so"}).headers["location"] == "/alerts/1"
    text = " ".join(Tags(page.ask("/alerts/1").text).text.split())
    assert "acknowledged as useful" in text
    assert "it is so" in text
    assert "公司公告" in text  # the message as it was sent
    assert pipeline.alerts(page.desk)[0]["acked"]
    assert "repeats have stopped" in page.ask("/alerts").text

    assert page.send("/alerts/1/mute", why="", **{"for": "7d"}).status == 422
    assert page.send("/alerts/1/mute", why="on holiday", **{"for": "7d"}).status == 303
    (mute,) = pipeline.mutes(page.desk)
    assert (mute["rule"], mute["subject"], mute["why"]) == ("growth.low", "starbridge", "on holiday")
    assert mute["until"] == page.desk.clock.now() + timedelta(days=7)
    assert "on holiday" in page.ask("/alerts").text
    assert page.send(f"/mutes/{mute['id']}/end").status == 303
    assert pipeline.mutes(page.desk) == []


def test_an_alert_of_a_target_says_its_amount_in_words(serve: Serve) -> None:
    """With its unit, never the bare number; its key is that of no event, so that nothing leads to one."""
    page = serve(TARGET, clock=ManualClock(NOON))
    pipeline.record_value(page.desk, "revenue", "500M", of="2025", published="2026-03-01", source="report")
    pipeline.evaluate(page.desk)
    (row,) = pipeline.alerts(page.desk)
    html = page.ask(f"/alerts/{row['id']}").text
    text = Tags(html).text

    assert row["value"] == "500000000"
    assert row["key"]
    assert "CNY 500M" in text
    assert "500000000" not in text
    assert "500000000" not in page.ask("/").text + page.ask("/alerts").text + page.ask("/alerts.atom").text
    assert 'href="/events/' not in html


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/alerts/1/ack", {"as": "great"}, 422),
        ("/alerts/9/ack", {}, 404),
        ("/alerts/9/mute", {"why": "x"}, 404),
        ("/alerts/1/mute", {"why": "x", "for": "ever"}, 422),
        ("/mutes/9/end", {}, 422),
        ("/enter/undo", {"batch": "nothing"}, 422),
    ],
)
def test_what_cannot_be_answered_is_refused(serve: Serve, path: str, sent: dict[str, str], status: int) -> None:
    """With a sentence, and nothing is changed."""
    page = lived(serve)
    seq = page.desk.store.seq()

    assert page.send(path, **sent).status == status
    assert page.desk.store.seq() == seq


def test_no_get_changes_anything(serve: Serve) -> None:
    """Every link of every page can be followed by a machine: afterwards the database is the same, byte for byte."""
    page = lived(serve)
    file = page.desk.home.db / "tracker.sqlite3"
    with page.desk.store.write(NOON) as tx:
        tx.connection.exec_driver_sql("SELECT 1")
    before = page.desk.store.newest(), page.desk.store.seq(), _dump(str(file))
    waiting, seen = ["/"], {"/"}
    while waiting:
        text = page.ask(waiting.pop()).text
        links = {str(attrs.get("href")) for tag, attrs in Tags(text).found if tag in ("a", "link")}
        links |= {str(attrs.get("action")) for tag, attrs in Tags(text).found if tag == "form"}
        new = {link for link in links if link.startswith("/") and not link.startswith("/static")} - seen
        seen |= new
        waiting += new
    assert len(seen) > 40
    assert (page.desk.store.newest(), page.desk.store.seq(), _dump(str(file))) == before


def _dump(file: str) -> list[str]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        ({}, b"a=b", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"table=" + b"x" * 2_000_001, 413),
        (
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"&".join(b"a%d=1" % number for number in range(500)),
            413,
        ),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"indicator=%ff%fe&value=%00", 422),
    ],
)
def test_what_is_no_form_of_ours(serve: Serve, headers: dict[str, str], body: bytes, status: int) -> None:
    """Refused before anybody reads it whole."""
    page = serve(clock=ManualClock(NOON))

    assert page.ask("/enter", method="POST", headers=headers, body=body).status == status
