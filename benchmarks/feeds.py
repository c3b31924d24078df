"""Two hundred feeds of fifty entries, pass after pass, beside lemon24/reader in an environment that is made for it.

Both ask the same newsrooms on loopback and write SQLite. Ours is measured twice: collecting alone, which is what reader
does, and with the reading of every text for subjects and events. The floor is parsing, text and rows alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import insert

from benchmarks import newsrooms, peer_reader
from tracker import pipeline
from tracker.collectors import reading
from tracker.db import Store
from tracker.db.tables import entry
from tracker.pipeline.asking.collecting import collect
from tracker.settings import Home
from tracker.timing import ManualClock

NOW = newsrooms.NEWEST + timedelta(days=1)
PEER = "reader==3.26"
_HEAD = """\
watch: Newsrooms
receivers: {folder: {kind: markdown}}
subjects:
  stepfun: {name: StepFun, aliases: [阶跃星辰]}
indicators:
  named: {name: Named, mentions: true}
sources:
"""
Times = Mapping[str, tuple[float, float]]  # pass to wall clock and processor time


def measure() -> Iterator[Sequence[str]]:
    """One row for each pass, then the floor and what stands beside it."""
    with tempfile.TemporaryDirectory() as folder:
        with serving() as url:
            ours = _ours(url, Path(folder) / "alone", understanding=False)
            stale = urlopen(f"{url}/stale").read().decode()
        with serving() as url:
            whole = _ours(url, Path(folder) / "whole", understanding=True)
        theirs, their_stale = _theirs(Path(folder))
        for name in ("all new", "304", "plain", "one new", "rotating"):
            yield _row(name, theirs, ours, whole)
        floor = _floor(Path(folder))
        share = f"{floor / ours['all new'][1]:.0%} of collecting"
        yield "floor of all new: parse, text, rows (CPU)", "", f"{floor:.2f} s", "", share
        yield "stale validators sent", their_stale, stale, "", ""


def _row(name: str, theirs: Times, ours: Times, whole: Times) -> Sequence[str]:
    ratio = f"{theirs[name][0] / ours[name][0]:.1f}" if name in theirs else ""
    return name, *(_said(times.get(name)) for times in (theirs, ours, whole)), ratio


def _said(times: tuple[float, float] | None) -> str:
    return f"{times[0]:.2f} s ({times[1]:.2f} s)" if times else "not installed"


@contextmanager
def serving() -> Iterator[str]:
    """The newsrooms, fresh; their URL."""
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.newsrooms"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.terminate()
        server.wait()


def declared(url: str, root: Path, feeds: int = newsrooms.FEEDS, every: str = "1h") -> Home:
    """A home that watches them all."""
    root.mkdir()
    lines = (
        f'  n{n}: {{kind: feed, url: "{url}/{n}.xml", every: {every}, allow_private: true}}\n' for n in range(feeds)
    )
    (root / "indicators.yaml").write_text(_HEAD + "".join(lines), encoding="utf-8")
    return Home(root, {})


def _ours(url: str, root: Path, *, understanding: bool) -> Times:
    clock, times = ManualClock(NOW), {}
    with pipeline.open_desk(declared(url, root), clock) as desk:
        for name in peer_reader.PASSES:
            peer_reader.prepare(url, name)
            wall, cpu = time.perf_counter(), time.process_time()
            done = collect(desk) if understanding else collect(desk, understand=lambda *_: None)
            times[name] = (time.perf_counter() - wall, time.process_time() - cpu)
            assert len(done.ok) == newsrooms.FEEDS, done.failed[:3]
            assert done.entries == {"all new": 10_000, "one new": newsrooms.FEEDS}.get(name, 0), (name, done.entries)
            clock.advance(timedelta(hours=1))
    return times


def _theirs(folder: Path) -> tuple[Times, str]:
    """reader in its own environment; nothing where it cannot be installed."""
    place = folder / "venv"
    venv.create(place, with_pip=True)
    python = str(place / "bin" / "python")
    wanted = [PEER, "sgmllib3k"]
    if subprocess.run(
        [python, "-m", "pip", "install", "--quiet", *wanted], capture_output=True, check=False
    ).returncode:
        return {}, "not installed"
    with serving() as url:
        command = [python, peer_reader.__file__, url, str(folder), str(newsrooms.FEEDS)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        stale = urlopen(f"{url}/stale").read().decode()
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (wall, cpu) for name, wall, cpu in rows}, stale


def _floor(folder: Path) -> float:
    """Processor time of the least that must be done: every document parsed, every text made plain, every row written."""
    bodies = list(newsrooms.documents())
    store = Store.open(f"sqlite:///{folder / 'floor.sqlite3'}")
    began = time.process_time()
    read = [reading.read(body).parsed for body in bodies]
    rows = [
        {
            "id": number, "seq": number, "source": "n", "key": f"{number}", "version": 1, "title": item.title,
            "link": item.link, "summary": item.summary, "language": "", "published_at": NOW, "date_known": True,
            "recorded_at": NOW, "content_hash": "0" * 32,
        }
        for number, item in enumerate((item for parsed in read for item in parsed.items), start=1)
    ]  # fmt: skip
    with store.write(NOW) as tx:
        tx.connection.execute(insert(entry), rows)
    spent = time.process_time() - began
    store.close()
    return spent
