"""What belongs to an event besides its subject: who, which product, how much, with whom, when."""

from __future__ import annotations

import re
from typing import Any

from tracker.extraction import parties
from tracker.extraction.attribution import Owner
from tracker.extraction.dates import day_of
from tracker.extraction.matching import Match, Page, Scene, Span
from tracker.extraction.names import (
    chinese_name_after,
    chinese_name_before,
    latin_name_after,
    latin_name_before,
    product_key,
)
from tracker.extraction.segments import Segment

#: Words of a role, the weightiest first: of several the first is the event's.
_WEIGHT = (
    "founder", "chairman", "CEO", "CTO", "chief scientist", "CFO", "COO", "president", "director", "vice president", "head",
    "staff",
)  # fmt: skip
_ROLE_REACH = 26
_PRODUCT_REACH = 14
_WITH_SUM = ("funding", "contract", "partnership", "acquisition", "ipo")
#: How far before its verb 被 may stand: 被远帆汽车收购.
_BY = 10
_OF_TWO = ("contract", "partnership", "acquisition")
_PERSONAL = ("departure", "arrival")
_COMING = ("JOIN_ZH", "HIRES")
_GOING = ("LEAVE_ZH", "LEAVES")


def person_names(cased: str, segment: Segment, scene: Scene) -> list[Span]:
    """Names of people right beside the words that say that somebody left or came."""
    verbs = scene.at((*_GOING, *_COMING))
    if not verbs:
        return []
    covered = [
        span for mark in ("ROLE", "SUBJECT", "LEAVE_NOT", "AFTER_SUBJECT") for span in scene.places.get(mark, ())
    ]
    starts = (
        {segment.start} | {end for spans in scene.places.values() for _, end in spans} | {a for a, _ in scene.clauses}
    )
    ends = {start for spans in scene.places.values() for start, _ in spans}
    names: list[Span] = []
    for start, end in verbs:
        for name in (
            chinese_name_before(cased, start, starts, covered),
            latin_name_before(cased, start, covered) if scene.latin else None,
            latin_name_after(cased, end) if (start, end) in scene.places.get("HIRES", ()) else None,
            chinese_name_after(cased, end, ends) if (start, end) in scene.places.get("JOIN_ZH", ()) else None,
        ):
            if name is not None and name not in names and name[0] >= segment.start:
                names.append(name)
    return sorted(names)


def of(match: Match, segment: Segment, scene: Scene, page: Page, owner: Owner) -> dict[str, Any]:
    """The details of one match, as the fields of `EventReading`."""
    type_ = match.rule.type
    personal = type_ in _PERSONAL
    found: dict[str, Any] = {
        "people": _people(match, scene, page) if personal else (),
        "products": () if personal else _products(match, scene, page),
        "role": _role(match, scene, page) if personal else "",
        "field": _field(match, scene, page) if personal else "",
        "who": () if owner.hit else parties.who(match, scene, page.cased),
        "others": parties.others(match, scene, page.cased) if type_ in _OF_TWO else (),
        "counterparty": _counterparty(match, scene, page, owner),
    }
    if type_ == "acquisition":
        found["role"] = "bought" if _passive(match, page) else owner.role
    if type_ in _WITH_SUM:
        found["amount"] = _amount(match, scene, "amount")
        found["valuation"] = _amount(match, scene, "valuation")
    if page.date is not None:
        found["occurred"] = day_of(page.folded[segment.start : segment.end], page.date.date())
    return found


def _passive(match: Match, page: Page) -> bool:
    """被收购, acquired by: then the subject before the verb is what it is done to."""
    start, end = match.head
    before = re.split("[,，:：;；。]", page.folded[max(0, start - _BY) : end])[-1]
    return "被" in before or page.folded[end : end + 4] == " by "


def _people(match: Match, scene: Scene, page: Page) -> tuple[str, ...]:
    wanted = _COMING if match.rule.type == "arrival" else _GOING
    clause = scene.clause(match.head[0])
    people = [(hit.start, hit.person) for hit in scene.hits if hit.person and scene.clause(hit.start) == clause]
    taken = {start for start, _ in people}
    verbs = scene.at(wanted)
    for start, end in scene.places.get("NAME", ()):
        beside = any(0 <= a - end <= 8 for a, _ in verbs) or (
            match.rule.type == "arrival" and any(start - b == 0 for _, b in verbs)
        )
        if start not in taken and scene.clause(start) == clause and beside:
            people.append((start, page.original[start:end]))
    return tuple(dict.fromkeys(name for _, name in sorted(people)))


def _role(match: Match, scene: Scene, page: Page) -> str:
    clause = scene.clause(match.head[0])
    near: set[str] = set()
    for mark, role in page.roles.items():
        for start, end in scene.places.get(mark, ()):
            if scene.clause(start) == clause and max(match.start - end, start - match.end, 0) <= _ROLE_REACH:
                near.add(role)
    if not near:
        words = " ".join(hit.role for hit in scene.hits if hit.person and match.start <= hit.start < match.end)
        near = {role for role in _WEIGHT if role.lower() in words.lower()}
    return next((role for role in _WEIGHT if role in near), "")


def _field(match: Match, scene: Scene, page: Page) -> str:
    """What the office is about, by the nearest word in the clause that says so; "" for nothing said."""
    first, last = scene.clauses[scene.clause(match.head[0])]
    start, end = max(first, match.start - _ROLE_REACH), min(last, match.end + _ROLE_REACH)
    near, best = page.folded[start:end], (_ROLE_REACH + 1, "")
    for word, field in page.fields.items():
        if (at := near.find(word)) >= 0:
            best = min(best, (max(match.head[0] - start - at - len(word), at - match.head[1] + start, 0), field))
    return best[1]


def _products(match: Match, scene: Scene, page: Page) -> tuple[str, ...]:
    subjects = {page.folded[hit.start : hit.end] for hit in scene.hits}
    clauses = range(scene.clause(match.start), scene.clause(match.end - 1) + 1)
    found = []
    for start, end in sorted(scene.places.get("PRODUCT", ())):
        near = match.start - _PRODUCT_REACH <= start and end <= match.end + _PRODUCT_REACH * 2
        # A release may name its product in the next clause; beside a round stand other people's products.
        inside = near and (match.rule.type == "release" or scene.clause(start) in clauses)
        if inside and page.folded[start:end] not in subjects:
            found.append(product_key(page.cased[start:end]))
    return tuple(dict.fromkeys(found))


def _amount(match: Match, scene: Scene, role: str) -> Any:
    """The sum of this role that stands nearest."""
    best: tuple[int, Any] | None = None
    for number in scene.numbers:
        if number.role != role:
            continue
        gap = max(match.head[0] - number.end, number.start - match.head[1], 0)
        if best is None or gap < best[0]:
            best = (gap, number.quantity)
    return best[1] if best else None


def _counterparty(match: Match, scene: Scene, page: Page, owner: Owner) -> tuple[str, ...]:
    own = owner.hit.subject if owner.hit else None
    clause = {scene.clause(match.start), scene.clause(match.head[0])}
    found: list[str] = []
    for hit in scene.hits:
        if hit.subject != own and not hit.person and scene.clause(hit.start) in clause:
            klass = page.subjects[hit.subject].klass
            found += [hit.subject, *([klass] if klass else [])]
    return tuple(dict.fromkeys(found))
