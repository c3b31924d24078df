"""The page: the overview of 500 indicators, an indicator of 10,000 points; the same file in Datasette as a measure.

Everything is asked over real HTTP of a real process, packed as a browser takes it, one request after another.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks import homes, idle
from tracker.db import Store, observations
from tracker.model.observed import Observation, Series
from tracker.timing import Period

INDICATORS, EACH, LONG = 500, 60, 10_000
FIRST = datetime(1999, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TIMES = 25


def measure() -> Iterator[Sequence[str]]:
    """A row per document: median, 95th percentile, CPU of the server for each, kB over the wire."""
    with tempfile.TemporaryDirectory() as folder:
        root = _home(Path(folder) / "home")
        with _served([*homes.COMMAND, "--home", str(root), "web", "--port"]) as (base, pid):
            yield _asked(pid, "overview, 500 indicators, first 100 cards", f"{base}/")
            yield _asked(pid, "the same, filtered to 10", f"{base}/?q=Figure+00")
            yield _asked(pid, "indicator, 10,000 points", f"{base}/i/long")
            yield _asked(pid, "its series as JSON", f"{base}/api/v1/series/long")
            yield _asked(pid, "alerts", f"{base}/alerts")
            yield _asked(pid, "board as JSON, 500 rows", f"{base}/api/v1/list")
        if shutil.which("datasette", path=str(Path(sys.executable).parent)):
            database = root / "db" / "tracker.sqlite3"
            with _served([sys.executable, "-m", "datasette", "serve", str(database), "--port"], "/-/versions.json") as (
                base,
                pid,
            ):
                yield _asked(pid, "Datasette: v1_latest, 100 rows", f"{base}/tracker/v1_latest?_size=100", 8)
                yield _asked(
                    pid,
                    "Datasette: v1_series of one, 1,000 rows",
                    f"{base}/tracker/v1_series?indicator=long&_size=1000",
                    8,
                )


def _home(root: Path) -> Path:
    """500 indicators with 60 daily values and a rule each, one with 10,000; a first pass has decided."""
    indicators: dict[str, object] = {
        f"figure{number:03}": {
            "name": f"Figure {number:03}", "group": f"Group {number % 20}", "unit": "CNY", "subject": "one",
            "rules": {"low": {"kind": "threshold", "fire": "< 1000000"}},
        }
        for number in range(INDICATORS)
    }  # fmt: skip
    indicators["long"] = {
        "name": "Long", "group": "Long", "unit": "CNY", "subject": "one", "rules": {"low": {"kind": "threshold", "fire": "< 1000000"}},
        "targets": [{"value": ">=2bn", "by": "2030-12-31"}],
    }  # fmt: skip
    declared = {
        "watch": "Page", "receivers": {"folder": {"kind": "markdown"}}, "subjects": {"one": {"name": "One"}}, "indicators": indicators,
    }  # fmt: skip
    root.mkdir()
    (root / "db").mkdir()
    (root / "indicators.yaml").write_text(json.dumps(declared), encoding="utf-8")
    store = Store.open(f"sqlite:///{root / 'db' / 'tracker.sqlite3'}")
    now = FIRST + LONG * DAY
    with store.write(now) as tx:
        observations.add(tx, _values("long", LONG, 1))
        for number in range(INDICATORS):
            observations.add(tx, _values(f"figure{number:03}", EACH, number))
    store.close()
    homes.evaluate(root)
    return root


def _values(indicator: str, count: int, seed: int) -> Iterator[Observation]:
    """A random walk of days; every twentieth is revised."""
    chance, level = random.Random(seed), 10**9
    series = Series(subject="one", indicator=indicator, unit="CNY")
    for number in range(LONG - count, LONG):
        start = FIRST + number * DAY
        period = Period(start, start + DAY, start.date().isoformat())
        level = max(level + chance.randrange(-(10**7), 10**7 + 1), 1)
        for shift in (0, 10**6) if number % 20 == 0 else (0,):
            value = Decimal(level + shift)
            yield Observation(
                series=series, occurred=period, lo=value, hi=value, op="eq", source="wire", citation="Wire",
                published_at=period.end + timedelta(hours=shift // 10**6),
            )  # fmt: skip


@contextmanager
def _served(command: Sequence[str], ready: str = "/healthz") -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(f"{base}{ready}", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield base, process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)


def _asked(pid: int, what: str, url: str, often: int = TIMES) -> Sequence[str]:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    times, size, whole, spent = [], 0, 0, idle.processor(pid)
    for _ in range(often):
        begun = time.perf_counter()
        with urllib.request.urlopen(request, timeout=60) as answer:
            body = answer.read()
            packed = answer.headers.get("Content-Encoding") == "gzip"
        times.append(time.perf_counter() - begun)
        size, whole = len(body), len(gzip.decompress(body)) if packed else len(body)
    spent = (idle.processor(pid) - spent) / often
    times.sort()
    return (
        what,
        f"{times[len(times) // 2] * 1000:.0f} ms",
        f"{times[int(len(times) * 0.95)] * 1000:.0f} ms",
        f"{spent * 1000:.0f} ms",
        f"{size / 1000:.1f} kB",
        f"{whole / 1000:.0f} kB",
    )
