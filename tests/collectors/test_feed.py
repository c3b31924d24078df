"""kind: feed. Documents beside what a reader sees in them, the ways in which they are none, and what is asked again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.collectors.asking import NOW, PATIENT, feed, only, reading, rss, titles
from tests.support.web import Site
from tracker.collectors import KINDS, Harvest
from tracker.collectors.feed import MOST_ENTRIES
from tracker.errors import SourceError
from tracker.model.observed import Page
from tracker.network import Door

DATA = Path(__file__).parent / "data"
DOCUMENTS = sorted(DATA.glob("*.xml"))
ONE = "<title>one</title><guid>1</guid><pubDate>2026-08-19T08:00:00Z</pubDate>"
TWO = "<title>two</title><guid>2</guid><pubDate>2026-08-19T09:00:00Z</pubDate>"


def _told(harvest: Harvest) -> dict[str, Any]:
    """A harvest as it stands in a .json file beside its document."""
    entries = [
        {
            "key": one.key, "title": one.title, "link": one.link, "summary": one.summary, "language": one.language,
            "published": one.published_at.isoformat() if one.date_known else None,
        }
        for one in harvest.entries
    ]  # fmt: skip
    oldest = harvest.reached_back
    return {
        "state": harvest.state,
        "note": harvest.note,
        "reached_back": oldest and oldest.isoformat(),
        "entries": entries,
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_says_what_a_reader_sees(path: Path) -> None:
    """Beside each document lies what is in it, oldest first."""
    assert _told(reading(path.read_bytes())) == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def test_the_golden_documents_are_there() -> None:
    """A test over no documents would pass."""
    assert len(DOCUMENTS) >= 8


# -- entries


_NUMBERED = [f"<title>t{n}</title><guid>same</guid><link>http://a/{n}</link>" for n in range(3)]
_SAME_LINK = [f"<guid isPermaLink='false'>g{n}</guid><link>http://a/</link>" for n in range(3)]
_TWICE = [f"<title>{title}</title><guid>1</guid><link>http://a/1</link>" for title in ("new", "old")]


@pytest.mark.parametrize(
    ("items", "keys"),
    [
        pytest.param(["<title>a</title><link>http://a/1</link>"], ["https://a/1"], id="no guid"),
        pytest.param(["<title>a</title><guid>http://a/1</guid>"], ["http://a/1"], id="guid is the link"),
        pytest.param(["<title>a</title><guid>\n g 1 \n</guid>"], ["g 1"], id="guid with breaks"),
        pytest.param(_NUMBERED, ["https://a/2", "https://a/1", "https://a/0"], id="one guid for all"),
        pytest.param(_SAME_LINK, ["g2", "g1", "g0"], id="one link for all"),
        pytest.param(
            ["<title>b</title><guid>1</guid>", "<title>a</title><guid>1</guid>"], ["text", "text"], id="no link"
        ),
        pytest.param(_TWICE, ["1"], id="listed twice"),
        pytest.param(["<title>a</title>", "<description>a text</description>", ""], ["text"] * 3, id="nothing"),
    ],
)
def test_entries_are_told_apart(items: list[str], keys: list[str]) -> None:
    """By what tells them apart in this document; the newest is listed first and stored last."""
    found = [entry.key for entry in reading(rss(*items)).entries]

    assert ["text" if key.startswith("text:") else key for key in found] == keys


def test_an_entry_without_a_title_is_called_by_its_text() -> None:
    """Eighty characters of it, the rest marked as cut."""
    entry = only(reading(rss(f"<description>&lt;p&gt;{'word ' * 500}&lt;/p&gt;</description>")))

    assert len(entry.title) <= 80
    assert entry.title.endswith("…")
    assert len(entry.summary) == 1000


def test_a_title_has_an_end() -> None:
    """A megabyte of it says no more."""
    assert len(only(reading(rss(f"<title>{'x' * 1_000_000}</title>"))).title) == 2000


@pytest.mark.parametrize(
    "stamp",
    ["", "yesterday", "0000-00-00", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "08/09/2026", "Wed, 19 Aug 2036 00:00:00 GMT",
     "2026-08-22T00:00:01Z"],
)  # fmt: skip
def test_an_entry_without_a_usable_date_is_dated_by_when_it_was_seen(stamp: str) -> None:
    """And says so; it does not count for how far the document reaches back."""
    harvest = reading(rss(f"<title>a</title><pubDate>{stamp}</pubDate>", ONE))

    undated = harvest.entries[-1]
    assert (undated.title, undated.published_at, undated.date_known) == ("a", NOW, False)
    assert harvest.reached_back == harvest.entries[0].published_at
    assert harvest.note == "1 of 2 entries give no usable date and are dated by when they were first seen"


def test_the_first_usable_date_counts() -> None:
    """Published before updated; the date of the document is not that of its entries."""
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><updated>2026-08-20T00:00:00Z</updated>
        <entry><id>1</id><published>2026-08-18T00:00:00Z</published><updated>2026-08-19T00:00:00Z</updated></entry>
        <entry><id>2</id><published>soon</published><updated>2026-08-19T00:00:00Z</updated></entry>
        <entry><id>3</id></entry></feed>"""

    days = {one.key: one.published_at.day if one.date_known else None for one in reading(atom).entries}

    assert days == {"1": 18, "2": 19, "3": None}


def test_a_clock_that_goes_a_day_ahead_is_believed() -> None:
    """Zones are mistaken often; a month ahead is an announcement. Nothing was published after it was read, though."""
    entry = only(reading(rss("<title>a</title><pubDate>2026-08-21T12:00:00Z</pubDate>")))

    assert entry.date_known
    assert entry.published_at == NOW


def test_more_entries_than_are_read() -> None:
    """The newest, and a note; equal dates keep their order."""
    harvest = reading(rss(*(f"<guid>{number}</guid><title>t</title>" for number in range(MOST_ENTRIES + 5))))

    assert len(harvest.entries) == MOST_ENTRIES
    assert [harvest.entries[0].key, harvest.entries[-1].key] == [str(MOST_ENTRIES - 1), "0"]
    assert "2,005 entries in the document; the newest 2,000 were read" in harvest.note


# -- hostile documents


def test_what_is_foreign_is_inert() -> None:
    """Scripts are not shown, links that run something are no links, nothing is fetched or expanded."""
    dtd = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
    document = dtd + rss(
        "<title>&lt;script&gt;alert(1)&lt;/script&gt;news\u202e</title><link>javascript:alert(1)</link><guid>s1</guid>",
        "<title>&x;|&b;</title><link>data:text/html,x</link><guid>s2</guid>",
        "<title><![CDATA[<img src=x onerror=alert(1)>{{ 7*7 }}]]></title><link>file:///etc/passwd</link><guid>s3</guid>",
        declaration="",
    )

    assert [(one.title, one.link) for one in reading(document).entries] == [
        ("{{ 7*7 }}", ""),
        ("&x;|&b;", ""),
        ("news", ""),
    ]


@pytest.mark.parametrize(
    "inner",
    [
        "<a>" * 50_000,
        "<item>" * 20_000,
        "<item><title>" + "&lt;div>" * 100_000 + "</title></item>",
        "<item><title>" + "&" * 500_000 + "</title></item>",
        "<item><pubDate>" + "1 " * 100_000 + "</pubDate></item>",
        "<item><title>" + "<![CDATA[" * 50_000 + "</title></item>",
        "<item><link>" + "http://a/" * 100_000 + "</link></item>",
    ],
    ids=["nested", "unclosed", "blocks", "ampersands", "date", "cdata", "link"],
)
def test_a_document_that_is_built_to_take_hours_takes_moments(inner: str) -> None:
    """Else this test would not end."""
    assert len(reading(rss(inner)).entries) <= 2


# -- what is no feed


@pytest.mark.parametrize(
    ("body", "state", "words"),
    [
        (b"", "empty", "empty: the answer has no bytes"),
        (b" \n", "empty", "empty: the answer has no bytes"),
        (b"<!doctype html><title>Login</title><p>Please sign in", "failed", "not a feed: this is an HTML page"),
        (b"<sitemap><url/></sitemap>", "failed", "not a feed: there is no RSS or Atom in this document"),
        (b"<opml version='2.0'><body/></opml>", "failed", "not a feed: there is no RSS or Atom in this document"),
        (b"<Error><Code>AccessDenied</Code></Error>", "failed", "not a feed: there is no RSS or Atom in this document"),
        (b"Bad gateway", "failed", "not a feed: it begins with 'Bad gateway'"),
        (b"\x89PNG\r\n\x1a\n\0\0", "failed", "not a feed: it begins with"),
    ],
)
def test_an_answer_that_is_no_feed(site: Site, door: Door, body: bytes, state: str, words: str) -> None:
    """A word and a sentence; its validators are not kept, so the next pass asks for it whole."""
    asker = feed(door, site.put("/feed", body))

    error = asker.refusal()

    assert (error.state, words in str(error)) == (state, True), str(error)
    assert asker.pages == {}


def test_a_feed_without_entries_is_a_feed(site: Site, door: Door) -> None:
    """Not every newsroom has news: that is no error."""
    asker = feed(door, site.put("/feed", rss()))

    harvest = asker.ask()

    assert (harvest.state, harvest.entries, harvest.failure, harvest.note) == ("ok", (), None, "")
    assert asker.ask().state == "unchanged"


def test_a_feed_that_is_cut_short_gives_what_is_whole(site: Site, door: Door) -> None:
    """36 of 37 entries are not nothing; the pass is not good, and the next one asks for the whole."""
    items = [f"<title>t{number}</title><guid>{number}</guid>" for number in range(37)]
    whole = rss(*items)
    asker = feed(door, site.put("/feed", whole[: whole.index("t36") + 1]))

    harvest = asker.ask()

    assert len(harvest.entries) == 36
    assert harvest.state == "partial"
    assert str(harvest.failure) == "cut short: the document ends in the middle; 36 whole entries were read"
    assert asker.pages == {}
    site.put("/feed", whole)
    assert len(asker.ask().entries) == 37
    assert "if-none-match" not in site.asked[-1].headers


# -- asked again


def test_a_304_keeps_the_validators_and_brings_nothing(site: Site, door: Door) -> None:
    """Byte for byte what the server said; there is no entry to store."""
    url = site.put("/feed", rss(ONE), etag='W/"a-b"', headers={"Last-Modified": "Wed, 19 Aug 2026 08:00:00 GMT"})
    asker = feed(door, url)
    asker.ask()
    before = dict(asker.pages)

    harvest = asker.ask()

    assert (harvest.state, harvest.confirmed, harvest.entries) == ("unchanged", True, ())
    assert asker.pages == before
    assert [one.status for one in site.asked] == [200, 304]
    assert site.asked[1].headers["if-none-match"] == 'W/"a-b"'
    assert site.asked[1].headers["if-modified-since"] == "Wed, 19 Aug 2026 08:00:00 GMT"


def test_a_304_may_bring_new_validators(site: Site, door: Door) -> None:
    """Those that it does not repeat stay."""
    url = site.put("/feed", status=304, etag='"2"')
    asker = feed(door, url)
    asker.pages[url] = Page(url=url, etag='"1"', last_modified="Wed, 19 Aug 2026 08:00:00 GMT", body_hash="x")

    harvest = asker.ask()

    assert harvest.state == "unchanged"
    assert asker.pages[url] == Page(url=url, etag='"2"', last_modified="Wed, 19 Aug 2026 08:00:00 GMT", body_hash="x")


def test_another_etag_on_the_same_bytes_is_unchanged(site: Site, door: Door) -> None:
    """Nothing is parsed; the newest validators are those that are sent, never stale ones."""
    asker = feed(door, site.put("/feed", rss(ONE), etag='"1"'))
    asker.ask()
    site.put("/feed", rss(ONE), etag='"2"')

    harvest = asker.ask()
    asker.ask()

    assert (harvest.state, harvest.entries) == ("unchanged", ())
    assert [one.headers.get("if-none-match") for one in site.asked] == [None, '"1"', '"2"']
    assert [one.status for one in site.asked] == [200, 200, 304]


def test_a_server_without_validators_is_compared_byte_by_byte(site: Site, door: Door) -> None:
    """And one that takes its validators back is not asked with old ones."""
    asker = feed(door, site.put("/feed", rss(ONE), etag='"1"'))
    asker.ask()
    site.put("/feed", rss(ONE), etag="")

    assert asker.ask().state == "unchanged"
    assert asker.ask().state == "unchanged"
    assert [one.headers.get("if-none-match") for one in site.asked] == [None, '"1"', None]


def test_the_same_etag_on_other_bytes_is_read(site: Site, door: Door) -> None:
    """Servers lie; what arrived is what there is."""
    asker = feed(door, site.put("/feed", rss(ONE), etag=""))
    asker.ask()
    site.put("/feed", rss(TWO, ONE), etag="")

    assert titles(asker.ask()) == ["one", "two"]


def test_an_edit_comes_under_its_old_key(site: Site, door: Door) -> None:
    """The store makes a new version of it."""
    asker = feed(door, site.put("/feed", rss(ONE)))
    before = only(asker.ask())
    site.put("/feed", rss(ONE.replace("one", "one, corrected")))

    after = only(asker.ask())

    assert (before.key, before.title) == ("1", "one")
    assert (after.key, after.title) == ("1", "one, corrected")


def test_a_good_pass_after_a_bad_one_asks_with_the_old_validators(site: Site, door: Door) -> None:
    """A maintenance page in between changes nothing."""
    url = site.put("/feed", rss(ONE), etag='"1"')
    asker = feed(door, url)
    asker.ask()
    site.put("/feed", "<!doctype html>We will be back", etag='"html"')
    asker.refusal()
    site.put("/feed", rss(ONE), etag='"1"')

    assert asker.ask().state == "unchanged"
    assert [one.headers.get("if-none-match") for one in site.asked] == [None, '"1"', '"1"']


def test_relative_links_are_those_of_where_it_was_found(site: Site, door: Door) -> None:
    """Behind its redirects; one for good is told."""
    site.put("/new/feed", rss("<title>a</title><link>p/1</link>"))
    site.put("/feed", status=301, headers={"Location": "/new/feed"})

    harvest = feed(door, f"{site.url}/feed").ask()

    assert only(harvest).link == f"{site.url}/new/p/1"
    assert harvest.note.startswith(f"moved for good to {site.url}/new/feed: change its url; ")


def test_what_http_says_of_the_characters_counts(site: Site, door: Door) -> None:
    """Where the bytes do not say more."""
    body = rss("<title>阶跃星辰</title>", declaration="").encode("gbk")

    assert titles(feed(door, site.put("/feed", body, type="text/xml; charset=gb2312")).ask()) == ["阶跃星辰"]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"url": ""},
        {"url": "feed"},
        {"url": "file:///etc/passwd"},
        {"url": "http://a b/"},
        {"url": "http://a/", "every": "1h"},
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(params: dict[str, Any]) -> None:
    """When the declaration is read."""
    with pytest.raises(ValidationError):
        KINDS["feed"].Params(**params)


# -- any bytes at all


def _read(body: bytes, content_type: str = "text/xml") -> None:
    """A harvest whose entries can be stored, or SourceError; anything else is a failure of the test."""
    try:
        harvest = reading(body, content_type, door=_CLOSED)
    except SourceError as error:
        assert error.state in ("failed", "empty")  # noqa: PT017
        return
    keys = [entry.key for entry in harvest.entries]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    for entry in harvest.entries:
        f"{entry.key}{entry.title}{entry.link}{entry.summary}{entry.language}".encode()
        assert "\0" not in entry.key + entry.title + entry.link + entry.summary + entry.language
        assert entry.link == "" or entry.link.lower().startswith(("http://", "https://"))


_CLOSED = Door()
_PIECES = [
    b"<rss version='2.0'>", b"</rss>", b"<channel>", b"</channel>", b"<item>", b"</item>", b"<title>", b"</title>",
    b"<link>", b"</link>", b"<guid>", b"</guid>", b"<pubDate>", b"</pubDate>", b"<description>", b"<entry>", b"</entry>",
    b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"</feed>", b"<link href='", b"<updated>", b"<content type='xhtml'>",
    b"<content type='a' mode='base64'>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE rss [", b"<!ENTITY a 'b'>",
    b"]>", b"<?xml version='1.0' encoding='gbk'?>", b"&a;", b"&#0;", b"&#xD800;", b"&", b"http://[", b"javascript:",
    b"2026-08-19", b"\xff", b"\x00", b"\xe4\xb8", b"xml:base='http://['", b"xml:lang='\x01'", b"'", b">", b"<", b"x",
    b"<enclosure url='", b"<media:content url='x'/>", b"<geo:lat>9</geo:lat>", b"<itunes:image href='['/>",
    b"<georss:point>1</georss:point>",
]  # fmt: skip


@PATIENT
@given(st.binary(max_size=400), st.sampled_from(["", "text/xml", "text/xml; charset=utf-16", "text/xml; charset=idna"]))
def test_any_bytes_are_entries_or_a_refusal(body: bytes, content_type: str) -> None:
    """Alone, and inside of a feed."""
    _read(body, content_type)
    _read(b"<rss><channel><item><title>" + body + b"</title></item></channel></rss>", content_type)


@settings(PATIENT, max_examples=300)
@given(st.lists(st.sampled_from(_PIECES), max_size=25).map(b"".join))
def test_any_heap_of_pieces_is_entries_or_a_refusal(body: bytes) -> None:
    """Tags that close nothing, texts that never end."""
    _read(body)
    _read(b"<rss><channel><item>" + body)
    _read(b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>" + body + b"</entry></feed>")


@settings(PATIENT, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(DOCUMENTS),
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 40), st.sampled_from([b"", *_PIECES])), min_size=1, max_size=4
    ),
)
def test_any_damage_to_a_document_leaves_entries_or_a_refusal(path: Path, cuts: list[tuple[int, int, bytes]]) -> None:
    """Pieces taken out, pieces put in."""
    body = path.read_bytes()
    for at, length, piece in cuts:
        body = body[:at] + piece + body[at + length :]

    _read(body)
