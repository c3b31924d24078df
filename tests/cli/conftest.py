"""A small home, and the command in this process: what it prints, on which of the two streams, and its exit code."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.failing import run as run_command
from tracker.settings import Home

#: Nothing of it depends on the shipped watch.
WATCH = """\
watch: 星桥 desk
timezone: Asia/Shanghai
receivers:
  folder: {kind: markdown}
subjects:
  starbridge: {name: Starbridge, aliases: [星桥智能]}
  moonlake: {name: Moonlake, aliases: [月湖科技]}
indicators:
  growth:
    name: 增长
    group: Market
    unit: x
    subject: starbridge
    rules:
      low: {kind: threshold, fire: "< 10", clear: ">= 12", basis: section 2}
  revenue:
    name: Annual revenue
    unit: CNY
    subject: starbridge
    check: {by_hand: quarterly, where: the annual report}
    targets: [{value: 10bn, by: 2026-12-31}]
  news:
    name: Deals and people
    event: [funding, departure]
    subjects: [starbridge, moonlake]
    rules:
      told: {kind: event}
  open: {name: Weights are open, unit: yes/no, subject: starbridge}
  rounds: {name: Rounds, event: funding, subjects: [starbridge, moonlake]}
  attention: {name: Attention, mentions: true, subject: starbridge}
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """Standard output as JSON."""
        found: list[dict[str, Any]] = json.loads(self.out)
        return found

    @property
    def csv(self) -> list[dict[str, str]]:
        """Standard output as CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))


Run = Callable[..., Said]


@pytest.fixture(name="root")
def _root(home: Callable[..., Home]) -> Path:
    """The folder of a home that nothing was done in yet."""
    made: Home = home(WATCH)
    return made.root


@pytest.fixture(name="run")
def _run(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """`run("list", "-o", "json")` on the small home; `now="2026-08-17"`, `home=` another one."""
    for name in ("TRACKER_HOME", "TRACKER_DATABASE_URL", "TRACKER_SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(root.parent)
    logger = logging.getLogger()
    before = (logger.level, list(logger.handlers))

    def run(*args: str, now: str | None = None, home: Path | None = None, code: int | None = None) -> Said:
        clock = [] if now is None else ["--now", now]
        answer = run_command(["--home", str(home or root), *clock, *args])
        captured = capsys.readouterr()
        said = Said(answer, captured.out, captured.err)
        assert "Traceback" not in said.err
        assert code is None or said.code == code, said
        return said

    yield run
    logger.setLevel(before[0])
    logger.handlers[:] = before[1]


@pytest.fixture(name="write")
def _write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Puts a text into a file."""

    def write(content: str | bytes, name: str = "rows.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def snapshot(root: Path) -> Mapping[str, list[tuple[Any, ...]]]:
    """Every row of every table of a home's database; nothing where there is none."""
    import sqlite3
    from contextlib import closing

    file = root / "db" / "tracker.sqlite3"
    if not file.exists():
        return {}
    with closing(sqlite3.connect(file)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(tables)}
