"""Two events that are one, as rows: the reports of the younger key are taken back there and said again of the older one.

So the past shows two events until that day and one after it, the reason stands at every report, and `undo` parts them.
"""

from __future__ import annotations

from dataclasses import replace

from tracker import db
from tracker.db import Writing
from tracker.errors import UsageError
from tracker.model.observed import KnownEvent, Mention
from tracker.pipeline.opening import Desk
from tracker.pipeline.saying.withdrawing import reconsider, take_back

KIND = "merge"


def merge(desk: Desk, one: str, other: str, why: str) -> tuple[str, str]:
    """The batch of the merge, and the key that goes on. UsageError for keys that are unknown, the same, or of two things."""
    with desk.store.write(desk.clock.now(), strict=desk.strict) as tx:
        older, younger = sorted((_standing(tx, one), _standing(tx, other)), key=lambda known: known.event.seq)
        if older.event.key == younger.event.key:
            raise UsageError(f"{one!r} is one event already")
        if (older.event.type, older.event.subject) != (younger.event.type, younger.event.subject):
            raise UsageError(
                f"a {older.event.type} of {older.event.subject} and a {younger.event.type} of {younger.event.subject} are not "
                "one event"
            )
        batch = db.batches.start(tx, KIND, younger.event.key)
        _move(tx, younger.mentions, older.event.key, f"merged from {younger.event.key}: {why}", batch)
        _settle(desk, tx, (older.event.key, younger.event.key))
        return batch, older.event.key


def part(desk: Desk, tx: Writing, batch: str) -> int:
    """Take a merge back: what it moved stands again where it was. How many reports moved; 0 for a batch that is no merge."""
    key = db.batches.note(tx.connection, batch, KIND)
    if not key:
        return 0
    moved = [
        mention
        for known in db.news.events(tx.connection, hidden=False)
        for mention in known.mentions
        if mention.batch == batch
    ]
    if not moved:
        raise UsageError(f"batch {batch} has been undone before")
    _move(tx, moved, key, f"parted from {moved[0].event}", "")
    _settle(desk, tx, (moved[0].event, key))
    return len(moved)


def _standing(tx: Writing, key: str) -> KnownEvent:
    found = db.news.events(tx.connection, keys=[key], hidden=False)
    if not found:
        raise UsageError(f"no event {key!r} stands; `tracker events` lists their keys")
    return found[0]


def _move(tx: Writing, mentions: tuple[Mention, ...] | list[Mention], to: str, why: str, batch: str) -> None:
    """Say the same reports of another event: they were told once and are not news again, so they are late."""
    for mention in mentions:
        moved = replace(mention, event=to, why=why, late=True, batch=batch, seq=0, recorded_at=None)
        db.news.add_mention(tx, replace(moved, role="echo" if mention.role == "first" and batch else mention.role))
    db.news.withdraw_mentions(tx, [mention.seq for mention in mentions], why)


def _settle(desk: Desk, tx: Writing, keys: tuple[str, str]) -> None:
    reconsider(tx, keys)
    take_back(desk, tx)
