"""Sources that were silent at an instant, told from the spans in which they were watched: those do not forget."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker import db
from tracker.db import Connection
from tracker.digest import Trouble
from tracker.model.declared import Source
from tracker.model.observed import SourceState
from tracker.pipeline.known.knowing import grace
from tracker.pipeline.opening import Desk


def troubles(desk: Desk, connection: Connection, at: datetime) -> Iterable[Trouble]:
    """Every declared source without a good pass for longer than its time and its grace, as of T."""
    last: dict[str, datetime] = {}
    for span in db.sources.coverage(connection):
        if span.start <= at:
            last[span.watcher] = max(last.get(span.watcher, span.start), min(span.end, at))
    states = {one.source: one for one in db.sources.states(connection)}
    for source in desk.declaration.sources.values():
        found = _trouble(source, last.get(source.key), states.get(source.key), at)
        if found is not None:
            yield found


def _trouble(source: Source, last: datetime | None, state: SourceState | None, at: datetime) -> Trouble | None:
    # What the state says now was known then only when the last try lies before.
    failing = state is not None and state.failing_since is not None and state.failing_since <= at
    known = state.last_error or "" if state is not None and state.last_try is not None and state.last_try <= at else ""
    never = state is not None and state.last_ok is None and failing
    if last is None or never:
        return Trouble(source=source.key, since=None, why=known) if failing else None
    if at - last > source.every + grace(source):
        return Trouble(source=source.key, since=last, why=known)
    return None
