"""Two events that are one, as rows: the reports of the younger key are taken back there and said again of the older one.

So the past shows two events until that day and one after it, the reason stands at every report, and `undo` parts them.
Every report keeps the batch that brought it; what a merge moved is noted at the batch of the merge.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tracker import db
from tracker.db import Writing
from tracker.errors import UsageError
from tracker.model.observed import ENDS, Event, KnownEvent, Mention
from tracker.pipeline.opening import Desk
from tracker.pipeline.saying.withdrawing import reconsider, take_back

KIND = "merge"
#: The kind of the batch that notes what the undoing of a merge moved.
PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What a merge, or the undoing of the merge `of`, did: the seq of each report, and of the row that took its place."""

    younger: str = ""
    older: str = ""
    of: str = ""
    rows: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Two events that stand apart again, and how many reports moved for it."""

    older: str
    younger: str
    reports: int


def merge(desk: Desk, one: str, other: str, why: str) -> tuple[str, str]:
    """The batch of the merge, and the key that goes on. UsageError for keys that are unknown, the same, or of two things."""
    with desk.store.write(desk.clock.now(), strict=desk.strict) as tx:
        older, younger = sorted((_standing(tx, one), _standing(tx, other)), key=lambda known: known.event.seq)
        if older.event.key == younger.event.key:
            raise UsageError(f"{one!r} is one event already")
        _may_be_one(older.event, younger.event)
        key, reason = older.event.key, f"merged from {younger.event.key}: {why}"
        rows = {report.seq: _move(tx, report, report, key, reason) for report in younger.mentions}
        batch = _noted(tx, KIND, Moves(younger=younger.event.key, older=key, rows=rows))
        _settle(desk, tx, (key, younger.event.key))
        return batch, key


def part(desk: Desk, tx: Writing, batch: str) -> Parted | None:
    """Take a merge back: what it moved stands where the merges that still hold put it. None for a batch that is no merge."""
    merges, parts = _noted_as(tx, KIND), _noted_as(tx, PART)
    if batch not in merges:
        return None
    undone = {one.of for one in parts.values()} | {batch}
    if any(one.of == batch for one in parts.values()):
        raise UsageError(f"batch {batch} has been undone before")
    merged = merges[batch]
    steps = [*merges.items(), *parts.items()]
    followed = {old: (new, made) for made, one in steps for old, new in one.rows.items()}
    keys = {key for one in merges.values() for key in (one.younger, one.older)}
    known = {report.seq: report for one in db.news.events(tx.connection, keys=keys) for report in one.mentions}
    moved = {}
    for seq in merged.rows:
        first, made, newest = _life(seq, followed)
        now, place = (
            known[newest],
            _place(known[first].event, (merges[one] for one in made if one in merges and one not in undone)),
        )
        if not now.hidden_seq and now.event != place:
            moved[newest] = _move(tx, now, known[first], place, f"parted from {now.event}")
    _noted(tx, PART, Moves(of=batch, rows=moved))
    _settle(desk, tx, keys)
    return Parted(older=merged.older, younger=merged.younger, reports=len(moved))


def _standing(tx: Writing, key: str) -> KnownEvent:
    found = db.news.events(tx.connection, keys=[key], hidden=False)
    if not found:
        raise UsageError(f"no event {key!r} stands; `tracker events` lists their keys")
    return found[0]


def _may_be_one(one: Event, other: Event) -> None:
    """Of one type, subject and kind, and with the labels of one; only what is no end may lack them."""
    labels = {one.labels, other.labels}
    if (one.type, one.subject) != (other.type, other.subject):
        differ = f"a {one.type} of {one.subject} and a {other.type} of {other.subject}"
    elif one.kind != other.kind:
        differ = f"what is {one.kind} and what is {other.kind}"
    elif len(labels) == 2 and (() not in labels or any(ENDS in some for some in labels)):
        differ = " and ".join(
            ", ".join("=".join(pair) for pair in some) or "one without a label" for some in (one.labels, other.labels)
        )
    else:
        return
    raise UsageError(f"{differ} are not one event")


def _move(tx: Writing, report: Mention, first: Mention, to: str, why: str) -> int:
    """Say a report of another event, and no more of its own; the new seq. It was told once and is not news again: late.

    `first` is the report as it was before any merge: at its own event it has its own role again.
    """
    role = "echo" if first.role == "first" and to != first.event else first.role
    db.news.withdraw_mentions(tx, [report.seq], why)
    return db.news.add_mention(tx, replace(report, event=to, role=role, why=why, late=True, seq=0, recorded_at=None))


def _life(seq: int, followed: Mapping[int, tuple[int, str]]) -> tuple[int, list[str], int]:
    """The first row of a report, the batches that moved it, in their order, and its newest row."""
    before = {new: old for old, (new, _) in followed.items()}
    first = seq
    while first in before:
        first = before[first]
    made, newest = [], first
    while newest in followed:
        newest, batch = followed[newest]
        made.append(batch)
    return first, made, newest


def _place(home: str, merges: Iterator[Moves]) -> str:
    """Where a report of an event stands after these merges."""
    for one in merges:
        home = one.older if one.younger == home else home
    return home


def _noted(tx: Writing, kind: str, moves: Moves) -> str:
    note = {"younger": moves.younger, "older": moves.older, "of": moves.of, "rows": list(moves.rows.items())}
    return db.batches.start(tx, kind, json.dumps(note, ensure_ascii=False))


def _noted_as(tx: Writing, kind: str) -> dict[str, Moves]:
    read = {batch: json.loads(note) for batch, note in db.batches.notes(tx.connection, kind).items()}
    return {batch: Moves(**one | {"rows": dict(one["rows"])}) for batch, one in read.items()}


def _settle(desk: Desk, tx: Writing, keys: Iterable[str]) -> None:
    reconsider(tx, keys)
    take_back(desk, tx)
