"""The weekly digest over 500 indicators with a year of weekly values and a threshold each, drawn in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks import homes, machine
from tracker import pipeline
from tracker.db import Store, observations
from tracker.model.observed import Observation, Series
from tracker.settings import Home
from tracker.timing import ManualClock, Period

INDICATORS, WEEKS = 500, 52
FIRST = datetime(2025, 8, 18, tzinfo=UTC)  # a Monday
WEEK = timedelta(weeks=1)
DRAWN = "2026-W32"  # the last but one week that has values


def measure() -> Iterator[Sequence[str]]:
    """A row for each form: wall clock, CPU, most memory of the whole process, size."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "indicators.yaml").write_text(_declaration(), encoding="utf-8")
        store = Store.open(Home(root, {}).database)
        for week in range(WEEKS):
            with store.write(_over(week)) as tx:
                observations.add(tx, (_value(number, week) for number in range(INDICATORS)))
        store.close()
        _run("--home", str(root), "--now", _over(WEEKS - 1).isoformat(), "evaluate")
        for form in ("md", "text", "html"):
            command = (sys.executable, "-m", "benchmarks.digest", str(root), form)
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"{' '.join(command)} failed: {done.stderr.strip()}")
            said = json.loads(done.stdout)
            yield (
                form,
                f"{said['wall']:.2f} s",
                f"{said['cpu']:.2f} s",
                f"{said['memory']:.0f} MiB",
                f"{said['size']} kB",
            )


def _declaration() -> str:
    indicators = "".join(
        f"  figure{number}: {{name: Figure {number}, group: Group {number % 9}, unit: CNY, "
        'rules: {low: {kind: threshold, fire: "< 80", clear: ">= 85"}}}\n'
        for number in range(INDICATORS)
    )
    return (
        "watch: benchmark\nreceivers: {folder: {kind: markdown}}\nsubjects: {acme: {name: Acme}}\n"
        f"indicators:\n{indicators}"
    )


def _over(week: int) -> datetime:
    return FIRST + (week + 1) * WEEK


def _value(number: int, week: int) -> Observation:
    """A value that swings about its limit, each indicator in its own time."""
    start = FIRST + week * WEEK
    value = Decimal(70 + (number * 7 + week * 5) % 60)
    return Observation(
        series=Series(subject="acme", indicator=f"figure{number}", unit="CNY"), lo=value, hi=value, op="eq",
        occurred=Period(start, start + WEEK, f"{start.date()}..{(start + WEEK).date()}"), source="wire",
        published_at=_over(week),
    )  # fmt: skip


def _run(*args: str) -> None:
    done = subprocess.run([*homes.COMMAND, *args], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"tracker {' '.join(args)} failed: {done.stderr.strip()}")


def _draw(root: Path, form: str) -> None:
    """Draw one form in this process; what it took, as JSON."""
    began, spent = time.perf_counter(), time.process_time()
    with pipeline.open_desk(Home(root, {}), ManualClock(_over(WEEKS - 1)), read_only=True) as desk:
        text = pipeline.digest(desk, DRAWN, form)
    wall, cpu = time.perf_counter() - began, time.process_time() - spent
    size = len(text.encode()) // 1000
    print(json.dumps({"wall": wall, "cpu": cpu, "memory": machine.peak(), "size": size}))


if __name__ == "__main__":
    _draw(Path(sys.argv[1]), sys.argv[2])
