"""Rules held against one segment: which hold, by what words, how far apart, and what forbade the others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.extraction.grammar import Rule
from tracker.extraction.readings import Hit
from tracker.model.declared import Subject
from tracker.quantity import Found

Span = tuple[int, int]
#: What a comma between two words adds to their distance.
_CLAUSE = 6
#: What forbids only from nearer than this forbids only in its clause.
_WIDE = 20
#: Places of one class that are tried in one segment: a list of a thousand amounts must not cost a million steps.
_TRIED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that holds: the word that says what happened, and the whole span."""

    rule: Rule
    head: Span
    start: int
    end: int
    gap: int
    picks: tuple[Span, ...]
    veto: str = ""  # the class that forbids it; then it does not hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is read of a text, in three forms in which places count the same, and what its words are held against."""

    original: str
    cased: str
    folded: str
    date: datetime | None
    subjects: Mapping[str, Subject]
    roles: Mapping[str, str]  # by the class of words that names the role
    fields: Mapping[str, str]  # by word, what an office is about


class Scene:
    """One segment: the classes at their places, its clauses, and the names and numbers in it."""

    def __init__(
        self,
        places: Mapping[str, Sequence[Span]],
        clauses: Sequence[Span],
        *,
        latin: bool,
        hits: Sequence[Hit] = (),
        numbers: Sequence[Found] = (),
    ) -> None:
        self.places = places
        self.clauses = clauses
        self.latin = latin  # written in letters, where words are longer
        self.hits = hits
        self.numbers = numbers
        self._ends = [end for _, end in clauses]

    def clause(self, at: int) -> int:
        """Index of the clause of a place."""
        return min(bisect_right(self._ends, at), len(self.clauses) - 1)

    def gap(self, one: Span, other: Span) -> int | None:
        """Characters between two places, with a charge for commas; None where they overlap."""
        first, second = (one, other) if one[0] <= other[0] else (other, one)
        if second[0] < first[1]:
            return None
        return second[0] - first[1] + _CLAUSE * (self.clause(second[0]) - self.clause(first[0]))

    def together(self, one: Span, other: Span) -> bool:
        """Whether two places have no comma or the like between them."""
        first, second = (one, other) if one[0] <= other[0] else (other, one)
        return self.clause(first[1] - 1) >= self.clause(second[0])

    def at(self, marks: Sequence[str]) -> list[Span]:
        """The first places of any of these classes, in order."""
        return sorted(span for mark in marks for span in self.places.get(mark, ())[:_TRIED])


def matches(rule: Rule, scene: Scene) -> Iterator[Match]:
    """Every place where the rule's words stand together, vetoed ones marked."""
    for part in rule.parts[1:]:
        if scene.places.keys().isdisjoint(part):
            return
    for head in scene.at(rule.parts[0]):
        picked = _together(rule, scene, head)
        if picked is None:
            continue
        picks, gap = picked
        start, end = min(span[0] for span in picks), max(span[1] for span in picks)
        if rule.extra and not _near(scene, [(mark, rule.within) for mark in rule.extra], (start, end), picks):
            continue
        yield Match(
            rule=rule, head=head, start=start, end=end, gap=gap, picks=tuple(picks),
            veto=_near(scene, rule.vetoes, (start, end), ()),
        )  # fmt: skip


def _together(rule: Rule, scene: Scene, head: Span) -> tuple[list[Span], int] | None:
    picks, widest = [head], 0
    for part in rule.parts[1:]:
        best: tuple[int, Span] | None = None
        for span in scene.at(part):
            if rule.ordered and span[0] < picks[-1][1]:
                continue
            gaps = [gap for pick in picks if (gap := scene.gap(pick, span)) is not None]
            if len(gaps) < len(picks):
                continue
            distance = min(gaps)
            if distance <= rule.within and (best is None or distance < best[0]):
                best = (distance, span)
        if best is None:
            return None
        picks.append(best[1])
        widest = max(widest, best[0])
    return picks, widest


def _near(scene: Scene, marks: Sequence[tuple[str, int]], span: Span, taken: Sequence[Span]) -> str:
    """The first of these classes that stands within its characters of a span, as `CLASS`; "" for none."""
    for mark, within in marks:
        for place in scene.places.get(mark, ()):
            if place in taken:
                continue
            gap = scene.gap(place, span)
            if gap is None or (gap <= within and (within >= _WIDE or scene.together(place, span))):
                return mark
    return ""
