"""explain ENTRY: what became of each number of a text that an indicator asks for: a value, or why it waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tracker import db
from tracker.db import Connection
from tracker.model.declared import Declaration, Source
from tracker.model.observed import Entry, Observation
from tracker.pipeline.reading.figures import Read, figures_in
from tracker.pipeline.reading.readers import reader_of
from tracker.quantity import Quantity, as_recorded

Row = dict[str, Any]


def figure_rows(
    declaration: Declaration, source: Source, connection: Connection, entry: Entry, as_of: datetime | None
) -> Iterator[Row]:
    """One row per number and indicator, as this declaration reads the text, with what is stored of it as of T."""
    stored = db.observations.of_entry(connection, entry.id, as_of=as_of)
    gone = db.observations.withdrawn(connection, [one.seq for one in stored])
    waiting = db.review.readings(connection, as_of=as_of, entry=entry.id)
    for read in figures_in(declaration, source, reader_of(declaration), entry):
        one = read.observation
        value = next((old for old in stored if _same(old, one)), None)
        review = next((old for old in waiting if _same(old.observation, one)), None)
        if review is not None:
            became = f"{review.verdict or 'waits'} in review ({review.seq}): {review.reason}"
        elif value is not None:
            became = "a value" + (", taken back since" if value.seq in gone else "")
        else:
            became = _not_stored(read)
        yield {
            "indicator": one.series.indicator, "subject": one.series.subject, "kind": one.kind, "of": one.occurred.text,
            "value": as_recorded(Quantity(one.lo, one.hi, one.op, one.series.unit)), "unit": one.series.unit,
            "confidence": one.confidence, "said": one.note, "became": became,
        }  # fmt: skip


def _not_stored(read: Read) -> str:
    if read.doubt:
        return f"nothing: it would wait in review, unless the same waits already: {read.doubt}"
    return "nothing: its source had said the same already, or it was read under another declaration"


def _same(old: Observation, new: Observation) -> bool:
    return (old.series, old.kind, old.lo, old.hi, old.span) == (new.series, new.kind, new.lo, new.hi, new.span)
