"""What a person answers and asks every day: ack, mute, unmute, alerts --exit-code, status."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run

NOW, LATER = "2026-08-17T12:00", "2026-08-18T12:00"


@pytest.fixture(name="firing")
def _firing(run: Run) -> Run:
    """A home whose growth is too low."""
    run("record", "growth", "4x", now=NOW, code=0)
    run("run", "--once", now=NOW, code=0)
    return run


def _alert(run: Run, now: str = LATER) -> dict[str, object]:
    return next(row for row in run("alerts", "-o", "json", now=now).json if row["indicator"] == "growth")


def test_an_alert_says_what_was_said_of_it(firing: Run) -> None:
    """When it began, when it was first sent, with which value."""
    alert = _alert(firing)

    assert (alert["rule"], alert["subject"], alert["state"], alert["episode"]) == ("low", "starbridge", "firing", 1)
    assert (alert["value"], alert["first_sent"]) == ("4", "2026-08-17T04:00:00Z")
    assert "< 10" in str(alert["summary"])
    assert (alert["acked"], alert["muted"]) == (False, False)


def test_the_exit_code_tells_whether_something_fires(firing: Run) -> None:
    """5 while it does, 0 after it cleared; the list is the same with and without."""
    said = firing("alerts", "--exit-code", "-o", "json", now=LATER, code=5)
    assert said.out == firing("alerts", "-o", "json", now=LATER, code=0).out

    firing("record", "growth", "40x", now=LATER, code=0)
    firing("evaluate", now=LATER, code=0)
    firing("alerts", "--exit-code", now=LATER, code=0)


def test_ack_keeps_the_judgement(firing: Run, root: Path) -> None:
    """The episode is acknowledged from then on, not before."""
    said = firing("ack", str(_alert(firing)["id"]), "--as", "noise", "--why", "季节性", now=LATER, code=0)

    assert said.out == "acknowledged as noise: growth.low of starbridge\n"
    assert _alert(firing)["acked"] is True
    assert _alert(firing, NOW)["acked"] is False
    with closing(sqlite3.connect(root / "db" / "tracker.sqlite3")) as connection:
        assert connection.execute("SELECT judgement, why FROM ack").fetchall() == [("noise", "季节性")]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["ack", "99"], "there is no alert 99"),
        (["ack", "-3"], "-3"),
        (["ack", "x"], "'x' is not a valid integer"),
        (["ack", "1", "--as", "fine"], "'useful', 'noise', 'wrong'"),
        (["mute", "--for", "7d"], "--why"),
        (["mute", "--why", "x"], "--for"),
        (["mute", "--for", "soon", "--why", "x"], "'soon' is no duration"),
        (["mute", "--for", "7d", "--why", " "], "say why"),
        (["mute", "--for", "7d", "--why", "x", "--rule", "growth.lw"], "growth.lw"),
        (["mute", "--for", "7d", "--why", "x", "--subject", "nobody"], "nobody"),
        (["unmute", "7"], "no mute 7 in force"),
    ],
)
def test_an_answer_that_cannot_be_meant_is_refused(firing: Run, args: list[str], words: str) -> None:
    """Exit 2, one sentence."""
    assert words in firing(*args, now=LATER, code=2).err


def test_mute_prints_its_number_and_unmute_ends_it(firing: Run) -> None:
    """A mute has an end, and can be ended sooner; it is shown on what it keeps quiet, and only there."""
    said = firing("mute", "--rule", "growth.low", "--for", "7d", "--why", "known", now=LATER, code=0)
    assert said.out == "1\n"
    assert said.err == "rule growth.low is muted for 7d; to end it sooner: tracker unmute 1\n"
    told = "rule growth.low is muted until 2026-08-2"
    assert told in firing("status", now=LATER).err
    assert "known (" in firing("evaluate", now=LATER, code=0).err
    assert told not in firing("status", now="2026-08-27").err
    assert _alert(firing)["muted"] is True
    assert _alert(firing, NOW)["muted"] is False
    assert _alert(firing, "2026-08-26")["muted"] is False

    firing("unmute", "1", now="2026-08-19", code=0)
    assert _alert(firing, "2026-08-20")["muted"] is False
    assert "no mute 1 in force" in firing("unmute", "1", now="2026-08-20", code=2).err


def test_a_muted_rule_is_evaluated_and_not_spoken(run: Run, root: Path) -> None:
    """The state goes on; no message waits."""
    run("record", "growth", "40x", now="2026-08-16", code=0)
    run("run", "--once", now="2026-08-16", code=0)
    run("mute", "--rule", "growth.low", "--for", "30d", "--why", "known", now=NOW, code=0)
    run("record", "growth", "4x", now=NOW, code=0)
    done = run("run", "--once", now=NOW, code=0)

    assert "growth.low starbridge: firing warning" in done.out
    assert "0 messages sent" in done.err
    assert _alert(run)["first_sent"] is None


def test_status_lists_what_a_person_has_to_look_up(run: Run) -> None:
    """On stderr, with where; done for the quarter when a figure published in it was entered."""
    due = run("status", "-o", "json", now=NOW, code=0)
    assert due.json[0]["overdue"] == 1
    assert "by hand: revenue of starbridge: quarterly check due since 2026-07-01 (the annual report)" in due.err

    run("record", "revenue", "1亿", "--of", "2026-Q2", now=NOW, code=0)
    done = run("status", "-o", "json", now=LATER, code=0)
    assert (done.json[0]["overdue"], done.err) == (0, "")
    assert run("status", "-o", "json", now="2026-10-01", code=0).json[0]["overdue"] == 1


def test_status_says_that_the_tick_is_late(run: Run, root: Path) -> None:
    """A daemon that said it was running and stopped: exit 1, and the time."""
    run("record", "growth", "40x", now=NOW, code=0)
    with closing(sqlite3.connect(root / "db" / "tracker.sqlite3")) as connection:
        connection.execute("INSERT INTO meta (key, value) VALUES ('tick', '2026-08-17T04:00:00Z')")
        connection.commit()

    assert run("status", "-o", "json", now="2026-08-17T12:01", code=0).json[0]["ok"] is True
    late = run("status", "-o", "json", now="2026-08-17T12:02", code=1)
    assert late.json[0]["ok"] is False
    assert "the daemon's last tick was 2026-08-17T04:00:00Z: it is stuck or gone" in late.err
