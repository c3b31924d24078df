"""One source that is being asked, and whether what is kept of it still is of what is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker import timing
from tracker.model.declared import Source
from tracker.model.observed import SourceState
from tracker.pipeline.opening import Desk
from tracker.timing import Period

#: What says when a source is asked, or how its word weighs, and not what is asked.
_APART = {"key", "params", "hash", "every", "note", "timezone", "tier", "lookback", "stale_after", "allow_private"}
#: Names in the memory of a source: what was asked, and that no pass was good since that was changed.
_ASKED, _ANEW = "of", "anew"


def mark_of(source: Source) -> str:
    """16 hex digits of what is asked of a source, as it was written."""
    frame = source.model_dump(exclude_unset=True, exclude=_APART)
    params = source.params.model_dump(exclude_unset=True) if source.params is not None else {}
    written = json.dumps([frame, params], sort_keys=True, default=_plain)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else str(value)


def known(source: Source, state: SourceState) -> SourceState:
    """What of a state still is of this source: nothing that a pass kept or found before something else was asked.

    Homes of before there was a mark are taken at their word.
    """
    mark = mark_of(source)
    if state.memory.get(_ASKED, mark) == mark:
        return replace(state, memory={**state.memory, _ASKED: mark})
    return replace(state, memory={_ASKED: mark, _ANEW: True}, newest=None, reached_back=None, lists_past=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One source that is being asked, with what was known of it when its slot was claimed."""

    source: Source
    slot: datetime
    at: datetime  # when it is asked
    state: SourceState

    @property
    def first(self) -> bool:
        """Whether no pass of it was good yet: what it brings is history in part."""
        return self.last_ok is None

    @property
    def anew(self) -> bool:
        """Whether no pass was good since something else is asked: then no page of before is believed."""
        return bool(self.state.memory.get(_ANEW))

    @property
    def last_ok(self) -> datetime | None:
        """The last good pass that asked the same."""
        return None if self.anew else self.state.last_ok

    def kept(self, memory: Mapping[str, Any], *, good: bool) -> dict[str, Any]:
        """A memory that a kind wishes for, with what we note in it ourselves."""
        others = {name: each for name, each in memory.items() if name != _ANEW}
        return {**others, _ASKED: mark_of(self.source), **({_ANEW: True} if self.anew and not good else {})}

    def today(self, desk: Desk) -> Period:
        """The local day of the pass, where the source is."""
        zone = timing.zone(self.source.timezone or desk.declaration.timezone)
        return timing.day_period(timing.local_date(self.at, zone), zone)
