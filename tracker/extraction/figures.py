"""Numbers that a text says of a subject: which, of whom, for which period, how surely. What they are values of is declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.extraction.attribution import Attribution
from tracker.extraction.doubts import MARK, doubt_of
from tracker.extraction.matching import Page, Scene
from tracker.extraction.periods import Dated
from tracker.extraction.readings import Hit, Modality
from tracker.extraction.segments import Segment
from tracker.quantity import CURRENCIES, Found

#: A figure whose subject stands in its own clause, in a plain statement; each doubt takes something away.
_SURE, _ELSEWHERE, _INHERITED, _OTHERS, _VAGUE = 0.9, 0.1, 0.25, 0.25, 0.1
_FAR = 60
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
    before: str = ""  # of it, what stands before the number, with a MARK for each subject and period
    behind: str = ""  # and what stands behind it
    doubt: str = ""  # what in the words around it speaks against it, as `doubts.doubt_of` says it
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
    for number in scene.numbers:
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
                before=_marked(page.folded, start, number.start, scene, dated),
                behind=page.folded[number.end : end],
                doubt=_doubt(number, segment, scene, page),
                period=_period(number, scene, dated),
            )
        )
    return told


def _doubt(number: Found, segment: Segment, scene: Scene, page: Page) -> str:
    """What speaks against the number: another sum like it in its clause, or the words around it."""
    clause = scene.clause(number.start)
    start, end = scene.clauses[clause]
    for one in scene.numbers:
        near = scene.clause(one.start) == clause or _joined(number, one, page.folded)
        if one is not number and near and _alike(number, one, page.folded):
            return "two numbers of one kind stand in its clause"
    within = page.folded[number.start : number.end]
    if number.quantity.op == "range" and " and " in within and "between" not in page.folded[start : number.start]:
        return "two numbers of one kind stand in its clause"
    # What stands in a name says nothing of a number.
    sentence, said, before = (
        _marked(page.folded, a, b, scene, ())
        for a, b in ((segment.start, segment.end), (start, end), (start, number.start))
    )
    return doubt_of(sentence, said, before)


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


def _marked(folded: str, start: int, end: int, scene: Scene, dated: Sequence[Dated]) -> str:
    """The text of a place with a MARK for each subject and period in it."""
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
