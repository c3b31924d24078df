"""One segment as the rules see it: every class of words at its places, with the names and numbers that nobody listed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.extraction import details, names
from tracker.extraction.folding import is_cjk
from tracker.extraction.lexicon import Found as Phrase
from tracker.extraction.lexicon import Lexicon, by_mark
from tracker.extraction.matching import Page, Scene, Span
from tracker.extraction.readings import Hit
from tracker.extraction.segments import Segment, clauses
from tracker.quantity import Found

#: A fund that raises money to invest it: `$800M for its fourth fund`, 20亿元基金; of a round no more is said than who led it.
_VEHICLE = re.compile(
    r"(?:\s(?!from\b|by\b|led\b|to\b|with\b|at\b|and\b|after\b|as\b)[\w'-]+){0,5}?\sfunds?\b|[^，,、；;。]{0,6}基金(?!领投|投资|跟投|参投|等)"
)
#: A release is said with these; a name right behind them is a product's.
_VERBS = "LAUNCHES"
#: Names are announced in these words too, but so is everything else.
_LOOSE = frozenset(("announces", "announced", "announcing", "drops", "dropped", "ships", "shipped"))


def scene_of(segment: Segment, page: Page, lexicon: Lexicon, hits: Sequence[Hit], numbers: Sequence[Found]) -> Scene:
    """The scene of a segment with the subjects and numbers that stand in it."""
    start, end = segment.start, segment.end
    found = [Phrase(one.start + start, one.end + start, one.marks) for one in lexicon.scan(page.folded[start:end])]
    places = {mark: list(spans) for mark, spans in by_mark(_outside(found, hits)).items()}
    for number in numbers:
        if is_money(number):
            mark = "VALUED" if number.role == "valuation" else "MONEY"
            places.setdefault(mark, []).append((number.start, number.end))
            if vehicle := _VEHICLE.match(page.folded, number.end, end):
                places.setdefault("VEHICLE", []).append(vehicle.span())
    for hit in hits:
        places.setdefault("PERSON" if hit.person else "SUBJECT", []).append((hit.start, hit.end))
    latin = not any(is_cjk(ch) for ch in page.cased[start:end])
    _products(places, segment, page, latin=latin)
    scene = Scene(places, clauses(page.folded, start, end), latin=latin, hits=hits, numbers=numbers)
    people = details.person_names(page.cased, segment, scene)
    if people:
        places["NAME"] = people
    return scene


def _outside(found: Sequence[Phrase], hits: Sequence[Hit]) -> list[Phrase]:
    """The phrases that are no part of a subject's name: the 深度 in 深度求索 judges nothing."""
    if not hits:
        return list(found)
    return [one for one in found if not any(hit.start <= one.start and one.end <= hit.end for hit in hits)]


def _products(places: dict[str, list[Span]], segment: Segment, page: Page, *, latin: bool) -> None:
    start, end = segment.start, segment.end
    verbs = dict(places.get(_VERBS, ()))
    named = [names.without_verb(span, verbs, page.cased) for span in names.versions(page.cased, start, end)]
    named += names.chinese_versions(page.cased, start, end, [b for _, b in places.get("LAUNCH_ZH", ())])
    named.sort()
    if named:
        places["VERSION"], places["PRODUCT"] = list(named), list(named)
        if named[0][0] == start and page.folded[named[0][1] : named[0][1] + 1] == ":" and segment.in_title:
            places["TITLED"] = [(named[0][1], named[0][1] + 1)]
    # GPT-5 mini is one name, and GPT-5 inside it is none; neither is a subject's own name a product's.
    taken = [*named, *places.get("SUBJECT", ())]
    for a, b in names.latin_names(page.cased, start, end):
        if not any(first <= a and b <= last for first, last in taken):
            places.setdefault("PRODUCT", []).append((a, b))
    if latin:
        capitals = _capitals(page.cased[start:end])
        intro = {a: b for a, b in places.get("INTRO", ()) if a == start}
        for a, b in (verbs | intro).items():
            strict = page.folded[a:b] not in _LOOSE and (a == start or not capitals)
            if strict and (name := names.coined_name(page.cased, b, end)):
                places.setdefault("COINED", []).append(name)
    else:
        _no_words(places)
        if spans := names.quoted_names(page.original, start, end):
            places["QUOTED"] = spans


def _no_words(places: dict[str, list[Span]]) -> None:
    """In Chinese a name in letters is no English: the Plan of Step Plan plans nothing."""
    named = places.get("PRODUCT", ())
    for mark in [mark for mark in places if mark not in ("PRODUCT", "VERSION", "SUBJECT", "PERSON")] if named else ():
        places[mark] = [(a, b) for a, b in places[mark] if not any(first < a and b <= last for first, last in named)]
        if not places[mark]:
            del places[mark]


def _capitals(text: str) -> bool:
    """Whether Every Word Is Written Like This: then a capital says nothing."""
    words = [word for word in text.split() if word[:1].isalpha()]
    return sum(word[0].isupper() for word in words) > 0.6 * len(words)


def is_money(found: Found) -> bool:
    """Whether a number is a sum of money: its unit is an ISO code."""
    unit = found.quantity.unit
    return len(unit) == 3 and unit.isupper()
