"""Rows per second into the store, beside SQLAlchemy's ORM on the same table in a file of its own.

Both write the same rows in one transaction that is on the disk at the end. What each wants as its input is made before
the watch starts: observations for the store, mapped objects for the ORM. The store also looks for repetitions.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session, registry

from benchmarks import material
from tracker.db import Store, observations
from tracker.db.codec import observation_row
from tracker.db.tables import observation, series
from tracker.model.observed import Observation, Series

DAYS = 250  # about 110,000 rows
NOW = material.FIRST + 10_000 * material.DAY


def measure() -> Iterator[Sequence[str]]:
    """One row of the table for each way to write, and one for the same rows once more."""
    rows = list(material.observations(0, DAYS))
    with tempfile.TemporaryDirectory() as folder:
        mine = Store.open(f"sqlite:///{Path(folder) / 'mine.sqlite3'}")
        yield _row("this store, `observations.add`", len(rows), _seconds(lambda: _add(mine, rows)))
        yield _row("this store, the same rows again (no row is added)", len(rows), _seconds(lambda: _add(mine, rows)))
        mine.close()
        theirs = Store.open(f"sqlite:///{Path(folder) / 'theirs.sqlite3'}")
        objects = _mapped(theirs, rows)
        yield _row("SQLAlchemy ORM, `session.add_all`", len(rows), _seconds(lambda: _add_all(theirs, objects)))
        theirs.close()


def _row(what: str, rows: int, seconds: float) -> Sequence[str]:
    return what, f"{rows:,}", f"{seconds:.2f}", f"{rows / seconds:,.0f}"


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _add(store: Store, rows: Sequence[Observation]) -> None:
    with store.write(NOW) as tx:
        observations.add(tx, rows)


def _add_all(store: Store, objects: Sequence[object]) -> None:
    with Session(store.engine) as session:
        session.add_all(objects)
        session.commit()


def _mapped(store: Store, rows: Sequence[Observation]) -> list[object]:
    """The rows as objects of a class that is mapped to the table."""
    mapped = registry()

    @mapped.mapped
    class Claim:
        """One observation, as the ORM sees it."""

        __table__ = observation

    numbers = _number_series(store, {row.series for row in rows})
    names = [column.name for column in observation.columns]
    return [Claim(**dict(zip(names, _values(row, numbers, seq), strict=True))) for seq, row in enumerate(rows, start=1)]


def _values(row: Observation, numbers: dict[Series, int], seq: int) -> tuple[Any, ...]:
    return observation_row(row, series_id=numbers[row.series], seq=seq, recorded_at=NOW, at=_same, number=_same)


def _same(value: Any) -> Any:
    return value


def _number_series(store: Store, wanted: set[Series]) -> dict[Series, int]:
    numbers = {one: number for number, one in enumerate(sorted(wanted, key=repr), start=1)}
    with store.write(NOW) as tx:
        made = [
            {
                "id": number,
                "subject": one.subject,
                "indicator": one.indicator,
                "labels": "{}",
                "edition": "",
                "unit": "CNY",
            }
            for one, number in numbers.items()
        ]
        tx.connection.execute(insert(series), made)
    return numbers
