"""Many phrases found in one walk over the text; a phrase inside a longer one is not there (传 in 传统).

Phrases of letters need word boundaries, phrases of characters do not. The walk looks two characters up in a table and compares
only what can begin there, so that its time grows with the text and not with the number of phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.extraction.folding import fold, is_word

#: Where letters or digits meet characters, some newsrooms set a space.
_BOUNDARY = re.compile(r"(?<=[a-z0-9+])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[a-z0-9])")


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase at its place, with everything that it stands for."""

    start: int
    end: int
    marks: tuple[str, ...]


class Lexicon:
    """Phrases and their marks, compiled once."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        marks: dict[str, list[str]] = {}
        for phrase, mark in phrases:
            folded = fold(phrase).strip()
            # B轮 is also written B 轮.
            for spelt in {folded, _BOUNDARY.sub(" ", folded)} - {""}:
                known = marks.setdefault(spelt, [])
                if mark not in known:
                    known.append(mark)
        self._by_two: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for phrase in sorted(marks, key=len, reverse=True):
            self._by_two.setdefault(phrase[:2], []).append((phrase, tuple(marks[phrase])))

    def scan(self, folded: str) -> list[Found]:
        """Every phrase of a folded text, by place; those inside a longer phrase are left out."""
        found: list[Found] = []
        reach, inside = 0, False
        table = self._by_two
        for start, letter in enumerate(folded):
            # In the middle of a word of letters nothing begins.
            before, inside = inside, letter.isascii() and letter.isalnum()
            if before and inside:
                continue
            candidates = table.get(folded[start : start + 2])
            longest = _longest(candidates, folded, start) if candidates else None
            if longest is None and (candidates := table.get(letter)):
                longest = _longest(candidates, folded, start)
            if longest is not None and (end := start + len(longest[0])) > reach:
                found.append(Found(start, end, longest[1]))
                reach = end
        return found


def _longest(
    candidates: Iterable[tuple[str, tuple[str, ...]]], text: str, start: int
) -> tuple[str, tuple[str, ...]] | None:
    for phrase, marks in candidates:
        if text.startswith(phrase, start) and _stands_alone(text, start, start + len(phrase)):
            return phrase, marks
    return None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Letters must not run on: `ipo` is not in `hippo`; characters may."""
    if start and is_word(text[start]) and is_word(text[start - 1]):
        return False
    return not (end < len(text) and is_word(text[end - 1]) and is_word(text[end]))


def by_mark(found: Iterable[Found]) -> Mapping[str, list[tuple[int, int]]]:
    """Places of each mark, in order."""
    places: dict[str, list[tuple[int, int]]] = {}
    for one in found:
        for mark in one.marks:
            places.setdefault(mark, []).append((one.start, one.end))
    return places
