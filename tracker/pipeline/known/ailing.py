"""Sources that cannot be relied on at an instant, and why: silent for too long, or with an answer that is not whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker import db
from tracker.db import Connection
from tracker.model.declared import Declaration, Indicator, Source
from tracker.model.observed import SourceState
from tracker.pipeline.known.feeders import feeding, grace

#: Said at once: these are no hiccups of a network. In all other failures a source has its time and its grace.
_AT_ONCE = ("partial", "empty", "schema_changed", "gone", "moved", "stale")


@dataclass(frozen=True, slots=True)
class Ailing:
    """`since` is the end of the last span in which it was watched; None: never."""

    since: datetime | None
    why: str = ""
    state: str = ""  # the word for it where it answers, but not as it should


def ailing(declaration: Declaration, connection: Connection, at: datetime) -> Mapping[str, Ailing]:
    """Every declared source that is not well, as of T.

    How long it was silent is told from the spans in which it was watched, which do not forget; what its state says was
    known then only when its last try lies before.
    """
    last: dict[str, datetime] = {}
    for span in db.sources.coverage(connection):
        if span.start <= at:
            last[span.watcher] = max(last.get(span.watcher, span.start), min(span.end, at))
    states = {one.source: one for one in db.sources.states(connection)}
    found = {
        source.key: _ailing(source, last.get(source.key), states.get(source.key), at)
        for source in declaration.sources.values()
    }
    return {key: one for key, one in found.items() if one is not None}


def _ailing(source: Source, last: datetime | None, state: SourceState | None, at: datetime) -> Ailing | None:
    failing = state is not None and state.failing_since is not None and state.failing_since <= at
    tried = state if state is not None and state.last_try is not None and state.last_try <= at else None
    why = tried.last_error or "" if tried is not None else ""
    never = state is not None and state.last_ok is None and failing
    if tried is not None and tried.state in _AT_ONCE and (tried.last_error or tried.note):
        return Ailing(last, why or tried.note, tried.state)
    if last is None or never:
        return Ailing(None, why) if failing else None
    if at - last > source.every + grace(source):
        return Ailing(last, why)
    return None


def unfed(declaration: Declaration, indicator: Indicator, sick: Mapping[str, Ailing]) -> str:
    """Why the values of an indicator may be missing or old: the first of its sources that is not well; "" while all are."""
    for source in feeding(declaration, indicator):
        one = sick.get(source.key)
        if one is not None and one.state != "moved":  # that one still answers, in whole
            return f"source {source.key}: {one.why or 'not heard for too long'}"
    return ""
