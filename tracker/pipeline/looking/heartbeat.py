"""The heartbeat of the daemon: written by its tick, read by `status` and `/healthz`. A clean end takes it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker import db, timing
from tracker.pipeline.looking.health import TICK, last_tick, tick_is_late
from tracker.pipeline.opening import Desk

#: How often the tick writes it.
BEAT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """When the tick last ran; `at` is None when no daemon is meant to run."""

    at: datetime | None
    late: bool

    @property
    def text(self) -> str:
        """One sentence for people."""
        if self.at is None:
            return "no daemon runs on this home"
        return last_tick(timing.iso(self.at)) + (": it is stuck or gone" if self.late else "")


def beat(desk: Desk) -> None:
    """Note that the tick ran now."""
    now = desk.clock.now()
    with desk.store.write(now) as tx:
        db.meta.put(tx, TICK, timing.iso(now.replace(microsecond=0)))


def rest(desk: Desk) -> None:
    """The daemon ends as asked: from here on nothing is late."""
    with desk.store.write(desk.clock.now()) as tx:
        db.meta.put(tx, TICK, "")


def pulse(desk: Desk) -> Pulse:
    """How the tick is doing."""
    with desk.store.read() as connection:
        kept = db.meta.get(connection, TICK)
    if not kept:
        return Pulse(at=None, late=False)
    return Pulse(at=datetime.fromisoformat(kept), late=tick_is_late(kept, desk.clock.now()))
