"""How numbers, dates and limits are written in a digest: with unit, kind and operator, in the zone of the watch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from tracker import quantity, timing
from tracker.digest.facts import Facts, Goal, Level
from tracker.model.declared import SEVERITIES, Severity
from tracker.model.observed import Amount, Event, Observation
from tracker.model.told import Evidence
from tracker.timing import Period
from tracker.tongue import language, listed, many, say, speaking

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_COUNTS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
#: A bare number of five digits or more, or one with an exponent, as evidence spells them.
_RAW = re.compile(r"(?<![\w,-])(?<!\d\.)-?(?:\d+(?:\.\d+)?[eE][-+]?\d+|\d{5,}(?:\.\d+)?)(?![\w,]|\.\d)")
_TARGET = re.compile(r"target (\S+)( by .*)")
_LIMITS = {"<": "below {limit}", "<=": "at most {limit}", ">": "above {limit}", ">=": "at least {limit}"}


def day(at: datetime, zone: ZoneInfo) -> str:
    """2026-01-26, in the zone."""
    return timing.local_date(at, zone).isoformat()


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """2026-01-26 09:10, in the zone."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def span(period: Period, zone: ZoneInfo) -> str:
    """26 January - 1 February 2026: first and last local day."""
    first = timing.local_date(period.start, zone)
    last = timing.local_date(period.end - timedelta.resolution, zone)
    if language() == "zh":
        return _chinese_span(first, last)
    end = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    start = str(first.day)
    if (first.year, first.month) != (last.year, last.month):
        start += f" {_MONTHS[first.month - 1]}"
    return f"{start}{f' {first.year}' if first.year != last.year else ''} - {end}"


def _chinese_span(first: date, last: date) -> str:
    start = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return start
    end = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else f"{last.month}月{last.day}日"
    return f"{start}至{end if first.year == last.year else f'{last.year}年{last.month}月{last.day}日'}"


def city(zone: ZoneInfo) -> str:
    """Asia/Shanghai is Shanghai."""
    return say(zone.key.rpartition("/")[2].replace("_", " "))


def counted(number: int) -> str:
    """A small number in letters, where the language does that."""
    return _COUNTS[number] if 0 < number < len(_COUNTS) and language() == "en" else f"{number:,}"


def days(number: int) -> str:
    """`1 day`, `2 days`."""
    return many(number, "{n} day", "{n} days")


def months(number: int) -> str:
    """So many days as people say it: 45 days, 13 months, 3 years."""
    if number < 90:
        return days(number)
    return say("{n} months", n=round(number * 12 / 365)) if number < 3 * 365 else say("{n} years", n=number // 365)


def said(one: Observation) -> str:
    """The number with its unit and operator; what was no number is said to be none."""
    return quantity.as_said(one.lo, one.hi, one.op, one.series.unit) or say("no number")


def shown(one: Observation) -> str:
    """`45x (2024-H2, actual)`; labels are named, a value without them stands for the whole."""
    labels = [f"{name} {label}" for name, label in one.series.labels]
    return say("{number} ({parts})", number=said(one), parts=listed([one.occurred.text, *labels, say(one.kind)]))


def amount(one: Amount) -> str:
    """A sum in both notations: `at least CNY 5bn (至少50亿元)`."""
    text, other = quantity.as_said(one.lo, one.hi, one.op, one.unit), _other(one)
    return say("{number} ({parts})", number=text, parts=other) if text and other and text != other else text


def _other(one: Amount) -> str:
    """The same in the other language, of a sum that is large enough for it to look another."""
    numbers = [number for number in (one.lo, one.hi) if number is not None]
    if one.unit not in quantity.CURRENCIES or not numbers or max(abs(number) for number in numbers) < 10_000:
        return ""
    with speaking("en" if language() == "zh" else "zh"):
        return quantity.as_said(one.lo, one.hi, one.op, one.unit)


def percent(then: Observation, now: Observation) -> str:
    """`+1.0 %`; "" where the two cannot be divided: intervals, another series, a base of zero."""
    if (
        then.series != now.series
        or then.lo is None
        or now.lo is None
        or then.lo != then.hi
        or now.lo != now.hi
        or not then.lo
    ):
        return ""
    change = (now.lo - then.lo) / abs(then.lo) * 100
    return f"{change:+,.1f} %"


def limit(level: Level, unit: str) -> str:
    """`below CNY 6bn`."""
    return say(_LIMITS[level.op], limit=quantity.as_said(level.limit, level.limit, "eq", unit))


def goal(one: Goal) -> str:
    """`at least 100M devices`."""
    return quantity.as_said(one.lo, one.hi, one.op, one.unit) or say("no number")


def rank(severity: Severity) -> int:
    """The graver, the greater."""
    return SEVERITIES.index(severity)


def readable(text: str) -> str:
    """Evidence and reasons with their bare numbers as people write them, in the language that is spoken; no exponents."""
    with speaking("en"):
        written = _readable(text)
    return quantity.retold(written)


def _readable(text: str) -> str:
    def spell(found: re.Match[str]) -> str:
        try:
            return quantity.number_said(Decimal(found[0]))
        except InvalidOperation:
            return found[0]

    return _RAW.sub(spell, text)


def compared(evidence: Evidence) -> str:
    """What a verdict compared, with the unit of its value or its target, in the language that is spoken."""
    with speaking("en"):
        written = _compared(evidence)
    return quantity.retold(written)


def _compared(evidence: Evidence) -> str:
    head, value, rest = "", evidence.value, evidence.compared
    if target := _TARGET.fullmatch(rest):
        head, value, rest = "target ", target[1], target[1] + target[2]
    if not value or not evidence.unit or not rest.startswith(value + " "):
        return head + _readable(rest or value)
    number = quantity.parse(value, evidence.unit)
    said = quantity.as_said(number.lo, number.hi, number.op, evidence.unit)
    if rest.startswith(said):  # the unit stands there already
        return head + said + _readable(rest[len(said) :])
    return head + said + _readable(rest[len(value) :])


def of_event(facts: Facts, event: Event) -> str:
    """`StepFun, funding: the title`."""
    what = listed([facts.subject(event.subject), say(event.type)])
    return say("{about}: {now}", about=what, now=event.title)


def reached(facts: Facts, at: datetime | None) -> str:
    """When we learned it."""
    return say("reached us {time}", time=stamp(at, facts.zone)) if at else ""


def joined(parts: Sequence[str]) -> tuple[str, ...]:
    """The parts that say something."""
    return tuple(part for part in parts if part)
