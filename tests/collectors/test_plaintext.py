"""Foreign text and links made plain: nothing is lost that a reader sees, nothing stays that could do something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.asking import PATIENT
from tracker.collectors import plaintext
from tracker.collectors.links import absolute, normalised

SEEN = [
    # text that is no markup
    ("x < y", "x < y"),
    ("1 <2 and 3> 2", "1 <2 and 3> 2"),
    ("a <b", "a <b"),
    ("List<int>", "List<int>"),
    ("R&D at AT&T", "R&D at AT&T"),
    # entities, once
    ("a&nbsp;b &amp; c", "a b & c"),
    ("&lt;b&gt;", "<b>"),
    ("&amp;lt;", "&lt;"),
    ("&#39;x&#x27; &colon; &eacute;", "'x' : é"),
    ("&#146;", "’"),
    ("&copy &notit; &foo; &#99999999;", "&copy &notit; &foo; &#99999999;"),
    ("&#0;&#xD800;x", "\ufffd\ufffdx"),
    # markup
    ("a <b>bold</b> word", "a bold word"),
    ("w<b>o</b>rd", "word"),
    ("中<b>文</b>字", "中文字"),
    ("<p>one</p><p>two</p>", "one two"),
    ("one<br>two<br/>three", "one two three"),
    ("<td>1</td><td>2</td>", "1 2"),
    ("<p\n class='x'\n>a", "a"),
    ("<p>x < y</p>", "x < y"),
    ("<p>x <y and z</p>", "x <y and z"),
    ("List<int> and <b>bold</b>", "List<int> and bold"),
    ("<o:p>word</o:p><p>x</p>", "word x"),
    ("<x-card>in</x-card><p>x</p>", "in x"),
    ("<centre>in</centre><p>x</p>", "in x"),
    ("<a href='javascript:alert(1)'>link</a>", "link"),
    ("<!-- a comment -->seen", "seen"),
    ("<!-- never closed", ""),
    ("<b>", ""),
    # what never shows
    ("<script>evil()</script>after", "after"),
    ("<SCRIPT\n>evil()</SCRIPT >after", "after"),
    ("<script>never closed", ""),
    ("<style>.x{color:red}</style>text", "text"),
    ("<template>t</template>u", "u"),
    ("<iframe src=x>in</iframe>out", "out"),
    ("<svg><text>s</text></svg>t", "t"),
    ("<head><title>T</title></head><body>b</body>", "b"),
    ("<img src=x onerror=alert(1)>caption", "caption"),
    # what other rooms make inert stays text
    ("{{ 7*7 }} | pipe | [x](javascript:alert(1))", "{{ 7*7 }} | pipe | [x](javascript:alert(1))"),
    ("<b>x</b> &lt;script&gt;", "x <script>"),
    # controls, direction, halves
    ("a\x00b\x08c\x1b[31md\x7fe\x9bf", "abc[31mdef"),
    ("abc\u202egnp.exe\u202c", "abcgnp.exe"),
    ("\u2066a\u2069\u200e\u200f\ufeff", "a"),
    ("a\ud800b\ufffe\uffffc", "abc"),
    ("a\u2028b\tc\r\nd\u3000e\x85f", "a b c d e f"),
    ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
]


@pytest.mark.parametrize(("markup", "text"), SEEN, ids=[repr(row[0])[:40] for row in SEEN])
def test_what_a_reader_sees(markup: str, text: str) -> None:
    """On one line."""
    assert plaintext.to_text(markup) == text


@pytest.mark.parametrize(
    "piece", ["<div>", "<b>", "<ul><li>", "<table><tr>", "<!--", "&lt;", "<", "&", "<a href=x>", "<i><p>"]
)
def test_markup_that_nests_without_end_is_only_text(piece: str) -> None:
    """A parser builds a tree of it, and a tree of blocks a hundred thousand deep takes minutes."""
    assert len(plaintext.to_text(piece * 100_000 + "end")) < 200_000


@PATIENT
@given(
    st.lists(
        st.sampled_from([*"<>/!-&;#x3b p\x00\x1b\u202e\ud800中=\"'", "script", "<p>", "</p>", "<b", "&lt;", "<!--"]),
        max_size=60,
    )
)
def test_no_text_is_an_exception_and_no_junk_stays(pieces: list[str]) -> None:
    """Whatever is written."""
    text = plaintext.to_text("".join(pieces))

    assert not plaintext.JUNK.search(text)
    assert text == text.strip()
    assert "\n" not in text
    text.encode()


def test_shortening_is_marked() -> None:
    """And never longer than the limit."""
    assert plaintext.shortened("12345", 5) == "12345"
    assert plaintext.shortened("123456", 5) == "1234…"
    assert plaintext.shortened("123 56", 5) == "123…"


BASE = "https://news.example/d/feed"
LINKS = [
    ("https://a.example/p?utm_source=rss&x=1#top", "https://a.example/p?utm_source=rss&x=1#top"),
    ("/p/1", "https://news.example/p/1"),
    ("p.html", "https://news.example/d/p.html"),
    ("//other.example/p", "https://other.example/p"),
    (" \n http://a.example/x \t", "http://a.example/x"),
    ("http://a.example/my page", "http://a.example/my%20page"),
    ("http://a.example/中文?q=一", "http://a.example/中文?q=一"),
    ("http://a.example/\u202egnp.exe\x9b", "http://a.example/gnp.exe"),
    ("HTTP://A.Example/", "HTTP://A.Example/"),
    # nothing that could be followed
    ("", ""),
    ("javascript:alert(1)", ""),
    ("JaVaScRiPt:alert(1)", ""),
    ("java\nscript:alert(1)", ""),
    ("\x01javascript:alert(1)", ""),
    ("java\u202escript:alert(1)", ""),
    ("data:text/html,<script>", ""),
    ("vbscript:x", ""),
    ("file:///etc/passwd", ""),
    ("mailto:a@b.example", ""),
    ("ftp://a.example/x", ""),
    ("blob:http://a.example/x", ""),
    ("http://[::1", ""),
    ("http://" + "x" * 5000, ""),
]


@pytest.mark.parametrize(("link", "kept"), LINKS, ids=[repr(row[0])[:40] for row in LINKS])
def test_a_link_is_a_web_page_or_nothing(link: str, kept: str) -> None:
    """Resolved against the document; javascript: is "" """
    assert absolute(link, BASE) == kept


SAME_PAGE = [
    "https://a.example/p?id=1",
    "http://a.example/p?id=1",
    "https://A.Example:443/p/?id=1",
    "https://a.example/p?utm_source=rss&utm_medium=feed&id=1&f=rss",
    "https://a.example/p?id=1&fbclid=x#comments",
]


def test_the_same_page_has_one_name() -> None:
    """No tracking, no fragment, one scheme; 36kr marks its links with f=rss."""
    assert {normalised(link) for link in SAME_PAGE} == {"https://a.example/p?id=1"}
    assert normalised("") == ""


def test_different_pages_have_two() -> None:
    """Their numbers, paths and the routes of single-page sites stay."""
    links = ["https://a.example/p?id=1", "https://a.example/p?id=2", "https://a.example/q?id=1", "https://b.example/p?id=1",
             "https://a.example/#/one", "https://a.example/#!/two", "https://a.example/p?f=2"]  # fmt: skip

    assert len({normalised(link) for link in links}) == len(links)


@PATIENT
@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://a.example/", "//", "?"]))
def test_no_link_is_an_exception(tail: str, head: str) -> None:
    """Kept and named, or ""."""
    link = absolute(head + tail, BASE)

    assert link == "" or link.lower().startswith(("http://", "https://"))
    assert isinstance(normalised(link), str)
