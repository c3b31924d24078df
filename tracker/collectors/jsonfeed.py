"""JSON Feed 1.0 and 1.1, as loosely as it is written: numbers for ids, lists for authors, nothing where a list should be."""

from __future__ import annotations

import json
from typing import Any

from tracker.collectors import headings, plaintext
from tracker.collectors.items import MOST_ENTRIES, Item, Parsed, made, plain
from tracker.errors import SourceError

_VERSION = "jsonfeed.org/version/1"


def parse(text: str, *, split: bool = False) -> Parsed:
    """Every item of the document, or SourceError where it is no JSON Feed."""
    try:
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str, strict=False)
    except RecursionError as error:
        raise SourceError("not a feed that can be read: its JSON is nested too deeply") from error
    except ValueError as error:
        raise SourceError(f"not a feed: it begins with {text.strip()[:30]!r}") from error
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not (_VERSION in str(found.get("version")) or isinstance(items, list)):
        raise SourceError("not a feed: this JSON is no JSON Feed")
    listed = [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []
    read = tuple(_item(one, split=split) for one in listed[:MOST_ENTRIES])
    return Parsed(items=read, language=_said(found, "language")[:35], found=len(listed))


def _item(raw: dict[str, Any], *, split: bool) -> Item:
    markup = _said(raw, "content_html")
    text = plaintext.clean(_said(raw, "summary")) or plain(markup, literal=False)
    link = _said(raw, "url") or _said(raw, "external_url")
    return made(
        guid=_said(raw, "id") or link, link=link, title=plain(_said(raw, "title"), literal=False),
        summary=text or plain(_said(raw, "content_text"), literal=True),
        whole=lambda: plain(markup, literal=False) or plain(_said(raw, "content_text"), literal=True),
        dates=(_said(raw, "date_published"), _said(raw, "date_modified")),
        rest=lambda: json.dumps(raw, sort_keys=True), parts=headings.split(markup) if split else (),
    )  # fmt: skip


def _said(raw: dict[str, Any], name: str) -> str:
    """Text, or a number as it is written; a list, an object, true and null say nothing."""
    value = raw.get(name)
    return value.strip() if isinstance(value, str) else ""
