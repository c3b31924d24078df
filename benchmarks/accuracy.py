"""Every well-formed document beside feedparser: as many entries, the same title, link, id and date in each; and how fast.

The documents are made here (formats, languages, wrappings, all combined) or lie in the folders of TRACKER_DOCUMENTS.
"""

from __future__ import annotations

import html
import io
import itertools
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from benchmarks import newsrooms
from tracker.collectors import documents, plaintext, quick, reading
from tracker.collectors.decoding import decode
from tracker.errors import SourceError

_DC, _RSS1 = "http://purl.org/dc/elements/1.1/", "http://purl.org/rss/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SHAPES = (
    ('<rss version="2.0" xmlns:dc="{dc}"><channel><title>t</title>', "item", "</channel></rss>"),
    ('<rss version="0.91" xmlns:dc="{dc}"><channel><title>t</title>', "item", "</channel></rss>"),
    ('<rdf:RDF xmlns:rdf="{rdf}" xmlns="{rss1}" xmlns:dc="{dc}"><channel/>', "item", "</rdf:RDF>"),
    ('<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="{dc}">', "entry", "</feed>"),
    ('<feed version="0.3" xmlns="http://purl.org/atom/ns#" xmlns:dc="{dc}">', "entry", "</feed>"),
    ('<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="{dc}" xml:base="http://b.example/d/">', "entry", "</feed>"),
    ('<channel href="http://c.example/" xmlns:dc="{dc}">', "item", "</channel>"),
)
_TITLES = (
    "<title>plain</title>", "<title>阶跃星辰 &amp; 月之暗面</title>", "<title type='html'>a &lt;b>b&lt;/b> c</title>", "<title/>",
    "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a <em>b</em></div></title>", "<title><![CDATA[x < y & z]]></title>",
    "<dc:title>dublin</dc:title>", "<title>AT&amp;amp;T</title>", "<title>caf\u00e9 \u2014 &#8212;</title>", "",
)  # fmt: skip
_LINKS = (
    "<link>http://a.example/1?x=1&amp;y=2</link>", "<link href='http://a.example/2'/>", "<link href='p/3' rel='alternate'/>",
    "<link href='http://a.example/s' rel='self'/>", "<link> relative/4 </link>", "",
)  # fmt: skip
_IDS = ("<guid>http://a.example/g</guid>", "<guid isPermaLink='false'>g-1</guid>", "<id>tag:a.example,2026:1</id>", "")
_DATES = (
    "<pubDate>Wed, 19 Aug 2026 08:00:00 +0800</pubDate>",
    "<published>2026-08-19T08:00:00Z</published><updated>2026-08-20T00:00:00Z</updated>",
    "<dc:date>2026-08-19</dc:date>", "<issued>2026-08-19T08:00:00Z</issued><modified>2026-08-19T09:00:00Z</modified>", "",
)  # fmt: skip


def measure() -> Iterator[Sequence[str]]:
    """One row for each set of documents."""
    made = list(_made())
    yield _compared("made here, small", made)
    yield _compared("made here, as newsrooms write", list(newsrooms.documents()))
    for folder in filter(None, os.environ.get("TRACKER_DOCUMENTS", "").split(os.pathsep)):
        files = sorted(
            path for path in Path(folder).rglob("*") if path.is_file() and path.suffix in (".xml", ".rss", ".atom")
        )
        yield _compared(Path(folder).name, [path.read_bytes() for path in files])


def _made() -> Iterator[bytes]:
    for head, tag, foot in _SHAPES:
        begun = head.format(dc=_DC, rdf=_RDF, rss1=_RSS1)
        for parts in itertools.product(_TITLES, _LINKS, _IDS, _DATES):
            yield f"{begun}<{tag}>{''.join(parts)}<summary>{escape('<p>s</p>')}</summary></{tag}>{foot}".encode()


def _compared(name: str, bodies: Iterable[bytes]) -> Sequence[str]:
    import feedparser

    count: Counter[str] = Counter()
    seconds = {"theirs": 0.0, "ours": 0.0}
    for body in bodies:
        began = time.process_time()
        try:
            theirs = feedparser.parse(io.BytesIO(body))
        except Exception:  # it breaks off on a few: there is nothing to compare with
            continue
        seconds["theirs"] += time.process_time() - began
        if theirs.bozo or not theirs.entries:
            continue
        began = time.process_time()
        try:
            ours = reading.read(body).parsed.items
        except SourceError:
            ours = ()
        seconds["ours"] += time.process_time() - began
        count["documents"] += 1
        count["fast"] += _is_fast(body)
        count["entries"] += len(theirs.entries)
        count["fewer"] += len(ours) < len(theirs.entries)
        for mine, other in zip(ours, theirs.entries, strict=False):
            count.update(_agreeing(mine, dict(other)))
    shares = [f"{count[field] / max(count['entries'], 1):.2%}" for field in ("title", "link", "id", "published")]
    return (
        name, f"{count['documents']:,}", f"{count['entries']:,}", str(count["fewer"]), *shares,
        f"{count['fast'] / max(count['documents'], 1):.0%}", f"{seconds['theirs'] / max(seconds['ours'], 1e-9):.1f}",
    )  # fmt: skip


def _is_fast(body: bytes) -> bool:
    try:
        return quick.parse(documents.prepare(decode(body)).text) is not None
    except SourceError:
        return False


def _agreeing(mine: Any, other: dict[str, Any]) -> Iterator[str]:
    """The fields in which two entries say the same; markup, entities and spaces aside."""
    link, guid = other.get("link", ""), plaintext.clean(other.get("id", ""))
    if link == other.get("id", "") and not link.lower().startswith(("http://", "https://")):
        link = ""  # a guid that was taken for an address
    date = other.get("published") or other.get("updated") or other.get("created") or ""
    pairs = {
        "title": (_bare(mine.title), _bare(other.get("title", ""))[:2000]), "link": (mine.link, link), "id": (mine.guid, guid),
        "published": (mine.dates[0] if mine.dates else "", date),
    }  # fmt: skip
    return (name for name, (one, two) in pairs.items() if one == two)


def _bare(text: str) -> str:
    shown = html.unescape(html.unescape(re.sub(r"<[^>]*>", "", plaintext.to_text(text))))
    return re.sub(r"\s+", "", shown)
