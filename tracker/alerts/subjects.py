"""The subject of a message: the state in brackets, what it is about outside, and all of it readable on a watch. Pure.

It changes with the state on purpose; what holds a mail thread together are its References (see `letter`).
"""

from __future__ import annotations

from tracker import plain
from tracker.alerts.facts import clipped, facts, gravest_first, word
from tracker.model.told import Item, Message
from tracker.tongue import many, say, speaking

LONGEST = 150
#: What `[confirmed]` says already.
_SAID_BY_STATE = ("Confirmed: {what}", "Denied: {what}", "Still: {what}", "Now: {what}")


def subject(message: Message) -> str:
    """One line of at most 150 characters that stands alone, in the language of the message."""
    with speaking(message.language):
        return _subject(message)


def _subject(message: Message) -> str:
    watch = plain.line(message.watch)
    if message.kind == "digest":
        return clipped(f"[{say('digest')}] {message.title or f'{watch} {message.period}'}", LONGEST)
    if message.kind == "test":
        return clipped(f"[{say('test')}] {say('{watch}: a sample; nothing has happened', watch=watch)}", LONGEST)
    items = gravest_first(message)
    if message.kind == "opening":
        return clipped(f"[{say('opening brief')}] {_found(watch, items)}", LONGEST)
    if not items:
        return clipped(f"[{say('note')}] {watch}", LONGEST)
    more = f" {say('(+{n} more)', n=len(items) - 1)}" if len(items) > 1 else ""
    return clipped(f"[{_state(items[0])}] {_name(items[0])}", LONGEST - len(more)) + more


def _found(watch: str, items: tuple[Item, ...]) -> str:
    if not items:
        return say("{watch}: watching has begun, nothing needs attention", watch=watch)
    one, more = "{watch}: {n} thing needs attention: {first}", "{watch}: {n} things need attention: {first}"
    return many(len(items), one, more, watch=watch, first=_name(items[0]))


def _state(item: Item) -> str:
    loud = say(item.severity).upper()
    if item.word in ("firing", "event"):
        return loud
    if item.word in ("update", "repeat"):
        return say("now {severity}" if item.word == "update" else "still {severity}", severity=loud)
    return word(item.word)


def _name(item: Item) -> str:
    said = facts(item).headline
    for known in _SAID_BY_STATE:
        said = said.removeprefix(say(known, what=""))
    return said
