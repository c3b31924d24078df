"""Two thousand sources that are due at once: none may be late, and the memory is bounded.

Each is a feed of fifty entries on loopback, and a source that rests alone; a host of the public internet is asked one source
at a time, which tests/network proves. The pass is measured in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks import feeds, machine, peer_reader

SOURCES, EVERY = 2000, timedelta(minutes=20)


def measure() -> Iterator[Sequence[str]]:
    """The first pass (every document is new), and one in which nothing has changed."""
    with feeds.serving() as url, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.burst", url, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    for name, wall, late, memory in map(json.loads, done.stdout.splitlines()):
        yield name, f"{SOURCES:,}", f"{wall:.1f} s", str(late), f"{memory:.0f} MiB"


def _work(url: str, folder: str) -> None:
    from tracker import pipeline
    from tracker.timing import ManualClock

    home = feeds.declared(url, Path(folder) / "home", SOURCES, f"{EVERY // timedelta(minutes=1)}m")
    clock = ManualClock(feeds.NOW)
    with pipeline.open_desk(home, clock) as desk:
        peer_reader.post(f"{url}/mode?name=etag")
        for name in ("all new", "nothing has changed"):
            began = time.monotonic()
            done = pipeline.collect(desk)
            wall = time.monotonic() - began
            late = SOURCES - len(done.ok) + (SOURCES if wall > EVERY.total_seconds() else 0)
            print(json.dumps([name, wall, late, machine.peak()]), flush=True)
            clock.advance(EVERY)


if __name__ == "__main__":
    _work(sys.argv[1], sys.argv[2])
