"""Values that disagree, with the factor between them, and values that were corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from tracker.digest import words
from tracker.digest.facts import Facts
from tracker.digest.page import Row
from tracker.model.observed import Observation, Series
from tracker.tongue import listed, many, say

#: What is only approximate may be off by so much.
_ROUGH = Decimal("0.1")
#: Slips of a unit (亿 read as bn, 万 left out), and how near the factor must be.
_SLIPS = (Decimal(10), Decimal(10_000))
_NEAR = Decimal("0.05")

Place = tuple[Series, datetime, datetime]


def contradictions(facts: Facts) -> Iterator[Row]:
    """Claims of one series and date that cannot both be true; of different kinds only where a unit seems to have slipped."""
    for claims in _places(facts.disputed).values():
        for one, other in combinations(claims, 2):
            if _voice(one) == _voice(other) or not disagree(one, other):
                continue
            factor = ratio(one, other)
            slipped = slip(factor)
            if one.kind == other.kind or slipped:
                yield Row(
                    label=slipped or say("disagree"), parts=words.joined(_told(facts, one, other, factor, slipped))
                )


def _places(rows: Iterable[Observation]) -> dict[Place, list[Observation]]:
    """By series and date, of each voice and kind only the newest claim."""
    newest: dict[Place, dict[tuple[str, str], Observation]] = {}
    for row in rows:
        newest.setdefault((row.series, *row.date), {})[_voice(row), row.kind] = row
    return {place: list(claims.values()) for place, claims in newest.items()}


def _voice(one: Observation) -> str:
    return one.citation or one.source


def _told(facts: Facts, one: Observation, other: Observation, factor: Decimal | None, slipped: str) -> tuple[str, ...]:
    about = facts.label(one.series.indicator, one.series.subject)
    place = listed([about, one.occurred.text, *(f"{name} {label}" for name, label in one.series.labels)])
    hint = say("a factor of {factor}", factor=f"{factor:.1f}") if factor else ""
    if slipped:
        hint = say("a factor of {factor}: has a unit slipped (亿, 万)?", factor=slipped[1:])
    told = say("{place}: {one} against {other}", place=place, one=_claim(one), other=_claim(other))
    return (told, hint)


def _claim(one: Observation) -> str:
    return say("{number} ({parts})", number=words.said(one), parts=listed([say(one.kind), _voice(one)]))


def disagree(one: Observation, other: Observation) -> bool:
    """Whether no number lies in both intervals."""
    low, high = _bounds(one)
    other_low, other_high = _bounds(other)
    if one.op == "invalid" or other.op == "invalid":
        return False
    return (high is not None and other_low is not None and high < other_low) or (
        other_high is not None and low is not None and other_high < low
    )


def _bounds(one: Observation) -> tuple[Decimal | None, Decimal | None]:
    if one.op != "approx":
        return one.lo, one.hi
    return (
        None if one.lo is None else one.lo - abs(one.lo) * _ROUGH,
        None if one.hi is None else one.hi + abs(one.hi) * _ROUGH,
    )


def ratio(one: Observation, other: Observation) -> Decimal | None:
    """How many times the greater is the smaller, from the ends that are nearest; None where that has no meaning."""
    ends = [one.lo if one.lo is not None else one.hi, other.lo if other.lo is not None else other.hi]
    if any(end is None or end <= 0 for end in ends):
        return None
    sizes = sorted(end for end in ends if end is not None)
    return sizes[1] / sizes[0]


def slip(factor: Decimal | None) -> str:
    """`x10` or `x10,000` where the factor is nearly that."""
    if factor is None:
        return ""
    return next((f"x{step:,f}" for step in _SLIPS if abs(factor - step) <= step * _NEAR), "")


def corrections(facts: Facts) -> Iterator[Row]:
    """What was known before the period and is believed no more. A batch that was taken back is one line."""
    for event, reason in facts.retracted:
        what = event.event
        about = words.of_event(facts, what)
        yield Row(
            label=say("withdrawn"),
            parts=words.joined((about, say("a report was taken back: {why}", why=words.readable(reason)))),
        )
    taken: dict[tuple[str, str], list[str]] = {}
    for one in facts.corrections:
        about = say(
            "{about}: {now}",
            about=facts.label(one.was.series.indicator, one.was.series.subject),
            now=words.shown(one.was),
        )
        if one.now is None:
            taken.setdefault((one.was.batch, words.readable(one.reason) or say("withdrawn")), []).append(about)
        else:
            voice = say("source: {source}", source=_voice(one.now))
            yield Row(
                label=say("revised"),
                parts=words.joined((say("{was} is now {now}", was=about, now=words.said(one.now)), voice)),
            )
    for (batch, reason), said in taken.items():
        if batch and len(said) > 1:
            yield Row(
                label=say("withdrawn"),
                parts=(
                    many(len(said), "batch {batch}: {n} value", "batch {batch}: {n} values", batch=batch),
                    say("first {what}", what=said[0]),
                    reason,
                ),
            )
            continue
        for about in said:
            yield Row(label=say("withdrawn"), parts=words.joined((about, reason)))
