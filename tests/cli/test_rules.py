"""rules test and rules backtest as a person and a build server use them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import WATCH, Run, snapshot

CASES = """\
# of growth
- test: 先低后高 <low & high>
  rule: {kind: threshold, fire: "<80"}
  observe:
  - {at: d0, value: 70}
  - {at: d5, value: 95}
  expect: [d0 firing, d5 resolved]  # both
- test: stays
  rule: {kind: threshold, fire: "<80"}
  observe: [{at: d0, value: 70}]
  expect: [d0 firing]
"""
WRONG = CASES.replace("[d0 firing, d5 resolved]", "[d0 firing]")
ROWS = """\
subject,indicator,happened,value,of,key,published
starbridge,growth,,45x,2024-12,,2025-01-10
starbridge,growth,,8x,2025-05,,2025-06-01
starbridge,growth,,11x,2025-07,,2025-08-01
starbridge,growth,,20x,2025-09,,2025-10-01
moonlake,news,A轮,$100M,2025-11-20,funding:a,2025-12-01
"""
KEYS = (
    "indicator rule version hash declared clock from to subjects episodes unknown days_firing days_unknown messages "
    "messages_a_week said only shifted"
).split()


@pytest.fixture(name="history")
def _history(run: Run, write: Callable[..., Path]) -> Run:
    """A home that learned two years of history in one go."""
    run("import", str(write(ROWS)), now="2026-08-01", code=0)
    run("run", "--once", now="2026-08-01", code=0)
    return run


# --- rules test


def test_cases_that_hold(run: Run, write: Callable[..., Path]) -> None:
    """Nothing on stdout, the count on stderr; a home is not needed."""
    said = run("rules", "test", str(write(CASES, "cases.yaml")), code=0)
    assert (said.out, said.err) == ("", "2 of 2 cases hold\n")


def test_a_case_that_does_not_hold(run: Run, write: Callable[..., Path]) -> None:
    """Want and got, line by line."""
    file = write(WRONG, "cases.yaml")
    said = run("rules", "test", str(file), code=1)

    assert said.out.splitlines() == [
        f"{file}: 先低后高 <low & high>: expect differs",
        "          d0 firing",
        "          d0 firing",
        "  + got   d5 resolved",
    ]
    assert said.err == "1 of 2 cases hold\n"


def test_update_writes_what_they_gave(run: Run, write: Callable[..., Path]) -> None:
    """Exit 0, and then they hold; the comments are where they were."""
    file = write(WRONG, "cases.yaml")
    said = run("rules", "test", str(file), "--update", code=0)

    assert file.read_text(encoding="utf-8") == CASES
    assert said.err == f"1 of 2 cases hold\n{file}: 1 case rewritten\n"
    run("rules", "test", str(file), code=0)


def test_junit(run: Run, write: Callable[..., Path], tmp_path: Path) -> None:
    """One suite per file, one failure per case, every sign escaped."""
    file, other, report = write(WRONG, "cases.yaml"), write(CASES, "others.yaml"), tmp_path / "report.xml"
    run("rules", "test", str(file), str(other), "--junit", str(report), code=1)

    root = ElementTree.parse(report).getroot()

    assert (root.get("tests"), root.get("failures")) == ("4", "1")
    assert [(suite.get("name"), suite.get("failures")) for suite in root] == [(str(file), "1"), (str(other), "0")]
    assert [case.get("name") for case in root[0]] == ["先低后高 <low & high>", "stays"]
    (failure,) = root.iter("failure")
    assert failure.get("message") == "expect differs"
    assert "+ got   d5 resolved" in (failure.text or "")


def test_coverage(run: Run, write: Callable[..., Path]) -> None:
    """What no case exercises, by heading."""
    said = run("rules", "test", str(write(CASES, "cases.yaml")), "--coverage", code=0).out.splitlines()

    assert [line.partition(": ")[0] for line in said] == [
        "kinds never used", "transitions never made", "messages never sent",
    ]  # fmt: skip
    assert said[0].startswith("kinds never used: change, pace, ")
    assert "resolved" not in said[1].split(": ")[1].split(", ")
    assert said[2].split(": ")[1].split(", ")[0] == "update"


def test_the_seed_may_be_given(run: Run, write: Callable[..., Path]) -> None:
    """And must be a number."""
    file = write(CASES, "cases.yaml")
    run("rules", "test", str(file), "--seed", "7", code=0)
    assert "--seed" in run("rules", "test", str(file), "--seed", "x", code=2).err


def test_a_malformed_file_is_exit_2(run: Run, write: Callable[..., Path], tmp_path: Path) -> None:
    """With its place; nothing is run and nothing is written, neither the file nor a report."""
    file, report = write(CASES.replace("observe:\n", "observ:\n"), "cases.yaml"), tmp_path / "report.xml"
    before = file.read_bytes()

    said = run("rules", "test", str(file), "--update", "--junit", str(report), code=2)

    assert "cases.yaml:4:3" in said.err
    assert (file.read_bytes(), report.exists()) == (before, False)


# --- rules backtest


def test_a_backtest_plays_what_was_published(history: Run, root: Path) -> None:
    """From the day on which it could be known; nothing is written."""
    before = snapshot(root)
    (row,) = history("rules", "backtest", "growth.low", "--from", "2025-01-01", "--to", "2025-12-31", "-o", "json",
                     now="2026-08-02", code=0).json  # fmt: skip

    assert list(row) == KEYS
    assert (row["clock"], row["from"], row["to"]) == ("published", "2024-12-31T16:00:00Z", "2025-12-31T16:00:00Z")
    (one,) = row["episodes"]
    assert one.pop("why").endswith("against < 10")
    assert one == {
        "subject": "starbridge", "key": None, "from": "2025-05-31T16:00:00Z", "to": "2025-09-30T16:00:00Z",
        "severity": "warning",
    }  # fmt: skip
    assert (row["days_firing"], row["days_unknown"]) == ("122.00", "9.00")
    assert row["unknown"][0]["why"] == "no value yet"
    assert (row["messages"], row["messages_a_week"]) == (2, "0.04")
    assert [item["word"] for one in row["said"] for item in one["items"]] == ["firing", "resolved"]
    assert snapshot(root) == before


def test_on_the_recorded_clock_it_was_all_learned_at_once(history: Run) -> None:
    """Before that day nothing could be told."""
    (row,) = history("rules", "backtest", "growth.low", "--from", "2026-07-22", "--clock", "recorded", "-o", "json",
                     now="2026-08-02", code=0).json  # fmt: skip

    assert (row["episodes"], row["days_unknown"], row["to"]) == ([], "10.00", "2026-08-01T16:00:00Z")


def test_two_versions(history: Run, write: Callable[..., Path]) -> None:
    """One row each, and the page tells what differs."""
    other = write(WATCH.replace('clear: ">= 12"', 'clear: ">= 11"'), "other.yaml")
    args = ("rules", "backtest", "growth.low", "--from", "2025-01-01", "--against", str(other))

    mine, theirs = history(*args, "-o", "json", now="2026-08-02", code=0).json
    said = history(*args, now="2026-08-02", code=0).out

    assert (mine["days_firing"], theirs["days_firing"]) == ("122.00", "61.00")
    assert [(one["to"], one["other_to"]) for one in mine["shifted"]] == [
        ("2025-09-30T16:00:00Z", "2025-07-31T16:00:00Z")
    ]
    assert (mine["only"], theirs["only"]) == ([], [])
    for words in (
        "growth.low (declared)", f"growth.low ({other})", "kind: threshold, fire: < 10, clear: >= 11", "2025-06-01 00:00",
        "once, 122.00 days in all", "2, 0.02 a week", "only in declared: none", "at other times:",
    ):  # fmt: skip
        assert words in said, words


def test_an_event_is_told_when_it_was_published(history: Run) -> None:
    """Though the home learned it as history; grouped by rule as declared."""
    rows = history(
        "rules", "backtest", "news.told", "--from", "2025-01-01", "-o", "ndjson", now="2026-08-02", code=0
    ).out
    row = json.loads(rows)

    assert [(one["key"], one["from"]) for one in row["episodes"]] == [("funding:a", "2025-11-30T16:00:00Z")]
    assert [(one["subject"], one["episodes"]) for one in row["subjects"]] == [("starbridge", 0), ("moonlake", 1)]
    assert row["messages"] == 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["growth.lo", "--from", "2025"], "did you mean growth.low"),
        (["growth", "--from", "2025"], "its rules are growth.low"),
        (["growth.low"], "--from"),
        (["growth.low", "--from", "never"], "'never'"),
        (["growth.low", "--from", "2025-06-01", "--to", "2025-01-01"], "after its start"),
        (["growth.low", "--from", "2027-01-01"], "after its start"),
        (["growth.low", "--from", "2025", "--against", "none.yaml"], "none.yaml"),
        (["growth.low", "--from", "2025", "--clock", "mine"], "'published', 'recorded'"),
    ],
)
def test_a_backtest_that_cannot_be_meant(history: Run, args: list[str], words: str) -> None:
    """Exit 2, one sentence."""
    assert words in history("rules", "backtest", *args, now="2026-08-02", code=2).err
