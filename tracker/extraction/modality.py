"""How sure: what took place, what is rumoured, denied, planned, or only somebody's opinion."""

from __future__ import annotations

from tracker.extraction.matching import Match, Scene, Span
from tracker.extraction.readings import Modality

#: How far a denial may stand from what it denies, and how near somebody who denies a request makes it another denial.
_DENIAL, _OTHER_DENIAL = 40, 28
#: How far behind 回应 may stand that it is hearsay that is answered.
_ANSWERED = 26
#: Words such as 或 or `may` speak of what follows them closely; 计划 and `plans to` likewise.
_AHEAD = 14
_AHEAD_LATIN = 36


def denials(scene: Scene) -> list[Span]:
    """Places where a report is denied; a judge who denies a request is none."""
    others = scene.at(("NOT_DENY",))
    found = [
        place for place in scene.at(("DENY",)) if not any(_apart(place, other) <= _OTHER_DENIAL for other in others)
    ]
    hearsay = scene.at(("HEARSAY",))
    return found + [
        place for place in scene.at(("RESPOND",)) if any(0 <= said[0] - place[1] <= _ANSWERED for said in hearsay)
    ]


def modality_of(match: Match, scene: Scene, *, opinion: bool) -> tuple[Modality, str]:
    """How sure the event of a match is, and the word that says so."""
    whole = (match.start, match.end)
    for place in denials(scene):
        if _apart(place, whole) <= _DENIAL:
            return "denied", _word("DENY", place)
    if opinion:
        return "opinion", "the title asks or judges"
    if judged := [place for place in scene.at(("OPINION",)) if not _inside(place, whole)]:
        return "opinion", _word("OPINION", judged[0])
    return _unsure(match, scene) or (match.rule.modality, "")


def _unsure(match: Match, scene: Scene) -> tuple[Modality, str] | None:
    """The word that makes it a rumour or a plan."""
    for place in scene.at(("RUMOUR",)):
        return "rumour", _word("RUMOUR", place)
    for place in scene.at(("TALKS",)):
        if 0 <= match.start - place[1] <= _AHEAD:
            return "rumour", _word("TALKS", place)
    for name in ("MAYBE", "TARGET"):
        for place in scene.at((name,)):
            if _ahead(place, match, scene):
                return ("rumour" if name == "MAYBE" else "target"), _word(name, place)
    return None


def told_as_past(match: Match, scene: Scene, folded: str) -> bool:
    """Whether the clause only recalls it: 此前, 曾, last year, has raised."""
    clause = scene.clause(match.head[0])
    for place in scene.at(("PAST", "ONCE")):
        if scene.clause(place[0]) != clause or place[0] > match.head[0]:
            continue
        if place in scene.places.get("PAST", ()) or "的" not in folded[place[1] : match.head[0]]:
            return True
    return False


def _ahead(place: Span, match: Match, scene: Scene) -> bool:
    """Whether a word stands in the match or closely before it, in its clause."""
    if _inside(place, (match.start, match.end)):
        return True
    if scene.clause(place[0]) != scene.clause(match.start) or place[0] > match.end:
        return False
    return match.start - place[1] <= (_AHEAD_LATIN if scene.latin else _AHEAD)


def _inside(place: Span, whole: Span) -> bool:
    return whole[0] <= place[0] and place[1] <= whole[1]


def _apart(one: Span, other: Span) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def _word(name: str, place: Span) -> str:
    return f"{name}@{place[0]}"
