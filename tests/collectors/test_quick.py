"""The fast path beside feedparser: over any document it says the same, or nothing."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.collectors.asking import PATIENT
from tracker.collectors import documents, quick, reference
from tracker.collectors.items import Parsed
from tracker.errors import SourceError

_SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:own="http://own.example/" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
#: An Atom 0.3 that also names Atom 1.0 is 1.0 to feedparser; nobody writes that.
_OLD = _SPACES.replace('xmlns:atom="http://www.w3.org/2005/Atom" ', "")
#: root, what stands before the items, the tag of an item, what stands behind them
_SHAPES = {
    "rss": (f'<rss version="2.0" {_SPACES}><channel><title>t</title>', "item", "</channel></rss>"),
    "rdf": (f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {_SPACES}><channel/>', "item", "</rdf:RDF>"),
    "atom": (f'<feed xmlns="http://www.w3.org/2005/Atom" {_SPACES}>', "entry", "</feed>"),
    "atom 0.3": (f'<feed version="0.3" xmlns="http://purl.org/atom/ns#" {_OLD}>', "entry", "</feed>"),
    "based": (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://b.example/x/" {_SPACES}>',
        "entry",
        "</feed>",
    ),
    "cdf": (f'<channel href="http://c.example/" {_SPACES}>', "item", "</channel>"),
}
_NAMES = (
    "title link guid id pubDate published updated issued modified created date description summary content author "
    "source category image textinput dc:title dc:date dc:description dc:creator dcterms:issued dcterms:modified "
    "content:encoded media:title media:description media:content media:group atom:link atom:title own:title own:thing "
    "itunes:title itunes:summary itunes:author xhtml:body body enclosure comments"
).split()
_ATTRIBUTES = (
    ("isPermaLink", "false"), ("isPermaLink", "true"), ("href", "http://a.example/1"), ("href", "p/2"), ("rel", "self"),
    ("rel", "alternate"), ("rel", "enclosure"), ("type", "text/html"), ("type", "html"), ("type", "text"), ("type", "xhtml"),
    ("type", "image/png"), ("mode", "escaped"), ("url", "http://u.example/"), ("xml:base", "http://x.example/d/"), ("lang", "zh"),
)  # fmt: skip
_TEXTS = (
    "", " ", "a", "阶跃星辰", "x < y & z", "<b>bold</b> text", "<p>one</p><p>two</p>", "AT&amp;T", "&lt;i>", "http://a.example/1",
    "HTTP://A.example/", "p/3", "?q=1&r=2", "tag:a,2026:1", "2026-08-19T08:00:00Z", "Wed, 19 Aug 2026 08:00:00 GMT", "caf\u00c3\u00a9",
    "\n  two\n  lines ", "<br/>", "a &eacute; b",
)  # fmt: skip


@st.composite
def _element(draw: st.DrawFn, depth: int = 1) -> str:
    name = draw(st.sampled_from(_NAMES))
    attributes = dict(draw(st.lists(st.sampled_from(_ATTRIBUTES), max_size=2)))
    inner = escape(draw(st.sampled_from(_TEXTS)))
    if depth and draw(st.integers(0, 3)) == 0:
        inner += draw(_element(depth - 1))
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{said}>{inner}</{name}>"


@st.composite
def _document(draw: st.DrawFn) -> str:
    head, tag, foot = draw(st.sampled_from(list(_SHAPES.values())))
    about = draw(
        st.sampled_from(
            ["", "", "", ' rdf:about="http://r.example/1"', ' xml:base="http://e.example/"', ' href="http://h/"']
        )
    )
    items = draw(st.lists(st.lists(_element(), max_size=5).map("".join), max_size=3))
    return head + "".join(f"<{tag}{about}>{item}</{tag}>" for item in items) + foot


def _both(text: str) -> tuple[Parsed | None, Parsed]:
    prepared = documents.prepare(text).text
    fast = quick.parse(prepared)
    try:
        return fast, reference.parse(prepared.encode())
    except SourceError:  # feedparser breaks off on some; then there is nothing to say the same as
        assert fast is None
        return None, Parsed()


def _told(parsed: Parsed) -> list[tuple[object, ...]]:
    return [(one.guid, one.link, one.title, one.dates) for one in parsed.items]


@settings(PATIENT, max_examples=400)
@given(_document())
def test_the_fast_path_says_what_feedparser_says_or_nothing(text: str) -> None:
    """Every entry, with its title, link, id and dates."""
    fast, slow = _both(text)

    if fast is not None:
        assert _told(fast) == _told(slow)
        assert fast.found == slow.found


@pytest.mark.parametrize("shape", ["rss", "rdf", "atom", "atom 0.3", "based"])
def test_what_everybody_writes_takes_the_fast_path(shape: str) -> None:
    """Else it would be fast for nobody."""
    head, tag, foot = _SHAPES[shape]
    entry = (
        '<title>阶跃 &amp; co</title><link href="http://a.example/1"/><link rel="self" href="http://a.example/1.xml"/>'
        if tag == "entry"
        else "<title>阶跃 &amp; co</title><link>http://a.example/1</link>"
    )
    extras = "<author><name>N</name></author><dc:creator>c</dc:creator><media:group><media:title>m</media:title></media:group>"
    fast, slow = _both(f"{head}<{tag}>{entry}{extras}<dc:date>2026-08-19</dc:date></{tag}>{foot}")

    assert fast is not None
    assert _told(fast) == _told(slow) == [("", "http://a.example/1", "阶跃 & co", ("2026-08-19",))]


@pytest.mark.parametrize(
    "item",
    [
        "<own:title>x</own:title>", "<date>2026-08-19</date>", "<media:title>only</media:title>", "<title mode='base64'>YQ==</title>",
        "<title type='image/png'>YQ==</title>", "<own:box><title>x</title></own:box>", "<item><title>x</title></item>",
        "<title type='xhtml'>&lt;br/&gt;</title>", "<media:title><b xml:base='http://a/d/'/></media:title><link>a</link>",
        "<link url='http://a/'/>", "<guid ispermalink='false'>1</guid>",
    ],
)  # fmt: skip
def test_what_is_unusual_is_left_to_feedparser(item: str) -> None:
    """A guess would be wrong for somebody."""
    head, tag, foot = _SHAPES["rss"]

    assert _both(f"{head}<{tag}>{item}</{tag}>{foot}")[0] is None


@pytest.mark.parametrize("text", ["<rss><channel><item>", "<html/>", "<rss><channel/><channel/></rss>", "<a:rss/>", ""])
def test_what_is_no_plain_feed_is_left_to_feedparser(text: str) -> None:
    """Also what is not well-formed."""
    assert quick.parse(text) is None


def test_elements_inside_a_title_are_its_text() -> None:
    """Atom's XHTML, and markup that nobody escaped."""
    xhtml = "<div xmlns='http://www.w3.org/1999/xhtml'>a <em>b</em> &lt;c&gt;</div>"
    atom, tag, foot = _SHAPES["atom"]
    rss, item, end = _SHAPES["rss"]

    fast = quick.parse(f"{atom}<{tag}><title type='xhtml'>{xhtml}</title></{tag}>{foot}")
    inner = quick.parse(f"{rss}<{item}><title>a <b>b</b> c</title></{item}>{end}")

    assert fast is not None
    assert fast.items[0].title == "a b <c>"
    assert inner is not None
    assert inner.items[0].title == "a b c"
