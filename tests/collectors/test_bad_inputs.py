"""Sixty ways in which the world is wrong, each with what comes of it; the number before each is that of its family.

What a server does wrong below HTTP stands in tests/network, what it does over days in test_remembering and tests/pipeline.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from tests.collectors.asking import NOW, feed, only, reading, rss, titles
from tests.support.web import Site
from tracker.errors import SourceError
from tracker.network import Door

ZH = "阶跃星辰完成融资"
TRADITIONAL = "階躍星辰發布新模型，這是一篇關於人工智慧的報導"
ITEM = f"<title>{ZH}</title><guid>1</guid>"
MARK = "\ufeff"


def _declared(label: str, encoding: str, text: str = ZH) -> bytes:
    return rss(f"<title>{text}</title>", declaration=f'<?xml version="1.0" encoding="{label}"?>').encode(encoding)


def _bare(encoding: str, text: str = ZH) -> bytes:
    return rss(f"<title>{text}</title>", declaration="").encode(encoding)


# -- whole documents: number, bytes, what HTTP says of them, the titles that are read

OLD_DTD = '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n/rss.dtd">'
PREFIXED = f'<r:rss xmlns:r="http://backend.userland.com/rss2"><r:channel><r:item><r:title>{ZH}</r:title></r:item></r:channel></r:rss>'
READ = [
    ("4 GBK that says gb2312", _declared("gb2312", "gbk", "喆镕" + ZH), "", ["喆镕" + ZH]),
    ("5 Big5 with characters of Hong Kong", _declared("big5", "big5hkscs", TRADITIONAL + "嘅"), "", [TRADITIONAL + "嘅"]),
    ("6 GBK that says nothing", _bare("gbk"), "", [ZH]),
    ("6 Big5 that says nothing", _bare("big5", TRADITIONAL), "", [TRADITIONAL]),
    ("6 Western that says nothing", _bare("cp1252", "café – naïve"), "", ["café – naïve"]),
    ("7 UTF-8 that says Latin-1", _declared("iso-8859-1", "utf-8"), "", [ZH]),
    ("7 UTF-8 that says gb2312", _declared("gb2312", "utf-8"), "", [ZH]),
    ("7 UTF-8 that says UTF-16", _declared("utf-16", "utf-8"), "", [ZH]),
    ("8 HTTP says one thing, XML another", _declared("big5", "gbk"), "text/xml; charset=gb2312", [ZH]),
    ("9 UTF-16 with a mark", (MARK + _declared("utf-16", "utf-8").decode()).encode("utf-16-le"), "", [ZH]),
    ("9 UTF-16 without one", _declared("utf-16", "utf-16-be"), "", [ZH]),
    ("9 UTF-32 without one", _declared("utf-32", "utf-32-le"), "", [ZH]),
    ("10 a label that is none", _declared("klingon", "utf-8"), "", [ZH]),
    ("10 UTF-7", _declared("utf-7", "ascii", "+AGE-"), "", ["+AGE-"]),
    ("11 a mark, lines and warnings", (MARK + "\n\n<br />\n<b>Warning</b>: x in <b>y.php</b>\n" + rss(ITEM)).encode(), "", [ZH]),
    ("12 a declaration that is broken", rss(ITEM, declaration="<?xml?xml version=1.0??>").encode(), "", [ZH]),
    ("12 quotes that are missing", rss(ITEM, declaration="<?xml version=1.0 encoding=utf-8?>").encode(), "", [ZH]),
    ("13 controls and halves", rss(f"<title>\x00\x0b{ZH}\ufffe&#xD800;&#0;</title>").encode("utf-8", "surrogatepass"), "", [ZH]),
    ("14 names that XML does not know", rss("<title>a&nbsp;&eacute;&colon; b & c</title>").encode(), "", ["a é: b & c"]),
    ("20 two roots", (rss(ITEM) + rss("<title>second</title>")).encode(), "", [ZH]),
    ("20 junk behind the end", (rss(ITEM) + "<!-- served in 3 ms --><script>1</script>").encode(), "", [ZH]),
    ("21 RSS 0.91 with its DTD", (OLD_DTD + rss(ITEM, declaration="")).encode(), "", [ZH]),
    ("21 a prefix on every name", PREFIXED.encode(), "", [ZH]),
    ("21 Atom in no namespace", f"<feed><entry><title>{ZH}</title></entry></feed>".encode(), "", [ZH]),
    ("21 Atom in a wrong one", f'<feed xmlns="http://www.w3.org/2005/atom/"><entry><title>{ZH}</title></entry></feed>'.encode(), "", [ZH]),
    ("21 CDF", f'<channel href="http://c/"><item href="http://c/1"><title>{ZH}</title></item></channel>'.encode(), "", [ZH]),
    ("22 markup in a title", rss("<title>a <b>b</b> c</title>").encode(), "", ["a b c"]),
    ("24 no entry", rss().encode(), "", []),
]  # fmt: skip


@pytest.mark.parametrize(("body", "http", "expected"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_what_is_read_all_the_same(body: bytes, http: str, expected: list[str]) -> None:
    """Every entry, every character."""
    assert titles(reading(body, http)) == expected


@pytest.mark.parametrize(
    "markup",
    [
        "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a <em>b</em> c</div></title>",
        "<title type='html'>a &lt;em>b&lt;/em> c</title>",
        "<title type='text'>a b c</title>",
        "<title mode='base64' type='text/html'>YSA8Yj5iPC9iPiBj</title>",
    ],
    ids=["xhtml", "html", "text", "base64"],
)
def test_22_a_title_of_atom_is_whole(markup: str) -> None:
    """However it is wrapped."""
    assert titles(reading(f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{markup}</entry></feed>")) == ["a b c"]


# -- whole documents that are refused: number, bytes, state, words

_ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_LAUGHS = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{_ENTITIES}]>'
REFUSED = [
    ("1 no byte", b"", "empty", "empty: the answer has no bytes"),
    ("2 a login page", b"<!DOCTYPE html><html><title>Log in</title></html>", "failed", "not a feed: this is an HTML page"),
    ("17 100,000 attributes", b"<rss " + b"a='1' " * 100_000 + b"><channel/></rss>", "failed", "one tag has more than 64 kB"),
    ("17 5 million signs", rss("<title><![CDATA[" + "<" * 5_000_000 + "]]></title>").encode(), "failed", "more than 400,000 tags"),
    ("17 a million items", b"<rss><channel>" + b"<item/>" * 1_000_000, "failed", "more than 400,000 tags"),
    ("17 200,000 encodings", b"<?xml " + b"encoding='" * 200_000 + b"?><rss/>", "failed", "one tag has more than 64 kB"),
    ("23 JSON that is deep", b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 200_000, "failed", "nested too deeply"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "state", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused(body: bytes, state: str, words: str) -> None:
    """In one sentence, before any parser sees it."""
    with pytest.raises(SourceError, match=words) as caught:
        reading(body)
    assert caught.value.state == state


@pytest.mark.parametrize(
    ("dtd", "reference"),
    [
        pytest.param(_LAUGHS, "&l9;", id="15 billion laughs"),
        pytest.param(f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 20_000, id="15 quadratic"),
        pytest.param(
            '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>', "&p;", id="15 parameter entity"
        ),
        pytest.param('<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd">', "&p;", id="15 external DTD"),
        pytest.param('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;", id="16 file"),
        pytest.param('<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>', "&x;", id="16 address"),
    ],
)
def test_nothing_is_expanded_and_nothing_fetched(dtd: str, reference: str) -> None:
    """What names an entity that is none of a few characters is the text that it is."""
    entry = only(reading(dtd + rss(f"<title>{reference}</title><guid>1</guid>", declaration="")))

    assert entry.title.replace("…", "") in reference


def test_16_xinclude_is_text() -> None:
    """No file is read."""
    include = "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd' parse='text'/>"

    assert "root:" not in only(reading(rss(f"<title>a</title><description>{include}</description>"))).summary


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param("<a>" * 50_000 + "</a>" * 50_000, id="18 nested"),
        pytest.param("<item><title>x" * 30_000, id="18 unclosed"),
        pytest.param(
            "<item><description>" + "<div>" * 40_000 + "</div>" * 40_000 + "</description></item>", id="18 nested text"
        ),
    ],
)
def test_what_takes_a_parser_long_takes_nobody_with_it(inner: str) -> None:
    """Read or stopped; the next document is read as ever."""
    try:
        assert len(reading(rss(inner)).entries) <= 3
    except SourceError as error:
        assert "too much to read" in str(error)  # noqa: PT017
    assert titles(reading(rss(ITEM))) == [ZH]


def test_19_what_ends_in_the_middle_gives_what_is_whole() -> None:
    """36 of 37, and a pass that is not good."""
    text = rss(*(f"<title>t{number}</title><guid>{number}</guid>" for number in range(37)))

    harvest = reading(text[: text.index("t36")])

    assert (len(harvest.entries), harvest.state) == (36, "partial")


def test_25_too_many_entries_are_the_newest() -> None:
    """Two thousand of them, with a word about the rest."""
    harvest = reading(rss(*(f"<title>{number}</title><guid>{number}</guid>" for number in range(20_000))))

    assert [len(harvest.entries), harvest.entries[-1].title] == [2000, "0"]
    assert "20,000 entries in the document; the newest 2,000 were read" in harvest.note


# -- single entries

KEYS = [
    ("26 no guid", ["<title>a</title><link>http://a/1</link>"], ["https://a/1"]),
    ("26 no link", ["<title>a</title><guid>http://a/1</guid>"], ["http://a/1"]),
    ("26 neither", ["<title>a</title>"], ["text:"]),
    ("27 one guid on all", [f"<title>{n}</title><guid>x</guid><link>http://a/{n}</link>" for n in (1, 2)], ["https://a/2", "https://a/1"]),
    ("29 one link on all", [f"<title>{n}</title><guid isPermaLink='false'>{n}</guid><link>http://a/</link>" for n in (1, 2)], ["2", "1"]),
    ("30 a guid of 3 kB", [f"<title>a</title><guid>{'x' * 3000}</guid>"], ["long:"]),
    ("30 breaks and NUL", ["<title>a</title><guid>\n a\x00\r\n b </guid>"], ["a b"]),
    ("42 one title every day", [f"<title>Market wrap</title><guid>{n}</guid>" for n in (1, 2)], ["2", "1"]),
]  # fmt: skip


@pytest.mark.parametrize(("items", "keys"), [row[1:] for row in KEYS], ids=[row[0] for row in KEYS])
def test_what_an_entry_is_told_apart_by(items: list[str], keys: list[str]) -> None:
    """The same in every pass."""
    found = [one.key for one in reading(rss(*items)).entries]

    assert [key[: len(wanted)] for key, wanted in zip(found, keys, strict=True)] == keys
    assert found == [one.key for one in reading(rss(*items)).entries]


@pytest.mark.parametrize(
    ("inner", "title", "link"),
    [
        pytest.param("<description>" + "word " * 40 + "</description>", ("word " * 16)[:79].strip(), "", id="31 no title"),
        pytest.param(f"<title>{'x' * 1_000_000}</title>", "x" * 1999 + "…", "", id="31 a megabyte"),
        pytest.param("<title>&lt;script>alert(1)&lt;/script>a</title><link>javascript:alert(1)</link>", "a", "", id="32 script"),
        pytest.param("<title>&lt;img src=x onerror=alert(1)>a</title><link>data:text/html,x</link>", "a", "", id="32 image"),
        pytest.param("<title>a\u202eb\u2066c</title>", "abc", "", id="32 turned around"),
        pytest.param("<title>a</title><link>p/1</link>", "a", "https://news.example/p/1", id="33 relative"),
        pytest.param("<title>a</title><link xml:base='http://b.example/x/'>1</link>", "a", "http://b.example/x/1", id="33 with a base"),
        pytest.param("<title>a</title><link>//c.example/1</link>", "a", "https://c.example/1", id="33 no scheme"),
        pytest.param("<title>a</title><link>file:///etc/passwd</link>", "a", "", id="33 file"),
    ],
)  # fmt: skip
def test_what_an_entry_says(inner: str, title: str, link: str) -> None:
    """Bounded and inert."""
    entry = only(reading(rss(inner)))

    assert (entry.title.removesuffix("…"), entry.link) == (title.removesuffix("…"), link)


_AT = datetime(2026, 8, 19, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        ("2026年8月19日 16:00", _AT), ("2026/08/19 16:00", _AT), ("2026/08/19", datetime(2026, 8, 18, 16, tzinfo=UTC)),
        ("1787126400", _AT), ("1787126400000", _AT),
        ("Wed,19 Aug 2026 08:00:00 GMT", _AT), ("Wed, 19 Aug 2026 16:00:00 CST", _AT), ("Wed, 19 Aug 2026 16:00:00 UTC+8", _AT),
        ("2026-08-19T16:00:00+0800", _AT), ("", None), ("yesterday", None), ("2026-08-19 25:00", None), ("32 Aug 2026", None),
        ("2026-02-29", None), ("2026-08-19T08:00:00+99:99", None), ("0000-00-00", None), ("9999-12-31", None), ("1970-01-01", None),
        ("Sat, 19 Sep 2026 08:00:00 GMT", None),
    ],
)  # fmt: skip
def test_34_and_35_dates_as_people_write_them(stamp: str, at: datetime | None) -> None:
    """Never an exception, never November; what is no usable date is first seen, and says so."""
    harvest = reading(
        rss(f"<title>a</title><guid>1</guid><pubDate>{stamp}</pubDate>", head="<language>zh-cn</language>")
    )

    entry = only(harvest)
    assert (entry.published_at, entry.date_known) == (at or NOW, at is not None)
    assert ("dated by when they were first seen" in harvest.note) is (at is None)


# -- HTTP


def _says(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def speak(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return speak


FEED = rss(ITEM).encode()
_BOMB = zlib.compressobj(9, zlib.DEFLATED, 31)
BOMB = b"".join(_BOMB.compress(b" " * 1_000_000) for _ in range(50)) + _BOMB.flush()
ANSWERS = [
    ("3 a challenge", 403, b"", {"cf-mitigated": "challenge"}, "failed", "it wants a browser to solve a challenge"),
    ("43 304 that nobody asked for", 304, b"", {}, "failed", "to a request without validators"),
    ("48 come back later", 429, b"", {"Retry_After": "120"}, "throttled", "no more requests for now"),
    ("48 come back in ten years", 503, b"", {"Retry_After": "315360000"}, "throttled", "it is busy"),
    ("48 come back at some time", 429, b"", {"Retry_After": "soon"}, "throttled", "no more requests for now"),
    ("50 to a file", 301, b"", {"Location": "file:///etc/passwd"}, "refused", "file: is not http"),
    ("50 to another private host", 301, b"", {"Location": "http://127.0.0.2/"}, "refused", "private address"),
    ("50 with a name and a password", 302, b"", {"Location": "http://a:b@127.0.0.1/"}, "refused", "a user name or a password"),
    ("51 gone", 410, b"", {}, "gone", "taken away for good"),
    ("52 a page that sends elsewhere", 200, b'<html><meta http-equiv="refresh" content="0;url=/"></html>', {}, "failed", "HTML page"),
    ("53 a bomb", 200, BOMB, {"Content_Encoding": "gzip"}, "failed", "too large"),
    ("53 gzip in gzip", 200, gzip.compress(gzip.compress(FEED)), {"Content_Encoding": "gzip, gzip"}, "failed", "only gzip"),
    ("53 brotli", 200, b"\x0b\x02", {"Content_Encoding": "br"}, "failed", "only gzip was asked for"),
    ("53 gzip that is cut", 200, gzip.compress(FEED)[:-20], {"Content_Encoding": "gzip"}, "failed", "cut short"),
    ("55 less than was promised", 200, FEED, {"Content_Length": "100000"}, "failed", "cut short"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "headers", "state", "words"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_an_answer_that_brings_nothing(
    site: Site, door: Door, status: int, body: bytes, headers: dict[str, str], state: str, words: str
) -> None:
    """Its word, its sentence, and nothing that the next pass would send."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    asker = feed(door, site.do("/feed", _says(status, body, ETag='"x"', **said)))

    error = asker.refusal()

    assert (error.state, words in str(error)) == (state, True), str(error)
    assert asker.pages == {}
    assert error.retry_after is None or error.retry_after.days <= 7


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(FEED, {"Content-Encoding": "gzip"}, id="53 plain text that says gzip"),
        pytest.param(FEED, {"Content-Encoding": "identity"}, id="53 identity"),
        pytest.param(FEED + b"junk", {"Content-Length": str(len(FEED))}, id="55 more than was promised"),
        pytest.param(FEED, {"Retry-After": "-1", "Cache-Control": "max-age=x", "Expires": "0"}, id="49 junk"),
    ],
)  # fmt: skip
def test_an_answer_that_is_read_all_the_same(site: Site, door: Door, body: bytes, headers: dict[str, str]) -> None:
    """Its bytes are a feed."""
    assert titles(feed(door, site.do("/feed", _says(200, body, **headers))).ask()) == [ZH]


@pytest.mark.parametrize("etag", ['W/"a"', "unquoted", '"\xe9\x80"', "x" * 1024], ids=["weak", "bare", "high", "1 kB"])
def test_47_validators_go_back_as_they_came(site: Site, door: Door, etag: str) -> None:
    """Byte for byte; what is longer than a kilobyte is dropped."""
    asker = feed(door, site.put("/feed", FEED, etag=etag))
    asker.ask()

    assert asker.ask().state == "unchanged"
    assert site.asked[-1].headers["if-none-match"] == etag
