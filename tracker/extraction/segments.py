"""A text cut into what can be read on its own: the headlines of a title, the sentences of a summary, their clauses.

A digest (early news, a list of headlines between semicolons) says many things at once: each of its parts stands alone, and a
subject counts only in the part that names it. In any other text the title says what it is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

#: Titles of columns that gather the news of a day or a week.
_COLUMN = re.compile(
    r"早报|晚报|晨报|午报|日报|周报|早知道|点1氪|早餐|要闻|快讯汇总|一周|导览|速览|"
    r"\b(?:daily|weekly|roundup|round-up|newsletter|digest|briefing|this week|the download)\b|^\W*\d{4}-\d\d-\d\d\W*$"
)
_HARD = re.compile(
    r"[;；|｜丨\n↗•]|\s[·•]\s|#\d+\b|(?<=[。！？!?])|(?<=[a-z)\"'][.])\s+(?=[A-Z\"'])|(?<=\d[.])\s+(?=[A-Z])"
)
#: Between the items of a digest often stands nothing but a space, where Chinese has none otherwise.
_SPACE = re.compile(r"(?<=[\u4e00-\u9fff%）”」]) +(?=[\u4e00-\u9fff“「])")
_SLASH = re.compile(r"/(?=[^/]{6,})(?<=[^/]{6}/)")
_SOFT = re.compile(
    r"[,，:：。！？!?;；—]|(?<=\s)-(?=\s)|\s(?:and|but|while|as|after|before|ahead of|following|with)\s(?=\S)"
)
#: A title longer than this is a text without a title: its first sentence is taken for one.
TITLE_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the text that is read on its own."""

    start: int
    end: int
    in_title: bool
    alone: bool  # the subject must stand in it


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text is cut, and whether it is a digest."""

    segments: tuple[Segment, ...]
    digest: bool


def lay_out(text: str, title_length: int) -> Layout:
    """Cut the (folded, cased) text whose first `title_length` code points are its title."""
    title = text[:title_length]
    parts = _cut(title, 0, _HARD)
    column = bool(_COLUMN.search(title.lower()))
    digest = column or sum(end - start > 6 and text[end : end + 1] in (";", "；") for start, end in parts) > 0
    if column:
        parts = _cut(title, 0, _HARD, _SLASH)
    long = title_length > TITLE_LIMIT
    segments = [
        Segment(start, end, in_title=not long or start < TITLE_LIMIT, alone=digest or long) for start, end in parts
    ]
    inside = (_HARD, *((_SLASH,) if column else ()), *((_SPACE,) if digest else ()))
    for start, end in _cut(text[title_length:], title_length, *inside):
        segments.append(Segment(start, end, in_title=False, alone=digest))
    return Layout(tuple(segments), digest)


def _cut(text: str, offset: int, *patterns: re.Pattern[str]) -> list[tuple[int, int]]:
    cuts = {0, len(text)}
    for pattern in patterns:
        for match in pattern.finditer(text):
            cuts |= {match.start(), match.end()}
    places = sorted(cuts)
    spans = []
    for start, end in pairwise(places):
        piece = text[start:end]
        lead = len(piece) - len(piece.lstrip())
        if any(ch.isalnum() for ch in piece):
            spans.append((offset + start + lead, offset + end - (len(piece) - len(piece.rstrip()))))
    return spans


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The clauses of a segment: between commas, colons, dashes, and English conjunctions."""
    places = [start]
    for match in _SOFT.finditer(text, start, end):
        places.append(match.end() if match.end() - match.start() <= 1 else match.start())
    places.append(end)
    return [(a, b) for a, b in pairwise(places) if a < b]
