"""Compare what should have been said with what was said, and put what is missing into the outbox; sends nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker import alerts as room
from tracker import db, delivery, timing
from tracker.db import Connection, Writing
from tracker.model.declared import SEVERITIES
from tracker.model.told import Ack, Alert, Item, Message, Said
from tracker.pipeline.opening import Desk
from tracker.pipeline.saying.brief import brief
from tracker.pipeline.saying.withdrawing import leave_out, net, take_back
from tracker.pipeline.saying.wording import item

_OPENED = "opened"


def speak(desk: Desk, tx: Writing) -> list[Message]:
    """Enqueue every message that is due now. The first evaluation of a home speaks once per receiver: the opening brief."""
    opening = db.meta.get(tx.connection, _OPENED) is None
    take_back(desk, tx)
    standing, withdrawn = net(desk, tx.connection, db.alerts.unsettled(tx.connection))
    voices = _voices(desk, standing)
    said = db.outbox.said(tx.connection, [voice.alert.id for voice in voices]) if voices else []
    policy = desk.policy or policy_of(desk, tx.connection)
    plan = delivery.plan(voices, said, _acks(tx), policy, tx.at, together=opening)
    leave_out(desk, tx, plan.superseded)
    messages = [_message(desk, tx, batch, opening=opening) for batch in plan.batches]
    if opening:
        messages = _with_briefs(desk, tx, messages)
        db.meta.put(tx, _OPENED, tx.at.isoformat())
    for message in messages:
        db.outbox.enqueue(tx, message, room.render(message), _said(message, plan.batches, tx))
    for alert in plan.settled:
        if alert not in withdrawn:
            db.alerts.settle(tx, alert)
    db.meta.put(tx, "wake", plan.wake.isoformat() if plan.wake else "")
    return messages


def policy_of(desk: Desk, connection: Connection) -> delivery.Policy:
    """What the home declares, and the mutes of the moment."""
    declared = desk.declaration
    hours = {
        name: [(one, timing.zone(one.timezone or declared.timezone)) for one in receiver.quiet]
        for name, receiver in declared.receivers.items()
    }
    return delivery.Policy(
        group_by=declared.delivery.group_by,
        group_wait=declared.delivery.group_wait,
        group_interval=declared.delivery.group_interval,
        mutes=db.alerts.mutes(connection),
        inhibitions=[delivery.Inhibition(one.source, one.target) for one in declared.inhibit],
        quiet=lambda receiver, severity, now: delivery.quiet_until(hours.get(receiver, ()), severity, now),
    )


def _voices(desk: Desk, alerts: Sequence[Alert]) -> list[delivery.Voice]:
    """The alerts of which something may still have to be said."""
    declared = desk.declaration
    voices = []
    for alert in alerts:
        rule = declared.rule_named(f"{alert.indicator}.{alert.rule}", near="")
        if rule is not None:
            receivers = declared.receivers_of(rule, alert.severity)
            voices.append(delivery.Voice(alert=alert, rule=rule, receivers=receivers))
    return voices


def _acks(tx: Writing) -> dict[int, Ack]:
    return {ack.alert: ack for ack in sorted(db.alerts.acks(tx.connection), key=lambda ack: ack.at)}


def _message(desk: Desk, tx: Writing, batch: delivery.Batch, *, opening: bool) -> Message:
    items = tuple(_item(desk, tx, one) for one in batch.items)
    return Message(
        id=batch.id, receiver=batch.receiver, kind="opening" if opening else "alert", at=tx.at, items=items,
        thread=items[0].thread, watch=desk.declaration.watch, timezone=desk.declaration.timezone,
            language=desk.declaration.language,
    )  # fmt: skip


def _item(desk: Desk, tx: Writing, one: delivery.Utterance) -> Item:
    """An end belongs to the file and the mail thread of the beginning that was heard."""
    again = (
        one.word == "resolved" and one.alert.state == "pending"
    )  # its figures are of what may come, not of what is over
    made = item(desk, tx, replace(one.alert, summary="", evidence={}) if again else one.alert, one.word)
    for heard in db.outbox.deliveries(tx.connection, ids=[one.ends]) if one.ends else ():
        threads = [begun.thread for begun in heard.message.items if begun.alert == one.alert.id]
        made = replace(made, thread=threads[0]) if threads else made
    return made


def _with_briefs(desk: Desk, tx: Writing, messages: Sequence[Message]) -> list[Message]:
    """Every receiver that rules speak to gets the brief, also one for whom nothing was found."""
    found = {message.receiver: message for message in messages}
    lines = brief(desk, tx)
    made = []
    for receiver in _spoken_to(desk):
        message = found.get(receiver) or Message(
            id=delivery.Batch(receiver=receiver, items=()).id, receiver=receiver, kind="opening", at=tx.at,
            thread="opening", watch=desk.declaration.watch, timezone=desk.declaration.timezone,
            language=desk.declaration.language,
        )  # fmt: skip
        made.append(replace(message, brief=lines))
    return made


def _spoken_to(desk: Desk) -> list[str]:
    heard = {
        receiver
        for indicator in desk.declaration.indicators.values()
        for rule in indicator.rules.values()
        for severity in SEVERITIES
        for receiver in desk.declaration.receivers_of(rule, severity)
    }
    return [receiver for receiver in desk.declaration.receivers if receiver in heard]


def _said(message: Message, batches: Sequence[delivery.Batch], tx: Writing) -> list[Said]:
    batch = next((batch for batch in batches if batch.id == message.id), None)
    told: list[tuple[Alert, str]] = [(one.alert, one.word) for one in batch.items] if batch else []
    return [
        Said(
            delivery=message.id, receiver=message.receiver, alert=alert.id, episode=alert.episode, ordinal=alert.ordinal,
            word=word, severity=alert.severity, state="queued", created_at=tx.at,
        )
        for alert, word in told
    ]  # fmt: skip
