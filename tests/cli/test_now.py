"""`--now` stops the clock for a whole command; a home does not live backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import WATCH, Run, snapshot

EARLY, LATE = "2026-08-17T12:00", "2026-08-18T12:00"
BASELINE = "subject,indicator,value,of,published\nstarbridge,growth,45x,2025-09,2025-11-30\nstarbridge,growth,44x,2025-08,2025-10-01\n"


@pytest.mark.parametrize(
    "args",
    [
        ("record", "growth", "5x"),
        ("record", "rounds", "--happened", "A", "--subject", "moonlake"),
        ("import", "rows.csv"),
        ("evaluate",),
        ("deliver",),
        ("collect",),
        ("run", "--once"),
        ("undo", "BATCH"),
        ("ack", "1"),
        ("mute", "--for", "7d", "--why", "x"),
        ("record", "growth", "5x", "-n"),
        ("evaluate", "-n"),
    ],
)
def test_a_writing_command_before_the_newest_recorded_time_is_refused(
    run: Run, root: Path, args: tuple[str, ...]
) -> None:
    """Exit 2; it names both times; nothing changes."""
    (root.parent / "rows.csv").write_text("indicator,value\ngrowth,6x\n", encoding="utf-8")
    batch = run("record", "growth", "4x", now=LATE, code=0).out.strip()
    run("evaluate", now=LATE, code=0)
    before = snapshot(root)

    said = run(*(batch if one == "BATCH" else one for one in args), now=EARLY, code=2)

    assert "a home does not live backwards" in said.err
    assert "2026-08-18T04:00:00Z" in said.err
    assert "2026-08-17T04:00:00Z" in said.err
    assert snapshot(root) == before


@pytest.mark.parametrize("args", [("record", "growth", "5x"), ("run", "--once"), ("evaluate", "-n"), ("undo", "BATCH")])
def test_the_clock_of_the_machine_is_no_way_back(run: Run, root: Path, args: tuple[str, ...]) -> None:
    """A command without `--now` in a home that has lived further is refused alike."""
    batch = run("record", "growth", "4x", now="2199-06-01", code=0).out.strip()
    before = snapshot(root)

    said = run(*(batch if one == "BATCH" else one for one in args), code=2)

    assert "a home does not live backwards" in said.err
    assert "2199-05-31T16:00:00Z" in said.err
    assert snapshot(root) == before


def test_clocks_may_differ_by_seconds(run: Run, root: Path) -> None:
    """Another machine on the same home, or a correction of the clock, is no life backwards."""
    run("record", "growth", "4x", now=(datetime.now(UTC) + timedelta(seconds=8)).isoformat(), code=0)
    run("record", "growth", "5x", "--of", "2026-05", code=0)

    assert len(snapshot(root)["observation"]) == 2


def test_the_same_time_again_adds_nothing(run: Run, root: Path) -> None:
    """A pass that is run twice at one time says nothing twice."""
    run("record", "growth", "4x", now=LATE, code=0)
    run("run", "--once", now=LATE, code=0)
    rows = snapshot(root)
    files = sorted(path.read_bytes() for path in (root / "alerts").rglob("*.md"))

    run("run", "--once", now=LATE, code=0)

    assert snapshot(root) == rows
    assert sorted(path.read_bytes() for path in (root / "alerts").rglob("*.md")) == files
    assert files


def test_reading_shows_the_home_as_of_that_time(run: Run) -> None:
    """What was recorded later is not there yet."""
    run("record", "growth", "14x", "--of", "2026-07", now=EARLY, code=0)
    run("evaluate", now=EARLY, code=0)
    run("record", "growth", "4x", "--of", "2026-08-01", now=LATE, code=0)
    run("record", "rounds", "--happened", "A", "--subject", "moonlake", now=LATE, code=0)
    run("evaluate", now=LATE, code=0)

    for now, value, state, events in ((EARLY, "14", "inactive", 0), (LATE, "4", "firing", 1)):
        board = run("list", "-o", "json", now=now).json
        assert (board[0]["value"], board[0]["state"]) == (value, state)
        assert len(run("events", "-o", "json", now=now).json) == events
        assert len(run("entries", "-o", "json", now=now).json) == events
        firing = [one for one in run("alerts", "-o", "json", now=now).json if one["state"] == "firing"]
        assert bool(firing) == (state == "firing")
        assert run("alerts", "--exit-code", now=now).code == (5 if firing else 0)
    assert run("values", "growth", "-o", "json", now="2026-08-01").json == []


def test_a_date_is_its_first_instant_in_the_zone_of_the_watch(run: Run) -> None:
    """2026-08-17 begins in Shanghai at 16:00 UTC of the day before; an offset is taken as it is written."""
    run("record", "growth", "4x", now="2026-08-17", code=0)
    run("record", "growth", "5x", "--of", "2026-07", now="2026-08-17T12:00+09:00", code=0)

    times = {row["value"]: row["recorded_at"] for row in run("values", "growth", "-o", "json").json}
    assert times == {"4": "2026-08-16T16:00:00Z", "5": "2026-08-17T03:00:00Z"}


@pytest.mark.parametrize("now", ["20266-01-01", "yesterday", "2026-02-30", "2026-08-17T25:00", ""])
def test_what_is_no_time_is_refused(run: Run, root: Path, now: str) -> None:
    """Exit 2, in one sentence."""
    said = run("record", "growth", "4x", now=now, code=2)

    assert repr(now) in said.err
    assert not snapshot(root).get("observation")


@pytest.mark.parametrize("command", [("run",), ("run", "--no-web"), ("web",)])
def test_what_lives_on_refuses_a_stopped_clock(run: Run, root: Path, command: tuple[str, ...]) -> None:
    """Before anything is opened: no database is made."""
    assert "--now stops the clock" in run(*command, now=LATE, code=2).err
    assert not (root / "db").exists()


def test_the_baseline_is_imported_once_when_the_clock_has_reached_it(run: Run, root: Path) -> None:
    """By the first pass at or after the newest `published` in it; before that the home is empty."""
    (root / "indicators.yaml").write_text("baseline: db/baseline.csv\n" + WATCH, encoding="utf-8")
    (root / "db").mkdir()
    (root / "db" / "baseline.csv").write_text(BASELINE, encoding="utf-8")

    run("run", "--once", now="2025-11-29T23:59", code=0)
    assert run("values", "growth", "-o", "json", now="2025-11-29T23:59").json == []

    run("run", "--once", now="2025-11-30", code=0)
    rows = run("values", "growth", "-o", "json", now="2025-11-30").json
    assert [row["value"] for row in rows] == ["44", "45"]
    assert len({row["batch"] for row in rows}) == 1

    run("run", "--once", now="2025-12-01", code=0)
    assert run("values", "growth", "--vintages", "-o", "json").json == rows
    run("undo", rows[0]["batch"], now="2025-12-02", code=0)
    run("run", "--once", now="2025-12-03", code=0)
    assert run("values", "growth", "-o", "json").json == []


@pytest.mark.parametrize("broken", [None, b"subject,indicator\nx,y\n", b"\xff\xfe"])
def test_a_baseline_that_cannot_be_read_stops_the_pass(run: Run, root: Path, broken: bytes | None) -> None:
    """One message with the file, and nothing stored."""
    (root / "indicators.yaml").write_text("baseline: db/baseline.csv\n" + WATCH, encoding="utf-8")
    if broken is not None:
        (root / "db").mkdir()
        (root / "db" / "baseline.csv").write_bytes(broken)

    said = run("record", "growth", "4x", now=LATE)

    assert said.code in (2, 3)
    assert "db/baseline.csv" in said.err
    assert not snapshot(root).get("observation")
