"""A period in order of weight: one sentence, the key indicators, what needs attention, and all that an analyst asks next."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.digest import board, claims, events, news, outlook, upkeep, words
from tracker.digest.facts import Facts
from tracker.digest.page import Page, Row, Section
from tracker.digest.standing import standings


def draw(facts: Facts) -> Page:
    """The digest of one period. A section without content is left out; the table of key indicators never is."""
    stands = standings(facts)
    attention = tuple(news.attention(facts, stands))
    changes = tuple(news.changes(facts, stands))
    sections: tuple[tuple[str, Iterable[Row]], ...] = (
        ("Needs attention", attention),
        ("What changed", changes),
        ("Contradictions", claims.contradictions(facts)),
        ("Countdowns", outlook.countdowns(facts)),
        ("Near misses", outlook.near_misses(facts, stands)),
        ("Rumours", events.rumours(facts)),
        ("History", events.late(facts)),
        ("Also noted", events.untold(facts, peers=False)),
        ("Ahead", outlook.ahead(facts)),
        ("Not seen", upkeep.not_seen(facts, stands)),
        ("By hand", upkeep.by_hand(facts)),
        ("Peers", events.untold(facts, peers=True)),
        ("Corrections", claims.corrections(facts)),
        ("Closed", upkeep.closed(facts)),
        ("Sent", upkeep.sent(facts)),
    )
    drawn = (Section(heading=heading, rows=tuple(rows)) for heading, rows in sections)
    return Page(
        title=_title(facts),
        line=_line(facts, attention, changes),
        table=board.table(facts, stands),
        sections=tuple(section for section in drawn if section.rows),
    )


def _title(facts: Facts) -> str:
    so_far = f"; as of {words.stamp(facts.at, facts.zone)}" if facts.so_far else ""
    noun = f"{facts.noun} " if facts.noun == "week" else ""
    return f"{facts.watch} · {noun}{facts.period.text} ({words.span(facts.period, facts.zone)}, {words.city(facts.zone)}{so_far})"


def _line(facts: Facts, attention: tuple[Row, ...], changes: tuple[Row, ...]) -> str:
    """The gravest thing of the period; where nothing is new, what stays."""
    if not facts.lived:
        return "nothing was watched yet; the home began later."
    fresh = [row for row in attention if row.label != "open"]
    still = len(attention) - len(fresh)
    kept = f"{words.counted(still)} {'thing stays' if still == 1 else 'things stay'} open" if still else ""
    if fresh:
        more = len(fresh) - 1
        rest = f"{words.counted(more)} more {'needs' if more == 1 else 'need'} attention" if more else ""
        return "; ".join(words.joined((fresh[0].sentence, rest, kept))) + "."
    quiet = f"nothing that needs attention is new, {words.counted(len(changes))} {'change' if len(changes) == 1 else 'changes'} noted"
    return "; ".join(words.joined((quiet if changes else "nothing new", kept))) + "."
