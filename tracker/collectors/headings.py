"""An entry that holds many stories, split where its headings stand: `split: headings`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tracker.collectors import plaintext
from tracker.collectors.items import LONGEST_TEXT, TITLE, Part

_TAG = re.compile(r"<(/?)h([1-6])\b[^<>]*>", re.IGNORECASE)
_LONGEST = 4000
_LINK = re.compile(r"<a\b[^<>]*?\bhref\s*=\s*[\"']?([^\"'\s<>]{1,4000})", re.IGNORECASE)
_NUMBER = re.compile(r"\s*#\d{1,3}$")
#: Shorter ones are headings of sections; a story has a text of its own.
_LEAST = 20
_MOST = 200


@dataclass(frozen=True, slots=True)
class _Heading:
    """Where one stands: its level, its start, its inside, its end."""

    level: str
    start: int
    inside: slice
    end: int


def split(markup: str) -> tuple[Part, ...]:
    """The stories of the level that has most of them: a heading each, and the text up to the next. None where none is."""
    markup = markup[:LONGEST_TEXT]
    found = list(islice(_headings(markup), _MOST + 1))
    by_level: dict[str, list[Part]] = {}
    for number, one in enumerate(found[:_MOST]):
        end = found[number + 1].start if number + 1 < len(found) else len(markup)
        part = _part(markup[one.inside], markup[one.end : end])
        if part is not None:
            by_level.setdefault(one.level, []).append(part)
    best = max(by_level.values(), key=len, default=[])
    return tuple(best) if len(best) > 1 else ()


def _headings(markup: str) -> Iterator[_Heading]:
    """Every heading that is closed; each tag is looked at once. Of two of a level that are open the later one counts."""
    opened: dict[str, re.Match[str]] = {}
    for tag in _TAG.finditer(markup):
        if not tag[1]:
            opened[tag[2]] = tag
            continue
        begun = opened.get(tag[2])
        opened = {} if begun else opened
        if begun and 0 < tag.start() - begun.end() <= _LONGEST:
            yield _Heading(tag[2], begun.start(), slice(begun.end(), tag.start()), tag.end())


def _part(heading: str, rest: str) -> Part | None:
    title = _NUMBER.sub("", plaintext.to_text(heading))
    text = plaintext.to_text(rest)
    if not title or len(text) < _LEAST or re.match(r"\s*<(?:ul|ol)\b", rest, re.IGNORECASE):  # a table of contents
        return None
    link = _LINK.search(heading) or _LINK.search(rest)
    return Part(plaintext.shortened(title, TITLE), text, link[1] if link else "")
