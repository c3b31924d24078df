"""One source that is being asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker import timing
from tracker.model.declared import Source
from tracker.model.observed import SourceState
from tracker.pipeline.opening import Desk
from tracker.timing import Period


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
        return self.state.last_ok is None

    def today(self, desk: Desk) -> Period:
        """The local day of the pass, where the source is."""
        zone = timing.zone(self.source.timezone or desk.declaration.timezone)
        return timing.day_period(timing.local_date(self.at, zone), zone)
