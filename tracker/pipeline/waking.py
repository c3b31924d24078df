"""When something must be looked at next, though nothing arrives."""

from __future__ import annotations

from datetime import datetime

from tracker import db
from tracker.pipeline.opening import Desk


def next_wake(desk: Desk) -> datetime | None:
    """The first of: a rule's deadline, a mute or repeat that ends, a message that is due. In the past when it is so now."""
    with desk.store.read() as connection:
        times = [db.alerts.next_deadline(connection)]
        if held := db.meta.get(connection, "wake"):
            times.append(datetime.fromisoformat(held))
        if message := db.outbox.next(connection):
            times.append(message)
    return min((at for at in times if at is not None), default=None)
