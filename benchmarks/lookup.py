"""How long a question about the past takes when there is much of it: a million observations in one SQLite file."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from benchmarks import material
from tracker.db import Connection, Store, observations

ROWS = 1_000_000
WARM = 50
Question = Callable[[Connection, str, str, datetime], object]


def _newest(connection: Connection, subject: str, indicator: str, at: datetime) -> object:
    return observations.newest(connection, as_of=at, subject=subject, indicator=indicator)


def _newest_published(connection: Connection, subject: str, indicator: str, at: datetime) -> object:
    return observations.newest(connection, as_of=at, clock="published", subject=subject, indicator=indicator)


def _history(connection: Connection, subject: str, indicator: str, at: datetime) -> object:
    return observations.believed(connection, as_of=at, subject=subject, indicator=indicator)


def _board(connection: Connection, _subject: str, _indicator: str, at: datetime) -> object:
    return observations.newest(connection, as_of=at)


QUESTIONS: Sequence[tuple[str, Question, int]] = (
    ("newest value of one series, recorded clock", _newest, 2_000),
    ("newest value of one series, published clock", _newest_published, 2_000),
    ("whole history of one series (half of about 2,300 days, on average)", _history, 200),
    (f"newest value of all {material.SERIES} series: a board", _board, 50),
)


def measure() -> Iterator[Sequence[str]]:
    """Random series at random instants; each question reads its answer to the end."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'tracker.sqlite3'}")
        days = _fill(store)
        for name, ask, times in QUESTIONS:
            p50, p99 = _percentiles(store, ask, times, days)
            yield name, f"{p50 * 1000:.2f} ms", f"{p99 * 1000:.2f} ms"
        store.close()


def _fill(store: Store) -> int:
    """Ten days to a transaction, each recorded when its last day was over; how many days it took."""
    rows = days = 0
    while rows < ROWS:
        made = list(material.observations(days, 10, seed=days))
        with store.write(material.FIRST + (days + 10) * material.DAY) as tx:
            observations.add(tx, made)
        rows, days = rows + len(made), days + 10
    return days


def _percentiles(store: Store, ask: Question, times: int, days: int) -> tuple[float, float]:
    chance = random.Random(7)
    taken = []
    for number in range(WARM + times):
        subject, indicator = material.about(chance.randrange(material.SERIES))
        at = material.FIRST + chance.random() * days * material.DAY
        began = time.perf_counter()
        with store.read() as connection:
            ask(connection, subject, indicator, at)
        if number >= WARM:
            taken.append(time.perf_counter() - began)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
