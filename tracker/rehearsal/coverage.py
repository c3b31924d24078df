"""What rule tests never exercise: kinds of rule, transitions, messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from tracker import rules
from tracker.model.told import What
from tracker.rehearsal.running import Result

#: Every word of a message; `closed` is made by an edit of a declaration, which no case can have.
MESSAGES = (
    "firing", "resolved", "update", "repeat", "flapping", "event", "confirmed", "denied",
    "upcoming", "met", "missed", "unknown", "overdue",
)  # fmt: skip
TRANSITIONS: Sequence[str] = tuple(what for what in get_args(What) if what != "closed")
_SILENT = ("pending", "cancelled", "nodata", "error", "data_back", "late")


def never(results: Iterable[Result]) -> Mapping[str, Sequence[str]]:
    """By heading, what none of the cases did; a heading with nothing under it is left out."""
    used: set[str] = set()
    spoke: set[str] = set()
    made: set[str] = set()
    said: set[str] = set()
    for result in results:
        kinds = {(series, name): rule.kind for series, name, rule in result.loaded.rules}
        used |= set(kinds.values())
        for one in result.recording.transitions:
            made.add(one.what)
            if one.what not in _SILENT:
                spoke.add(kinds[one.indicator, one.rule])
        said |= {item.word for _, message in result.recording.messages for item in message.items}
    missing = {
        "kinds never used": [kind for kind in rules.KINDS if kind not in used],
        "kinds that had nothing to say": [kind for kind in rules.KINDS if kind in used - spoke],
        "transitions never made": [what for what in TRANSITIONS if what not in made],
        "messages never sent": [word for word in MESSAGES if word not in said],
    }
    return {heading: names for heading, names in missing.items() if names}
