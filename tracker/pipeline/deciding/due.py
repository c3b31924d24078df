"""Whether a pass would find something to do now: cheap questions that the daemon asks every second, without a write."""

from __future__ import annotations

from datetime import datetime

from tracker import db
from tracker.db import Connection
from tracker.pipeline.deciding.evaluating import _WATERMARK
from tracker.pipeline.opening import Desk


def unread(desk: Desk) -> bool:
    """Whether something was learned that no evaluation has seen."""
    with desk.store.read() as connection:
        return int(db.meta.get(connection, _WATERMARK) or -1) != desk.store.seq()


def next_deadline(desk: Desk) -> datetime | None:
    """When a rule must be looked at again even if nothing arrives."""
    with desk.store.read() as connection:
        return db.alerts.next_deadline(connection)


def next_word(desk: Desk) -> datetime | None:
    """When something waits to be sent, or delivery must think again; in the past when that is now."""
    with desk.store.read() as connection:
        first = min(_words(connection), default=None)
        lived = desk.store.newest()
    # What was due at the newest time that this home has lived is due now, also where the clock went back since.
    return first if first is None or lived is None or first > lived else min(first, desk.clock.now())


def next_wake(desk: Desk) -> datetime | None:
    """The first of both: when something must be looked at next, though nothing arrives."""
    with desk.store.read() as connection:
        deadline = db.alerts.next_deadline(connection)
        return min([*_words(connection), *([] if deadline is None else [deadline])], default=None)


def _words(connection: Connection) -> list[datetime]:
    waiting, wake = db.outbox.next(connection), db.meta.get(connection, "wake")
    return [at for at in (waiting, datetime.fromisoformat(wake) if wake else None) if at is not None]


def next_fetch(desk: Desk) -> datetime | None:
    """When a source is due next; in the past when that is now."""
    with desk.store.read() as connection:
        return db.schedule.next(connection)
