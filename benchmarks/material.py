"""Invented observations: many series, daily values, a revision now and then. The same on every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tracker.model.observed import Observation, Series
from tracker.timing import Period

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SERIES = 400
SUBJECTS = 20


def about(number: int) -> tuple[str, str]:
    """(subject, indicator) of one of the series."""
    return f"company{number % SUBJECTS:02}", f"figure{number // SUBJECTS:02}"


def observations(first: int, days: int, seed: int = 1) -> Iterator[Observation]:
    """One value a day for each of the series, from the day numbered `first` on; every tenth is revised at once."""
    chance = random.Random(seed)
    for number in range(first, first + days):
        start = FIRST + number * DAY
        period = Period(start, start + DAY, start.date().isoformat())
        for each in range(SERIES):
            subject, indicator = about(each)
            series = Series(subject=subject, indicator=indicator, unit="CNY")
            for _ in range(2 if chance.random() < 0.1 else 1):
                value = Decimal(chance.randrange(10**9)) / 100
                yield Observation(
                    series=series, occurred=period, lo=value, hi=value, op="eq", source="wire", published_at=period.end
                )
