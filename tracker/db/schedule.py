"""What is due. A claim is a compare-and-set with a lease; a result is stored only by who still holds the slot.

So a restart, a kill -9, a sleep or a clock change neither skips nor repeats work: `next_due` moves in the transaction
of the result, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Update, and_, case, func, insert, or_, select, update

from tracker.db.states import schedule
from tracker.db.store import Writing

#: Nothing is claimed, rests or waits longer than this after it is written; what does was written by a clock that was wrong.
LONGEST = timedelta(days=7)
#: By so much the clocks of two machines, or one before and after a correction, may differ.
SLACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Due:
    """One slot of one key that is due."""

    key: str
    next_due: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one key of the schedule stands."""

    key: str
    spec_hash: str
    next_due: datetime
    lease_until: datetime | None
    owner: str | None
    attempts: int
    last_ok: datetime | None
    last_error: str | None
    enabled: bool


def sync(tx: Writing, wanted: Mapping[str, tuple[str, datetime]]) -> None:
    """Make the schedule that of the declaration: {key: (spec_hash, first due)}.

    A new or changed key is due as said; an unchanged one stays where it is; one that is gone is disabled, not lost.
    """
    known = {row.key: row for row in rows(tx.connection)}
    new = [
        {"key": key, "spec_hash": spec, "next_due": first, "attempts": 0, "enabled": True}
        for key, (spec, first) in wanted.items()
        if key not in known
    ]
    if new:
        tx.connection.execute(insert(schedule), new)
    for key, row in known.items():
        mine = update(schedule).where(schedule.c.key == key)
        if key not in wanted:
            if row.enabled:
                tx.connection.execute(mine.values(enabled=False, lease_until=None, owner=None))
        elif row.spec_hash != wanted[key][0]:
            spec, first = wanted[key]
            tx.connection.execute(
                mine.values(spec_hash=spec, next_due=first, enabled=True, lease_until=None, owner=None, attempts=0)
            )
        elif not row.enabled:
            tx.connection.execute(mine.values(enabled=True))


def _free(now: datetime) -> ColumnElement[bool]:
    lease = schedule.c.lease_until
    return or_(lease.is_(None), lease <= now, lease > now + LONGEST + SLACK)


def due(
    connection: Connection, now: datetime, limit: int | None = None, *, every: Mapping[str, timedelta] | None = None
) -> list[Due]:
    """What is due and free, longest due first. What is due later than its `every` from now on is due now.

    A clock that stood in the future for a moment must not silence a source until that future comes.
    """
    query = (
        select(schedule.c.key, schedule.c.next_due, schedule.c.attempts)
        .where(schedule.c.enabled, _free(now))
        .order_by(schedule.c.next_due, schedule.c.key)
    )
    ripe = schedule.c.next_due <= now
    query = query.where(or_(ripe, schedule.c.next_due > now + min(every.values())) if every else ripe)
    found = (Due(*row) for row in connection.execute(query))
    return list(islice((one for one in found if one.next_due <= now or _astray(one, now, every or {})), limit))


def _astray(one: Due, now: datetime, every: Mapping[str, timedelta]) -> bool:
    return one.key in every and one.next_due > now + every[one.key] + SLACK


def _slot(key: str, slot: datetime) -> Update:
    return update(schedule).where(schedule.c.key == key, schedule.c.next_due == slot, schedule.c.enabled)


def claim(tx: Writing, key: str, due: datetime, owner: str, lease_until: datetime, now: datetime | None = None) -> bool:
    """Take this slot, if nobody else has it `now` [when it is recorded]; the lease ends by itself."""
    mine = _slot(key, due).where(_free(now or tx.at))
    mine = mine.values(owner=owner, lease_until=lease_until, attempts=schedule.c.attempts + 1)
    return tx.connection.execute(mine).rowcount == 1


def finish(
    tx: Writing, key: str, due: datetime, next_due: datetime, owner: str, rests_until: datetime | None = None
) -> bool:
    """Close this slot in the transaction of its result. False: it is not the owner's any more; store nothing.

    `rests_until`: the next slot is not claimed before, although it may be due.
    """
    done = _slot(key, due).where(schedule.c.owner == owner)
    done = done.values(
        next_due=next_due, owner=None, lease_until=rests_until, attempts=0, last_ok=tx.at, last_error=None
    )
    return tx.connection.execute(done).rowcount == 1


def fail(tx: Writing, key: str, due: datetime, retry_at: datetime, error: str, owner: str | None) -> bool:
    """The slot stays due; it rests until `retry_at`. With owner None only a slot that nobody holds."""
    failed = _slot(key, due).where(schedule.c.owner == owner)
    failed = failed.values(owner=None, lease_until=retry_at, last_error=error)
    return tx.connection.execute(failed).rowcount == 1


def take_over(tx: Writing, is_gone: Callable[[str], bool]) -> int:
    """Free the slots of owners that are gone; how many. Those that rest after a failure have no owner, and rest on."""
    owners = tx.connection.scalars(select(schedule.c.owner).where(schedule.c.owner.is_not(None)).distinct()).all()
    gone = [owner for owner in owners if owner is not None and is_gone(owner)]
    freed = update(schedule).where(schedule.c.owner.in_(gone)).values(owner=None, lease_until=None)
    return tx.connection.execute(freed).rowcount if gone else 0


def rows(connection: Connection) -> list[Row]:
    """The whole schedule, by key."""
    return [Row(**row._mapping) for row in connection.execute(select(schedule).order_by(schedule.c.key))]


def next(connection: Connection) -> datetime | None:
    """When something will be due and free next; in the past when it is so now."""
    rests = and_(schedule.c.lease_until.is_not(None), schedule.c.lease_until > schedule.c.next_due)
    when = case((rests, schedule.c.lease_until), else_=schedule.c.next_due)
    earliest: datetime | None = connection.scalar(select(func.min(when)).where(schedule.c.enabled))
    return earliest
