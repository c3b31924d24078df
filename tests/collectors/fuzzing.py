"""Hostile documents against the parser stage for a bounded time: `make fuzz`, `python -m tests.collectors.fuzzing --seconds 60`.

Any document is a reading or a SourceError, its texts can be stored, and no text of it is cut open by a control character;
where the fast path reads a document, feedparser finds no more in it. What fails is printed by Hypothesis, made small.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.collectors.asking import rss
from tracker.collectors import documents, quick, reading, reference
from tracker.collectors.decoding import decode
from tracker.collectors.plaintext import JUNK
from tracker.errors import SourceError

SEEDS = [path.read_bytes() for path in sorted((Path(__file__).parent / "data").glob("*.xml"))]
PIECES = [
    b"<rss version='2.0'><channel>", b"</channel></rss>", b"<item>", b"</item>", b"<title>", b"</title>", b"<link>", b"</link>",
    b"<guid>", b"</guid>", b"<pubDate>", b"</pubDate>", b"<description>", b"</description>", b"<feed xmlns='http://www.w3.org/2005/Atom'>",
    b"<entry>", b"</entry>", b"</feed>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE rss [<!ENTITY a 'b'>]>", b"&a;", b"&#0;",
    b"&#xD800;", b"&amp;lt;", b"&", b"<", b">", b"'", b"\x00", b"\xff\xfe", b"\xe4\xb8", b"xml:base='http://['", b"<h2>x</h2>",
    b'{"version":"https://jsonfeed.org/version/1","items":[', b'{"id":1,"content_html":"<h2>', b'"}', b"]}", b"2026-08-19", b"a" * 300,
]  # fmt: skip


def check(body: bytes, content_type: str, split: bool) -> None:
    """What must hold of any document."""
    try:
        found = reading.read(body, content_type, split=split)
    except SourceError as error:
        assert error.state in ("failed", "empty")  # noqa: PT017
        return
    for item in found.parsed.items:
        for text in (item.guid, item.title, item.summary, *(part.title for part in item.parts)):
            text.encode()
            assert not JUNK.search(text), text
    if body.lstrip()[:1] not in (b"{", b"["):
        _compare(decode(body, content_type))


def _compare(text: str) -> None:
    prepared = documents.prepare(text).text
    fast = quick.parse(prepared)
    if fast is None or len(prepared) > reading.SMALL:
        return
    try:
        slow = reference.parse(prepared.encode("utf-8", "replace"))
    except SourceError:
        return
    assert len(fast.items) >= len(slow.items)


def _document() -> st.SearchStrategy[bytes]:
    heap = st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=40).map(b"".join)
    damage = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 60), st.sampled_from([b"", *PIECES])), max_size=6)
    return st.one_of(heap, heap.map(lambda inner: rss().encode().replace(b"</channel>", inner + b"</channel>")),
                     st.builds(_damaged, st.sampled_from(SEEDS), damage))  # fmt: skip


def _damaged(body: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, piece in cuts:
        body = body[:at] + piece + body[at + length :]
    return body


def _round(number: int) -> Callable[[], None]:
    @seed(number)
    @settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_document(), st.sampled_from(["", "text/xml; charset=gbk", "text/xml; charset=utf-16"]), st.booleans())
    def one(body: bytes, content_type: str, split: bool) -> None:
        check(body, content_type, split)

    return one


def main(arguments: list[str]) -> None:
    """Rounds of five hundred documents until the time is over; each round has its own seed, which is printed."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--seed", type=int, default=random.randrange(10**6))
    given_ = asked.parse_args(arguments)
    until, number = time.monotonic() + given_.seconds, 0
    while time.monotonic() < until:
        print(f"round {number + 1}, seed {given_.seed + number}", flush=True)
        _round(given_.seed + number)()
        number += 1
    print(f"{number * 500:,} documents, and nothing was found")


if __name__ == "__main__":
    main(sys.argv[1:])
