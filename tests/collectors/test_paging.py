"""Where the next page lies: by Link, number, offset or cursor; and the ways in which that goes wrong."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from tests.collectors.asking import listing
from tests.support.web import Site
from tracker.collectors import Harvest
from tracker.collectors.paging import Paging, asked_of, first, following, with_query
from tracker.network import Door
from tracker.network.manners import Manners

SUM = {"value": "n", "aggregate": "sum"}
EACH = {"value": "n", "labels": {"name": "name"}}


def _rows(*numbers: int) -> str:
    return json.dumps([{"name": f"r{n}", "n": n} for n in numbers])


def _linked(site: Site, *pages: str) -> str:
    """Pages /1, /2, … by Link; the URL of the first."""
    for number, body in enumerate(pages, start=1):
        more = (
            {"Link": f'<{site.url}/{number + 1}>; rel="next", <{site.url}/1>; rel="first"'}
            if number < len(pages)
            else {}
        )
        site.put(f"/{number}", body, headers=more)
    return f"{site.url}/1"


def _value(harvest: Harvest) -> str:
    (one,) = harvest.rows
    return str(one.value)


def _failure(harvest: Harvest) -> str:
    assert harvest.state == "partial"
    assert harvest.failure is not None
    assert harvest.failure.state == "partial"
    return str(harvest.failure)


def test_links_are_followed(site: Site, door: Door) -> None:
    """Every page once; the size is asked for in the first, and the links carry what they want to."""
    url = _linked(site, _rows(1, 2), _rows(3), _rows(4, 5))

    harvest = listing(door, url, SUM, page={"style": "link", "size": 100}).ask()

    assert _value(harvest) == "15"
    assert site.paths == ["/1?per_page=100", "/2", "/3"]


def test_a_relative_link_is_one(site: Site, door: Door) -> None:
    """Also one to another path of the same host: GitHub links to /organizations/<number>/repos."""
    site.put("/orgs/a/repos", _rows(1), headers={"Link": "</organizations/7/repos?page=2>; rel=next"})
    site.put("/organizations/7/repos", _rows(2))

    assert _value(listing(door, f"{site.url}/orgs/a/repos", SUM, page={"style": "link"}).ask()) == "3"


def _numbered(site: Site, param: str, *, size: int, total: int, by_row: bool) -> str:
    """An API that answers `size` rows from a page number (from 1) or from an offset on."""

    def speak(handler: BaseHTTPRequestHandler) -> None:
        asked = int(parse_qs(urlsplit(handler.path).query).get(param, ["0" if by_row else "1"])[0])
        begin = asked if by_row else (asked - 1) * size
        body = _rows(*range(begin + 1, min(begin + size, total) + 1)).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return site.do("/api", speak)


def test_pages_by_number_end_at_an_empty_one(site: Site, door: Door) -> None:
    """A short page may be the server's own limit."""
    url = _numbered(site, "p", size=2, total=5, by_row=False)

    harvest = listing(door, url, SUM, page={"style": "page", "param": "p", "size": 50}).ask()

    assert _value(harvest) == "15"
    assert site.paths == [f"/api?per_page=50&p={number}" for number in (1, 2, 3, 4)]


def test_pages_by_offset_skip_what_was_read(site: Site, door: Door) -> None:
    """And not what was asked for."""
    url = _numbered(site, "offset", size=2, total=5, by_row=True)

    harvest = listing(door, url, SUM, page={"style": "offset", "size": 50}).ask()

    assert _value(harvest) == "15"
    assert site.paths == ["/api?limit=50", *(f"/api?limit=50&offset={number}" for number in (2, 4, 5))]


@pytest.mark.parametrize("last", ["null", '""', "false", "[]"])
def test_pages_by_cursor_end_without_one(site: Site, door: Door, last: str) -> None:
    """A token that goes into the query; odd characters are encoded."""
    site.put("/api", '{"next": "a b/+=", "data": [{"n": 1}]}')
    site.put("/api?cursor=a+b%2F%2B%3D", f'{{"next": {last}, "data": [{{"n": 2}}]}}')

    asker = listing(door, f"{site.url}/api", SUM, rows="data", page={"style": "cursor", "cursor": "next"})

    assert _value(asker.ask()) == "3"


def test_a_cursor_may_be_a_url(site: Site, door: Door) -> None:
    """Whole, or a path."""
    site.put("/a", json.dumps({"next": f"{site.url}/b?x=1", "data": [{"n": 1}]}))
    site.put("/b", '{"next": "/c", "data": [{"n": 2}]}')
    site.put("/c", '{"data": [{"n": 3}]}')

    asker = listing(door, f"{site.url}/a", SUM, rows="data", page={"style": "cursor", "cursor": "next"})

    assert _value(asker.ask()) == "6"
    assert site.paths == ["/a", "/b?x=1", "/c"]


# -- what goes wrong: the rows that were read stay, and there is no sum


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/1", "the pages go in a circle"),
        ("http://169.254.169.254/latest/", "the next page lies on another host"),
        ("http://localhost:{port}/2", "the next page lies on another host"),
        ("https://127.0.0.1:{port}/2", "the next page lies on another host"),
        ("file:///etc/passwd", "the next page lies on another host"),
        ("/missing", "127.0.0.1 answered 404"),
    ],
)
def test_a_next_page_that_is_none(site: Site, door: Door, target: str, words: str) -> None:
    """Nothing is asked of another host."""
    site.put("/1", _rows(1, 2), headers={"Link": f'<{target.format(port=site.port)}>; rel="next"'})

    harvest = listing(door, f"{site.url}/1", SUM, EACH, page={"style": "link"}).ask()

    assert words in _failure(harvest)
    assert str(harvest.failure).startswith("partial: page 2: ")
    assert [one.emit for one in harvest.rows] == [1, 1]
    assert len(harvest.pages) == 1


def test_another_port_is_another_host(door: Door) -> None:
    """The other site never hears of us, and so never sees the key."""
    with Site() as home, Site() as other:
        other.put("/2", _rows(9))
        home.put("/1", _rows(1), headers={"Link": f'<{other.url}/2>; rel="next"'})
        door = Door(allow={("127.0.0.1", other.port)}, manners=Manners(0.0))

        harvest = listing(door, f"{home.url}/1", SUM, page={"style": "link"}).ask()
        door.close()

    assert "another host" in _failure(harvest)
    assert other.asked == []


def test_two_pages_that_lead_to_each_other(site: Site, door: Door) -> None:
    """A circle longer than one."""
    site.put("/1", _rows(1), headers={"Link": "</2>; rel=next"})
    site.put("/2", _rows(2), headers={"Link": "</1>; rel=next"})

    assert "circle" in _failure(listing(door, f"{site.url}/1", SUM, page={"style": "link"}).ask())
    assert site.paths == ["/1", "/2"]


@pytest.mark.parametrize("style", [{"style": "page", "param": "pg"}, {"style": "offset", "param": "skip"}])
def test_an_api_that_does_not_know_the_parameter(site: Site, door: Door, style: dict[str, Any]) -> None:
    """It would answer its first page for ever, and a sum of fifty times the same would be believed."""
    harvest = listing(door, site.put("/api", _rows(1, 2)), SUM, EACH, page=style).ask()

    assert "is `param` the name that this API knows?" in _failure(harvest)
    assert [str(one.value) for one in harvest.rows] == ["1", "2"]
    assert len(site.asked) == 2


def test_more_pages_than_are_wanted(site: Site, door: Door) -> None:
    """`max_pages` is a limit, and what lies behind it is missing."""
    url = _linked(site, _rows(1), _rows(2), _rows(3))

    enough = listing(door, url, SUM, page={"style": "link", "max_pages": 3}).ask()
    few = listing(door, url, SUM, page={"style": "link", "max_pages": 2}).ask()

    assert _value(enough) == "6"
    assert "there are more than 2 pages; `max_pages` sets how many are read" in _failure(few)
    assert few.rows == ()


def test_pages_that_are_too_large_together(site: Site, door: Door) -> None:
    """Each within its bounds, all of them not: what was read is kept, nothing more is asked, no sum is made."""
    url = _linked(site, *(_rows(number) + " " * 9_000_000 for number in range(9)))
    asker = listing(door, url, SUM, page={"style": "link"})

    harvest = asker.ask()
    again = asker.ask()

    sentence = "partial: page 5: too large: 4 pages are more than 30 MB together"
    assert (_failure(harvest), _failure(again)) == (sentence, sentence)
    assert [one.status for one in site.asked] == [200] * 4 + [304] * 4
    assert harvest.rows == ()


def test_pages_that_nobody_declared(site: Site, door: Door) -> None:
    """The first page alone is a gap, unless somebody says that it is enough."""
    url = _linked(site, _rows(1), _rows(2))

    undeclared = listing(door, url, SUM).ask()
    enough = listing(door, url, SUM, page={"style": "none"}).ask()

    assert "`page: {style: link}` reads them" in _failure(undeclared)
    assert undeclared.rows == ()
    assert _value(enough) == "1"


# -- the declaration and the URLs alone


@pytest.mark.parametrize(
    ("params", "url"),
    [
        (None, "http://a/x?b=1"),
        ({"style": "none"}, "http://a/x?b=1"),
        ({"style": "link"}, "http://a/x?b=1"),
        ({"style": "link", "size": 100}, "http://a/x?b=1&per_page=100"),
        ({"style": "link", "size": 100, "size_param": "limit"}, "http://a/x?b=1&limit=100"),
        ({"style": "page"}, "http://a/x?b=1&page=1"),
        ({"style": "page", "start": 0}, "http://a/x?b=1&page=0"),
        ({"style": "page", "param": "b"}, "http://a/x?b=1"),
        ({"style": "offset", "size": 50}, "http://a/x?b=1&limit=50"),
        ({"style": "offset", "start": 10}, "http://a/x?b=1&offset=10"),
        ({"style": "cursor", "cursor": "next", "size": 5}, "http://a/x?b=1&limit=5"),
    ],
)
def test_the_first_page(params: dict[str, Any] | None, url: str) -> None:
    """What the API has of itself is left alone."""
    assert first("http://a/x?b=1", Paging(**params) if params else None) == url


def test_numbers_begin_where_they_are_said_to() -> None:
    """Pages from 0, offsets from 10."""
    by_page = Paging(style="page", start=0)
    by_row = Paging(style="offset", start=10)

    assert following("http://a/x?page=0", by_page, 1, [{}], 1, None, "") == "http://a/x?page=1"
    assert following("http://a/x?offset=10", by_row, 1, [{}] * 3, 3, None, "") == "http://a/x?offset=13"
    assert following("http://a/x?page=1", by_page, 2, [], 1, None, "") == ""


def test_a_query_keeps_its_other_parts() -> None:
    """As they were written; a list repeats its key."""
    url = with_query("http://a/x?q=%E4%B8%80&flag&a=1#f", {"a": "2 3", "expand": ["x", "y"]})

    assert url == "http://a/x?q=%E4%B8%80&flag&a=2+3&expand=x&expand=y#f"
    assert with_query("http://a/x", {}) == "http://a/x"


@pytest.mark.parametrize(
    "params",
    [
        {"style": "cursor"},
        {"style": "link", "cursor": "next"},
        {"style": "cursor", "cursor": "a["},
        {"style": "links"},
        {"style": "link", "size": 0},
        {"style": "link", "max_pages": 0},
        {"style": "link", "max_pages": 5000},
        {"style": "link", "pages": 3},
    ],
)
def test_paging_that_cannot_be_meant_is_refused(params: dict[str, Any]) -> None:
    """When the declaration is read, not in the night."""
    with pytest.raises(ValidationError):
        Paging(**params)


@pytest.mark.parametrize(
    ("answered", "link", "asked"),
    [
        ("https://a.example/x", "https://a.example/x?page=2", "http://a.example/x?page=2"),
        ("https://a.example/x", "https://b.example/x?page=2", "https://b.example/x?page=2"),
        ("https://b.example/x", "https://b.example/x?page=2", "https://b.example/x?page=2"),
        ("http://a.example:81/x", "http://a.example:81/x?page=2", "http://a.example:81/x?page=2"),
        ("https://a.example/x", "", ""),
    ],
)
def test_a_link_behind_a_redirect_to_https(answered: str, link: str, asked: str) -> None:
    """It is asked for of the host and under the scheme that were declared; no other host comes in by that."""
    assert asked_of("http://a.example/x", answered, link) == asked
