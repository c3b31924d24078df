"""Rules played again over what a home remembers, with those that they rest on: nothing is written, nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker import rules
from tracker.db import Connection
from tracker.model.declared import Declaration, Rule
from tracker.model.observed import Clock
from tracker.model.told import RuleState, Transition
from tracker.pipeline import Desk
from tracker.pipeline.known.instances import children_of, in_order, instances
from tracker.pipeline.known.knowing import knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when, on which clock. At its start the rule begins to exist: what was known by then is history to it."""

    start: datetime
    end: datetime
    clock: Clock = "published"


def replay(desk: Desk, connection: Connection, rule: Rule, span: Span) -> list[Transition]:
    """What a rule would have changed for each of its subjects, and the rules that it needs with it; in order of time."""
    wanted = {one.id for one in (rule, *needed(desk.declaration, rule))}
    made: list[Transition] = []
    placed: list[tuple[datetime, tuple[int, str], Transition]] = []
    for one in in_order(desk.declaration, instances(desk.declaration)):
        if one.rule.id not in wanted:
            continue
        known = knowledge(desk.declaration, connection, one, desk.zone, made, clock=span.clock, replayed=True)
        born = RuleState(indicator=one.rule.indicator, rule=one.rule.name, subject=one.subject, born=span.start)
        kind = rules.KINDS[one.rule.kind]
        advanced = rules.advance(one.rule, kind, _with_history(known, span.start), born, span.end)
        made += advanced.transitions
        placed += [(change.at, one.place, change) for change in advanced.transitions]
    return [change for _, _, change in sorted(placed, key=lambda each: (each[0], each[1], each[2].ordinal))]


def _with_history(known: rules.Knowledge, start: datetime) -> rules.Knowledge:
    """Events that were known when the rule began are noted, not spoken, as those of an import are."""
    return replace(known, own=[replace(fact, late=fact.late or fact.known <= start) for fact in known.own])


def needed(declaration: Declaration, rule: Rule) -> list[Rule]:
    """Every rule that this one asks, and every rule that keeps it quiet, with those that these ask in turn."""
    found: dict[str, Rule] = {}
    waiting = [*_asked(declaration, rule), *_inhibiting(declaration, rule)]
    while waiting:
        one = waiting.pop()
        if one.id != rule.id and one.id not in found:
            found[one.id] = one
            waiting += _asked(declaration, one)
    return list(found.values())


def _asked(declaration: Declaration, rule: Rule) -> Iterator[Rule]:
    for name in children_of(rule):
        child = declaration.rule_named(name, rule.indicator)
        if child is not None:
            yield child


def _inhibiting(declaration: Declaration, rule: Rule) -> Sequence[Rule]:
    sources = [declaration.rule_named(one.source, "") for one in declaration.inhibit if one.target == rule.id]
    return [source for source in sources if source is not None]
