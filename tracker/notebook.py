"""A home for analysts who write Python: what is believed, as pandas frames. Reads only."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.errors import UsageError
from tracker.model.observed import Clock
from tracker.settings import find_home
from tracker.timing import SystemClock, parse_instant

if TYPE_CHECKING:
    import pandas

    from tracker.model.declared import Indicator
    from tracker.pipeline import Desk

#: Columns of a frame, also of an empty one; a test compares them with what the command line prints.
VALUES = (
    "subject", "indicator", "labels", "edition", "value", "lo", "hi", "op", "unit", "kind", "tier", "occurred_start",
    "occurred_end", "published_at", "recorded_at", "source", "url", "quote", "batch", "withdrawn", "note",
)  # fmt: skip
EVENTS = ("key", "type", "subject", "title", "occurred_start", "occurred_end", "status", "amount", "mentions")


@dataclass(frozen=True, slots=True)
class Notebook:
    """A home by its folder. Every call opens it, reads one snapshot and closes it."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> Notebook:
        """The home in this folder; HomeError when there is none."""
        return cls(find_home(str(root), os.environ).root)

    def frame(
        self, indicator: str, *, as_of: str | datetime | None = None, clock: Clock = "recorded"
    ) -> pandas.DataFrame:
        """Values of an indicator (or the events of its types and subjects), oldest first, as believed at `as_of`.

        Columns are those of `tracker values` or `tracker events`; times are UTC, `lo` and `hi` floats (the exact
        decimals stand in `value`).
        """
        with self._desk() as desk:
            declared = self._declared(desk, indicator)
            if declared.types:
                return _events(desk, as_of, clock, declared)
            return _values(desk, as_of, clock, declared)

    def values(
        self, indicator: str, *, as_of: str | datetime | None = None, clock: Clock = "recorded"
    ) -> pandas.DataFrame:
        """What is believed of one indicator."""
        with self._desk() as desk:
            return _values(desk, as_of, clock, self._declared(desk, indicator))

    def events(self, *, as_of: str | datetime | None = None, clock: Clock = "recorded") -> pandas.DataFrame:
        """Every event."""
        with self._desk() as desk:
            return _events(desk, as_of, clock)

    def _declared(self, desk: Desk, indicator: str) -> Indicator:
        known = desk.declaration.indicators
        if indicator not in known:
            close = get_close_matches(indicator, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise UsageError(f"no indicator {indicator!r} in {self.root}{hint}")
        return known[indicator]

    def _desk(self) -> AbstractContextManager[Desk]:
        from tracker import pipeline

        return pipeline.open_desk(find_home(str(self.root), os.environ), SystemClock(), read_only=True)


def _values(desk: Desk, as_of: str | datetime | None, clock: Clock, indicator: Indicator) -> pandas.DataFrame:
    import pandas

    from tracker import pipeline

    found = pipeline.values(desk, indicator.key, as_of=_instant(desk, as_of), clock=clock)
    frame = pandas.DataFrame(found, columns=VALUES)
    for column in ("lo", "hi"):
        frame[column] = pandas.to_numeric(frame[column])
    return frame


def _events(
    desk: Desk, as_of: str | datetime | None, clock: Clock, indicator: Indicator | None = None
) -> pandas.DataFrame:
    import pandas

    from tracker import pipeline

    found = pipeline.events(desk, as_of=_instant(desk, as_of), clock=clock, of=indicator)
    return pandas.DataFrame(found, columns=EVENTS)


def _instant(desk: Desk, as_of: str | datetime | None) -> datetime | None:
    return parse_instant(as_of, desk.zone) if isinstance(as_of, str) else as_of
