"""review: the readings that wait for a person, and what a person decides of them. A decision changes no other reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from tracker import db
from tracker.db import Writing
from tracker.db.review import Waiting
from tracker.errors import UsageError
from tracker.pipeline.opening import Desk
from tracker.quantity import Quantity, as_recorded, parse

Row = dict[str, Any]


def waiting(desk: Desk, *, as_of: datetime | None = None, every: bool = False) -> list[Row]:
    """One row per reading that waits as of T, oldest first; `every`: also those that were decided of."""
    with desk.store.read() as connection:
        return [_row(one) for one in db.review.readings(connection, as_of=as_of) if every or not one.verdict]


def waits(desk: Desk) -> int:
    """How many readings wait now."""
    with desk.store.read() as connection:
        return db.review.count(connection)


def accept(desk: Desk, seq: int, why: str = "") -> Row:
    """The reading becomes a value as it stands; the row has the `batch` that takes it back, "" where nothing new was stored."""
    return _decided(desk, seq, "accepted", "", why)


def correct(desk: Desk, seq: int, value: str, why: str = "") -> Row:
    """The value that a person gives takes the place of what was read. QuantityError for what is no number."""
    if not value.strip():
        raise UsageError("say the value that is right")
    return _decided(desk, seq, "corrected", value, why)


def reject(desk: Desk, seq: int, why: str = "") -> Row:
    """The reading was wrong: nothing is stored but that."""
    return _decided(desk, seq, "rejected", "", why)


def _decided(desk: Desk, seq: int, verdict: str, value: str, why: str) -> Row:
    with desk.store.write(desk.clock.now(), strict=desk.strict) as tx:
        one = _open(tx, seq)
        stored, batch = (None, "") if verdict == "rejected" else _stored(tx, one, value)
        db.review.decide(tx, seq, verdict, said=value, why=why, observation=stored)
        return _row(replace(one, verdict=verdict, said=value, why=why)) | {"batch": batch if stored else ""}


def _open(tx: Writing, seq: int) -> Waiting:
    known = {one.seq: one for one in db.review.readings(tx.connection)}
    if seq not in known:
        raise UsageError(f"no reading {seq} waits; `tracker review` lists them")
    if known[seq].verdict:
        raise UsageError(f"reading {seq} was {known[seq].verdict} before; a value is taken back with `tracker undo`")
    return known[seq]


def _stored(tx: Writing, one: Waiting, value: str) -> tuple[int | None, str]:
    """The value, and its own batch so that it can be undone; None where its source says the same already."""
    made = one.observation
    if value:
        number = parse(value, made.series.unit)
        if number.unit not in ("", made.series.unit):
            raise UsageError(f"{value!r} is in {number.unit}; the value is in {made.series.unit}")
        read = as_recorded(Quantity(made.lo, made.hi, made.op, made.series.unit))
        made = replace(
            made,
            lo=number.lo,
            hi=number.hi,
            op=number.op,
            confidence=1.0,
            note=f"{made.note}; read as {read}, corrected",
        )
    batch = db.batches.start(tx, "review", f"reading {one.seq}")
    (seq,) = db.observations.add(tx, [replace(made, batch=batch)])
    return seq or None, batch


def _row(one: Waiting) -> Row:
    made = one.observation
    lo, hi = (None if end is None else f"{end:f}" for end in (made.lo, made.hi))
    return {
        "id": one.seq, "subject": made.series.subject, "indicator": made.series.indicator,
        "value": as_recorded(Quantity(made.lo, made.hi, made.op, made.series.unit)), "unit": made.series.unit,
        "lo": lo, "hi": hi, "op": made.op, "kind": made.kind, "of": made.occurred.text, "confidence": made.confidence, "reason": one.reason,
        "quote": made.quote, "said": made.note, "source": made.source, "url": made.url, "published_at": made.published_at,
        "recorded_at": one.recorded_at, "verdict": one.verdict or None, "corrected": one.said or None, "why": one.why or None,
    }  # fmt: skip
