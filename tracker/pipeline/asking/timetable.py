"""When a source is asked: on the grid of its own slots, later after failures, one at a time where a host is shared.

Arithmetic only: nothing is random, so that a rehearsal gives what the daemon gives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from tracker.model.declared import Declaration, Source

#: New sources of a daemon are asked within this time, not all at once.
SPREAD = timedelta(minutes=10)
#: However often a source has failed, it is asked again after a day.
LONGEST = timedelta(hours=24)
_SHORTEST = timedelta(minutes=1)
PREFIX = "source:"


def key(name: str) -> str:
    """Under which the schedule keeps a source."""
    return PREFIX + name


def plan(declaration: Declaration, now: datetime, *, spread: bool) -> Mapping[str, tuple[str, datetime]]:
    """What the schedule should hold: {key: (hash of the declaration, first due)}."""
    return {
        key(name): (source.hash, now + (_share(name) * min(source.every, SPREAD) if spread else timedelta(0)))
        for name, source in declaration.sources.items()
    }


def rhythm(declaration: Declaration) -> Mapping[str, timedelta]:
    """How often each key is asked: {key: every}."""
    return {key(name): source.every for name, source in declaration.sources.items()}


def next_slot(slot: datetime, every: timedelta, now: datetime) -> datetime:
    """The first slot of the grid after now; slots that were missed are one. A grid that lies in the future begins anew."""
    if slot > now:  # it was asked by name, ahead of its time; or by a clock that was wrong
        return min(slot, now + every)
    return slot + ((now - slot) // every + 1) * every


def wait_after(name: str, failures: int, every: timedelta, asked: timedelta | None) -> timedelta:
    """How long to leave a source alone after its n-th failure in a row: doubling, jittered, never for ever.

    The first retry comes before the next slot. A server that asks for a longer rest gets it.
    """
    longest = min(every * (1 << min(failures - 1, 11)), LONGEST)
    wait = max(longest * _share(f"{name}:{failures}"), min(_SHORTEST, every))
    return max(wait, asked or timedelta(0))


def lane(source: Source) -> str:
    """Sources of one lane are asked one after the other: those of one public host."""
    from tracker.network import origin

    url = getattr(source.params, "url", "")
    return key(source.key) if source.allow_private or not url else origin(url)[1]


def _share(text: str) -> float:
    """A number in [0, 1) that always is the same for the same text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big") / 2**32
