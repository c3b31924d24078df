"""Events in a digest: how unusual they are, history told for the first time, rumours, and what no rule followed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tracker import timing
from tracker.digest import words
from tracker.digest.board import own_subjects
from tracker.digest.facts import Facts, Happening
from tracker.digest.page import Row
from tracker.tongue import listed, many, say

#: Words that are said of events.
EVENTS = ("event", "confirmed", "denied")
#: A pause before an event that is worth a word.
_PAUSE = timedelta(days=90)


def row_of_event(facts: Facts, one: Happening, label: str = "", *more: str) -> Row:
    """What is known of one event, with where it was said and how it compares."""
    event = one.event.event
    what = (
        words.of_event(facts, event),
        words.amount(event.amount) if event.amount else "",
        "" if one.event.mentions[0].late else unusual(facts, one),
    )
    quote = f"“{one.quote}” " if one.quote and one.quote != event.title else ""
    parts = (
        *what,
        one.surety,
        quote + one.quote_source,
        say("happened {day}", day=event.occurred.text),
        words.reached(facts, one.first_at),
    )
    return Row(
        label=label, parts=words.joined((*parts, *more)), link=one.link, headline=listed(list(words.joined(what)))
    )


def unusual(facts: Facts, one: Happening) -> str:
    """How it compares with what is on record of its subject and type: the largest, the first in so long."""
    event = one.event.event
    others = [
        other.event.event
        for other in facts.happenings
        if (other.event.event.subject, other.event.event.type) == (event.subject, event.type)
        and other.event.event.key != event.key and other.status not in ("denied", "lapsed")
        and other.event.event.occurred.start <= event.occurred.end
    ]  # fmt: skip
    if not others:
        return say("the first on record here") if event.subject in own_subjects(facts) else ""
    said = []
    sums = [
        other.amount for other in others if other.amount and event.amount and other.amount.unit == event.amount.unit
    ]
    tops = [top.hi if top.hi is not None else top.lo for top in sums]
    if (
        event.amount
        and event.amount.lo is not None
        and tops
        and all(top is not None and top < event.amount.lo for top in tops)
    ):
        said.append(say("the largest of {n} on record here in {unit}", n=len(sums) + 1, unit=event.amount.unit))
    pause = event.occurred.start - max(other.occurred.end for other in others)
    if pause >= _PAUSE:
        said.append(say("the first in {span}", span=words.months(pause.days)))
    return listed(said)


def late(facts: Facts) -> Iterator[Row]:
    """What happened long ago and was learned now: noted, never spoken. The baseline is one line."""
    known = {one.event.event.key: one for one in facts.happenings}
    keys = dict.fromkeys(
        change.transition.key
        for change in (change for change in facts.history if facts.fresh(change.recorded_at))
        if change.transition.what == "late"
    )
    own = [known[key] for key in keys if key in known]
    if facts.baseline:
        events = sum(one.baseline for one in own)
        rows = many(facts.baseline, "the baseline: {n} row", "the baseline: {n} rows")
        own_events = "{n} event of it under rules, noted and not spoken"
        noted = many(events, own_events, "{n} events of it under rules, noted and not spoken")
        yield Row(label=say("history"), parts=(rows, noted))
    for one in own:
        if not one.baseline:
            yield row_of_event(facts, one, say("late"))


def rumours(facts: Facts) -> Iterator[Row]:
    """What is only rumoured, with its age; then what lapsed in the period for want of a second word."""
    for one in facts.happenings:
        if one.status == "rumoured":
            age = say("{span} old", span=words.days(_age(facts, one)))
            yield _row_of_rumour(facts, one, say("open"), age, one.quote_source)
    for one in facts.happenings:
        if one.status == "lapsed" and one.before not in (None, "lapsed"):
            alone = say("no second word in {span}", span=words.days(_age(facts, one)))
            yield _row_of_rumour(facts, one, say("lapsed"), alone)


def _row_of_rumour(facts: Facts, one: Happening, label: str, *more: str) -> Row:
    return Row(label=label, parts=words.joined((words.of_event(facts, one.event.event), *more)), link=one.link)


def _age(facts: Facts, one: Happening) -> int:
    """In local days, since we heard of it."""
    return (timing.local_date(facts.at, facts.zone) - timing.local_date(one.first_at, facts.zone)).days


def untold(facts: Facts, *, peers: bool) -> Iterator[Row]:
    """Events of the period that no rule followed: of the watch's own subjects, or of the others."""
    told = {change.transition.key for change in facts.history if change.transition.what in (*EVENTS, "late")}
    own = own_subjects(facts)
    for one in facts.happenings:
        event = one.event.event
        if event.key in told or one.baseline or not facts.fresh(one.first_at) or (event.subject in own) == peers:
            continue
        yield row_of_event(facts, one, say(one.status))
