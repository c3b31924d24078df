"""Short ways to make the values that the tests of the store put into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tracker.model.observed import Entry, Event, Mention, Observation, Series
from tracker.model.told import Alert, Item, Message, Rendered, Said
from tracker.timing import Period

NOON = datetime(2026, 8, 17, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

STARS = Series(subject="stepfun", indicator="stars", unit="stars")


def day(number: int = 0) -> Period:
    """A whole day, counted from 2026-08-01."""
    start = datetime(2026, 8, 1, tzinfo=UTC) + number * DAY
    return Period(start, start + DAY, start.date().isoformat())


def value(number: str | int, **changes: Any) -> Observation:
    """A number of stars on 2026-08-01, published at NOON."""
    exact = Decimal(number)
    made = Observation(series=STARS, occurred=day(), lo=exact, hi=exact, op="eq", published_at=NOON)
    return replace(made, **changes)


def entry(key: str, title: str = "A title", **changes: Any) -> Entry:
    """A text of the source `wire` that names stepfun."""
    made = Entry(source="wire", key=key, title=title, published_at=NOON, subjects=("stepfun",))
    return replace(made, **changes)


def event(key: str = "funding:b", **changes: Any) -> Event:
    """A round of stepfun."""
    made = Event(key=key, type="funding", subject="stepfun", title="Series B", occurred=day())
    return replace(made, **changes)


def mention(of: str = "funding:b", **changes: Any) -> Mention:
    """A report of it."""
    made = Mention(event=of, entry=None, role="first", status="reported", published_at=NOON)
    return replace(made, **changes)


def alert(**changes: Any) -> Alert:
    """An alert that fires."""
    made = Alert(indicator="stars", rule="low", subject="stepfun", state="firing", episode=1, ordinal=1, since=NOON)
    return replace(made, **changes)


def message(id: str = "m1", receiver: str = "desk", **changes: Any) -> Message:
    """A message with one item."""
    item = Item(
        alert=1, thread="t", word="firing", severity="warning", indicator="stars", indicator_name="Stars", rule="low",
        subject="stepfun", subject_name="StepFun", at=NOON, headline="跌破 10 «stars»",
    )  # fmt: skip
    return replace(Message(id=id, receiver=receiver, kind="alert", at=NOON, items=(item,), thread="t"), **changes)


RENDERED = Rendered(subject="Stars are low", text="…", files=(("2026/a.md", "whole", "section"),))


def said(alert_id: int, id: str = "m1", **changes: Any) -> Said:
    """What the message says of an alert."""
    made = Said(
        delivery=id, receiver="desk", alert=alert_id, episode=1, ordinal=1, word="firing", severity="warning",
        state="queued", created_at=NOON,
    )  # fmt: skip
    return replace(made, **changes)
