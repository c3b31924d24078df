"""explain INDICATOR.RULE: what was known, what was compared, which step gave the state, what was said, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from tracker import db, rules
from tracker.db import Connection
from tracker.errors import UsageError
from tracker.model.declared import Rule
from tracker.model.told import Alert, RuleState, Transition
from tracker.pipeline.deciding import foreseeing
from tracker.pipeline.deciding.grounds import asked, grounds
from tracker.pipeline.deciding.versions import nearest_rule, spelt
from tracker.pipeline.known.alerting import after, changes_health
from tracker.pipeline.known.instances import Instance, instances
from tracker.pipeline.known.shelf import Shelf
from tracker.pipeline.known.standing import fold
from tracker.pipeline.opening import Desk
from tracker.pipeline.reading.rereading import explain_entry, find_entries, nearest_title
from tracker.pipeline.saying.withheld import Ears, ears, gates, held, told
from tracker.rules.verdict import Verdict

Row = dict[str, Any]
_FORMS = "a rule is INDICATOR.RULE, an entry SOURCE:KEY, its key or a part of its title"


def explain(
    desk: Desk, name: str, *, subject: str | None = None, as_of: datetime | None = None
) -> tuple[Literal["rule", "entry"], list[Row]]:
    """Why a rule stands as it does for each of its subjects, or why a text is read as it is; UsageError for an unknown name."""
    if not name.strip():  # every title holds it
        raise UsageError(f"nothing is named; {_FORMS}")
    rule = desk.declaration.rule_named(name, "") if "." in name else None
    if rule is not None:
        return "rule", explain_rule(desk, rule, subject=subject, as_of=as_of)
    entries = find_entries(desk, name, as_of=as_of)
    if entries:
        return "entry", explain_entry(desk, entries, as_of=as_of)
    title = nearest_title(desk, name)
    other = f"did you mean the entry {title!r}?" if title else _FORMS
    raise UsageError(f"no rule and no entry {name!r}; {nearest_rule(desk.declaration, name, other)}")


def explain_rule(desk: Desk, rule: Rule, *, subject: str | None = None, as_of: datetime | None = None) -> list[Row]:
    """One row per subject of the rule, as things stood at an instant of the recorded clock."""
    at = as_of or desk.clock.now()
    with desk.store.read() as connection:
        newest = desk.store.newest()
        latest = as_of is None or newest is None or newest <= at
        every = db.alerts.transitions(connection, until=at)
        firing = frozenset(
            (f"{indicator}.{name}", about)
            for (indicator, name, about), state in fold(every)[0].items()
            if state == "firing"
        )
        states = {(one.indicator, one.rule, one.subject): one for one in db.alerts.rule_states(connection)}
        rows = []
        for one in instances(desk.declaration):
            if one.rule.id != rule.id or subject not in (None, one.subject):
                continue
            state = states.get((rule.indicator, rule.name, one.subject), RuleState(
                indicator=rule.indicator, rule=rule.name, subject=one.subject,
            ))  # fmt: skip
            own = [each for each in every if (each.indicator, each.rule, each.subject) == _place(one)]
            alerts = _alerts(connection, own)
            there = ears(desk, connection, rule, alerts, firing, at, latest=latest)
            rows.append(_row(desk, connection, one, state, own, there))
    return rows


def _place(one: Instance) -> tuple[str, str, str]:
    return one.rule.indicator, one.rule.name, one.subject


def _alerts(connection: Connection, transitions: Sequence[Transition]) -> list[Alert]:
    """What could be spoken of after these transitions; the number and what is settled are those of the store."""
    found: dict[str, Alert] = {}
    for one in transitions:
        if not changes_health(one):
            new = Alert(indicator=one.indicator, rule=one.rule, subject=one.subject, key=one.key, severity=one.severity)
            found[one.key] = after(found.get(one.key, new), one)
    if not found:
        return []
    first = transitions[0]
    stored = db.alerts.alerts(connection, indicator=first.indicator, rule=first.rule, subject=first.subject)
    kept = {one.key: one for one in stored}
    return [_numbered(one, kept[key]) for key, one in found.items() if key in kept]


def _numbered(one: Alert, stored: Alert) -> Alert:
    """The alert of then with its number; where it is the newest, what it rests on is what was found last."""
    evidence = stored.evidence if stored.ordinal == one.ordinal else one.evidence
    return replace(one, id=stored.id, settled=stored.settled, evidence=evidence)


def _row(
    desk: Desk, connection: Connection, one: Instance, state: RuleState, own: Sequence[Transition], there: Ears
) -> Row:
    at, rule = there.at, one.rule
    born = state.born if state.born is not None and state.born <= at else None
    shelf = Shelf(connection)
    known = foreseeing.known_at(desk, shelf, one, at)
    verdict = _verdict(one, known, at, born or at)
    used = verdict.evidence.seqs if verdict else [seq for each in own for seq in each.evidence.seqs]
    open_alert = next((alert for alert in there.alerts if alert.state == "firing"), None)
    severity = open_alert.severity if open_alert else None
    saying = foreseeing.watch(desk, shelf, one, at, born, severity, foreseeing.pending_since(own)).next
    return {
        "rule": rule.id, "indicator": rule.indicator, "name": rule.name, "subject": one.subject, "as_of": at, "born": born,
        **_standing(own, there, state), **_compared(verdict),
        "asks": asked(known, at), "known": grounds(desk, connection, one, known, at, used),
        "transitions": [_transition(each) for each in own],
        "hash": rule.hash, "declared": spelt(rule), "decided_by": own[-1].rule_hash if own else (state.rule_hash or None),
        "edited": there.latest and bool(state.rule_hash) and state.rule_hash != rule.hash,
        "alerts": [_alert(alert) for alert in there.alerts], "gates": gates(desk, there), "said": told(there),
        "held": held(desk, there), "looks_again": state.deadline if there.latest else None,
        "speaks_next": None if saying is None else {
            "at": saying.at, "what": saying.what, "compared": saying.evidence.compared,
        },
    }  # fmt: skip


def _standing(own: Sequence[Transition], there: Ears, state: RuleState) -> Row:
    """The state and health after the transitions; between firing and resolved only the engine's memory knows `recovering`."""
    states, healths = fold(list(own))
    place = (there.rule.indicator, there.rule.name, state.subject)
    health = healths.get(place, "ok")
    reasons = [one.reason for one in own if one.what in ("nodata", "error")]
    if there.latest and health == state.health:  # it may be another reason than that with which it began
        reasons.append(state.reason)
    newest = max(there.alerts, key=lambda alert: (alert.state == "firing", alert.ordinal), default=None)
    word = states.get(place, "inactive")
    if there.latest and word == "firing":
        word = str(state.memory.get("state", word))
    return {
        "state": word, "health": health, "reason": reasons[-1] if health != "ok" and reasons else None,
        "episode": newest.episode if newest else 0, "severity": newest.severity if newest else there.rule.severity,
        "since": newest.since if newest and newest.state != "inactive" else None,
    }  # fmt: skip


def _verdict(one: Instance, known: rules.Knowledge, at: datetime, born: datetime) -> Verdict | None:
    """What the rule as it is declared now makes of what was known then; kinds that tell of events have none."""
    kind = rules.KINDS[one.rule.kind]
    return kind.judge(one.rule, one.rule.params, known, at, born) if kind.judge else None


def _compared(verdict: Verdict | None) -> Row:
    if verdict is None:
        return {"verdict": None, "compared": None, "value": None, "why": None}
    found = verdict.evidence
    return {
        "verdict": verdict.outcome, "compared": found.compared or None, "value": found.value or None,
        "why": verdict.reason or None,
    }  # fmt: skip


def _transition(one: Transition) -> Row:
    return {
        "at": one.at, "what": one.what, "severity": one.severity, "episode": one.episode, "key": one.key or None,
        "reason": one.reason or None, "compared": one.evidence.compared or None, "value": one.evidence.value or None,
        "rows": list(one.evidence.seqs), "hash": one.rule_hash, "as_of": one.as_of,
    }  # fmt: skip


def _alert(one: Alert) -> Row:
    return {
        "id": one.id, "key": one.key or None, "state": one.state, "word": one.word, "severity": one.severity,
        "episode": one.episode, "since": one.since,
    }  # fmt: skip
