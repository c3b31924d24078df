"""What lies ahead: targets that come due, limits that are near, and which rule will speak next if nothing is learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from tracker.digest import words
from tracker.digest.board import count, days_left
from tracker.digest.facts import Facts, Goal, Level, Tracked, Watch
from tracker.digest.page import Row
from tracker.digest.standing import Name, Stand, of
from tracker.tongue import heard, listed, say

#: How far ahead a target is worth a line.
_FAR = timedelta(days=366)
#: A value that is nearer to a limit than this is a near miss; a count, one event away.
_NEAR = Decimal("0.1")
_SAYINGS = 3


def countdowns(facts: Facts) -> Iterator[Row]:
    """Targets that are due within a year, the next one first."""
    for goal in sorted(facts.goals, key=lambda goal: (goal.by.end, goal.name)):
        if facts.at < goal.by.end <= facts.at + _FAR:
            left = words.days(days_left(facts, goal))
            source = say("source: {source}", source=goal.source) if goal.source else ""
            about = say("{name} ({subject})", name=goal.name, subject=facts.subject(goal.subject))
            due = say("{about}: {goal} by {day}", about=about, goal=words.goal(goal), day=goal.by.text)
            yield Row(label=left, parts=words.joined((due, _share(facts, goal), source)))


def _share(facts: Facts, goal: Goal) -> str:
    """How far it is on its way: what is known now, and how much that is of the target."""
    here = (one for one in facts.tracked if (one.indicator.key, one.subject) == (goal.indicator, goal.subject))
    value = next((one.now.value for one in here if one.now.value is not None), None)
    aim = goal.lo if goal.lo is not None else goal.hi
    if value is None or value.lo is None or not aim or value.series.unit != goal.unit or value.series.labels:
        return ""
    return say("now {value}, {share} of it", value=words.shown(value), share=f"{value.lo / aim * 100:.0f} %")


def near_misses(facts: Facts, stands: Mapping[Name, Stand]) -> Iterator[Row]:
    """Limits that a value or a count has all but reached."""
    for tracked in facts.tracked:
        for watch, stand in of(tracked, stands):
            if stand.open() or stand.health != "ok" or not watch.levels:
                continue
            found = _count_near(facts, tracked, watch) if watch.window else _value_near(tracked, watch)
            if found:
                about = facts.label(tracked.indicator.key, tracked.subject)
                yield Row(label=say("near"), parts=(say("{about}: {now}", about=about, now=found),))


def _value_near(tracked: Tracked, watch: Watch) -> str:
    value = tracked.now.value
    if value is None or value.lo is None or value.lo != value.hi:
        return ""
    level, unit = watch.levels[0], value.series.unit
    away = _away(level, value.lo)
    if level.limit == 0 or away < 0 or away > abs(level.limit) * _NEAR:
        return ""
    percent = away / abs(level.limit) * 100
    away_ = f"{percent:.1f} %"
    near = "{value}, {severity} {limit} ({away} away)"
    return say(near, value=words.shown(value), severity=say(level.severity), limit=words.limit(level, unit), away=away_)


def _count_near(facts: Facts, tracked: Tracked, watch: Watch) -> str:
    assert watch.window is not None
    held = (one for one in tracked.now.events if one.status(facts.at) not in ("denied", "lapsed"))
    sure, possible = count((one.event.occurred for one in held if one.event.kind == "actual"), facts.at, watch.window)
    level = watch.levels[0]
    low = level.op in ("<", "<=")
    number = Decimal(possible if low else sure)
    # One away from nothing at all is what a rule about silence is for: it is no miss.
    if not 0 <= _away(level, number) <= 1 or (low and level.limit <= 1):
        return ""
    counted = say("{n} in {days} days", n=number, days=watch.window.days)
    return say("{now}, {severity} {limit}", now=counted, severity=say(level.severity), limit=words.limit(level, ""))


def _away(level: Level, number: Decimal) -> Decimal:
    """How far a number is from firing; negative when it does."""
    return number - level.limit if level.op in ("<", "<=") else level.limit - number


def ahead(facts: Facts) -> Iterator[Row]:
    """Which rule will speak next though nothing is learned, and the ones after it."""
    found = [(watch, watch.next) for tracked in facts.tracked for watch in tracked.watches if watch.next is not None]
    found.sort(key=lambda pair: (pair[1].at, pair[0].rule.id, pair[0].subject))
    if not found:
        return
    first = words.day(found[0][1].at, facts.zone)
    yield Row(label="", parts=(say("no rule will speak before {day} unless something is learned", day=first),))
    for watch, saying in found[:_SAYINGS]:
        about = facts.label(watch.rule.indicator, watch.subject)
        why = words.compared(saying.evidence)
        yield Row(
            label=words.day(saying.at, facts.zone),
            parts=words.joined(
                (say("{about}: {now}", about=listed([about, watch.rule.name]), now=heard(saying.what)), why)
            ),
        )
