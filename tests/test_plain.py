"""Foreign text made inert: whatever stands in it, a page, a document, a terminal and a spreadsheet only show it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tracker import plain

#: What a headline may hold when somebody means harm, or only writes badly.
NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[click](javascript:alert(1))",
    "![](https://example.org/pixel.png)",
    "https://example.org/free",
    "HTTPS://example.org",
    "www.example.org",
    "<https://example.org>",
    "# a heading",
    "- a list",
    "+ a list",
    "* a list",
    "1. a list",
    "12) a list",
    "> a quotation",
    "--- ",
    "===",
    "***",
    "    code",
    "`code`",
    "~~~",
    "|a|b|",
    "a | b",
    "&lt;b&gt; &amp;",
    "&#60;b&#62;",
    "back\\slash",
    "_under_ *star* **bold** ~~gone~~ $x^2$",
    ": a definition",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "safe\u202eexe.cod",
    "line\nbreak\r\nand\ttab",
    "\x00\x07\x85\u2028\ufeff",
    "half \ud83d of a pair",
    "=cmd|'/c calc'!A1",
    "阶跃星辰完成超50亿元B+轮融资",
]

text = st.one_of(st.sampled_from(NASTY), st.text(), st.text(alphabet="<>[]()#*_-+=|`~&:;\\/. \n\t1)hwtps!\x1b\u202e"))


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def _seen(document: str) -> _Seen:
    parser = _Seen()
    parser.feed(document)
    parser.close()
    return parser


@given(text)
def test_html_shows_text_and_has_no_markup(foreign: str) -> None:
    """In an element and in a quoted attribute."""
    seen = _seen(f'<p title="{plain.html(foreign)}">{plain.html(foreign)}</p>')

    assert seen.tags == ["p"]
    assert "\x1b" not in seen.text
    assert "\u202e" not in seen.text


@given(text)
def test_markdown_shows_text_and_has_no_markup(foreign: str) -> None:
    """A paragraph, a list item and a table cell that hold it are what they are: no link, no image, no heading, no HTML."""
    escaped = plain.markdown(foreign)
    assert "\n" not in escaped

    reader = MarkdownIt("gfm-like", {"linkify": False, "html": True}).enable("strikethrough")
    assert [token.type for token in reader.parse(escaped)] in ([], ["paragraph_open", "inline", "paragraph_close"])
    for document, wanted in (
        (escaped, ["p"]),
        (f"- x {escaped}", ["ul", "li"]),
        (f"| a |\n|---|\n| x {escaped} |", ["table", "thead", "tr", "th", "tbody", "tr", "td"]),
    ):
        seen = _seen(reader.render(document))
        assert seen.tags in (wanted, []) if document == escaped else seen.tags == wanted
        shown = " ".join(seen.text.split())
        assert plain.line(foreign).replace(" ", "") in shown.replace(" ", "")


@pytest.mark.parametrize(
    "foreign", ["https://example.org", "HTTP://example.org", "see www.example.org", "WWW.example.org", "ftp://x.y"]
)
def test_markdown_makes_no_address_into_a_link(foreign: str) -> None:
    """Also where a reader of the file makes links of bare addresses."""
    rendered = _seen(f"<p>{plain.markdown(foreign)}</p>")

    assert rendered.text.replace("\\", "") == foreign
    assert "://" not in plain.markdown(foreign)
    assert "www." not in plain.markdown(foreign).lower()


@given(text)
def test_a_terminal_gets_nothing_to_act_on(foreign: str) -> None:
    """One line; control characters and direction marks are made visible, not left out."""
    shown = plain.terminal(foreign)

    assert all(ch.isprintable() or ch.isspace() for ch in shown if ord(ch) < 0x100)
    assert not set("\x1b\x07\x00\n\r\x85\u202e\u2066\u200f\ufeff") & set(shown)
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("a\nb\tc", "a b c"),
        ("阶跃星辰", "阶跃星辰"),
        ("a\r\nb", "a\\x0d b"),
    ],
)
def test_what_a_terminal_shows(foreign: str, shown: str) -> None:
    """The escape itself, as text."""
    assert plain.terminal(foreign) == shown


@given(text)
def test_a_line_is_one_line(foreign: str) -> None:
    """Without controls, without spaces at its ends or twice; a second time changes nothing."""
    one = plain.line(foreign)

    assert one == " ".join(one.split())
    assert plain.line(one) == one
    one.encode("utf-8")


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-cmd", "'-cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\r=1", "'=1"),
        ("＝1+1", "'＝1+1"),
        ("-3.1", "-3.1"),
        ("+45", "+45"),
        ("-1,234.5%", "-1,234.5%"),
        ("-1+1", "'-1+1"),
        ("50亿元", "50亿元"),
        ("a=b", "a=b"),
        ("", ""),
        ("\x1b=1", "'=1"),
    ],
)
def test_a_spreadsheet_computes_nothing(cell: str, shown: str) -> None:
    """What looks like a formula is text; numbers stay numbers."""
    assert plain.csv(cell) == shown


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://example.org/a?b=c&d=%20#e", True),
        (" HTTP://example.org ", True),
        ("https://例子.测试/新闻", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("ftp://example.org", False),
        ("https://", False),
        ("https://a b", False),
        ('https://a"b', False),
        ("https://a>b", False),
        ("https://a\nb", False),
        ("https://a\\b", False),
        ("https://a" + "b" * 2000, False),
        ("", False),
    ],
)
def test_which_links_may_be_followed(url: str, followed: bool) -> None:
    """http and https, without anything that ends an attribute or a Markdown link."""
    assert plain.link(url) == (url.strip() if followed else "")
    assert plain.markdown_link("a", url) == (f"[a](<{url.strip()}>)" if followed else "a")


def test_the_title_of_a_link_cannot_end_it() -> None:
    """Its brackets are text."""
    rendered = MarkdownIt().render(plain.markdown_link("a](javascript:x) [b", "https://example.org"))

    assert rendered == '<p><a href="https://example.org">a](javascript:x) [b</a></p>\n'


@given(
    st.recursive(st.one_of(text, st.integers(), st.booleans(), st.none()), lambda inner: st.lists(inner, max_size=3))
)
def test_json_is_read_back_as_it_was(value: Any) -> None:
    """With nothing in it that a terminal acts on, and always as UTF-8."""
    told = plain.json(value)

    assert json.loads(told) == value
    assert not set("\x1b\x7f\x85\u202e\u2066") & set(told)
    told.encode("utf-8")


def test_json_writes_times_in_utc_and_decimals_as_strings() -> None:
    """And refuses what has no form in it."""
    noon = datetime(2026, 5, 9, 12, 0, tzinfo=timezone(timedelta(hours=8)))
    value = {"at": noon, "value": Decimal("1E+9"), "low": Decimal("0.10"), "pair": ("阶跃", 1), "set": {1}}

    assert plain.json(value) == (
        '{"at": "2026-05-09T04:00:00Z", "value": "1000000000", "low": "0.10", "pair": ["阶跃", 1], "set": [1]}'
    )
    for odd in (object(), b"bytes"):
        with pytest.raises(TypeError, match="no form in JSON"):
            plain.json(odd)
    with pytest.raises(ValueError, match="not JSON compliant"):
        plain.json(float("nan"))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("2026-08-19-departures.left-minimax-1", "2026-08-19-departures.left-minimax-1"),
        ("a/b\\c:d", "a-b-c-d"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("", "x"),
        ("...", "x"),
        ("阶跃星辰", "阶跃星辰"),
        ("cafe\u0301", "caf\u00e9"),
        ("a\x00b\nc", "a-b-c"),
        ("x" * 200, "x" * 120),
    ],
)
def test_a_part_of_a_file_name(name: str, slug: str) -> None:
    """Never empty, never hidden, never a way out of the folder."""
    assert plain.slug(name) == slug


@given(text)
def test_a_slug_is_always_one_harmless_name(foreign: str) -> None:
    """Whatever it was made of."""
    name = plain.slug(foreign)

    assert name
    assert not name.startswith((".", "-"))
    assert not set(name) & set('/\\:*?"<>|\n\x00 ')
    assert len(name) <= 120
