"""`--as-of` on two clocks: what this database knew, and what anyone could know."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import WATCH, Run
from tracker.cli.failing import run as run_command

#: Recorded in November 2026, published in the two years before.
ROWS = """\
subject,indicator,happened,value,of,key,published
starbridge,growth,,45x,2025-10,,2025-11-30
starbridge,growth,,8x,2026-05,,2026-06-01
moonlake,news,A轮,$100M,2025-11,funding:a,2025-12-01
moonlake,news,B轮,$200M,2026-06,funding:b,2026-06-20
"""


@pytest.fixture(name="history", scope="module")
def _history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that learned everything on 2026-11-01, and one correction on 2026-11-10."""
    root = tmp_path_factory.mktemp("history")
    (root / "indicators.yaml").write_text(WATCH, encoding="utf-8")
    (root / "rows.csv").write_text(ROWS, encoding="utf-8")
    for now, *args in (
        ("2026-11-01", "import", str(root / "rows.csv")),
        ("2026-11-01", "evaluate"),
        ("2026-11-10", "record", "growth", "20x", "--of", "2026-05", "--published", "2026-11-10"),
        ("2026-11-10", "evaluate"),
    ):
        assert run_command(["--home", str(root), "--now", now, *args]) == 0
    return root


@pytest.mark.parametrize(
    ("clock", "at", "value", "rounds", "entries"),
    [
        ("published", "2025-11-29", None, 0, 0),
        ("published", "2025-12-15", "45", 1, 1),
        ("published", "2026-06-10", "8", 1, 1),
        ("published", "2026-11-09", "8", 2, 2),
        ("published", "2026-11-10", "20", 2, 2),
        ("recorded", "2026-10-31", None, 0, 0),
        ("recorded", "2026-11-01", "8", 2, 2),
        ("recorded", "2026-11-09", "8", 2, 2),
        ("recorded", "2026-11-10", "20", 2, 2),
    ],
)
def test_what_was_known_then(
    run: Run, history: Path, clock: str, at: str, value: str | None, rounds: int, entries: int
) -> None:
    """Board, values, events and entries agree; what became known later is not shown."""
    asked = ("-o", "json", "--as-of", at, "--clock", clock)
    board = {(row["indicator"], row["subject"]): row for row in run("list", *asked, home=history).json}
    values = run("values", "growth", *asked, home=history).json

    assert board["growth", "starbridge"]["value"] == value
    assert board["rounds", "moonlake"]["value"] == str(rounds)
    assert (values[-1]["value"] if values else None) == value
    assert len(run("events", *asked, home=history).json) == rounds
    assert len(run("entries", *asked, home=history).json) == entries


def test_the_clock_is_the_recorded_one_unless_it_is_said(run: Run, history: Path) -> None:
    """As of a day before anything was learned there is nothing."""
    assert run("values", "growth", "--as-of", "2025-12-15", "-o", "json", home=history).json == []


def test_alerts_as_they_stood(run: Run, history: Path) -> None:
    """Folded from the transitions: not there, firing since the first evaluation, cleared by the correction."""
    states = {
        at: [
            (row["state"], row["episode"], row["as_of"])
            for row in run("alerts", "-o", "json", "--as-of", at, home=history).json
            if row["indicator"] == "growth"
        ]
        for at in ("2026-10-31", "2026-11-05", "2026-11-20")
    }

    assert states == {
        "2026-10-31": [],
        "2026-11-05": [("firing", 1, "2026-11-04T16:00:00Z")],
        "2026-11-20": [("inactive", 1, "2026-11-19T16:00:00Z")],
    }


def test_the_board_as_of_a_day_has_that_days_states(run: Run, history: Path) -> None:
    """State and health come from the same transitions."""
    then = run("list", "-o", "json", "--as-of", "2026-11-05", home=history).json[0]
    later = run("list", "-o", "json", "--as-of", "2026-11-20", home=history).json[0]

    assert (then["value"], then["state"]) == ("8", "firing")
    assert (later["value"], later["state"]) == ("20", "inactive")


def test_vintages_add_what_is_not_believed(run: Run, history: Path) -> None:
    """The corrected value stays, beside the one that stands."""
    assert [row["value"] for row in run("values", "growth", "-o", "json", home=history).json] == ["45", "20"]
    every = run("values", "growth", "--vintages", "-o", "json", home=history).json
    assert [row["value"] for row in every] == ["45", "8", "20"]


@pytest.mark.parametrize("command", ["list", "values growth", "events", "entries", "alerts", "sources", "show growth"])
def test_what_is_no_date_is_refused(run: Run, history: Path, command: str) -> None:
    """Exit 2."""
    assert "'soon'" in run(*command.split(), "--as-of", "soon", home=history, code=2).err


def test_a_day_that_has_not_come_is_said(run: Run, history: Path) -> None:
    """What will be known then nobody can say; a day that the home has lived is none of those."""
    future = run("list", "--as-of", "2099-01-01", home=history, code=0)
    assert "2099-01-01 has not come yet: this is what is known now" in future.err
    assert "has not come yet" in run("list", "--as-of", "2026-11-20", now="2026-11-12", home=history, code=0).err
    assert "has not come" not in run("list", "--as-of", "2026-08-18", home=history, code=0).err


def test_show_tells_the_rule_of_an_indicator(run: Run, history: Path) -> None:
    """What it fires on, what clears it, where it stands, whose threshold it is."""
    (row,) = run("show", "growth", "-o", "json", "--as-of", "2026-11-05", home=history).json

    assert (row["rule"], row["fires"], row["clears"], row["basis"]) == ("low", "< 10", ">= 12", "section 2")
    assert (row["state"], row["value"], row["looks_again"]) == ("firing", "8", None)
    assert "did you mean growth" in run("show", "grwth", home=history, code=2).err


def test_a_rule_is_shown_only_where_it_runs(run: Run, root: Path) -> None:
    """A subject that the indicator does not name has a value and no rule."""
    run("record", "growth", "3x", "--subject", "moonlake", code=0)
    rows = {row["subject"]: row["rule"] for row in run("show", "growth", "-o", "json").json}

    assert rows == {"starbridge": "low", "moonlake": None}


STALE = """\
watch: desk
receivers: {folder: {kind: markdown}}
subjects: {starbridge: {name: Starbridge}}
indicators: {growth: {name: Growth, unit: x, rules: {silent: {kind: stale, every: 30d}}}}
"""


def test_what_was_decided_later_is_not_shown_before(run: Run, tmp_path: Path) -> None:
    """A pass of 15 February finds that the figure was overdue since 31 January: on the 5th nobody knew."""
    root = tmp_path / "silence"
    root.mkdir()
    (root / "indicators.yaml").write_text(STALE, encoding="utf-8")
    run("record", "growth", "45x", "--of", "2026-12-31", home=root, now="2027-01-01", code=0)
    run("evaluate", home=root, now="2027-01-01", code=0)
    before = run("list", "-o", "json", home=root, now="2027-02-05").json
    run("evaluate", home=root, now="2027-02-15", code=0)

    then = ("-o", "json", "--as-of", "2027-02-05")
    assert run("list", *then, home=root).json == before == run("list", "-o", "json", home=root, now="2027-02-05").json
    assert [row["state"] for row in before] == ["inactive"]
    assert run("alerts", *then, home=root).json == []
    assert [row["state"] for row in run("show", "growth", *then, home=root).json] == ["inactive"]
    (known,) = run("alerts", "-o", "json", "--as-of", "2027-02-15", home=root).json
    assert (known["state"], known["since"]) == ("firing", "2027-01-31T00:00:00Z")
