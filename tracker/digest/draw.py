"""A period in order of weight: one sentence, the key indicators, what needs attention, and all that an analyst asks next."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.digest import board, claims, events, news, outlook, upkeep, words
from tracker.digest.facts import Facts
from tracker.digest.page import Page, Row, Section
from tracker.digest.standing import standings
from tracker.tongue import language, say, speaking


def draw(facts: Facts) -> Page:
    """The digest of one period in its language. A section without content is left out; the table never is."""
    with speaking(facts.language):
        return _page(facts)


def _page(facts: Facts) -> Page:
    stands = standings(facts)
    attention = tuple(news.attention(facts, stands))
    changes = tuple(news.changes(facts, stands))
    sections: tuple[tuple[str, Iterable[Row]], ...] = (
        (say("Needs attention"), attention),
        (say("What changed"), changes),
        (say("Contradictions"), claims.contradictions(facts)),
        (say("Countdowns"), outlook.countdowns(facts)),
        (say("Near misses"), outlook.near_misses(facts, stands)),
        (say("Rumours"), events.rumours(facts)),
        (say("History"), events.late(facts)),
        (say("Also noted"), events.untold(facts, peers=False)),
        (say("Ahead"), outlook.ahead(facts)),
        (say("Not seen"), upkeep.not_seen(facts, stands)),
        (say("By hand"), upkeep.by_hand(facts)),
        (say("Peers"), events.untold(facts, peers=True)),
        (say("Corrections"), claims.corrections(facts)),
        (say("Closed"), upkeep.closed(facts)),
        (say("Sent"), upkeep.sent(facts)),
    )
    drawn = (Section(heading=heading, rows=tuple(rows)) for heading, rows in sections)
    return Page(
        title=_title(facts),
        line=_line(facts, attention, changes),
        table=board.table(facts, stands),
        sections=tuple(section for section in drawn if section.rows),
        language=facts.language,
    )


def _title(facts: Facts) -> str:
    where = words.city(facts.zone)
    if facts.so_far:
        where = say("{city}; as of {time}", city=where, time=words.stamp(facts.at, facts.zone))
    named = say("week {period}", period=facts.period.text) if facts.noun == "week" else facts.period.text
    when = say("{days}, {where}", days=words.span(facts.period, facts.zone), where=where)
    return say("{watch} · {period} ({when})", watch=facts.watch, period=named, when=when)


def _line(facts: Facts, attention: tuple[Row, ...], changes: tuple[Row, ...]) -> str:
    """The gravest thing of the period; where nothing is new, what stays."""
    if not facts.lived:
        return say("nothing was watched yet; the home began later.")
    fresh = [row for row in attention if not row.old]
    still, more = len(attention) - len(fresh), len(fresh) - 1
    kept = _counted(still, "{n} thing stays open", "{n} things stay open")
    if fresh:
        first = (fresh[0].sentence, _counted(more, "{n} more needs attention", "{n} more need attention"), kept)
        return _sentence(first)
    if not changes:
        return _sentence((say("nothing new"), kept))
    quiet = "nothing that needs attention is new, {n} change noted"
    noted = _counted(len(changes), quiet, "nothing that needs attention is new, {n} changes noted")
    return _sentence((noted, kept))


def _counted(number: int, one: str, more: str) -> str:
    return say(one if number == 1 else more, n=words.counted(number)) if number else ""


def _sentence(parts: tuple[str, ...]) -> str:
    return ("；".join(words.joined(parts)) + "。") if language() == "zh" else ("; ".join(words.joined(parts)) + ".")
