"""Where the rules stand, what can be spoken of, what changed, and what people answered."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from tracker.db.codec import evidence_json, evidence_of
from tracker.db.states import ack, alert, mute, rule_state, transition
from tracker.db.store import Writing
from tracker.model.told import Ack, Alert, Mute, RuleState, Transition

_RULE_STATE = tuple(field.name for field in dataclasses.fields(RuleState))
_NAME = ("indicator", "rule", "subject")
_ALERT = tuple(field.name for field in dataclasses.fields(Alert))
_TRANSITION = tuple(field.name for field in dataclasses.fields(Transition))
_ACK = tuple(field.name for field in dataclasses.fields(Ack))
#: So many names in one question: SQLite takes no more than some ten thousand.
_MANY = 5_000


def rule_states(
    connection: Connection, *, indicators: Collection[str] | None = None, until: datetime | None = None
) -> list[RuleState]:
    """Every rule and subject that was ever evaluated (of these indicators, with a deadline up to then), by name."""
    query = select(rule_state).order_by(rule_state.c.indicator, rule_state.c.rule, rule_state.c.subject)
    if until is not None:
        query = query.where(rule_state.c.deadline <= until)
    if indicators is None:
        return [RuleState(**row._mapping) for row in connection.execute(query)]
    found: list[RuleState] = []
    waiting = sorted(indicators)
    while waiting:
        some, waiting = waiting[:_MANY], waiting[_MANY:]
        rows = connection.execute(query.where(rule_state.c.indicator.in_(some)))
        found += [RuleState(**row._mapping) for row in rows]
    return found


def next_deadline(connection: Connection) -> datetime | None:
    """When a rule must be looked at again even if nothing arrives."""
    earliest: datetime | None = connection.scalar(select(func.min(rule_state.c.deadline)))
    return earliest


def save_rule_state(tx: Writing, new: RuleState) -> None:
    """Replace the state of this rule for this subject."""
    save_rule_states(tx, [new])


def save_rule_states(tx: Writing, new: Iterable[RuleState]) -> None:
    """Replace the states of these rules for their subjects."""
    values = [{name: getattr(one, name) for name in _RULE_STATE} | {"memory": dict(one.memory)} for one in new]
    if values:
        same = [rule_state.c[name] == bindparam(f"its_{name}") for name in _NAME]
        old = [{f"its_{name}": one[name] for name in _NAME} for one in values]
        tx.connection.execute(delete(rule_state).where(*same), old)
        tx.connection.execute(insert(rule_state), values)


def _same(table: Table, values: dict[str, Any], *names: str) -> list[Any]:
    return [table.c[name] == values[name] for name in names]


def alerts(connection: Connection, **filters: Any) -> list[Alert]:
    """The alerts whose fields are as given: `alerts(c, state="firing", subject="stepfun")`; by id."""
    if unknown := filters.keys() - set(_ALERT):
        raise TypeError(f"an alert has no {', '.join(sorted(unknown))}")
    wanted = [alert.c[name] == value for name, value in filters.items()]
    rows = connection.execute(select(alert).where(*wanted).order_by(alert.c.id))
    return [Alert(**row._mapping) for row in rows]


def numbered(connection: Connection, ids: Iterable[int]) -> list[Alert]:
    """The alerts with these ids, by id."""
    rows = connection.execute(select(alert).where(alert.c.id.in_(sorted(ids))).order_by(alert.c.id))
    return [Alert(**row._mapping) for row in rows]


def save_alert(tx: Writing, new: Alert) -> int:
    """Store or replace the alert of this rule, subject and key; its id, which never changes."""
    values = {name: getattr(new, name) for name in _ALERT if name != "id"} | {"evidence": dict(new.evidence)}
    same = _same(alert, values, "indicator", "rule", "subject", "key")
    known = tx.connection.scalar(select(alert.c.id).where(*same))
    if known is not None:
        tx.connection.execute(update(alert).where(alert.c.id == known).values(values))
        return int(known)
    number = (tx.connection.scalar(select(func.max(alert.c.id))) or 0) + 1
    tx.connection.execute(insert(alert).values(id=number, **values))
    return number


def unsettled(connection: Connection) -> list[Alert]:
    """The alerts of which somebody may still have to hear something."""
    rows = connection.execute(select(alert).where(alert.c.settled < alert.c.ordinal).order_by(alert.c.id))
    return [Alert(**row._mapping) for row in rows]


def settle(tx: Writing, alert_id: int) -> None:
    """Every receiver has heard what it should; the alert is quiet until its next transition."""
    tx.connection.execute(update(alert).where(alert.c.id == alert_id).values(settled=alert.c.ordinal))


def unsettle(tx: Writing, alert_id: int) -> None:
    """Something of its newest transition is to be said after all, or was taken back."""
    tx.connection.execute(update(alert).where(alert.c.id == alert_id).values(settled=alert.c.ordinal - 1))


def add_transitions(tx: Writing, new: Iterable[Transition]) -> None:
    """Write transitions down in this order. One that was written before is an error: nothing is stored twice."""
    last = tx.connection.scalar(select(func.max(transition.c.position))) or 0
    made = [
        {name: getattr(one, name) for name in _TRANSITION}
        | {"evidence": evidence_json(one.evidence), "position": position, "recorded_at": tx.at}
        for position, one in enumerate(new, start=last + 1)
    ]
    if made:
        tx.connection.execute(insert(transition), made)


def written(
    connection: Connection, until: datetime | None = None, *, rule: str | None = None, subject: str | None = None
) -> list[tuple[datetime, Transition]]:
    """Every transition that was written down by then (ever, without a bound), with that time, in the order of writing.

    `at` says when something became true, however late that was decided: what was known at T is told by this time alone.
    """
    query = select(transition).order_by(transition.c.position)
    if until is not None:
        query = query.where(transition.c.recorded_at <= until)
    if rule is not None:
        indicator, _, name = rule.partition(".")
        query = query.where(transition.c.indicator == indicator, transition.c.rule == name)
    if subject is not None:
        query = query.where(transition.c.subject == subject)
    found = []
    for row in connection.execute(query):
        values = {name: row._mapping[name] for name in _TRANSITION}
        found.append((row.recorded_at, Transition(**(values | {"evidence": evidence_of(values["evidence"])}))))
    return found


def transitions(
    connection: Connection, until: datetime | None = None, *, rule: str | None = None, subject: str | None = None
) -> list[Transition]:
    """The same without the times; of one `indicator.rule` and subject, when they are named."""
    return [one for _, one in written(connection, until, rule=rule, subject=subject)]


def save_ack(tx: Writing, new: Ack) -> None:
    """Add an answer; earlier ones stay."""
    tx.connection.execute(insert(ack).values({name: getattr(new, name) for name in _ACK}))


def acks(connection: Connection) -> list[Ack]:
    """Every answer, oldest first."""
    rows = connection.execute(select(*(ack.c[name] for name in _ACK)).order_by(ack.c.id))
    return [Ack(**row._mapping) for row in rows]


def save_mute(tx: Writing, new: Mute) -> int:
    """Add a mute; its id."""
    number = (tx.connection.scalar(select(func.max(mute.c.id))) or 0) + 1
    tx.connection.execute(
        insert(mute).values(
            id=number,
            start_at=new.start,
            end_at=new.end,
            rule=new.rule,
            subject=new.subject,
            author=new.author,
            why=new.why,
        )
    )
    return number


def end_mute(tx: Writing, mute_id: int) -> bool:
    """End a mute now; False when it is over already or does not exist."""
    ended = update(mute).where(mute.c.id == mute_id, mute.c.end_at > tx.at).values(end_at=tx.at)
    return tx.connection.execute(ended).rowcount == 1


def mutes(connection: Connection) -> list[Mute]:
    """Every mute there ever was, oldest first."""
    return [
        Mute(
            id=row.id,
            start=row.start_at,
            end=row.end_at,
            rule=row.rule,
            subject=row.subject,
            author=row.author,
            why=row.why,
        )
        for row in connection.execute(select(mute).order_by(mute.c.id))
    ]
