"""What every writing pass does first: note that a day was watched, import the baseline once, let new rules and targets be born."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracker import db, timing
from tracker.db import Writing
from tracker.model.declared import Declaration, Indicator, Rule
from tracker.model.observed import Coverage
from tracker.model.told import RuleState
from tracker.pipeline.declaring import register
from tracker.pipeline.opening import Desk
from tracker.pipeline.targets import note_sights

#: The watcher of indicators without sources: a day counts as watched when a pass ran on it.
HAND = "hand"
#: Who brings what no source brings: their texts are no news that names somebody.
BY_PEOPLE = (HAND, "import")

#: Under which `meta` keeps the mark of the declaration whose rules and targets all exist.
_BORN = "born"


def begin(desk: Desk, tx: Writing) -> None:
    """Everything that must hold before this pass stores or decides anything."""
    from tracker.pipeline.baseline import import_baseline

    register(desk, tx)
    today = timing.day_period(timing.local_date(tx.at, desk.zone), desk.zone)
    first = min((span.start for span in db.sources.coverage(tx.connection, HAND)), default=tx.at)
    db.sources.cover(tx, Coverage(watcher=HAND, start=max(today.start, first), end=today.end))
    import_baseline(desk, tx)
    _bear(desk.declaration, tx)


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


def _bear(declaration: Declaration, tx: Writing) -> None:
    """A rule exists from the first pass that saw it; a declared target is known from then on."""
    from tracker.pipeline.roster import roster_of  # it is made of what stands here

    mark = roster_of(declaration).mark
    if db.meta.get(tx.connection, _BORN) == mark:
        return
    known = {(state.indicator, state.rule, state.subject) for state in db.alerts.rule_states(tx.connection)}
    new = [
        RuleState(indicator=one.rule.indicator, rule=one.rule.name, subject=one.subject, born=tx.at)
        for one in instances(declaration)
        if (one.rule.indicator, one.rule.name, one.subject) not in known
    ]
    db.alerts.save_rule_states(tx, new)
    note_sights(tx, declaration)
    db.meta.put(tx, _BORN, mark)
