"""deliver: send what is in the outbox. At least once, in order per alert and receiver, under the same message id."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker import db
from tracker.db import Writing
from tracker.db.outbox import Delivery
from tracker.errors import DeliveryError
from tracker.model.told import Message, Rendered
from tracker.pipeline.opening import Desk
from tracker.pipeline.speaking import speak

Send = Callable[[str, Message, Rendered, datetime], None]

#: Waits after the 1st, 2nd, … failure; the last one is repeated until the message is given up.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 4, 16, 64, 256, 360, 360))
#: A message that could not be sent for so long is dead.
GIVE_UP = timedelta(hours=72)
#: How long one try may take before another process may take the message over.
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one pass over the outbox did; each line names the receiver."""

    sent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()


def deliver(
    desk: Desk, *, dry: bool = False, send: Send | None = None, backoff: Sequence[timedelta] = BACKOFF
) -> Delivered:
    """Send all that is due. One receiver that fails never stops another, and is tried again alone."""
    now = desk.clock.now()
    if dry:
        with desk.store.read() as connection:
            return Delivered(sent=tuple(one.receiver for one in db.outbox.due(connection, now)))
    with desk.store.write(now, strict=desk.strict) as tx:
        # A mute that ended, a repeat that came due: time alone can make something due that no arrival did.
        if db.meta.get(tx.connection, "opened") is not None:
            speak(desk, tx)
    sent: list[str] = []
    failed: list[str] = []
    dead: list[str] = []
    tried: set[str] = set()
    while batch := [one for one in _due(desk, now) if one.id not in tried]:
        for one in batch:
            tried.add(one.id)
            _try(desk, one, send or _sender(desk), backoff, (sent, failed, dead))
    if sent:
        with desk.store.write(desk.clock.now()) as tx:  # what was said sets when it is to be repeated
            speak(desk, tx)
    return Delivered(sent=tuple(sent), failed=tuple(failed), dead=tuple(dead))


def _due(desk: Desk, now: datetime) -> list[Delivery]:
    with desk.store.read() as connection:
        return db.outbox.due(connection, now)


def _try(
    desk: Desk, one: Delivery, send: Send, backoff: Sequence[timedelta], lists: tuple[list[str], list[str], list[str]]
) -> None:
    """Claim, send with no transaction open, write down how it went."""
    sent, failed, dead = lists
    with desk.store.write(desk.clock.now()) as tx:
        if not db.outbox.claim(tx, one.id, owner(), tx.at + LEASE):
            return
    try:
        send(one.receiver, one.message, one.rendered, desk.clock.now())
    except DeliveryError as error:
        with desk.store.write(desk.clock.now()) as tx:
            given_up = error.permanent or one.attempts + 1 >= len(backoff) + 1 or tx.at - one.created_at >= GIVE_UP
            if given_up:
                db.outbox.dead(tx, one.id, str(error))
                dead.append(f"{one.receiver}: {error}")
            else:
                _again(tx, one, error, backoff)
                failed.append(f"{one.receiver}: {error}")
        return
    with desk.store.write(desk.clock.now()) as tx:
        db.outbox.sent(tx, one.id)
    sent.append(one.receiver)


def _again(tx: Writing, one: Delivery, error: DeliveryError, backoff: Sequence[timedelta]) -> None:
    wait = backoff[min(one.attempts, len(backoff) - 1)]
    db.outbox.retry(tx, one.id, tx.at + max(wait, error.retry_after or wait), str(error))


def _sender(desk: Desk) -> Send:
    """Send through the receiver's kind, with its secrets from the environment."""
    from tracker import alerts

    def send(receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        declared = desk.declaration.receivers.get(receiver)
        if declared is None:
            raise DeliveryError(f"the receiver {receiver} is not declared any more", permanent=True)
        context = alerts.Context(home=desk.home, secret=desk.home.secret, hostname=socket.gethostname(), now=now)
        alerts.KINDS[declared.kind].send(declared.params, message, rendered, context)

    return send


def owner() -> str:
    """This process, as leases name it: host, pid and start time, so that a reused pid is another owner."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started()}"


def _started() -> str:
    try:
        with open("/proc/self/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[19]
    except OSError:
        return "0"
