"""deliver: send what is in the outbox. At least once, in order per alert and receiver, under the same message id."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from tracker import db
from tracker.db import Writing
from tracker.db.outbox import Delivery
from tracker.errors import DeliveryError
from tracker.model.told import Message, Rendered
from tracker.pipeline.opening import Desk
from tracker.pipeline.owners import owner
from tracker.pipeline.saying.fallback import stand_in
from tracker.pipeline.saying.speaking import speak

log = logging.getLogger(__name__)

Send = Callable[[str, Message, Rendered, datetime], None]

#: Waits after the 1st, 2nd, … failure; after the last one the message is given up.
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
    desk: Desk,
    *,
    dry: bool = False,
    send: Send | None = None,
    backoff: Sequence[timedelta] = BACKOFF,
    give_up: timedelta = GIVE_UP,
    stop: Event | None = None,
) -> Delivered:
    """Send all that is due. One receiver that fails never stops another, and is tried again alone.

    Once `stop` is set no other message is begun; what waits is sent by the next pass.
    """
    now = desk.clock.now()
    if dry:
        with desk.store.read() as connection:
            return Delivered(sent=tuple(one.receiver for one in db.outbox.due(connection, now)))
    with desk.store.write(now, strict=desk.strict) as tx:
        now = tx.at  # a clock that went back holds no message up
        # A mute that ended, a repeat that came due: time alone can make something due that no arrival did.
        if db.meta.get(tx.connection, "opened") is not None:
            speak(desk, tx)
    post = _Post(desk, send or _sender(desk), backoff, give_up, stop or Event())
    while post.empty(now):
        with desk.store.write(desk.clock.now()) as tx:  # what was said, or died, sets what is to be said next
            speak(desk, tx)
    return Delivered(sent=tuple(post.sent), failed=tuple(post.failed), dead=tuple(post.dead))


def _due(desk: Desk, now: datetime) -> list[Delivery]:
    with desk.store.read() as connection:
        return db.outbox.due(connection, now)


@dataclass(slots=True)
class _Post:
    """One pass over the outbox."""

    desk: Desk
    send: Send
    backoff: Sequence[timedelta]
    give_up: timedelta
    stop: Event
    tried: set[str] = field(default_factory=set)
    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)

    def empty(self, now: datetime) -> bool:
        """Try all that is due and was not tried, unless told to stop; whether something came of it.

        What dies ends the round: whatever waited behind it continues something that nobody heard, and is planned anew.
        """
        sent, dead = len(self.sent), len(self.dead)
        while batch := [one for one in _due(self.desk, now) if one.id not in self.tried]:
            for one in batch:
                if self.stop.is_set():
                    return False
                self.take(one)
                if len(self.dead) > dead:
                    return True
        return len(self.sent) > sent

    def take(self, one: Delivery) -> None:
        """Claim, send with no transaction open, write down how it went."""
        self.tried.add(one.id)
        with self.desk.store.write(self.desk.clock.now()) as tx:
            attempt = db.outbox.claim(tx, one.id, owner(), tx.at + LEASE)
        if not attempt:
            return
        try:
            self.send(one.receiver, one.message, one.rendered, self.desk.clock.now())
        except Exception as error:  # a bug of one receiver must not silence the others
            failure = error if isinstance(error, DeliveryError) else _unexpected(one, error)
            with self.desk.store.write(self.desk.clock.now()) as tx:
                self._failed(tx, one, attempt, failure)
            return
        with self.desk.store.write(self.desk.clock.now()) as tx:
            first = db.outbox.sent(tx, one.id)
        if first:  # else another process took over while this one was slow, and has said so
            self.sent.append(one.receiver)

    def _failed(self, tx: Writing, one: Delivery, attempt: int, error: DeliveryError) -> None:
        """Another time, or never; whoever was overtaken has nothing to say."""
        said = f"{one.receiver}: {error}"
        if error.permanent or attempt > len(self.backoff) or tx.at - one.created_at >= self.give_up:
            if db.outbox.dead(tx, one.id, attempt, str(error)):
                stand_in(self.desk, tx, one, str(error))
                for item in one.message.items:  # what waits to continue it is looked at again
                    db.alerts.unsettle(tx, item.alert)
                self.dead.append(said)
            return
        wait = self.backoff[attempt - 1]
        if db.outbox.retry(tx, one.id, attempt, tx.at + max(wait, error.retry_after or wait), str(error)):
            self.failed.append(said)


def _unexpected(one: Delivery, error: Exception) -> DeliveryError:
    """What a receiver's code did not mean to raise: tried again like any failure, for it may pass.

    Only its type is kept: its text may hold what a receiver's address hides.
    """
    said = f"unexpected {type(error).__name__}"
    log.error("%s: %s", one.receiver, said, exc_info=log.isEnabledFor(logging.DEBUG))
    return DeliveryError(said)


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
