"""Numbers that a text says of a subject: which, of whom, for which period, how surely. What they are values of is declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.extraction.attribution import Attribution
from tracker.extraction.doubts import MARK
from tracker.extraction.matching import Page, Scene, Span
from tracker.extraction.periods import Dated
from tracker.extraction.readings import Hit, Modality
from tracker.extraction.segments import Segment
from tracker.quantity import CURRENCIES, Found

#: A figure whose subject stands in its own clause, in a plain statement; each doubt takes something away.
_SURE, _ELSEWHERE, _INHERITED, _OTHERS, _VAGUE = 0.9, 0.1, 0.25, 0.25, 0.1
_FAR = 60
#: So far around a number its words are looked at, and so many numbers beside it: the time of a text stays bounded.
_REACH, _BESIDE = 300, 8
#: What joins two numbers of one thing.
_JOINTS = ("", "and", "or", "to", "vs", "和", "与", "或", "、", "/", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number said of one subject. `around` is the folded text in which its words are looked for."""

    subject: str
    found: Found
    modality: Modality
    confidence: float
    quote: str
    around: str
    sentence: str  # with a MARK for each subject, as `doubts.doubt_of` takes it
    #: Its clause before, at and behind the number, with a MARK for each subject, and for each period before it.
    sides: tuple[str, str, str]
    rival: bool  # another number like it stands in its clause
    period: str = ""  # as `timing.parse_period` takes it; "" where the text names none


def figures_of(
    segment: Segment,
    scene: Scene,
    page: Page,
    topic: Hit | None,
    owners: Attribution,
    dated: Sequence[Dated],
    *,
    opinion: bool,
) -> list[Figure]:
    """The figures of one segment: each belongs to the nearest subject before it in its clause, else to the sentence's."""
    told: list[Figure] = []
    for place, number in enumerate(scene.numbers):
        clause = scene.clause(number.start)
        start, end = scene.clauses[clause]
        hit, doubt = _owner(number, scene, topic, owners)
        if hit is None:
            continue
        if number.quantity.op == "range":
            doubt += _VAGUE
        told.append(
            Figure(
                subject=hit.subject,
                found=number,
                modality=_modality(number, scene, opinion=opinion),
                confidence=round(max(_SURE - doubt, 0.1), 2),
                quote=page.original[segment.start : segment.end].strip(),
                around=page.folded[start:end],
                sentence=_sentence(number, segment, scene, page.folded),
                sides=_sides(number, (start, end), scene, page.folded, dated),
                rival=_rival(place, scene, page.folded),
                period=_period(number, scene, dated),
            )
        )
    return told


def _sentence(number: Found, segment: Segment, scene: Scene, folded: str) -> str:
    start, end = max(segment.start, number.start - _REACH), min(segment.end, number.end + _REACH)
    return _marked(folded, (start, end), scene, ())


def _sides(number: Found, clause: Span, scene: Scene, folded: str, dated: Sequence[Dated]) -> tuple[str, str, str]:
    start, end = max(clause[0], number.start - _REACH), min(clause[1], number.end + _REACH)
    before = _marked(folded, (start, number.start), scene, dated)
    return before, folded[number.start : number.end], folded[number.end : end]


def _rival(place: int, scene: Scene, folded: str) -> bool:
    """Whether the clause of a number has another one that may be the value as well."""
    number = scene.numbers[place]
    clause = scene.clause(number.start)
    for one in scene.numbers[max(0, place - _BESIDE) : place + _BESIDE + 1]:
        near = scene.clause(one.start) == clause or _joined(number, one, folded)
        if one is not number and near and _alike(number, one, folded):
            return True
    two = number.quantity.op == "range" and " and " in folded[number.start : number.end]
    return two and "between" not in folded[scene.clauses[clause][0] : number.start]


def _joined(one: Found, other: Found, folded: str) -> bool:
    """Whether nothing but a conjunction stands between two numbers: it may have made two clauses of them."""
    first, second = (one, other) if one.start < other.start else (other, one)
    return folded[first.end : second.start].strip(" ,，") in _JOINTS


def _alike(one: Found, other: Found, folded: str) -> bool:
    """Whether two numbers may be values of one thing; "(约合300亿人民币)" only says the other once more."""
    units = {one.quantity.unit, other.quantity.unit}
    if one.role != other.role or (len(units) > 1 and not units <= CURRENCIES):
        return False
    first, second = (one, other) if one.start < other.start else (other, one)
    return len(units) == 1 or not folded[first.end : second.start].lstrip().startswith("(")


def _marked(folded: str, place: Span, scene: Scene, dated: Sequence[Dated]) -> str:
    """The text of a place with a MARK for each subject and period in it: what stands in a name says nothing of a number."""
    start, end = place
    spans = [(one.start, one.end) for one in scene.hits] + [(one.start, one.end) for one in dated]
    parts, at = [], start
    for first, last in sorted(spans):
        if at <= first and last <= end:
            parts += [folded[at:first], MARK]
            at = last
    return "".join([*parts, folded[at:end]])


def _owner(number: Found, scene: Scene, topic: Hit | None, owners: Attribution) -> tuple[Hit | None, float]:
    """Whose number it is, and how much doubt there is of that."""
    clause = scene.clause(number.start)
    companies = [hit for hit in scene.hits if not hit.person]
    here = [hit for hit in companies if scene.clause(hit.start) == clause and hit.end <= number.start]
    for hit in reversed(here):
        if not owners.modifies(hit):
            return hit, 0.0 if len({one.subject for one in here}) == 1 else _OTHERS
    if here:
        return None, 1.0
    before = [hit for hit in companies if hit.end <= number.start and not owners.modifies(hit)]
    if before:
        return before[-1], _ELSEWHERE + (_OTHERS if len({hit.subject for hit in before}) > 1 else 0.0)
    return topic, _INHERITED


def _modality(number: Found, scene: Scene, *, opinion: bool) -> Modality:
    """A denial anywhere, a rumour anywhere, a plan before the number in its clause."""
    if opinion:
        return "opinion"
    if scene.places.get("DENY"):
        return "denied"
    if scene.places.get("RUMOUR"):
        return "rumour"
    clause = scene.clause(number.start)
    for mark, said in (("MAYBE", "rumour"), ("TARGET", "target"), ("VALUE_AIM", "target")):
        for start, end in scene.places.get(mark, ()):
            if scene.clause(start) == clause and end <= number.start:
                return "rumour" if said == "rumour" else "target"
    return "actual"


def _period(number: Found, scene: Scene, dated: Sequence[Dated]) -> str:
    """The nearest period before the number, else behind it in its clause."""
    before = [one for one in dated if one.end <= number.start and number.start - one.end <= _FAR]
    if before:
        return before[-1].text
    clause = scene.clause(number.start)
    behind = [one for one in dated if one.start >= number.end and scene.clause(one.start) == clause]
    return behind[0].text if behind else ""
