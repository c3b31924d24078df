"""An entry that holds many stories, split where its headings stand: `split: headings`."""

from __future__ import annotations

import re

from tracker.collectors import plaintext
from tracker.collectors.items import LONGEST_TEXT, TITLE, Part

_HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.{1,4000}?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"<a\b[^<>]*?\bhref\s*=\s*[\"']?([^\"'\s<>]{1,4000})", re.IGNORECASE)
_NUMBER = re.compile(r"\s*#\d{1,3}$")
#: Shorter ones are headings of sections; a story has a text of its own.
_LEAST = 20
_MOST = 200


def split(markup: str) -> tuple[Part, ...]:
    """The stories of the level that has most of them: a heading each, and the text up to the next. None where none is."""
    markup = markup[:LONGEST_TEXT]
    found = list(_HEADING.finditer(markup))
    by_level: dict[str, list[Part]] = {}
    for number, match in enumerate(found[:_MOST]):
        end = found[number + 1].start() if number + 1 < len(found) else len(markup)
        part = _part(match[2], markup[match.end() : end])
        if part is not None:
            by_level.setdefault(match[1], []).append(part)
    best = max(by_level.values(), key=len, default=[])
    return tuple(best) if len(best) > 1 else ()


def _part(heading: str, rest: str) -> Part | None:
    title = _NUMBER.sub("", plaintext.to_text(heading))
    text = plaintext.to_text(rest)
    if not title or len(text) < _LEAST or re.match(r"\s*<(?:ul|ol)\b", rest, re.IGNORECASE):  # a table of contents
        return None
    link = _LINK.search(heading) or _LINK.search(rest)
    return Part(plaintext.shortened(title, TITLE), text, link[1] if link else "")
