"""Whether a rule breaches at an instant, and what changed: pure functions of what was known. No clock, no I/O.

One kind is one file; `KINDS` is where it is registered. `advance` moves one rule and subject forward in time.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.rules import anomaly, change, composite, due, event, pace, peers, stale, threshold, velocity
from tracker.rules.advance import Advanced, advance
from tracker.rules.facts import EVERYBODY, Fact, Filled, Knowledge, Truth, Watched
from tracker.rules.kind import Kind
from tracker.rules.reach import reach, suffices

KINDS: Mapping[str, Kind] = {
    "threshold": threshold.KIND,
    "change": change.KIND,
    "pace": pace.KIND,
    "stale": stale.KIND,
    "event": event.KIND,
    "velocity": velocity.KIND,
    "due": due.KIND,
    "peers": peers.KIND,
    "anomaly": anomaly.KIND,
    "composite": composite.KIND,
}

__all__ = [
    "EVERYBODY",
    "KINDS",
    "Advanced",
    "Fact",
    "Filled",
    "Kind",
    "Knowledge",
    "Truth",
    "Watched",
    "advance",
    "reach",
    "suffices",
]
