"""10,000 rules over 1,000,000 observations: one evaluation after each indicator got a new value, and one with nothing new.

5,000 indicators with 200 daily values each and two rules each: the value is below a limit, and it fell by a fifth in 30
days. Two in a hundred change their state. Each step runs in a process of its own, which opens the file and says how long
the evaluation took (states, transitions and messages on the disk at its end) and how much memory it ever had.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks import machine, material, prometheus
from tracker import pipeline, rules
from tracker.db import Store, observations
from tracker.model.declared import Declaration, Indicator, Receiver, Rule, Subject
from tracker.model.observed import Observation, Series
from tracker.settings import Home
from tracker.timing import ManualClock, Period

INDICATORS = 5_000
SUBJECTS = 50
VALUES = 200
#: One indicator in so many falls below the limit, and one in so many comes back.
RARE = 100
#: (what is said of it, days of values that are known, whether the last is stored first, evaluations before the measured one)
STEPS: Sequence[tuple[str, int, bool, int]] = (
    ("the first evaluation: every value is new, the opening brief is written", VALUES, False, 0),
    ("after one new value per indicator", VALUES + 1, True, 0),
    ("nothing is new, in a new process", VALUES + 1, False, 0),
    ("nothing is new, as the daemon would look", VALUES + 1, False, 1),
)


def subject_of(number: int) -> str:
    """The subject of an indicator."""
    return f"company{number % SUBJECTS:02}"


def value_of(number: int, day: int) -> Decimal:
    """About 100; below the limit for an indicator in a hundred before the last day, for another one on it."""
    low = number % RARE == (0 if day < VALUES else 1) and day >= VALUES - 3
    return Decimal(70 if low else 100 + (number + day) % 7)


def declaration() -> Declaration:
    """The watch, made without YAML: reading 10,000 rules as text is not what is measured here."""
    subjects = {f"company{number:02}": f"Company {number}" for number in range(SUBJECTS)}
    return Declaration(
        watch="benchmark", hash="benchmark", receivers={"desk": Receiver(key="desk", kind="markdown")},
        subjects={key: Subject(key=key, name=name) for key, name in subjects.items()},
        indicators={f"figure{number:04}": _indicator(number) for number in range(INDICATORS)},
    )  # fmt: skip


def _indicator(number: int) -> Indicator:
    key = f"figure{number:04}"
    own = {
        "low": ("threshold", {"fire": "< 80", "clear": ">= 85"}),
        "fall": ("change", {"window": "30d", "tolerance": "3d", "fire": "<= -20"}),
    }
    return Indicator(
        key=key, name=f"Figure {number}", subject=subject_of(number), unit="CNY",
        rules={
            name: Rule(indicator=key, name=name, kind=kind, hash=name, params=rules.KINDS[kind].Params.model_validate(raw))
            for name, (kind, raw) in own.items()
        },
    )  # fmt: skip


def measure() -> Iterator[Sequence[str]]:
    """A row for each step, then Prometheus where it is installed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tracker.sqlite3"
        store = Store.open(f"sqlite:///{file}")
        for first in range(0, VALUES, 20):
            _store(store, range(first, first + 20))
        store.close()
        for number, (what, *_) in enumerate(STEPS):
            said = json.loads(_run(file, number))
            yield (
                f"this tracker, {what}",
                _seconds(said["seconds"]),
                _seconds(said["processor"]),
                f"{said['memory']:.0f} MiB",
                said["result"],
            )
    yield from prometheus.measure(INDICATORS, VALUES, value_of)


def _seconds(time: float) -> str:
    return f"{time:.2f} s" if time >= 0.1 else f"{time * 1000:.1f} ms"


def _store(store: Store, days: Sequence[int]) -> None:
    """The values of some days, recorded when the last of them is over."""
    with store.write(_over(days[-1])) as tx:
        observations.add(tx, (_observation(number, day) for day in days for number in range(INDICATORS)))


def _over(day: int) -> datetime:
    return material.FIRST + (day + 1) * material.DAY


def _observation(number: int, day: int) -> Observation:
    start = material.FIRST + day * material.DAY
    value = value_of(number, day)
    return Observation(
        series=Series(subject=subject_of(number), indicator=f"figure{number:04}", unit="CNY"), lo=value, hi=value, op="eq",
        occurred=Period(start, start + material.DAY, start.date().isoformat()), source="wire", published_at=_over(day),
    )  # fmt: skip


def _run(file: Path, step: int) -> str:
    command = (sys.executable, "-m", "benchmarks.evaluation", str(file), str(step))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return done.stdout


def _step(file: Path, number: int) -> None:
    """One evaluation in this process; what it took, as JSON."""
    _, days, stored_first, before = STEPS[number]
    store = Store.open(f"sqlite:///{file}")
    if stored_first:
        _store(store, [days - 1])
    clock = ManualClock(_over(days - 1) + timedelta(hours=1 + number))
    desk = pipeline.Desk(home=Home(file.parent), declaration=declaration(), store=store, clock=clock)
    for _ in range(before):
        pipeline.evaluate(desk)
    began, spent = time.perf_counter(), time.process_time()
    done = pipeline.evaluate(desk)
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    store.close()
    result = f"{len(done.transitions):,} transitions, {len(done.messages):,} messages"
    print(json.dumps({"seconds": seconds, "processor": processor, "memory": machine.peak(), "result": result}))


if __name__ == "__main__":
    _step(Path(sys.argv[1]), int(sys.argv[2]))
