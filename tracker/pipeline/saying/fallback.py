"""What one receiver refuses for good goes to the one that stands in for it, in the transaction that gives the message up."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from tracker import alerts as room
from tracker import db
from tracker.db import Connection, Writing
from tracker.db.outbox import Delivery
from tracker.model.declared import SEVERITIES
from tracker.model.told import Message, Said
from tracker.pipeline.opening import Desk
from tracker.pipeline.saying.speaking import policy_of


def stand_in(desk: Desk, tx: Writing, one: Delivery, why: str) -> bool:
    """Enqueue a message that is dead for the fallback of its receiver; what came by a fallback itself ends here."""
    declared = desk.declaration.receivers.get(one.receiver)
    other = declared.fallback if declared is not None else None
    if other is None or other not in desk.declaration.receivers or one.message.instead_of:
        return False
    told = _unheard(tx.connection, one, other)
    if told is None:
        return False
    items = tuple(item for item in one.message.items if item.alert in {said.alert for said in told})
    message = replace(
        one.message, id=_id(one.id, other), receiver=other, items=items, instead_of=one.receiver, undelivered=why
    )
    said = [replace(line, delivery=message.id, receiver=other, state="queued") for line in told]
    return db.outbox.enqueue(tx, message, room.render(message), said, not_before=_quiet_until(desk, tx, message))


def who_has(desk: Desk, connection: Connection, one: Delivery) -> str:
    """The receiver that was told a dead message, or waits for it, in place of its own; "" when there is none."""
    declared = desk.declaration.receivers.get(one.receiver)
    other = (declared.fallback if declared is not None else None) or ""
    return other if other and db.outbox.state(connection, _id(one.id, other)) not in (None, "dead") else ""


def _id(dead: str, other: str) -> str:
    """Made of what it stands for, so that it is enqueued once."""
    return hashlib.sha256(f"fallback {dead} {other}".encode()).hexdigest()[:32]


def _unheard(connection: Connection, one: Delivery, other: str) -> list[Said] | None:
    """What the message says that the other receiver was not told itself; None when it needs nothing of it."""
    if one.kind in ("opening", "digest") and _has_its_own(connection, one, other):
        return None
    lines = db.outbox.said(connection, [item.alert for item in one.message.items])
    heard: dict[int, int] = {}
    for line in lines:
        if line.receiver == other and line.state not in ("dead", "superseded"):
            heard[line.alert] = max(line.ordinal, heard.get(line.alert, 0))
    own = [line for line in lines if line.delivery == one.id]
    told = [line for line in own if line.ordinal > heard.get(line.alert, 0)]
    return told if told or not own else None


def _has_its_own(connection: Connection, one: Delivery, other: str) -> bool:
    """Whether the other receiver gets this opening brief or digest anyway."""
    return any(
        same.receiver == other and same.message.period == one.message.period and same.state != "dead"
        for same in db.outbox.deliveries(connection, since=one.created_at)
        if same.kind == one.kind
    )


def _quiet_until(desk: Desk, tx: Writing, message: Message) -> datetime | None:
    """The end of the other receiver's quiet hours, for the gravest thing that the message tells."""
    if not message.items:
        return None
    gravest = max((item.severity for item in message.items), key=SEVERITIES.index)
    policy = desk.policy or policy_of(desk, tx.connection)
    return policy.quiet(message.receiver, gravest, tx.at)
