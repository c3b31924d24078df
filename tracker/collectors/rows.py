"""From rows to a harvest: what every kind that answers in rows does with them in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tracker.collectors import emitting
from tracker.collectors.emitting import Row
from tracker.collectors.kind import Context, Harvest, State
from tracker.errors import SourceError
from tracker.model.declared import Source
from tracker.model.observed import Page


def harvest(
    source: Source,
    rows: Sequence[Row],
    context: Context,
    *,
    where: str | None = None,
    pages: Sequence[Page] = (),
    unchanged: bool = False,
    failure: SourceError | None = None,
    notes: Sequence[str] = (),
    moved: str = "",
    memory: Mapping[str, Any] | None = None,
    among: Sequence[Row] | None = None,
    may_be_empty: bool = False,
    sparse: bool = False,
    lists_past: bool = False,
    citation: str = "",
) -> Harvest:
    """The values and events of the rows, and how the pass went.

    A list that had rows and has none now is `empty`, and not a good pass, unless that is said to happen.
    """
    before = context.memory.get("rows", 0)
    if failure is None and not rows and before and not may_be_empty:
        failure = SourceError(f"empty: the answer has no rows; the last one had {before}", state="empty")
    found = emitting.emit(
        source.emit, rows, where=where, zone=context.zone, now=context.now, whole=failure is None, sparse=sparse,
        listed=context.memory.get("listed", {}), among=among, citation=citation,
    )  # fmt: skip
    if failure is None and found.gaps:
        failure = SourceError("partial: " + "; ".join(found.gaps), state="partial")
    good, said = failure is None, [f"moved for good to {moved}: change its url"] if moved else []
    kept: dict[str, Any] = {**context.memory, **(memory or {}), "listed": found.listed}
    return Harvest(
        rows=tuple(found.values),
        events=tuple(found.events),
        pages=tuple(pages),
        state=_state(good=good, moved=bool(moved), unchanged=unchanged, some=bool(rows)),
        confirmed=unchanged and good,
        failure=failure,
        note="; ".join([*said, *notes, *found.notes]),
        memory={**kept, "rows": len(rows)} if good else kept,
        reached_back=_oldest(found) if lists_past else None,
        lists_past=lists_past and good and bool(found.events),
    )


def _state(*, good: bool, moved: bool, unchanged: bool, some: bool) -> State:
    if not good:
        return "partial"
    if moved:
        return "moved"
    return "unchanged" if unchanged else "ok" if some else "empty"


def _oldest(found: emitting.Emitted) -> datetime | None:
    """Since when the events of a list that holds them all have been listed."""
    return min((one.at.start for one in found.events if one.at is not None and not one.at.open_start), default=None)
