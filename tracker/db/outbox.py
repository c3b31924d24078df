"""The outbox: what is to be said, to whom, and how far that is. In order per receiver and alert, at least once.

A claim is a compare-and-set with a lease, and gives the number of the try. When a process dies between sending and noting it,
the lease runs out and the message is sent once more, under the same id. Who wakes up late, after another has taken over, can
still say that it was sent, once; what else he says no longer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from tracker.db.codec import message_json, message_of, rendered_json, rendered_of
from tracker.db.states import delivery, delivery_item
from tracker.db.store import Writing
from tracker.model.told import Message, Rendered, Said

State = Literal["queued", "sending", "sent", "dead", "superseded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one receiver and how far it is."""

    id: str
    position: int
    receiver: str
    kind: str
    state: State
    attempts: int
    created_at: datetime
    next_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    error: str | None
    message: Message
    rendered: Rendered


def enqueue(
    tx: Writing, message: Message, rendered: Rendered, said: Sequence[Said], *, not_before: datetime | None = None
) -> bool:
    """Put a message in the outbox, in the transaction of what it tells; False when it is there already."""
    if tx.connection.scalar(select(delivery.c.id).where(delivery.c.id == message.id)) is not None:
        return False
    position = (tx.connection.scalar(select(func.max(delivery.c.position))) or 0) + 1
    tx.connection.execute(
        insert(delivery).values(
            position=position,
            id=message.id,
            receiver=message.receiver,
            kind=message.kind,
            state="queued",
            attempts=0,
            next_at=not_before or tx.at,
            created_at=tx.at,
            message=message_json(message),
            rendered=rendered_json(rendered),
        )
    )
    items = [
        {
            "delivery": message.id,
            "alert": one.alert,
            "episode": one.episode,
            "ordinal": one.ordinal,
            "word": one.word,
            "severity": one.severity,
        }
        for one in said
    ]
    if items:
        tx.connection.execute(insert(delivery_item), items)
    return True


def said(connection: Connection, alerts: Collection[int] | None = None, *, state: State | None = None) -> list[Said]:
    """What every delivery (in this state) says of each alert (of these alerts), in the order of the outbox."""
    d, item = delivery, delivery_item
    query = (
        select(
            d.c.id, d.c.receiver, item.c.alert, item.c.episode, item.c.ordinal, item.c.word, item.c.severity, d.c.state,
            d.c.created_at, d.c.sent_at,
        )
        .join(item, item.c.delivery == d.c.id)
        .order_by(d.c.position, item.c.alert, item.c.ordinal)
    )  # fmt: skip
    if alerts is not None:
        query = query.where(item.c.alert.in_(sorted(alerts)))
    if state is not None:
        query = query.where(d.c.state == state)
    return [
        Said(
            delivery=row.id,
            receiver=row.receiver,
            alert=row.alert,
            episode=row.episode,
            ordinal=row.ordinal,
            word=row.word,
            severity=row.severity,
            state=row.state,
            created_at=row.created_at,
            sent_at=row.sent_at,
        )
        for row in connection.execute(query)
    ]


def _ripe(now: datetime) -> ColumnElement[bool]:
    """Queued and its time has come, or sent off by somebody whose lease has run out."""
    d = delivery
    return or_(
        and_(d.c.state == "queued", d.c.next_at <= now),
        and_(d.c.state == "sending", d.c.lease_until <= now),
    )


def due(connection: Connection, now: datetime) -> list[Delivery]:
    """What may be sent now, oldest first; nothing overtakes an older message to its receiver about the same alert."""
    return _deliveries(connection, select(delivery).where(_ripe(now), ~_overtakes()))


@cache
def _overtakes() -> Exists:
    """Built once: the outbox is looked at all the time, and an alias costs more than the question."""
    older, mine, theirs = delivery.alias("older"), delivery_item.alias("mine"), delivery_item.alias("theirs")
    return exists().where(
        older.c.receiver == delivery.c.receiver,
        older.c.position < delivery.c.position,
        older.c.state.in_(("queued", "sending")),
        mine.c.delivery == delivery.c.id,
        theirs.c.delivery == older.c.id,
        theirs.c.alert == mine.c.alert,
    )


def _deliveries(connection: Connection, query: Select[tuple[object, ...]]) -> list[Delivery]:
    return [
        Delivery(
            id=row.id,
            position=row.position,
            receiver=row.receiver,
            kind=row.kind,
            state=row.state,
            attempts=row.attempts,
            created_at=row.created_at,
            next_at=row.next_at,
            sent_at=row.sent_at,
            ended_at=row.ended_at,
            error=row.error,
            message=message_of(row.message),
            rendered=rendered_of(row.rendered),
        )
        for row in connection.execute(query.order_by(delivery.c.position))
    ]


def claim(tx: Writing, id: str, owner: str, lease_until: datetime) -> int:
    """Take a message to send it, if nobody else has it: the number of this try, from 1; 0 when somebody has it."""
    mine = update(delivery).where(delivery.c.id == id, _ripe(tx.at))
    mine = mine.values(state="sending", owner=owner, lease_until=lease_until, attempts=delivery.c.attempts + 1)
    return tx.connection.execute(mine.returning(delivery.c.attempts)).scalar() or 0


def sent(tx: Writing, id: str) -> bool:
    """It was accepted, in whichever try; False when that is known already, or it was given up since."""
    open_ = delivery.c.state.in_(("sending", "queued"))
    return _move(tx, id, open_, state="sent", sent_at=tx.at, ended_at=tx.at, error=None)


def retry(tx: Writing, id: str, attempt: int, next_at: datetime, error: str) -> bool:
    """This try failed, and there is another at `next_at`."""
    return _move(tx, id, _is(attempt), state="queued", next_at=next_at, error=error)


def dead(tx: Writing, id: str, attempt: int, error: str) -> bool:
    """This try failed for good."""
    return _move(tx, id, _is(attempt), state="dead", ended_at=tx.at, error=error)


def _is(attempt: int) -> ColumnElement[bool]:
    """Still under way, and not taken over by a later try."""
    return and_(delivery.c.state == "sending", delivery.c.attempts == attempt)


def _move(tx: Writing, id: str, when: ColumnElement[bool], **values: object) -> bool:
    """A late answer of a slow process never undoes what another one has noted."""
    moved = update(delivery).where(delivery.c.id == id, when)
    return tx.connection.execute(moved.values(owner=None, lease_until=None, **values)).rowcount == 1


def supersede(tx: Writing, ids: Iterable[str]) -> int:
    """Take back messages that nobody has begun to send; how many."""
    wanted = sorted(set(ids))
    if not wanted:
        return 0
    gone = update(delivery).where(delivery.c.id.in_(wanted), delivery.c.state == "queued")
    gone = gone.values(state="superseded", ended_at=tx.at)
    return tx.connection.execute(gone).rowcount


def shorten(tx: Writing, id: str, gone: Collection[int], message: Message, rendered: Rendered) -> bool:
    """Say no more of these alerts in a message that nobody has begun to send; it keeps its id and its place."""
    mine = update(delivery).where(delivery.c.id == id, delivery.c.state == "queued")
    values = {"message": message_json(message), "rendered": rendered_json(rendered)}
    if tx.connection.execute(mine.values(values)).rowcount != 1:
        return False
    lines = delivery_item.c
    tx.connection.execute(delete(delivery_item).where(lines.delivery == id, lines.alert.in_(sorted(gone))))
    return True


def take_over(tx: Writing, is_gone: Callable[[str], bool]) -> int:
    """Put what owners that are gone were sending back into the queue; how many."""
    owners = tx.connection.scalars(select(delivery.c.owner).where(delivery.c.owner.is_not(None)).distinct()).all()
    gone = [owner for owner in owners if owner is not None and is_gone(owner)]
    if not gone:
        return 0
    freed = update(delivery).where(delivery.c.owner.in_(gone), delivery.c.state == "sending")
    freed = freed.values(state="queued", owner=None, lease_until=None, next_at=tx.at)
    return tx.connection.execute(freed).rowcount


def deliveries(
    connection: Connection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    ids: Collection[str] | None = None,
) -> list[Delivery]:
    """Every delivery (of these) made in [since, until), oldest first."""
    query = select(delivery)
    if ids is not None:
        query = query.where(delivery.c.id.in_(sorted(ids)))
    if since is not None:
        query = query.where(delivery.c.created_at >= since)
    if until is not None:
        query = query.where(delivery.c.created_at < until)
    return _deliveries(connection, query)


def died(connection: Connection, since: datetime, until: datetime) -> list[Delivery]:
    """What was given up in [since, until], in the order of the outbox."""
    d = delivery.c
    return _deliveries(connection, select(delivery).where(d.state == "dead", d.ended_at >= since, d.ended_at <= until))


def state(connection: Connection, id: str) -> State | None:
    """How far a message is; None when there is none of this id."""
    found: State | None = connection.scalar(select(delivery.c.state).where(delivery.c.id == id))
    return found


def counts(connection: Connection, at: datetime) -> dict[str, int]:
    """How many deliveries had ended so at an instant, and how many were `waiting`."""
    d = delivery
    how = case((d.c.ended_at <= at, d.c.state), else_="waiting").label("how")
    query = select(how, func.count()).where(d.c.created_at <= at).group_by("how")
    return {state: count for state, count in connection.execute(query)}


def next(connection: Connection) -> datetime | None:
    """When something may have to be sent next; in the past when it is so now. What waits behind an older one waits with it."""
    when = case((delivery.c.state == "sending", delivery.c.lease_until), else_=delivery.c.next_at)
    query = select(func.min(when)).where(delivery.c.state.in_(("queued", "sending")), ~_overtakes())
    earliest: datetime | None = connection.scalar(query)
    return earliest
