"""What a feed keeps in mind from pass to pass: where it has moved to, how often it asks to be asked, when it changed.

The memory is JSON. It belongs to one declared address: under another it begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from tracker.collectors.rhythm import Rhythm, free_after

#: A move for good is believed when it was seen for so long, or between http and https of one host at once.
BELIEVED = timedelta(days=7)
#: After so long the whole document is asked for again: some servers answer 304 for ever.
WHOLE_AFTER = timedelta(days=7)
_CHANGES = 20

Memory = Mapping[str, Any]


def of(memory: Memory, url: str) -> dict[str, Any]:
    """What is remembered of this declared address."""
    return dict(memory) if memory.get("url") == url else {"url": url}


def home(memory: Memory, url: str) -> str:
    """Where the document is asked for: where it has moved to for good, once that is believed."""
    move = memory.get("move") or {}
    return str(move["to"]) if move.get("believed") else url


def unmoved(memory: Memory) -> dict[str, Any]:
    """The declared address counts again: where it was said to have moved to is no such document."""
    return {name: value for name, value in memory.items() if name != "move"}


def notice(memory: Memory, url: str) -> str:
    """What a person should do about a move for good, believed or not yet; "" where there is none."""
    to = (memory.get("move") or {}).get("to")
    return f"moved for good to {to}: change its url" if to and to != url else ""


def wants_whole(memory: Memory, now: datetime) -> bool:
    """Whether it is time to ask without validators."""
    at = _instant(memory.get("whole_at"))
    return at is not None and now - at >= WHOLE_AFTER


def moved(memory: Memory, url: str, target: str, now: datetime) -> dict[str, Any]:
    """After an answer from `url` that said it has moved for good to `target`, "" when it did not."""
    kept = dict(memory)
    if not target:
        if home(memory, url) == url:
            kept.pop("move", None)
        return kept
    move = dict(kept.get("move") or {})
    if move.get("to") != target:
        move = {"to": target, "since": now.isoformat()}
    since = _instant(move["since"]) or now
    same = target.removeprefix("https://") == url.removeprefix("http://")
    kept["move"] = {**move, "believed": same or now - since >= BELIEVED}
    return kept


def asked(memory: Memory, now: datetime, *, whole: bool, at: str, fresh: timedelta | None) -> dict[str, Any]:
    """After a good answer: the whole document, or a 304; `at` is where it was found in the end.

    `fresh` is how long it says it stays as it is; None for a 304 that repeats nothing of what was said with the whole.
    """
    kept = {**memory, "at": at} if fresh is None else {**memory, "at": at, "fresh": fresh.total_seconds()}
    return {**kept, "whole_at": now.isoformat()} if whole else kept


def changed(memory: Memory, rhythm: Rhythm, content: str, now: datetime) -> dict[str, Any]:
    """After a document that was read: what it asks for, and whether it says something else than the last one."""
    kept = {**memory, "every": rhythm.every.total_seconds(), "hours": list(rhythm.hours), "days": list(rhythm.days)}
    if kept.get("content") != content:
        kept["changes"] = [*(kept.get("changes") or ()), now.isoformat()][-_CHANGES:]
    return {**kept, "content": content}


def rest(memory: Memory, now: datetime, *, every: timedelta, most: timedelta, adaptive: bool) -> timedelta:
    """How long to leave the feed alone, zero where that is not longer than `every`; `most` is where silence would be missed."""
    wishes = [timedelta(seconds=float(memory.get(name) or 0)) for name in ("every", "fresh")]
    if adaptive:
        wishes.append(_usual_gap(memory.get("changes") or ()) / 2)
    wait = max(every, *wishes)
    until = free_after(now + wait, tuple(memory.get("hours") or ()), tuple(memory.get("days") or ()))
    wait = min(until - now, max(most, every))
    return wait if wait > every else timedelta(0)


def _usual_gap(changes: Sequence[str]) -> timedelta:
    times = [at for at in map(_instant, changes) if at is not None]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    return timedelta(seconds=median(gaps)) if gaps else timedelta(0)


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None
