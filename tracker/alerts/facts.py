"""What is said of one alert, in order and inert for every form: one line each, without control characters. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from tracker import plain, timing
from tracker.model.declared import SEVERITIES
from tracker.model.told import Item, Message
from tracker.tongue import say

#: Longer foreign text is cut: a message is read, the source is followed.
_LONGEST_HEADLINE, _LONGEST_QUOTE, _LONGEST_FACT = 400, 800, 400
_CHINESE = re.compile("[\u3400-\u9fff]")
_JAPANESE = re.compile("[\u3040-\u30ff]")
#: Words of an episode that is under way; every other word is the state itself.
_FIRING = ("firing", "update", "repeat", "flapping")
#: What the beginning of an episode is called; an event has its own dates.
_SINCE = {"firing": "Active since", "resolved": "Was active from", "overdue": "Overdue since"}
#: What stands in place of a word of the engine.
_WORDS = {
    "firing": "active", "resolved": "cleared", "event": "new", "update": "active, changed", "repeat": "still active",
    "flapping": "unsettled", "upcoming": "due", "unknown": "due, no figure",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One alert, ready for a template: what is not known is not in it."""

    headline: str
    word: str  # as an analyst says it: active, cleared, new, …
    state: str  # firing, resolved, event, …: where it stands after this message
    severity: str
    grade: str  # the severity in words
    about: str  # indicator and subject, by name
    pairs: tuple[tuple[str, str], ...]  # label and text
    quote: str
    quote_language: str  # "" = not known
    quote_source: str
    link: str  # "" = none that may be followed
    answer: str
    chart: str  # SVG of ours
    letters: str
    trend: str  # the chart in words
    picture: str  # what the HTML calls the chart


def facts(item: Item) -> Facts:
    """Everything that one message says of one alert."""
    quote = clipped(item.quote, _LONGEST_QUOTE)
    return Facts(
        headline=clipped(item.headline, _LONGEST_HEADLINE) or about(item),
        word=word(item.word),
        state=state(item.word), severity=item.severity, grade=say(item.severity), about=about(item), pairs=_pairs(item),
        quote=quote, quote_language=_language(quote), quote_source=clipped(item.quote_source, _LONGEST_FACT),
        link=plain.link(item.link), answer=plain.line(item.answer),
        chart=item.chart, letters=plain.line(item.chart_letters), trend=clipped(item.chart_words, _LONGEST_FACT),
        picture=f"chart{item.alert}" if item.chart else "",
    )  # fmt: skip


#: Words that are said of an event; its number is a sum, not a level.
_OF_EVENTS = ("event", "confirmed", "denied")


def _pairs(item: Item) -> tuple[tuple[str, str], ...]:
    told = (
        (say("How sure"), item.surety),
        (say("Happened"), item.occurred),
        (say("Public"), item.published),
        (say("Reached us"), item.reached_us),
        (say(_SINCE.get(state(item.word), "")), item.since),
        (say("Why"), item.reason),
        (say("Threshold from"), item.basis),
        (say("Amount") if item.word in _OF_EVENTS else say("Last value"), item.last_value),
        (say("Clears when"), "" if item.word == "resolved" else item.clears_when),
        (say("Speaks next"), item.speaks_next),
    )
    return tuple((label, text) for label, raw in told if label and (text := clipped(raw, _LONGEST_FACT)))


def about(item: Item) -> str:
    """The indicator and its subject."""
    name = plain.line(item.indicator_name) or plain.line(item.indicator)
    subject = plain.line(item.subject_name) or plain.line(item.subject)
    return say("{name} ({subject})", name=name, subject=subject) if subject else name


def word(given: str) -> str:
    """A word of the engine as an analyst says it, in the language that is spoken."""
    return say(_WORDS.get(given, plain.line(given)))


def state(word: str) -> str:
    """Where an alert stands after this word."""
    return "firing" if word in _FIRING else plain.line(word)


def note(message: Message) -> str:
    """For whom a message was, where another receiver stands in for that one; else ""."""
    if not message.instead_of:
        return ""
    return clipped(
        say("For {receiver}, who does not have it: {why}", receiver=message.instead_of, why=message.undelivered),
        _LONGEST_FACT,
    )


def gravest_first(message: Message) -> tuple[Item, ...]:
    """The items of a message, the gravest first and else as they came."""
    return tuple(sorted(message.items, key=lambda item: -SEVERITIES.index(item.severity)))


def local(at: datetime, timezone: str) -> str:
    """A time as people in the watch's zone write it, to the minute."""
    return at.astimezone(timing.zone(timezone)).strftime("%Y-%m-%d %H:%M")


def clipped(text: str, most: int) -> str:
    """One line, cut where it gets too long."""
    one = plain.line(text)
    return one if len(one) <= most else f"{one[: most - 1].rstrip()}…"


def _language(quote: str) -> str:
    """Chinese is told by its signs, so that a browser picks the right shapes; other scripts need no hint."""
    return "zh" if _CHINESE.search(quote) and not _JAPANESE.search(quote) else ""
