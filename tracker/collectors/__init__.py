"""Kinds of sources: each asks through the door and brings entries, values and events out of what it is answered.

A kind stores nothing and decides nothing; a source that fails raises SourceError with its state word and sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.collectors import feed, json
from tracker.collectors.kind import Context, EmittedEvent, EmittedValue, Harvest, Kind, RawEntry

KINDS: Mapping[str, Kind] = {
    "feed": feed.KIND,
    "json": json.KIND,
}

__all__ = ["KINDS", "Context", "EmittedEvent", "EmittedValue", "Harvest", "Kind", "RawEntry"]
