"""How numbers, dates and limits are written in a digest: with unit, kind and operator, in the zone of the watch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from tracker import quantity, timing
from tracker.digest.facts import Facts, Goal, Level
from tracker.model.declared import SEVERITIES, Severity
from tracker.model.observed import Amount, Observation
from tracker.model.told import Evidence
from tracker.timing import Period

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_COUNTS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
#: A bare number of five digits or more, or one with an exponent, as evidence spells them.
_RAW = re.compile(r"(?<![\w,-])(?<!\d\.)-?(?:\d+(?:\.\d+)?[eE][-+]?\d+|\d{5,}(?:\.\d+)?)(?![\w,]|\.\d)")
_TARGET = re.compile(r"target (\S+)( by .*)")
_MONEY = {"CNY": "元", "USD": "美元", "HKD": "港元", "EUR": "欧元", "JPY": "日元"}
_BEFORE = {"ge": "至少", "le": "至多", "approx": "约"}
_LIMITS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}


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
    end = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    start = str(first.day)
    if (first.year, first.month) != (last.year, last.month):
        start += f" {_MONTHS[first.month - 1]}"
    return f"{start}{f' {first.year}' if first.year != last.year else ''} - {end}"


def city(zone: ZoneInfo) -> str:
    """Asia/Shanghai is Shanghai."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def counted(number: int) -> str:
    """A small number in letters."""
    return _COUNTS[number] if 0 < number < len(_COUNTS) else f"{number:,}"


def many(number: int, one: str, more: str = "") -> str:
    """`1 event`, `2 events`."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def months(days: int) -> str:
    """A stretch of time as people say it: 45 days, 13 months, 3 years."""
    if days < 90:
        return many(days, "day")
    return f"{round(days * 12 / 365)} months" if days < 3 * 365 else f"{days // 365} years"


def said(one: Observation) -> str:
    """The number with its unit and operator; what was no number is said to be none."""
    return quantity.as_said(one.lo, one.hi, one.op, one.series.unit) or "no number"


def shown(one: Observation) -> str:
    """`45x (2024-H2, actual)`; labels are named, a value without them stands for the whole."""
    labels = [f"{name} {label}" for name, label in one.series.labels]
    return f"{said(one)} ({', '.join([one.occurred.text, *labels, one.kind])})"


def amount(one: Amount) -> str:
    """A sum in both notations: `at least CNY 5bn (至少50亿元)`."""
    text = quantity.as_said(one.lo, one.hi, one.op, one.unit)
    chinese = _chinese(one)
    return f"{text} ({chinese})" if text and chinese else text


def _chinese(one: Amount) -> str:
    coin = _MONEY.get(one.unit)
    numbers = [number for number in dict.fromkeys((one.lo, one.hi)) if number is not None]
    if coin is None or not numbers or max(abs(number) for number in numbers) < 10_000:
        return ""
    return _BEFORE.get(one.op, "") + "至".join(_wan(number) for number in numbers) + coin


def _wan(number: Decimal) -> str:
    """In 亿, below it in 万."""
    scale, name = (Decimal(10) ** 8, "亿") if abs(number) >= 10**8 else (Decimal(10) ** 4, "万")
    text = f"{number / scale:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + name


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
    return f"{_LIMITS[level.op]} {quantity.as_said(level.limit, level.limit, 'eq', unit)}"


def goal(one: Goal) -> str:
    """`at least 100M devices`."""
    return quantity.as_said(one.lo, one.hi, one.op, one.unit) or "no number"


def rank(severity: Severity) -> int:
    """The graver, the greater."""
    return SEVERITIES.index(severity)


def readable(text: str) -> str:
    """Evidence with its bare numbers as people write them; no exponents."""

    def spell(found: re.Match[str]) -> str:
        try:
            return quantity.number_said(Decimal(found[0]))
        except InvalidOperation:
            return found[0]

    return _RAW.sub(spell, text)


def compared(evidence: Evidence) -> str:
    """What a verdict compared, with the unit of its value or its target."""
    head, value, rest = "", evidence.value, evidence.compared
    if target := _TARGET.fullmatch(rest):
        head, value, rest = "target ", target[1], target[1] + target[2]
    if not value or not evidence.unit or not rest.startswith(value + " "):
        return head + readable(rest or value)
    number = quantity.parse(value, evidence.unit)
    said = quantity.as_said(number.lo, number.hi, number.op, evidence.unit)
    if rest.startswith(said):  # the unit stands there already
        return head + said + readable(rest[len(said) :])
    return head + said + readable(rest[len(value) :])


def reached(facts: Facts, at: datetime | None) -> str:
    """When we learned it."""
    return f"reached us {stamp(at, facts.zone)}" if at else ""


def joined(parts: Sequence[str]) -> tuple[str, ...]:
    """The parts that say something."""
    return tuple(part for part in parts if part)
