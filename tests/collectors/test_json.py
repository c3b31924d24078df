"""kind: json. Pages that have not changed, pages that fail, keys, and answers that are no JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.collectors.asking import PATIENT, Asker, listing
from tests.support.web import Site
from tracker.collectors import KINDS, Harvest
from tracker.collectors.jsontext import parse
from tracker.errors import SourceError
from tracker.network import Door
from tracker.network.manners import Manners

Params = KINDS["json"].Params
SUM = {"value": "stars", "aggregate": "sum"}
EACH = {"value": "stars", "labels": {"name": "name"}}
LINK = {"style": "link"}


def _body(**stars: int) -> str:
    return json.dumps([{"name": name, "stars": number} for name, number in stars.items()])


def _three(site: Site, **second: int) -> str:
    """Three pages by Link, whose 304 carries no Link."""
    site.put("/r", _body(a=1, b=2), headers={"Link": '</r?page=2>; rel="next"'})
    site.put("/r?page=2", _body(**(second or {"c": 4})), headers={"Link": '</r?page=3>; rel="next"'})
    site.put("/r?page=3", _body(d=8))
    return f"{site.url}/r"


def _values(harvest: Harvest) -> list[str]:
    return [str(one.value) for one in harvest.rows]


def _statuses(site: Site) -> list[int]:
    found = [one.status for one in site.asked]
    site.asked.clear()
    return found


# -- pages that have not changed


def test_unchanged_pages_keep_their_rows(site: Site, door: Door) -> None:
    """A 304 has no body and no Link: what was kept speaks again, and the sum does not collapse."""
    asker = listing(door, _three(site), SUM, page=LINK)

    first, second = asker.ask(), asker.ask()

    assert _statuses(site) == [200, 200, 200, 304, 304, 304]
    assert (first.state, first.confirmed, _values(first)) == ("ok", False, ["15"])
    assert (second.state, second.confirmed, _values(second)) == ("unchanged", True, ["15"])


def test_one_page_of_three_has_changed(site: Site, door: Door) -> None:
    """The others answer 304, and their rows are in the new sum."""
    asker = listing(door, _three(site), SUM, page=LINK)
    asker.ask()
    _statuses(site)

    _three(site, c=5, e=16)
    harvest = asker.ask()

    assert _statuses(site) == [304, 200, 304]
    assert (harvest.state, harvest.confirmed, _values(harvest)) == ("ok", False, ["32"])


def test_a_page_that_is_new_behind_an_old_one(site: Site, door: Door) -> None:
    """Cursors move: a page under a new address is asked for whole."""
    asker = listing(door, site.put("/r", _body(a=1), headers={"Link": '</r?c=x>; rel="next"'}), SUM, page=LINK)
    site.put("/r?c=x", _body(b=2))
    asker.ask()
    site.put("/r", _body(a=2), headers={"Link": '</r?c=y>; rel="next"'})
    site.put("/r?c=y", _body(b=4))

    assert _values(asker.ask()) == ["6"]


def test_the_same_bytes_under_another_etag_are_unchanged(site: Site, door: Door) -> None:
    """Some servers mint a new one for every answer, some have none."""
    asker = listing(door, site.put("/r", _body(a=1), etag='"1"'), SUM)
    asker.ask()
    site.put("/r", _body(a=1), etag='"2"')

    assert asker.ask().state == "unchanged"
    assert asker.ask().state == "unchanged"
    assert [one.headers.get("if-none-match") for one in site.asked] == [None, '"1"', '"2"']


def test_without_kept_rows_nothing_is_asked_conditionally(site: Site, door: Door) -> None:
    """A 304 would then leave us with nothing."""
    asker = listing(door, site.put("/r", _body(a=1)), SUM)
    asker.ask()
    asker.pages = {url: type(page)(url=url, etag=page.etag) for url, page in asker.pages.items()}

    assert _values(asker.ask()) == ["1"]
    assert _statuses(site) == [200, 200]


# -- pages that fail


def test_a_first_page_that_fails_is_the_failure_of_the_source(site: Site, door: Door) -> None:
    """With its own word."""
    site.put("/r", b"slow down", status=429, headers={"Retry-After": "120"})

    error = listing(door, f"{site.url}/r", SUM).refusal()

    assert (error.state, error.retry_after and error.retry_after.seconds) == ("throttled", 120)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"status": 500}, "partial: page 2: 127.0.0.1 answered 500 (Internal Server Error)"),
        ({"status": 429, "headers": {"Retry-After": "60"}}, "no more requests for now"),
        ({"body": '[{"name": "c",'}, "partial: page 2: cut short: the JSON ends in the middle, at line 1"),
        ({"body": "<html>"}, "partial: page 2: not JSON: this is an HTML or XML page"),
        ({"body": ""}, "partial: page 2: empty: the answer has no bytes"),
        ({"status": 302, "headers": {"Location": "http://169.254.169.254/"}}, "partial: page 2: redirect refused"),
    ],
)
def test_a_later_page_that_fails_leaves_no_sum(site: Site, door: Door, broken: dict[str, Any], words: str) -> None:
    """What was read is stored, the first page is kept for the next pass, and the source is partial."""
    url = _three(site)
    site.put("/r?page=2", **broken)
    asker = listing(door, url, SUM, EACH, {"aggregate": "count"}, page=LINK)

    harvest = asker.ask()

    assert harvest.state == "partial"
    assert not harvest.confirmed
    assert harvest.failure is not None
    assert harvest.failure.state == "partial"
    assert words in str(harvest.failure)
    assert [(one.emit, str(one.value), dict(one.labels)) for one in harvest.rows] == [
        (1, "1", {"name": "a"}),
        (1, "2", {"name": "b"}),
    ]
    _three(site)
    assert [str(one.value) for one in asker.ask().rows if one.emit == 0] == ["15"]
    assert [one.status for one in site.asked][-3:] == [304, 200, 200]


def test_how_long_to_stay_away_is_that_of_the_page(site: Site, door: Door) -> None:
    """Back-off does not forget what the host asked for."""
    url = _three(site)
    site.put("/r?page=2", status=503, headers={"Retry-After": "600"})

    failure = listing(door, url, SUM, page=LINK).ask().failure

    assert failure is not None
    assert failure.retry_after is not None
    assert failure.retry_after.seconds == 600


def test_a_value_that_is_no_number_makes_the_pass_partial(site: Site, door: Door) -> None:
    """And the values that are stay."""
    url = site.put("/r", '[{"name": "a", "stars": 1}, {"name": "b", "stars": NaN}]')

    harvest = listing(door, url, SUM, EACH).ask()

    assert (harvest.state, str(harvest.failure)) == (
        "partial", "partial: stars: 1 of 2 rows have a number under `stars`; no sum was written",
    )  # fmt: skip
    assert [(one.emit, one.value and str(one.value), one.raw) for one in harvest.rows] == [
        (1, "1", "1"),
        (1, None, "NaN"),
    ]
    assert len(harvest.pages) == 1


# -- keys


def _keyed(door: Door, url: str, key: str | None, **auth: str) -> Asker:
    asker = listing(door, url, SUM, page=LINK, auth={"secret": "openrouter", **auth})
    asker.secret = {"openrouter": key}.get
    return asker


def test_a_key_is_sent_under_its_header(site: Site, door: Door) -> None:
    """To every page."""
    _keyed(door, _three(site), "k3y").ask()
    _keyed(door, site.put("/other", _body(a=1)), "k3y", header="x-api-key").ask()

    assert [one.headers.get("authorization") for one in site.asked] == ["Bearer k3y"] * 3 + [None]
    assert site.asked[-1].headers["x-api-key"] == "k3y"


@pytest.mark.parametrize("key", [None, ""])
def test_a_key_that_is_missing(site: Site, door: Door, key: str | None) -> None:
    """Nothing is asked, and the sentence says what to set."""
    error = _keyed(door, _three(site), key).refusal()

    assert str(error) == (
        "its key is missing: set TRACKER_OPENROUTER, or TRACKER_OPENROUTER_FILE to a file that holds it"
    )
    assert site.asked == []


def test_a_key_that_is_refused(site: Site, door: Door) -> None:
    """Not repeated in the sentence."""
    error = _keyed(door, site.put("/r", b"no", status=401), "k3y").refusal()

    assert "it wants another key" in str(error)
    assert "k3y" not in str(error)


def test_a_key_goes_to_no_other_host(door: Door) -> None:
    """Neither by a redirect nor by a Link; headers that were declared do not either."""
    with Site() as home, Site() as other:
        other.put("/r", _body(a=1), headers={"Link": "</r2>; rel=next"})
        home.put("/r", status=302, headers={"Location": f"{other.url}/r"})
        door = Door(allow={("127.0.0.1", other.port)}, manners=Manners(0.0))
        asker = listing(door, f"{home.url}/r", SUM, page=LINK, auth={"secret": "k"}, headers={"X-Own": "own"})
        asker.secret = lambda name: "k3y"

        harvest = asker.ask()
        door.close()

    assert "the next page lies on another host" in str(harvest.failure)
    assert home.asked[0].headers["authorization"] == "Bearer k3y"
    assert [(one.path, "authorization" in one.headers, "x-own" in one.headers) for one in other.asked] == [
        ("/r", False, False)
    ]


# -- what is asked


def test_parameters_and_headers_as_declared(site: Site, door: Door) -> None:
    """A list repeats its key; what the URL has of itself stays."""
    url = site.put("/r", "[]") + "?author=stepfun-ai"
    params = {"expand": ["downloads", "likes"], "full": True, "limit": 5, "date": "2026-08-19"}

    listing(
        door,
        url,
        SUM,
        params=params,
        headers={"X-GitHub-Api-Version": "2022-11-28", "Accept": "application/vnd.x+json"},
    ).ask()

    assert site.paths == ["/r?author=stepfun-ai&expand=downloads&expand=likes&full=true&limit=5&date=2026-08-19"]
    assert site.asked[0].headers["accept"] == "application/vnd.x+json"
    assert site.asked[0].headers["x-github-api-version"] == "2022-11-28"


@pytest.mark.parametrize(
    ("rows", "body", "value"),
    [
        (None, '[{"stars": 1}, {"stars": 2}]', "3"),
        (None, '{"stars": 3}', "3"),
        ("data", '{"data": [{"stars": 3}]}', "3"),
        ("data.items[]", '{"data": {"items": [{"stars": 1}, {"stars": 2}]}}', "3"),
        ("items[?kind=='x']", '{"items": [{"kind": "x", "stars": 3}, {"kind": "y", "stars": 9}]}', "3"),
        (None, '\ufeff[{"stars": 3}]', "3"),
    ],
)
def test_where_the_rows_are(site: Site, door: Door, rows: str | None, body: str, value: str) -> None:
    """The document itself, one object, or what an expression finds."""
    assert _values(listing(door, site.put("/r", body), SUM, rows=rows).ask()) == [value]


def test_wide_json_is_read(site: Site, door: Door) -> None:
    """As RFC 4627 allowed."""
    for encoding in ("utf-16", "utf-16-le", "utf-32-be"):
        assert _values(listing(door, site.put("/r", _body(a=3).encode(encoding)), SUM).ask()) == ["3"]


@pytest.mark.parametrize(
    ("body", "state", "words"),
    [
        (b"", "empty", "empty: the answer has no bytes"),
        (b"  \n", "empty", "empty: the answer has no bytes"),
        (b'[{"stars": 12,', "failed", "cut short: the JSON ends in the middle, at line 1 column 15"),
        (b'[{"stars": "12', "failed", "cut short: the JSON ends in the middle"),
        (b"[", "failed", "cut short"),
        (b"<!doctype html><p>Sign in", "failed", "not JSON: this is an HTML or XML page"),
        (b"Please limit requests to one every 5 seconds", "failed", "not JSON: Expecting value at line 1 column 1"),
        (b'[{"stars": 1}] x', "failed", "not JSON: Extra data at line 1 column 16"),
        (b"[" * 200_000, "failed", "not JSON that can be read: it is nested too deeply"),
        (b'[{"stars": ' + b"9" * 100_000 + b"}]", "failed", "not JSON that can be read"),
        (b'{"items": []}', "schema_changed", "the answer has changed: it has no `data`"),
        (b'{"data": null}', "schema_changed", "the answer has changed: it has no `data`"),
        (b'{"data": [{"likes": 1}]}', "schema_changed", "the rows have changed: none of 1 has `stars` (for stars)"),
    ],
)
def test_an_answer_that_cannot_be_used(site: Site, door: Door, body: bytes, state: str, words: str) -> None:
    """A word and a sentence, never an exception of another kind."""
    rows = "data" if body.startswith(b'{"') else None

    error = listing(door, site.put("/r", body, type="application/json"), SUM, rows=rows).refusal()

    assert (error.state, words in str(error)) == (state, True), str(error)


def test_a_url_that_has_moved_for_good_is_told(site: Site, door: Door) -> None:
    """GitHub answers so when an organisation is renamed."""
    site.put("/new", _body(a=1))
    site.put("/old", status=301, headers={"Location": "/new"})

    harvest = listing(door, f"{site.url}/old", SUM).ask()

    assert _values(harvest) == ["1"]
    assert harvest.note == f"moved for good to {site.url}/new: change its url"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"url": "ftp://a.example/x"},
        {"url": "http://user:word@a.example/"},
        {"url": "http://a.example/", "rows": "data["},
        {"url": "http://a.example/", "where": "a ="},
        {"url": "http://a.example/", "headers": {"Host": "b"}},
        {"url": "http://a.example/", "headers": {"if-none-match": "x"}},
        {"url": "http://a.example/", "auth": {"secret": "../x"}},
        {"url": "http://a.example/", "auth": {"secret": "k", "header": "a b"}},
        {"url": "http://a.example/", "auth": {"secret": "k", "value": "k3y"}},
        {"url": "http://a.example/", "row": "data"},
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(params: dict[str, Any]) -> None:
    """When the declaration is read."""
    with pytest.raises(ValidationError):
        Params(**params)


@PATIENT
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from([*'[]{}:,"1-e.\\u', "null", "NaN", "1e9"]), max_size=12).map("".join),
    )
)
def test_no_text_is_an_exception(text: str) -> None:
    """A document or a refusal."""
    try:
        parse(text)
    except SourceError as error:
        assert str(error)  # noqa: PT017
