"""What a short command costs: the processor time of its whole process, from the first instruction to the exit."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import homes

TIMES = 15
RECORD = ("record", "terminal_devices", "{number}", "--kind", "estimate", "--of", "2026-Q3", "--source", "a benchmark")
COMMANDS: Sequence[tuple[str, Sequence[str]]] = (
    ("`tracker list`", (*homes.COMMAND, "list")),
    ("`tracker record`", (*homes.COMMAND, *RECORD)),
    ("`tracker alerts`", (*homes.COMMAND, "alerts")),
    ("`tracker check`", (*homes.COMMAND, "check")),
    ("`tracker --version`", (*homes.COMMAND, "--version")),
    ("for comparison: `python -c 'import sqlalchemy'`", (sys.executable, "-c", "import sqlalchemy")),
    ("for comparison: `python -c 'import sqlalchemy, pydantic, click'`",
     (sys.executable, "-c", "import sqlalchemy, pydantic, click")),
    ("for comparison: `python -c pass`", (sys.executable, "-c", "pass")),
)  # fmt: skip


def measure() -> Iterator[Sequence[str]]:
    """The median of many runs, interleaved so that a busy moment hits all alike."""
    with tempfile.TemporaryDirectory() as folder:
        home = homes.make(Path(folder) / "home")
        homes.evaluate(home)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in COMMANDS}
        for number in range(TIMES + 1):
            for name, command in COMMANDS:
                cost = _run([part.format(number=20_000_000 + number) for part in command], home)
                if number:  # the first run of each compiles and warms the caches
                    taken[name].append(cost)
    for name, costs in taken.items():
        cpu, wall = (statistics.median(column) for column in zip(*costs, strict=True))
        yield name, f"{cpu:.3f} s", f"{wall:.3f} s"


def _run(command: Sequence[str], home: Path) -> tuple[float, float]:
    """(processor time, wall clock) of one process; it must succeed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    assert process.stderr is not None
    with process.stderr as stderr:
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command)} failed: {stderr.read().decode().strip()}")
    return usage.ru_utime + usage.ru_stime, wall
