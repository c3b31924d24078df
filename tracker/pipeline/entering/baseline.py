"""The baseline: history that somebody else wrote, imported once, as one batch, by the first pass that has reached it."""

from __future__ import annotations

from tracker import db
from tracker.db import Writing
from tracker.errors import HomeError
from tracker.pipeline.opening import Desk

_DONE = "baseline"


def import_baseline(desk: Desk, tx: Writing) -> int:
    """Rows stored now; 0 when it was imported before, is not declared, or lies in this clock's future.

    Its events are late for event rules: noted, never spoken.
    """
    declared = desk.declaration.baseline
    if declared is None or db.meta.get(tx.connection, _DONE) is not None:
        return 0
    from tracker.pipeline.entering.rows import (  # what reads rows is loaded the one time it is needed
        parse_rows,
        store_rows,
    )

    path = desk.home.root / declared
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise HomeError(f"{path}: the baseline cannot be read ({error}); mend it or take `baseline:` out") from error
    rows = parse_rows(desk, text, str(declared))
    newest = max((row.published_at for row in rows), default=None)
    if newest is None or newest > tx.at:
        return 0
    batch = db.batches.start(tx, "baseline", str(declared))
    store_rows(desk, tx, rows, batch, late=True)
    db.meta.put(tx, _DONE, batch)
    return len(rows)
