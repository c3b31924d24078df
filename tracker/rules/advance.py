"""One rule and subject, moved forward in time: from arrival to arrival and deadline to deadline, never by ticks. Pure.

The list of transitions depends on the facts alone. It is the same however often `advance` runs, and moving to T1 and
then to T2 gives what moving to T2 at once gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from tracker.model.declared import Rule
from tracker.model.told import Evidence, RuleState, Transition
from tracker.rules import machine
from tracker.rules.facts import Knowledge, earliest
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict

#: A rule that changes more often than this in one go is broken (a deadline that does not move on).
_LIMIT = 1_000_000
_MEMORY = tuple(field.name for field in fields(machine.Memory))


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """The new state of the rule, what changed on the way, and the last verdict of a judging kind."""

    state: RuleState
    transitions: Sequence[Transition] = ()
    verdict: Verdict | None = None


def advance(rule: Rule, kind: Kind, known: Knowledge, state: RuleState, now: datetime) -> Advanced:
    """Take every step that is due up to and including `now`.

    `state.born` must be set: the instant from which on the rule exists, and the first at which it is evaluated.
    """
    assert state.born is not None
    transitions: list[Transition] = []
    verdict: Verdict | None = None
    arrivals = known.arrivals(state.watermark, state.evaluated_to or state.born)
    place = 0
    for _ in range(_LIMIT):
        arrival = max(arrivals[place][0], state.evaluated_to or state.born) if place < len(arrivals) else None
        first = state.born if state.evaluated_to is None else None
        # At birth the rule looks at all that was known by then; later, what comes first: something learned or a timer.
        at = first if first is not None else earliest(arrival, state.deadline)
        if at is None or at > now:
            break
        watermark = state.watermark
        while place < len(arrivals) and arrivals[place][0] <= at:
            watermark, place = max(watermark, arrivals[place][1]), place + 1
        if watermark != state.watermark:
            state = replace(state, watermark=watermark)
        step = _judge if kind.judge else _tell
        state, made, verdict = step(rule, kind, known, state, at)
        transitions += made
    return Advanced(state=state, transitions=transitions, verdict=verdict)


def _judge(
    rule: Rule, kind: Kind, known: Knowledge, state: RuleState, at: datetime
) -> tuple[RuleState, list[Transition], Verdict]:
    assert kind.judge is not None and state.born is not None
    verdict = kind.judge(rule, rule.params, known, at, state.born)
    memory = _recall(state.memory)
    step = machine.step(rule, memory, verdict, at, retracted=_retracted(known, memory, verdict, at))
    made = [
        _transition(rule, state, at, number, change.what, change.severity or rule.severity,
                    episode=change.episode, reason=change.reason or (verdict.reason if change.what in ("nodata", "error") else ""),
                    evidence=verdict.evidence)
        for number, change in enumerate(step.changes, state.ordinal + 1)
    ]  # fmt: skip
    new = replace(
        state, health=step.memory.health, reason=step.memory.reason, memory=_keep(step.memory), evaluated_to=at,
        deadline=_later(earliest(verdict.wake, step.timer), at), ordinal=state.ordinal + len(made), rule_hash=rule.hash,
    )  # fmt: skip
    return new, made, verdict


def _retracted(known: Knowledge, memory: machine.Memory, verdict: Verdict, at: datetime) -> bool:
    """Whether a row of the last breach was withdrawn, and nothing that was learned since decides instead."""
    rests, newest = set(memory.rests), max(verdict.rests, default=0)
    return any(
        fact.seq in rests and fact.retracted and not fact.visible(at) and fact.hidden_seq > newest for fact in known.own
    )


def _tell(
    rule: Rule, kind: Kind, known: Knowledge, state: RuleState, at: datetime
) -> tuple[RuleState, list[Transition], None]:
    assert kind.tell is not None
    telling = kind.tell(rule, rule.params, known, at, state.memory)
    made = [
        _transition(
            rule, state, at, number, told.what, told.severity or rule.severity, key=told.key, evidence=told.evidence
        )
        for number, told in enumerate(telling.told, state.ordinal + 1)
    ]
    new = replace(
        state, memory=telling.memory, evaluated_to=at, deadline=_later(telling.wake, at),
        ordinal=state.ordinal + len(made), rule_hash=rule.hash,
    )  # fmt: skip
    return new, made, None


def _later(deadline: datetime | None, at: datetime) -> datetime | None:
    """A deadline must lie ahead: what is due now was looked at just now."""
    return deadline if deadline is not None and deadline > at else None


def _transition(
    rule: Rule, state: RuleState, at: datetime, ordinal: int, what: Any, severity: Any, *,
    evidence: Evidence, episode: int = 0, key: str = "", reason: str = "",
) -> Transition:  # fmt: skip
    return Transition(
        indicator=rule.indicator, rule=rule.name, subject=state.subject, at=at, what=what, severity=severity,
        episode=episode, ordinal=ordinal, key=key, reason=reason, evidence=evidence, rule_hash=rule.hash,
        as_of=state.watermark,
    )  # fmt: skip


def _keep(memory: machine.Memory) -> Mapping[str, Any]:
    """The machine's memory as JSON."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        return [plain(part) for part in value] if isinstance(value, tuple) else value

    return {name: plain(getattr(memory, name)) for name in _MEMORY}


def _recall(kept: Mapping[str, Any]) -> machine.Memory:
    """The machine's memory from JSON; an empty one is a new rule."""
    if not kept:
        return machine.Memory()

    def when(text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text)

    dated, row, target = kept["breach"]
    return machine.Memory(
        state=kept["state"], health=kept["health"], reason=kept["reason"], severity=kept["severity"],
        episode=kept["episode"], active_since=when(kept["active_since"]), frozen_at=when(kept["frozen_at"]),
        breach_dates=tuple(datetime.fromisoformat(text) for text in kept["breach_dates"]),
        clear_since=when(kept["clear_since"]),
        clear_dates=tuple(datetime.fromisoformat(text) for text in kept["clear_dates"]),
        breach=(when(dated), row, target), rests=tuple(kept["rests"]),
    )  # fmt: skip
