"""A file of rows that a source found: stored as one batch, all rows or none, as `tracker import` does."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence
from functools import partial

from tracker import db
from tracker.collectors import Sheet
from tracker.db import Writing
from tracker.errors import DataRejected
from tracker.pipeline.entering.rows import parse_rows, store_rows
from tracker.pipeline.opening import Desk


def store_sheet(desk: Desk, tx: Writing, sheet: Sheet, lines: MutableSequence[str]) -> tuple[Callable[[], None], str]:
    """Store what can be stored: what to call when that is committed, and why it was refused ("" if it was not).

    `lines` gets a word on it.
    """
    why = sheet.refused
    if sheet.text and not why:
        try:
            rows = parse_rows(desk, sheet.text, sheet.name, now=tx.at)
        except DataRejected as error:
            said = [f"{one.file}:{one.line}:{one.column}: {one.message}" for one in error.problems]
            why = "\n".join(said) or str(error)
        else:
            batch = db.batches.start(tx, "inbox", sheet.name)
            new = sum(1 for seq in store_rows(desk, tx, rows, batch) if seq)
            lines.append(f"{sheet.name}: {new} of {len(rows)} rows are new, batch {batch}")
    if why:
        lines.append(f"{sheet.name}: refused: {why.splitlines()[0]}")
    return partial(sheet.settle, why or None), f"{sheet.name}: {why.splitlines()[0]}" if why else ""
