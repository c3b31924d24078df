"""`tracker.open(home)`: what is believed as pandas frames, as of any day, while another process writes."""

from __future__ import annotations

import subprocess
import sys
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tracker
from tests.cli.conftest import WATCH
from tests.support.command import environment
from tracker import notebook, pipeline
from tracker.cli import shapes
from tracker.errors import HomeError, UsageError
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import FixedClock, zone

pandas = pytest.importorskip("pandas")

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    """A home with two values and two events, learned on two days."""
    from tracker.timing import parse_instant

    (tmp_path / "indicators.yaml").write_text(WATCH, encoding="utf-8")
    for day, value, title, type_ in (
        ("2026-08-01", "45x", "A轮", "funding"),
        ("2026-08-10", ">=50", "离职", "departure"),
    ):
        clock = FixedClock(parse_instant(day, zone("Asia/Shanghai")))
        with pipeline.open_desk(Home(tmp_path, {}), clock) as desk:
            pipeline.record_value(desk, "growth", value, published=day)
            pipeline.record_event(desk, "news", title, type=type_, subject="moonlake")
    return tmp_path


def test_a_frame_of_values(root: Path) -> None:
    """Oldest first; lo and hi are numbers, an open end is NaN; times are UTC."""
    frame = tracker.open(root).frame("growth")

    assert list(frame["value"]) == ["45", ">=50"]
    assert list(frame["lo"]) == [45.0, 50.0]
    assert frame["hi"].isna().tolist() == [False, True]
    assert frame["recorded_at"].iloc[0] == pandas.Timestamp("2026-07-31T16:00:00Z")


def test_a_frame_of_events_has_those_that_the_indicator_follows(root: Path) -> None:
    """`rounds` follows funding only; `events` has every one."""
    home = tracker.open(str(root))

    assert list(home.frame("rounds")["title"]) == ["A轮"]
    assert list(home.frame("news")["title"]) == ["A轮", "离职"]
    assert len(home.events()) == 2


def test_a_frame_of_events_is_of_the_subjects_of_the_indicator_in_one_snapshot(tmp_path: Path) -> None:
    """A round of somebody else is none of its rows; the home is opened once."""
    watch = WATCH.replace("event: funding, subjects: [starbridge, moonlake]", "event: funding, subject: starbridge")
    (tmp_path / "indicators.yaml").write_text(watch, encoding="utf-8")
    with pipeline.open_desk(Home(tmp_path, {}), FixedClock(NOON)) as desk:
        for subject in ("starbridge", "moonlake"):
            pipeline.record_event(desk, "news", f"A round of {subject}", type="funding", subject=subject)

    opened: list[object] = []

    class Counting(notebook.Notebook):
        """One that counts how often it opens its home."""

        def _desk(self) -> AbstractContextManager[Desk]:
            opened.append(self)
            return super()._desk()

    home = Counting.at(tmp_path)

    assert list(home.frame("rounds")["title"]) == ["A round of starbridge"]
    assert len(opened) == 1
    assert home.frame("growth").empty
    assert len(opened) == 2


def test_as_of_a_day(root: Path) -> None:
    """On both clocks; a date is its first instant in the zone of the watch."""
    home = tracker.open(root)

    assert len(home.frame("growth", as_of="2026-08-05")) == 1
    assert len(home.frame("growth", as_of="2026-07-31")) == 0
    assert len(home.frame("growth", as_of="2026-08-05", clock="published")) == 1
    assert len(home.frame("news", as_of="2026-08-05")) == 1
    with pytest.raises(UsageError, match="'soon'"):
        home.frame("growth", as_of="soon")


def test_an_empty_frame_has_its_columns(tmp_path: Path) -> None:
    """Also before the first pass, where there is no database: reading makes none. They are those of the command line."""
    (tmp_path / "indicators.yaml").write_text(WATCH, encoding="utf-8")
    home = tracker.open(tmp_path)

    assert tuple(home.frame("growth").columns) == shapes.VALUES.keys == notebook.VALUES
    assert tuple(home.frame("news").columns) == shapes.EVENTS.keys == notebook.EVENTS
    assert not (tmp_path / "db").exists()


def test_what_is_not_there_is_said(root: Path, tmp_path: Path) -> None:
    """An indicator nobody declared, a folder that is no home, a file."""
    with pytest.raises(UsageError, match="did you mean 'growth'"):
        tracker.open(root).frame("growht")
    with pytest.raises(HomeError, match=r"no indicators\.yaml"):
        tracker.open(tmp_path / "nowhere").frame("growth")
    with pytest.raises(HomeError, match="must be a folder"):
        tracker.open(root / "indicators.yaml")


def test_it_reads_while_another_process_writes(root: Path) -> None:
    """Every frame is one snapshot, and the last one has everything."""
    script = (
        "import sys; from tracker.cli.failing import run\n"
        "for n in range(40): assert run(['--home', sys.argv[1], 'record', 'growth', f'{n}x', '--edition', str(n)]) == 0"
    )
    home = tracker.open(root)
    command = [sys.executable, "-c", script, str(root)]
    seen = []
    with subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as writer:
        while writer.poll() is None:
            seen.append(len(home.frame("growth")))
    assert writer.returncode == 0
    assert seen == sorted(seen)
    assert len(home.frame("growth")) == 42
