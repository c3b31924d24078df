"""evaluate: move every rule that something happened to forward to now, write what changed, and enqueue what must be said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker import db, rules
from tracker.db import Writing
from tracker.db.codec import evidence_json
from tracker.db.history import Key
from tracker.model.declared import Rule
from tracker.model.told import Alert, Message, RuleState, Transition
from tracker.pipeline.declaring import superseded
from tracker.pipeline.entering.beginning import begin
from tracker.pipeline.known.alerting import after, changes_health
from tracker.pipeline.known.instances import Instance, children_of
from tracker.pipeline.known.knowing import knowledge, series_read
from tracker.pipeline.known.roster import Roster, roster_of
from tracker.pipeline.known.shelf import Shelf, widest
from tracker.pipeline.opening import Desk
from tracker.pipeline.saying.speaking import speak
from tracker.rules.verdict import Verdict

_WATERMARK = "evaluated_seq"
#: Under which `meta` keeps the mark of the rules that were all evaluated.
_ROSTER = "evaluated_rules"
#: Rules that are advanced with their values in memory together.
_AT_ONCE = 256


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
    roster, seen = roster_of(desk.declaration), _watermark(tx)
    due, gone = _due(roster, tx, seen)
    made = _decide(desk, tx, roster, due, Shelf(tx.connection, seen or 0), old=old)
    closed = [_close(tx, state) for state in gone if not old]
    transitions = [
        transition for _, transition in sorted(made, key=lambda pair: (pair[1].at, pair[0], pair[1].ordinal))
    ]
    transitions += [transition for transition in closed if transition is not None]
    db.alerts.add_transitions(tx, transitions)
    if not old:  # the rules that were left out have still to see what was learned
        db.meta.put(tx, _WATERMARK, str(tx.last_seq))
        db.meta.put(tx, _ROSTER, roster.mark)
    return Evaluation(at=tx.at, transitions=transitions, messages=speak(desk, tx))


def _touched(tx: Writing, seen: int | None) -> set[tuple[str, str]]:
    """(subject, indicator or type) of everything learned since the last evaluation, ("", source) of gaps that were filled."""
    if seen is None or tx.last_seq == seen:  # before the first evaluation every rule is due
        return set()
    named = {(subject, "") for subject in db.news.touched_names(tx.connection, seen)}
    filled = {("", watcher) for watcher in db.sources.filled_since(tx.connection, seen)}
    return db.observations.touched(tx.connection, seen) | db.news.touched_events(tx.connection, seen) | named | filled


def _watermark(tx: Writing) -> int | None:
    kept = db.meta.get(tx.connection, _WATERMARK)
    return None if kept is None else int(kept)


def _due(roster: Roster, tx: Writing, seen: int | None) -> tuple[dict[int, RuleState], list[RuleState]]:
    """Whom something happened to, by place, and the states of rules that are no longer declared.

    While the rules are those of the last evaluation, only the states of these few are read.
    """
    touched = roster.touched(_touched(tx, seen))
    if db.meta.get(tx.connection, _ROSTER) == roster.mark:
        read = {roster.instances[number].rule.indicator for number in touched}
        states = db.alerts.rule_states(tx.connection, until=tx.at)
        states += db.alerts.rule_states(tx.connection, indicators=read)
    else:
        states = db.alerts.rule_states(tx.connection)
    due, gone = {}, []
    for state in states:
        number = roster.places.get((state.indicator, state.rule, state.subject))
        if number is None:
            gone += [state] if state.rule_hash else []
        elif number in touched or _waits(state, roster.instances[number].rule, tx.at):
            due[number] = state
    return due, gone


def _waits(state: RuleState, rule: Rule, now: datetime) -> bool:
    """Whether a rule must be looked at though nothing arrived: it is new, was edited, or its deadline has come."""
    if state.evaluated_to is None or state.rule_hash != rule.hash:
        return True
    return state.deadline is not None and state.deadline <= now


def _decide(
    desk: Desk, tx: Writing, roster: Roster, due: Mapping[int, RuleState], shelf: Shelf, *, old: bool
) -> list[tuple[tuple[int, str], Transition]]:
    """Advance those that are due and those that ask a rule that has just changed; each transition with its place."""
    made: list[tuple[tuple[int, str], Transition]] = []
    waiting = sorted({*due, *roster.asking})
    for first in range(0, len(waiting), _AT_ONCE):
        some = waiting[first : first + _AT_ONCE]
        shelf.put(_looks(desk, [(roster.instances[number], due[number]) for number in some if number in due]))
        states: list[RuleState] = []
        for number in some:
            one = roster.instances[number]
            changes = [transition for _, transition in made] if children_of(one.rule) else []
            if number not in due and not _asks(desk, one, changes):
                continue
            state = due[number] if number in due else _state(tx, one)
            if old and state.rule_hash != one.rule.hash:
                continue
            state = _edited(state, one, tx.at)
            known = _known(desk, tx, one, state, changes, shelf)
            advanced = rules.advance(one.rule, rules.KINDS[one.rule.kind], known, state, tx.at)
            states.append(advanced.state)
            _save_alerts(tx, one, advanced.transitions)
            _restate(tx, one, known, advanced.verdict)
            made += [(one.place, transition) for transition in advanced.transitions]
        db.alerts.save_rule_states(tx, states)
    return made


def _looks(desk: Desk, some: Iterable[tuple[Instance, RuleState]]) -> dict[Key, timedelta | None]:
    """Which series these rules read, and how far back."""
    wanted: list[tuple[Key, timedelta | None]] = []
    for one, state in some:
        own, others = series_read(desk.declaration, one)
        wanted += [(own, rules.reach(one.rule, rules.KINDS[one.rule.kind], state))] if own else []
        wanted += [(other, None) for other in others]
    return widest(wanted)


def _known(
    desk: Desk, tx: Writing, one: Instance, state: RuleState, changes: Sequence[Transition], shelf: Shelf
) -> rules.Knowledge:
    """What a rule may see: the newest values where they decide as all would, else all."""
    known = knowledge(desk.declaration, tx.connection, one, desk.zone, changes, shelf=shelf)
    own, _ = series_read(desk.declaration, one)
    floor = shelf.floor(own) if own else None
    if own is None or floor is None or rules.suffices(known.own, floor, one.rule, rules.KINDS[one.rule.kind], state):
        return known
    shelf.whole(own)
    return knowledge(desk.declaration, tx.connection, one, desk.zone, changes, shelf=shelf)


def _state(tx: Writing, one: Instance) -> RuleState:
    found = db.alerts.rule_states(tx.connection, indicators=[one.rule.indicator])
    return next(state for state in found if (state.rule, state.subject) == (one.rule.name, one.subject))


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


def _restate(tx: Writing, one: Instance, known: rules.Knowledge, verdict: Verdict | None) -> None:
    """What still stands though a row that it rested on was withdrawn quotes the row on which it stands now."""
    if one.rule.kind == "event" or (verdict is not None and verdict.outcome != "breach"):  # an event quotes its reports
        return
    seen = (known.own, known.targets, *known.others.values())
    withdrawn = {fact.seq for facts in seen for fact in facts if fact.retracted}
    kind = rules.KINDS[one.rule.kind]
    if not withdrawn:
        return
    found = {"": verdict.evidence} if verdict is not None and verdict.outcome == "breach" else {}
    if kind.tell is not None:
        found = {told.key: told.evidence for told in kind.tell(one.rule, one.rule.params, known, tx.at, {}).told}
    for key, evidence in found.items():
        alert = _alert(tx, one, key)
        if alert.id and alert.state != "inactive" and withdrawn & set(alert.evidence.get("seqs", ())):
            new = replace(alert, value=evidence.value, summary=evidence.compared, evidence=evidence_json(evidence))
            db.alerts.save_alert(tx, new)


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
