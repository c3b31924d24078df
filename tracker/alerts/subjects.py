"""The subject of a message: the state in brackets, what it is about outside, and all of it readable on a watch. Pure.

It changes with the state on purpose; what holds a mail thread together are its References (see `letter`).
"""

from __future__ import annotations

from tracker import plain
from tracker.alerts.facts import clipped, facts, gravest_first, state
from tracker.model.told import Item, Message

LONGEST = 150
#: What `[confirmed]` says already.
_SAID_BY_STATE = ("Confirmed: ", "Denied: ", "Still: ", "Now: ")


def subject(message: Message) -> str:
    """One line of at most 150 characters that stands alone."""
    watch = plain.line(message.watch)
    if message.kind == "digest":
        return clipped(f"[digest] {message.title or f'{watch} {message.period}'}", LONGEST)
    if message.kind == "test":
        return clipped(f"[test] {watch}: a sample; nothing has happened", LONGEST)
    items = gravest_first(message)
    if message.kind == "opening":
        return clipped(f"[opening brief] {watch}: {_found(items)}", LONGEST)
    if not items:
        return clipped(f"[note] {watch}", LONGEST)
    more = f" (+{len(items) - 1} more)" if len(items) > 1 else ""
    return clipped(f"[{_state(items[0])}] {_name(items[0])}", LONGEST - len(more)) + more


def _found(items: tuple[Item, ...]) -> str:
    if not items:
        return "watching has begun, nothing needs attention"
    need = "1 thing needs" if len(items) == 1 else f"{len(items)} things need"
    return f"{need} attention: {_name(items[0])}"


def _state(item: Item) -> str:
    loud = item.severity.upper()
    words = {
        "firing": loud,
        "event": loud,
        "update": f"now {loud}",
        "repeat": f"still {loud}",
        "flapping": "flapping",
    }
    return words.get(item.word) or state(item.word)


def _name(item: Item) -> str:
    said = facts(item).headline
    for known in _SAID_BY_STATE:
        said = said.removeprefix(known)
    return said
