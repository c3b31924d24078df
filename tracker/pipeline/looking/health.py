"""Whether the home is well: the watchdog looks at what should have happened by now and did not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tracker import db
from tracker.model.observed import SourceState
from tracker.pipeline.known.checks import check_due
from tracker.pipeline.opening import Desk

#: A daemon ticks every second; one that has not for so long is stuck or gone.
LATE = timedelta(seconds=90)
TICK = "tick"
#: A message that was given up makes the home unwell for as long after it was written: then nobody waits for it any more.
GIVEN_UP = timedelta(days=10)


def status(desk: Desk) -> list[dict[str, Any]]:
    """One row: ok, and counts of what is overdue, failing, waiting to be sent and given up."""
    from tracker import __version__

    now = desk.clock.now()
    with desk.store.read() as connection:
        failing = _failing(desk, connection, now)
        counts = db.outbox.counts(connection, now)
        tick = db.meta.get(connection, TICK)
    overdue = len(check_due(desk))
    return [{
        "ok": not tick_is_late(tick, now) and not _given_up(desk, now), "overdue": overdue,
        "failing": len(failing), "outbox": counts.get("waiting", 0), "dead": counts.get("dead", 0), "version": __version__,
    }]  # fmt: skip


def complaints(desk: Desk) -> list[str]:
    """One sentence for each thing that is wrong now: a tick that is late, a message given up, a source that fails."""
    now = desk.clock.now()
    with desk.store.read() as connection:
        failing = _failing(desk, connection, now)
        tick = db.meta.get(connection, TICK)
    lines = [f"{last_tick(tick)}: it is stuck or gone"] if tick and tick_is_late(tick, now) else []
    lines += [f"given up: {line}" for line in _given_up(desk, now)]
    lines += [f"source {one.source}: {one.last_error}" for one in failing]
    return lines


def _failing(desk: Desk, connection: db.Connection, now: datetime) -> list[SourceState]:
    """The declared sources that have been failing since then or before; one that came back since is not remembered."""
    return [
        one
        for one in db.sources.states(connection)
        if one.source in desk.declaration.sources and one.failing_since is not None and one.failing_since <= now
    ]


def _given_up(desk: Desk, now: datetime) -> list[str]:
    with desk.store.read() as connection:
        if not db.outbox.counts(connection, now).get("dead"):
            return []
        known = db.outbox.deliveries(connection, since=now - GIVEN_UP)
    return [f"{one.rendered.subject}, for {one.receiver}: {one.error}" for one in known if _was_dead(one, now)]


def _was_dead(one: db.outbox.Delivery, now: datetime) -> bool:
    return one.state == "dead" and one.ended_at is not None and one.ended_at <= now


def last_tick(tick: str) -> str:
    """When a daemon said that it was alive, in words."""
    return f"the daemon's last tick was {tick}"


def tick_is_late(tick: str | None, now: datetime) -> bool:
    """Whether a daemon that said it was running has stopped ticking; "" means that it ended cleanly."""
    return bool(tick) and now - datetime.fromisoformat(str(tick)) > LATE
