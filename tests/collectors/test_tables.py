"""kinds csv, html, prometheus and sql: rows out of what others keep."""

from __future__ import annotations

import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.collectors.asking import Asker
from tests.support.web import Site
from tracker.collectors import KINDS, Context
from tracker.errors import SourceError
from tracker.model.declared import Source
from tracker.network import Door

VALUE = {"indicator": "n", "value": "n", "labels": {"name": "name"}}


def _values(asker: Asker) -> list[tuple[str, str]]:
    return [(dict(one.labels)["name"], str(one.value)) for one in asker.ask().rows]


# -- csv


def _csv(door: Door, url: str, *emit: dict[str, Any], **params: Any) -> Asker:
    return Asker(door=door, kind="csv", params={"url": url, **params}, emit=emit or (VALUE,))


def test_a_table(site: Site, door: Door) -> None:
    """By its header; a cell is a number where it looks like one, an empty one says nothing; read once, kept for a 304."""
    url = site.put("/t.csv", '\ufeffname, n ,org\n"a, b","1,234",X\nc,,X\n\nd,7.50,Y\n'.encode())
    asker = _csv(door, url)

    assert _values(asker) == [("a, b", "1234"), ("d", "7.50")]
    assert _values(asker) == [("a, b", "1234"), ("d", "7.50")]
    assert [one.status for one in site.asked] == [200, 304]
    assert _values(_csv(door, url, where="org == 'Y'")) == [("d", "7.50")]


@pytest.mark.parametrize("may", [True, False])
def test_a_table_that_has_no_rows_any_more(site: Site, door: Door, may: bool) -> None:
    asker = _csv(door, site.put("/t.csv", b"name,n\na,1\n"), may_be_empty=may)
    asker.ask()
    site.put("/t.csv", b"name,n\n")

    assert (asker.ask().failure is None) is may


def test_a_table_with_tabs_in_chinese(site: Site, door: Door) -> None:
    url = site.put("/t.tsv", "name\tn\n阶跃星辰\t5\n".encode("gb18030"))

    assert _values(_csv(door, url, delimiter="\t")) == [("阶跃星辰", "5")]


@pytest.mark.parametrize(
    ("body", "state", "sentence"),
    [
        (b"", "empty", "empty: the answer has no bytes"),
        (b"<html>log in", "failed", "not CSV: this is an HTML or XML page"),
        (b"name,n\na,1\nb,2,3\n", "failed", "not CSV that can be read: line 3 has 3 cells, the header 2"),
        (b"name,n\na,1\nb", "failed", "not CSV that can be read: line 3 has 1 cells, the header 2"),
        (b"a," * 5000 + b"n\n1\n", "failed", "too large: more than 5,000 columns"),
        (b"n,n\n1,2\n", "schema_changed", "the header has 'n' twice"),
        (b"name,count\na,1\n", "schema_changed", "the rows have changed: none of 1 has `n` (for n)"),
    ],
)
def test_what_is_no_table(site: Site, door: Door, body: bytes, state: str, sentence: str) -> None:
    refusal = _csv(door, site.put("/t.csv", body)).refusal()

    assert (refusal.state, str(refusal)) == (state, sentence)


# -- html

PAGE = """<html><table><tr class="row"><td> Ada &amp; Co<script>x()</script></td><td>1,200</td><td><a href="/a?x=1">more</a></td></tr>
<tr class="row"><td>Bob</td><td></td></tr></table>"""


def _html(door: Door, url: str, **params: Any) -> Asker:
    fields = {"name": "td:nth-child(1)", "n": "td:nth-child(2)", "link": {"css": "a", "attr": "href"}}
    emit = {**VALUE, "labels": {"name": "name", "link": "link"}}
    return Asker(
        door=door, kind="html", params={"url": url, "rows": "tr.row", "fields": fields, **params}, emit=(emit,)
    )


def test_a_page(site: Site, door: Door) -> None:
    """Text and attributes by selector; links are whole, what is empty says nothing."""
    (row,) = _html(door, site.put("/p", PAGE)).ask().rows

    assert (dict(row.labels), str(row.value)) == ({"name": "Ada & Co", "link": f"{site.url}/a?x=1"}, "1200")


def test_a_page_that_has_changed(site: Site, door: Door) -> None:
    """The selector finds nothing: that is not zero rows."""
    refusal = _html(door, site.put("/p", "<p>We have moved"), rows="li").refusal()

    assert (refusal.state, str(refusal)) == ("schema_changed", "the page has changed: nothing in it is `li`")


def test_a_page_with_many_tags(site: Site, door: Door) -> None:
    """It is read in a process of its own, and says the same; one that nests without end is given up there."""
    many = PAGE + "<p><b>x</b></p>" * 3000

    (row,) = _html(door, site.put("/p", many)).ask().rows
    refusal = _html(door, site.put("/q", PAGE + "<div>" * 250_000)).refusal()

    assert (dict(row.labels), str(row.value)) == ({"name": "Ada & Co", "link": f"{site.url}/a?x=1"}, "1200")
    assert str(refusal) == "too much to read: the parser was stopped after 5 s or for want of memory"


def test_a_selector_that_is_none() -> None:
    with pytest.raises(ValidationError, match="no CSS selector"):
        KINDS["html"].Params(url="https://a.example/", rows="tr[", fields={"n": "td"})


# -- prometheus


def _prometheus(site: Site, door: Door, answer: object) -> Asker:
    site.put("/api/v1/query", json.dumps(answer))
    emit = {"indicator": "n", "value": "value", "labels": {"job": "job || 'all'"}}
    return Asker(door=door, kind="prometheus", params={"url": site.url, "query": "sum(x)"}, emit=(emit,))


def test_an_instant_query(site: Site, door: Door) -> None:
    """A row for each series, with its labels; NaN is no number, and so no value."""
    series = [
        {"metric": {"job": "a"}, "value": [1787227200.1, "1.5"]},
        {"metric": {"job": "b"}, "value": [1787227200, "NaN"]},
    ]
    asker = _prometheus(site, door, {"status": "success", "data": {"resultType": "vector", "result": series}})

    rows = asker.ask().rows

    assert [(dict(one.labels)["job"], str(one.value)) for one in rows] == [("a", "1.5")]
    assert site.paths == ["/api/v1/query?query=sum%28x%29&time=1787227200"]


@pytest.mark.parametrize("value", [None, "NaN"])
def test_no_series_after_there_were_some(site: Site, door: Door, value: str | None) -> None:
    """That is an answer, and no failure."""
    answers = [
        {
            "status": "success",
            "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, one]}] if one else []},
        }
        for one in ("1", value)
    ]
    asker = _prometheus(site, door, answers[0])
    asker.ask()
    site.put("/api/v1/query", json.dumps(answers[1]))

    harvest = asker.ask()

    assert (harvest.failure, harvest.state, harvest.rows) == (None, "empty", ())


def test_a_sum_over_a_series_without_a_number(site: Site, door: Door) -> None:
    """It is not whole."""
    series = [{"metric": {}, "value": [1, one]} for one in ("1", "NaN")]
    asker = _prometheus(site, door, {"status": "success", "data": {"resultType": "vector", "result": series}})
    asker.emit = ({"indicator": "n", "value": "value", "aggregate": "sum"},)

    assert asker.ask().state == "partial"


def test_a_scalar(site: Site, door: Door) -> None:
    answer = {"status": "success", "data": {"resultType": "scalar", "result": [1787227200, "3"]}}

    assert [str(one.value) for one in _prometheus(site, door, answer).ask().rows] == ["3"]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": "error", "error": "parse error"}, "the query failed: parse error"),
        ({"status": "success", "warnings": ["one store is down"], "data": {}}, "partial: one store is down"),
        ({"status": "success", "data": {"resultType": "matrix", "result": []}}, "the query gives a matrix"),
        ({"data": []}, "the answer has changed: it is none of Prometheus"),
    ],
)
def test_an_answer_that_is_none(site: Site, door: Door, answer: object, sentence: str) -> None:
    assert str(_prometheus(site, door, answer).refusal()).startswith(sentence)


# -- sql


@pytest.fixture(name="crm")
def _crm(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "crm.db")) as base:
        base.execute("CREATE TABLE contracts (name TEXT, n NUMERIC, day TEXT)")
        base.executemany(
            "INSERT INTO contracts VALUES (?, ?, ?)",
            [("a", 3, "2026-08-19"), ("b", 0.1, "2026-08-01"), ("old", 9, "2026-01-01")],
        )
        base.commit()
    return tmp_path


def _sql(door: Door, home: Path, query: str, **params: Any) -> Asker:
    given = {"file": "crm.db", **params} if "dsn" not in params else params
    return Asker(door=door, kind="sql", params={"query": query, **given}, emit=({**VALUE, "at": "day"},), home=home)


def test_a_query(door: Door, crm: Path) -> None:
    """Numbers as they are, days as local days, `:since` bound."""
    asker = _sql(door, crm, "SELECT name, n, day FROM contracts WHERE day >= :since ORDER BY day")

    rows = asker.ask().rows

    assert [(one.at and one.at.text, str(one.value)) for one in rows] == [("2026-08-01", "0.1"), ("2026-08-19", "3")]


def test_nothing_is_written(door: Door, crm: Path) -> None:
    """Neither by what is asked (refused when it is declared), nor by what hides in it."""
    for query in ("DELETE FROM contracts", "SELECT 1; DELETE FROM contracts", "PRAGMA writable_schema = 1"):
        with pytest.raises(ValidationError):
            KINDS["sql"].Params(file="crm.db", query=query)
    hidden = "WITH gone AS (SELECT 1) INSERT INTO contracts SELECT 'x', 1, '2026-08-19'"
    for query in (
        hidden,
        "WITH gone AS (DELETE FROM contracts RETURNING *) SELECT * FROM gone",
        "SELECT n INTO x FROM y",
    ):
        with pytest.raises(ValidationError, match="only reads"):
            KINDS["sql"].Params(file="crm.db", query=query)
    assert KINDS["sql"].Params(file="crm.db", query="SELECT replace(n, 'delete from x', '') AS \"insert into\" FROM y")


def test_the_database_lets_nothing_be_written(door: Door, crm: Path) -> None:
    """Should a query get past the words that are looked for."""
    hidden = "WITH gone AS (SELECT 1) INSERT INTO contracts SELECT 'x', 1, '2026-08-19'"
    for asker in (_sql(door, crm, "SELECT 1"), _with_address(door, crm, "SELECT 1")):
        params = KINDS["sql"].Params(**asker.params).model_copy(update={"query": hidden})
        context = Context(door=door, now=asker.now, zone=asker.zone, home=crm, secret=asker.secret)
        with pytest.raises(SourceError, match="readonly"):
            KINDS["sql"].collect(Source(key="crm", kind="sql"), params, context)


def test_a_file_outside_of_the_home() -> None:
    with pytest.raises(ValidationError, match="does not lie in the home"):
        KINDS["sql"].Params(file="../crm.db", query="SELECT 1")


def test_a_database_that_says_nothing(door: Door, crm: Path) -> None:
    """It takes the connection and no more: it is given up."""
    pytest.importorskip("psycopg")
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        address = f"postgresql+psycopg://desk:hunter2@127.0.0.1:{port}/crm"
        assert "timeout" in str(_with_address(door, crm, "SELECT 1 AS n", address).refusal())


def _with_address(door: Door, crm: Path, query: str, address: str = "") -> Asker:
    asker = _sql(door, crm, query, dsn={"secret": "crm"})
    asker.secret = {"crm": address or f"sqlite:///{crm / 'crm.db'}"}.get
    return asker


def test_a_query_that_never_ends(door: Door, crm: Path) -> None:
    """It has as many rows as it likes; only so many are taken."""
    endless = (
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT n, n AS name, '2026' AS day FROM n"
    )

    assert str(_sql(door, crm, endless).refusal()) == "too large: more than 100,000 rows"


@pytest.mark.parametrize(
    "address", ["postgresql+psycopg://desk:hunter2@127.0.0.1:1/crm", "hunter2", "oracle://desk:hunter2@h/x"]
)
def test_no_word_of_the_address_is_told(door: Door, crm: Path, address: str) -> None:
    said = str(_with_address(door, crm, "SELECT 1 AS n", address).refusal())

    assert not any(part in said for part in ("hunter2", "desk", "127.0.0.1"))


def test_a_table_that_is_not_there(door: Door, crm: Path) -> None:
    assert str(_sql(door, crm, "SELECT n FROM none").refusal()) == "the query failed: no such table: none"
    assert str(_sql(door, crm, "SELECT 1 AS n", file="gone.db").refusal()) == "there is no file gone.db"
