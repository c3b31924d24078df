"""Prometheus as Debian packs it, with as many series, values and alerting rules: its own duration of the rule group.

It gets the same values by `promtool`, a minute apart instead of a day, and asks the same two questions of each series in
one group: below 80, and a fall by a fifth within 30 values. What it does not do: it evaluates every rule at every tick,
whether anything is new or not, and writes no state; it has no dead-band, no revisions, no record of what was known when,
and its message goes to another program.
"""

from __future__ import annotations

import re
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import machine

PROGRAM, TOOL = "/usr/bin/prometheus", "/usr/bin/promtool"
MINUTE = 60
#: Its processor time is counted between these two evaluations, its duration is that of the last; the first finds
#: nothing in memory.
TICKS = (2, 5)
_COUNT = "prometheus_rule_group_iterations_total"
PATIENCE = 300  # seconds
CONFIGURATION = """global: {evaluation_interval: 15s}
rule_files: [rules.yml]
"""
RULES = """  - {{alert: Low, expr: 'figure{{number="{0}"}} < 80'}}
  - {{alert: Fall, expr: '(figure{{number="{0}"}} / figure{{number="{0}"}} offset 30m - 1) * 100 <= -20'}}
"""
Value = Callable[[int, int], object]


def measure(series: int, values: int, value_of: Value) -> Iterator[Sequence[str]]:
    """One row, where both programs are installed; none else."""
    if not (Path(PROGRAM).exists() and Path(TOOL).exists()):
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(folder, series, values, value_of)
        rules = "".join(RULES.format(number) for number in range(series))
        (folder / "rules.yml").write_text(f"groups:\n- name: all\n  rules:\n{rules}", encoding="utf-8")
        (folder / "prometheus.yml").write_text(CONFIGURATION, encoding="utf-8")
        with _running(folder) as (process, address):
            first, last = (_evaluated(process, address, ticks) for ticks in TICKS)
            alerts = _get(f"http://{address}/api/v1/alerts").count('"firing"')
            memory = machine.peak(process.pid)
    seconds = _number(last, "prometheus_rule_group_last_duration_seconds")
    used = _number(last, "process_cpu_seconds_total") - _number(first, "process_cpu_seconds_total")
    ticks = _number(last, _COUNT) - _number(first, _COUNT)
    yield (
        f"{_version()}, every tick", f"{seconds:.2f} s", f"{used / ticks:.2f} s", f"{memory:.0f} MiB",
        f"{alerts} alerts firing",
    )  # fmt: skip


def _version() -> str:
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
    return (
        " ".join((said.stdout + said.stderr).split()[:3]).replace(", version", "").replace("prometheus", "Prometheus")
    )


def _fill(folder: Path, series: int, values: int, value_of: Value) -> None:
    """Blocks with a value a minute up to now."""
    first = int(time.time()) - (values - 1) * MINUTE
    text = folder / "values.txt"
    with text.open("w", encoding="utf-8") as lines:
        lines.write("# TYPE figure gauge\n")
        for number in range(series):
            # The last one is the day on which another indicator in a hundred falls.
            lines.writelines(
                f'figure{{number="{number}"}} {value_of(number, place + 1)} {first + place * MINUTE}\n'
                for place in range(values)
            )
        lines.write("# EOF\n")
    made = [TOOL, "tsdb", "create-blocks-from", "openmetrics", str(text), str(folder / "data")]
    subprocess.run(made, capture_output=True, check=True)
    text.unlink()


@contextmanager
def _running(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        PROGRAM, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}", "--log.level=error",
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            yield process, address
        finally:
            process.terminate()
            process.wait(timeout=60)


def _evaluated(process: subprocess.Popen[bytes], address: str, ticks: int) -> str:
    """Its metrics when it has evaluated the group so often."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        time.sleep(1)
        try:
            metrics = _get(f"http://{address}/metrics")
        except (urllib.error.URLError, ConnectionError):
            continue
        if _number(metrics, _COUNT) >= ticks:
            return metrics
    raise RuntimeError(f"Prometheus did not evaluate its rules {ticks} times in {PATIENCE} seconds")


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.read().decode())


def _number(metrics: str, name: str) -> float:
    found = re.search(rf"^{name}(?:\{{.*\}})? (\S+)$", metrics, re.MULTILINE)
    return float(found[1]) if found else 0.0
