"""Every rule and subject of a declaration, and who reads what: worked out once per declaration, not at each evaluation."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.model.declared import Declaration
from tracker.pipeline.known.instances import Instance, children_of, in_order, instances
from tracker.pipeline.known.knowing import needs
from tracker.pipeline.known.targets import target_key

#: Declarations whose rosters are kept: a daemon has one, a rehearsal a few.
_KEPT = 4

#: (indicator, rule, subject): the name of an instance and of its state.
Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The instances in the order in which they are evaluated."""

    instances: Sequence[Instance]
    places: Mapping[Name, int]
    readers: Mapping[tuple[str, str], Sequence[int]]
    """By (subject, indicator or type) or ("", source): who reads it."""
    asking: Sequence[int]
    """Those that ask other rules."""
    mark: str
    """Another one when a rule or a target was added, edited or removed."""

    def touched(self, news: Iterable[tuple[str, str]]) -> set[int]:
        """Whom it concerns that something is new of these."""
        return {number for one in news for number in self.readers.get(one, ())}


_made: list[tuple[Declaration, Roster]] = []


def roster_of(declaration: Declaration) -> Roster:
    """The roster of a declaration; the same one as long as the declaration is."""
    for known, roster in _made:
        if known is declaration:
            return roster
    roster = _make(declaration)
    _made.insert(0, (declaration, roster))
    del _made[_KEPT:]
    return roster


def name_of(one: Instance) -> Name:
    """What it is called."""
    return one.rule.indicator, one.rule.name, one.subject


def _make(declaration: Declaration) -> Roster:
    ordered = in_order(declaration, instances(declaration))
    readers: dict[tuple[str, str], list[int]] = defaultdict(list)
    mark = hashlib.sha256()
    for number, one in enumerate(ordered):
        mark.update(repr((name_of(one), one.rule.hash)).encode())
        named = {(one.subject, "")} if one.indicator.mentions else set()
        for what in needs(declaration, one) | named:
            readers[what].append(number)
    for indicator in declaration.indicators.values():
        for target in indicator.targets:
            mark.update(target_key(indicator, target).encode())
    return Roster(
        instances=ordered,
        places={name_of(one): number for number, one in enumerate(ordered)},
        readers=dict(readers),
        asking=tuple(number for number, one in enumerate(ordered) if children_of(one.rule)),
        mark=mark.hexdigest()[:16],
    )
