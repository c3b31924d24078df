"""What is large and unusual is read in a process of its own, which ends where it must and takes nobody with it."""

from __future__ import annotations

import pytest

from tests.collectors.asking import rss
from tracker.collectors import apart, reading, reference
from tracker.errors import SourceError

#: Not well-formed: feedparser's turn.
ODD = rss(*(f"<title>t{number} <b></title><guid>{number}</guid>" for number in range(3000)))


def test_it_reads_what_feedparser_reads() -> None:
    """Across the border of the process nothing is lost, with parts and without."""
    text = rss(
        "<title>a</title><description>&lt;h2>x&lt;/h2>"
        + "text " * 9
        + "&lt;h2>y&lt;/h2>"
        + "text " * 9
        + "</description>"
    )

    for split in (False, True):
        assert apart.parse(text.encode(), split=split) == reference.parse(text.encode(), split=split)


def test_a_large_odd_document_is_read_there() -> None:
    """As many entries as feedparser finds."""
    assert len(ODD) > reading.SMALL
    assert len(reading.read(ODD.encode()).parsed.items) == 3000


def test_what_is_no_feed_is_refused_from_there_too() -> None:
    """The sentence comes across."""
    with pytest.raises(SourceError, match="not a feed: there is no RSS or Atom"):
        apart.parse(b"<sitemap/>")


def test_a_parser_that_needs_too_long_is_stopped() -> None:
    """A hundred thousand attributes take feedparser minutes; afterwards the next document is read."""
    attributes = " ".join(f"a{number}='1'" for number in range(100_000))

    with pytest.raises(SourceError, match="too much to read: the parser was stopped after 1 s"):
        apart.parse(f"<rss {attributes}><channel/></rss>".encode(), seconds=1)
    assert apart.parse(rss("<title>a</title>").encode()).found == 1


def test_a_parser_that_needs_too_much_memory_is_stopped() -> None:
    """Half a gigabyte is enough for any newsroom; less is enough for a test."""
    with pytest.raises(SourceError, match=r"MemoryError|for want of memory"):
        apart.parse(b"<rss><channel><item><title>" + b"<b>x" * 300_000, memory=100_000_000)
