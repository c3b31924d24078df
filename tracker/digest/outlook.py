"""What lies ahead: targets that come due, limits that are near, and which rule will speak next if nothing is learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from tracker.digest import words
from tracker.digest.board import count, days_left
from tracker.digest.facts import Facts, Level, Tracked, Watch
from tracker.digest.page import Row
from tracker.digest.standing import Name, Stand, of

#: How far ahead a target is worth a line.
_FAR = timedelta(days=366)
#: A value that is nearer to a limit than this is a near miss; a count, one event away.
_NEAR = Decimal("0.1")
_SAYINGS = 3


def countdowns(facts: Facts) -> Iterator[Row]:
    """Targets that are due within a year, the next one first."""
    for goal in sorted(facts.goals, key=lambda goal: (goal.by.end, goal.name)):
        if facts.at < goal.by.end <= facts.at + _FAR:
            left = words.many(days_left(facts, goal), "day")
            source = f"source: {goal.source}" if goal.source else ""
            about = f"{goal.name} ({facts.subject(goal.subject)})"
            yield Row(label=left, parts=words.joined((f"{about}: {words.goal(goal)} by {goal.by.text}", source)))


def near_misses(facts: Facts, stands: Mapping[Name, Stand]) -> Iterator[Row]:
    """Limits that a value or a count has all but reached."""
    for tracked in facts.tracked:
        for watch, stand in of(tracked, stands):
            if stand.open() or stand.health != "ok" or not watch.levels:
                continue
            found = _count_near(facts, tracked, watch) if watch.window else _value_near(tracked, watch)
            if found:
                about = facts.label(tracked.indicator.key, tracked.subject)
                yield Row(label="near", parts=(f"{about}: {found}",))


def _value_near(tracked: Tracked, watch: Watch) -> str:
    value = tracked.now.value
    if value is None or value.lo is None or value.lo != value.hi:
        return ""
    level, unit = watch.levels[0], value.series.unit
    away = _away(level, value.lo)
    if level.limit == 0 or away < 0 or away > abs(level.limit) * _NEAR:
        return ""
    percent = away / abs(level.limit) * 100
    return f"{words.shown(value)}, {level.severity} {words.limit(level, unit)} ({percent:.1f} % away)"


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
    counted = f"{number} in {watch.window.days} days"
    return f"{counted}, {level.severity} {words.limit(level, '')}"


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
    yield Row(label="", parts=(f"no rule will speak before {first} unless something is learned",))
    for watch, saying in found[:_SAYINGS]:
        about = facts.label(watch.rule.indicator, watch.subject)
        why = words.compared(saying.evidence)
        yield Row(
            label=words.day(saying.at, facts.zone),
            parts=words.joined((f"{about}, {watch.rule.name}: {saying.what}", why)),
        )
