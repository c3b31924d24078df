"""410, the word that a document was taken away for good: believed when it is said three times over two days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tracker.errors import SourceError

TIMES, OVER = 3, timedelta(hours=48)
#: Even then it is asked again: nothing is given up in silence.
PAUSE = timedelta(days=7)
NOTICE = "paused: taken away for good, as it said three times; change its url, or `tracker collect` it by name"


def after(memory: Mapping[str, Any], failure: SourceError | None, at: datetime) -> dict[str, Any]:
    """The memory of a source after one more pass: a 410 counts, and whatever else it says takes that back."""
    others = {name: kept for name, kept in memory.items() if name != "gone"}
    if failure is None or failure.state != "gone":
        return others
    before = memory.get("gone") or {"times": 0, "since": at.isoformat()}
    return {**others, "gone": {**before, "times": int(before["times"]) + 1}}


def is_paused(memory: Mapping[str, Any], at: datetime) -> bool:
    """Whether it was said often enough, for long enough."""
    said = memory.get("gone")
    return said is not None and int(said["times"]) >= TIMES and at - datetime.fromisoformat(said["since"]) >= OVER
