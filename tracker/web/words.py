"""What the page says for what the program knows: an analyst's words, each state with a sign that is not a colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tracker import quantity
from tracker.model.declared import Indicator

Row = Mapping[str, Any]
#: A value as it is recorded, without unit or words.
_BARE = re.compile(r"(?:[<>]=)?-?\d+(?:\.\d+)?(?:\.\.-?\d+(?:\.\d+)?)?")


@dataclass(frozen=True, slots=True)
class State:
    """A word, its sign, the class of its colour; `rank` sorts the gravest first."""

    word: str
    sign: str
    klass: str
    rank: int


ACTIVE = State("active", "●", "active", 0)
MISSED = State("missed", "▼", "active", 1)
OVERDUE = State("overdue", "◷", "overdue", 2)
CANNOT_TELL = State("cannot tell", "?", "unknown", 3)
PENDING = State("pending", "◐", "overdue", 4)
WATCHING = State("watching", "○", "calm", 5)
NO_RULE = State("no rule", "·", "none", 6)
CLEARED = State("cleared", "✓", "calm", 7)
TOLD = State("told", "◆", "calm", 8)
NOTED = State("noted", "◇", "calm", 9)  # it was history when we learned it

#: Of which a person should hear before all else.
GRAVE = (ACTIVE, MISSED, OVERDUE, CANNOT_TELL)
EVERY = (ACTIVE, MISSED, OVERDUE, CANNOT_TELL, PENDING, WATCHING, NO_RULE)

#: How far a message is.
SENT = {
    "queued": "waiting", "sending": "being sent", "sent": "sent", "dead": "undeliverable", "superseded": "taken back",
}  # fmt: skip


def state_of_alert(row: Row, kind: str) -> State:
    """How an alert of a rule of this kind stands."""
    if row["state"] == "inactive":
        over = {"resolved": CLEARED, "met": CLEARED, "closed": CLEARED, "cancelled": CLEARED, "late": NOTED}
        return over.get(row["word"], TOLD)
    if row["state"] == "pending":
        return PENDING
    return {"overdue": OVERDUE, "unknown": CANNOT_TELL, "missed": MISSED}.get(
        row["word"], OVERDUE if kind == "stale" else ACTIVE
    )


def state_of(row: Row, open_states: Iterable[State], indicator: Indicator | None) -> State:
    """How an indicator of a subject stands: the gravest of what is open, else whether its rules can tell."""
    gravest = min(open_states, key=lambda one: one.rank, default=None)
    if gravest is not None and gravest.rank < CANNOT_TELL.rank:
        return gravest
    if row["health"] in ("nodata", "error"):
        return CANNOT_TELL
    if gravest is not None:
        return gravest
    rules = indicator.rules.values() if indicator else ()
    return WATCHING if any(one.subject in (None, row["subject"]) for one in rules) else NO_RULE


def value_said(row: Row, indicator: Indicator | None = None) -> str:
    """The value with its operator and unit in words; "" where nothing is known."""
    if row["value"] is None:
        return ""
    if indicator is not None and indicator.unit is None:
        what = "text" if indicator.mentions else "event"
        return f"{int(row['value']):,} {what}{'' if row['value'] == '1' else 's'}"
    return number_said(row, row["unit"] or "")


def number_said(row: Row, unit: str) -> str:
    """An interval with its operator and unit in words."""
    lo, hi = (None if row[end] is None else Decimal(row[end]) for end in ("lo", "hi"))
    return quantity.as_said(lo, hi, row["op"], unit)


def typed_said(text: str, unit: str) -> str:
    """A number as a person typed it, with its operator and unit in words."""
    number = quantity.parse(text, unit)
    return quantity.as_said(number.lo, number.hi, number.op, unit)


def age(then: datetime | None, now: datetime) -> str:
    """How long ago, in the unit that people would use: `today`, `12 days`, `5 months`, `3 years`."""
    if then is None:
        return ""
    return days_said((now - then).days)


def days_said(days: int) -> str:
    """`today`, `1 day`, `12 days`, `5 months`, `3 years`."""
    if days < 1:
        return "today"
    number, unit = (days, "day") if days < 92 else (days // 30, "month") if days < 730 else (days // 365, "year")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def period_said(text: str, *, within: bool = False) -> str:
    """A period in words: `2024-07 to 2024-12`, `until 2025-11`; `within` for something that took place in it, no one knows when."""
    first, dots, last = text.partition("..")
    if not dots:
        return text
    if not first or not last:
        return f"until {last}" if last else f"since {first}"
    return f"between {first} and {last}" if within else f"{first} to {last}"


def of_said(text: str | None) -> str:
    """Of when a value speaks: `of 2026-Q1`, `until 2025-11`."""
    said = period_said(text or "")
    return said if said.startswith(("until", "since")) or not said else f"of {said}"


def alert_said(row: Row, unit: str | None) -> str:
    """What an alert says: of an event what happened, of a value how it compares; `unit` is its indicator's, None without one."""
    value, summary = row["value"] or "", row["summary"] or ""
    if unit is not None and _BARE.fullmatch(value):
        value = typed_said(value, unit)
    if value and summary == row["word"]:
        return value
    return summary if value in summary else f"{summary}: {value}"


#: What a step of an alert is called.
STEPS = {
    "pending": "pending", "firing": "active", "cancelled": "cleared before it was said", "resolved": "cleared",
    "escalated": "graver", "downgraded": "milder", "nodata": "cannot tell: no data", "error": "cannot tell",
    "data_back": "can tell again", "event": "happened", "confirmed": "confirmed", "late": "noted as history",
    "denied": "denied", "upcoming": "coming up", "met": "met", "missed": "missed", "unknown": "cannot tell",
    "overdue": "overdue", "closed": "closed",
}  # fmt: skip
