"""feedparser, the reference: what no faster parser is sure of is read by it, as broken as it comes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from tracker.collectors import headings
from tracker.collectors.items import MOST_ENTRIES, Item, Parsed, made, plain
from tracker.errors import SourceError


def parse(document: bytes, *, split: bool = False) -> Parsed:
    """Every entry of a document in UTF-8, or SourceError where there is no feed in it. Slow; quadratic on some input."""
    import feedparser

    # Only ever a stream: a text that looks like a path or an address would be opened.
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found = feedparser.parse(io.BytesIO(document), response_headers=headers, sanitize_html=False)
    except Exception as error:  # it promises none, and breaks off on a few documents all the same
        raise SourceError(f"not a feed that can be read: the parser gave up ({type(error).__name__})") from error
    if not found.get("version") and not found.entries:
        raise SourceError("not a feed: there is no RSS or Atom in this document")
    literal = found.get("version") in ("atom10", "atom")
    items = tuple(_item(raw, literal=literal, split=split) for raw in found.entries[:MOST_ENTRIES])
    return Parsed(items=items, language=str(found.feed.get("language") or "")[:35], found=len(found.entries))


def _item(raw: Mapping[str, Any], *, literal: bool, split: bool) -> Item:
    said = dict(raw)  # past feedparser's own look-up, which gives one date for another
    contents: list[dict[str, Any]] = raw.get("content") or [{}]
    content = str(contents[0].get("value") or "")
    summary = _text(raw.get("summary"), raw.get("summary_detail"), literal=literal)
    return made(
        guid=str(raw.get("id") or ""),
        link=str(raw.get("link") or ""),
        title=_text(raw.get("title"), raw.get("title_detail"), literal=literal),
        summary=summary or _text(content, contents[0], literal=literal),
        whole=lambda: _text(content, contents[0], literal=literal),
        dates=tuple(str(said.get(name) or "") for name in ("published", "updated", "created")),
        rest=lambda: repr(sorted(said.items())),
        parts=headings.split(content or str(raw.get("summary") or "")) if split else (),
    )


def _text(value: Any, detail: Any, *, literal: bool) -> str:
    return plain(str(value or ""), literal=bool(literal and detail and detail.get("type") == "text/plain"))
