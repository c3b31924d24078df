"""evaluate: move every rule that something happened to forward to now, write what changed, and enqueue what must be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker import db, rules
from tracker.db import Writing
from tracker.model.told import Alert, Message, RuleState, Transition
from tracker.pipeline.alerting import after, changes_health
from tracker.pipeline.beginning import Instance, begin, children_of, in_order, instances
from tracker.pipeline.declaring import superseded
from tracker.pipeline.knowing import knowledge, needs
from tracker.pipeline.opening import Desk
from tracker.pipeline.speaking import speak

_WATERMARK = "evaluated_seq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What one evaluation changed and enqueued."""

    at: datetime
    transitions: Sequence[Transition] = ()
    messages: Sequence[Message] = ()


def evaluate(desk: Desk, *, dry: bool = False) -> Evaluation:
    """Decide on everything that was learned up to now. With `dry`, say what would change and change nothing."""
    with desk.store.write(desk.clock.now(), strict=desk.strict, dry=dry) as tx:
        begin(desk, tx)
        return evaluate_in(desk, tx)


def evaluate_in(desk: Desk, tx: Writing) -> Evaluation:
    """The same inside a transaction that already stored something, so that both commit together.

    Under a declaration that is superseded only rules that are the same in both are looked at, and nothing is closed.
    """
    old = bool(superseded(desk, tx.connection))
    states = {(state.indicator, state.rule, state.subject): state for state in db.alerts.rule_states(tx.connection)}
    touched = _touched(tx)
    made: list[tuple[tuple[int, str], Transition]] = []
    for one in in_order(desk.declaration, instances(desk.declaration)):
        state = states.pop((one.rule.indicator, one.rule.name, one.subject))
        changes = [transition for _, transition in made] if children_of(one.rule) else []
        if old and state.rule_hash != one.rule.hash:
            continue
        if not _due(desk, one, state, touched, tx.at) and not _asks(desk, one, changes):
            continue
        known = knowledge(desk.declaration, tx.connection, one, desk.zone, changes)
        kind = rules.KINDS[one.rule.kind]
        advanced = rules.advance(one.rule, kind, known, _edited(state, one, tx.at), tx.at)
        db.alerts.save_rule_state(tx, advanced.state)
        _save_alerts(tx, one, advanced.transitions)
        made += [(one.place, transition) for transition in advanced.transitions]
    closed = [_close(tx, state) for state in states.values() if state.rule_hash and not old]
    transitions = [
        transition for _, transition in sorted(made, key=lambda pair: (pair[1].at, pair[0], pair[1].ordinal))
    ]
    transitions += [transition for transition in closed if transition is not None]
    db.alerts.add_transitions(tx, transitions)
    if not old:  # the rules that were left out have still to see what was learned
        db.meta.put(tx, _WATERMARK, str(tx.last_seq))
    return Evaluation(at=tx.at, transitions=transitions, messages=speak(desk, tx))


def _touched(tx: Writing) -> set[tuple[str, str]]:
    """(subject, indicator or type) of everything learned since the last evaluation, ("", source) of gaps that were filled."""
    after = _watermark(tx)
    if tx.last_seq == after:
        return set()
    named = {(subject, "") for subject in db.news.touched_names(tx.connection, after)}
    filled = {("", watcher) for watcher in db.sources.filled_since(tx.connection, after)}
    return db.observations.touched(tx.connection, after) | db.news.touched_events(tx.connection, after) | named | filled


def _watermark(tx: Writing) -> int:
    return int(db.meta.get(tx.connection, _WATERMARK) or 0)


def _due(desk: Desk, one: Instance, state: RuleState, touched: set[tuple[str, str]], now: datetime) -> bool:
    if state.evaluated_to is None or state.rule_hash != one.rule.hash:
        return True
    if state.deadline is not None and state.deadline <= now:
        return True
    if one.indicator.mentions and (one.subject, "") in touched:
        return True
    return bool(touched & needs(desk.declaration, one))


def _asks(desk: Desk, one: Instance, changes: Sequence[Transition]) -> bool:
    """Whether a rule that this one asks has just changed for its subject."""
    children = (desk.declaration.rule_named(name, one.rule.indicator) for name in children_of(one.rule))
    asked = {(child.indicator, child.name) for child in children if child is not None}
    return any((change.indicator, change.rule) in asked and change.subject == one.subject for change in changes)


def _edited(state: RuleState, one: Instance, now: datetime) -> RuleState:
    """An edited rule is looked at again at once, on what is known; a firing that still breaches keeps its episode."""
    if state.evaluated_to is None or state.rule_hash == one.rule.hash:
        return state
    # What one kind remembers says nothing to another one.
    judges = rules.KINDS[one.rule.kind].judge is not None
    memory = state.memory if not state.memory or judges == ("state" in state.memory) else {}
    return replace(state, memory=memory, deadline=min(now, state.deadline or now))


def _save_alerts(tx: Writing, one: Instance, transitions: Sequence[Transition]) -> None:
    """What can be spoken of: one alert per rule and subject, for events and targets one per key."""
    by_key: dict[str, Alert] = {}
    for transition in transitions:
        if changes_health(transition):
            continue
        alert = by_key.get(transition.key) or _alert(tx, one, transition.key)
        by_key[transition.key] = after(alert, transition)
    for alert in by_key.values():
        db.alerts.save_alert(tx, alert)


def _alert(tx: Writing, one: Instance, key: str) -> Alert:
    indicator, rule = one.rule.indicator, one.rule.name
    known = db.alerts.alerts(tx.connection, indicator=indicator, rule=rule, subject=one.subject, key=key)
    new = Alert(indicator=indicator, rule=rule, subject=one.subject, key=key, severity=one.rule.severity)
    return known[0] if known else new


def _close(tx: Writing, state: RuleState) -> Transition | None:
    """A rule that is no longer declared: what still fires is closed, with one line in the digest."""
    memory = dict(state.memory)
    if "state" in memory:  # it may come back: it then starts anew, and counts its episodes on
        memory["state"] = "inactive"
    found = db.alerts.alerts(tx.connection, indicator=state.indicator, rule=state.rule, subject=state.subject)
    firing = [alert for alert in found if alert.state != "inactive"]
    ordinal = state.ordinal + bool(firing)
    for alert in firing:
        db.alerts.save_alert(
            tx, replace(alert, state="inactive", word="closed", changed_at=tx.at, ordinal=ordinal, settled=ordinal)
        )
    db.alerts.save_rule_state(tx, replace(state, ordinal=ordinal, memory=memory, deadline=None, rule_hash=""))
    if not firing:
        return None
    return Transition(
        indicator=state.indicator, rule=state.rule, subject=state.subject, at=tx.at, what="closed",
        severity=firing[0].severity, episode=firing[0].episode, ordinal=ordinal, key=firing[0].key,
        reason="rule removed", as_of=tx.last_seq,
    )  # fmt: skip
