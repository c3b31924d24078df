"""The rules as they run: each rule once for every subject, in the order in which they are evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker.model.declared import Declaration, Indicator, Rule

#: The watcher of indicators without sources: a day counts as watched when a pass ran on it.
HAND = "hand"
#: Who brings what no source brings: their texts are no news that names somebody.
BY_PEOPLE = (HAND, "import")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A rule for one subject; `place` orders transitions of one instant: rules as written, then subjects by name."""

    indicator: Indicator
    rule: Rule
    subject: str
    place: tuple[int, str]


def instances(declaration: Declaration) -> Iterator[Instance]:
    """Every rule and subject that is declared, in order."""
    number = 0
    for indicator in declaration.indicators.values():
        for rule in indicator.rules.values():
            number += 1
            for subject in [rule.subject] if rule.subject else declaration.subjects_of(indicator):
                yield Instance(indicator=indicator, rule=rule, subject=subject, place=(number, subject))


def in_order(declaration: Declaration, every: Iterable[Instance]) -> list[Instance]:
    """Those that ask other rules after those that they ask; else as they come. Of a circle nobody comes first."""
    depths: dict[str, int] = {}

    def depth(rule: Rule, above: tuple[str, ...]) -> int:
        if rule.id in above:
            return 0
        if rule.id not in depths:
            children = (declaration.rule_named(name, rule.indicator) for name in children_of(rule))
            found = [depth(child, (*above, rule.id)) for child in children if child is not None]
            depths[rule.id] = 1 + max(found) if found else 0
        return depths[rule.id]

    return sorted(every, key=lambda one: depth(one.rule, ()))


def children_of(rule: Rule) -> tuple[str, ...]:
    """The names of the rules that a rule asks."""
    names: tuple[str, ...] = getattr(rule.params, "children", ())
    return names
