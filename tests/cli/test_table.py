"""The table for people: it fits the terminal, keeps words whole, and says what it left out."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import sys
import termios
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.conftest import WATCH, Run
from tests.support.command import environment
from tracker.cli.failing import run as run_command
from tracker.cli.tables import Column, Span, fit

SHANGHAI = ZoneInfo("Asia/Shanghai")
TITLES = ("星桥智能完成新一轮超过五十亿元人民币的融资，多家国有资本与互联网公司共同参与投资", "Starbridge raises money")


def on_a_terminal(root: Path, *args: str, columns: int = 80, env: dict[str, str] | None = None) -> str:
    """What `tracker ARGS` writes to a terminal of this width; both streams, as a person sees them."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "tracker", "--home", str(root), *args],
        environment({"TERM": "xterm-256color", **(env or {})}),
        file_actions=[(os.POSIX_SPAWN_DUP2, child, number) for number in (0, 1, 2)],
    )
    os.close(child)
    written = b""
    while True:
        try:
            chunk = os.read(parent, 65536)
        except OSError:  # on Linux the end of a terminal is an error
            break
        if not chunk:
            break
        written += chunk
    os.close(parent)
    os.waitpid(pid, 0)
    return written.decode().replace("\r\n", "\n")


def wide(text: str) -> int:
    """Cells of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


@pytest.fixture(name="chinese", scope="module")
def _chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose names and titles are Chinese, with long sources and labels."""
    root = tmp_path_factory.mktemp("chinese")
    (root / "indicators.yaml").write_text(WATCH.replace("group: Market", "group: 市场与收入"), encoding="utf-8")
    note = "公司公告，未经审计，按年度计算，不含一次性项目"
    for args in (
        [
            "growth",
            "4x",
            "--of",
            "2026-H1",
            "--label",
            "模型=步-3",
            "--source",
            note,
            "--note",
            note,
            "--edition",
            "第二版",
        ],
        ["growth", "1.2亿", "--of", "2026-07"],
        *(["rounds", "超50亿元", "--happened", title, "--subject", "starbridge"] for title in TITLES),
    ):
        assert run_command(["--home", str(root), "--now", "2026-08-17", "record", *args]) == 0
    assert run_command(["--home", str(root), "--now", "2026-08-17", "evaluate"]) == 0
    return root


@pytest.mark.parametrize("command", ["list", "values growth", "events", "entries", "alerts", "show growth"])
def test_eighty_columns_are_enough(chinese: Path, command: str) -> None:
    """No line is wider than the terminal, and no column is a letter wide."""
    lines = on_a_terminal(chinese, *command.split(), env={"NO_COLOR": "1"}).splitlines()

    assert lines
    assert max(map(wide, lines)) <= 80
    heads = lines[0].split()
    assert all(len(head) > 1 for head in heads), lines[0]


def test_words_are_kept_whole_and_nothing_is_cut(chinese: Path) -> None:
    """Keys and states stay readable; a long title goes on in the next line."""
    lines = on_a_terminal(chinese, "events", env={"NO_COLOR": "1"}).splitlines()

    assert any("2026-08-17" in line and "funding" in line for line in lines)
    letters = "".join(line for line in lines)
    assert all(letter in letters for letter in TITLES[0])


def test_what_has_no_room_is_said(chinese: Path) -> None:
    """On a narrow terminal columns are left out, and the way to see them is named; on a wide one all are there."""
    narrow = on_a_terminal(chinese, "values", "growth", columns=60)
    everything = on_a_terminal(chinese, "values", "growth", columns=200)

    assert "no room for: note" in narrow
    assert "-o csv shows everything" in narrow
    assert "no room" not in everything
    assert "模型=步-3" in everything


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"NO_COLOR": "", "TERM": "dumb"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(chinese: Path, env: dict[str, str]) -> None:
    """NO_COLOR and a terminal that cannot: no escape sequence."""
    assert "\x1b" not in on_a_terminal(chinese, "list", env=env)


def test_a_terminal_gets_a_table_and_bold_heads(chinese: Path) -> None:
    """Without `-o`; times are told in the zone of the watch."""
    shown = on_a_terminal(chinese, "alerts", columns=160)

    assert "\x1b[1m" in shown
    assert "2026-08-17 00:00" in shown


def test_reading_from_a_terminal_is_refused(chinese: Path) -> None:
    """`tracker import` without a file would look like hanging."""
    assert "standard input is a terminal" in on_a_terminal(chinese, "import")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2025-12-31T16:00", "2026-12-31T16:00", "2026"),
        ("2025-12-31T16:00", "2026-06-30T16:00", "2026-H1"),
        ("2026-06-30T16:00", "2026-09-30T16:00", "2026-Q3"),
        ("2026-06-30T16:00", "2026-07-31T16:00", "2026-07"),
        ("2026-07-31T16:00", "2026-08-01T16:00", "2026-08-01"),
        ("2026-07-31T16:00", "2026-08-01T04:00", "2026-08-01"),
        ("2026-07-31T16:00", "2026-07-31T16:00", "2026-08-01"),
        ("2026-06-30T16:00", "2026-08-01T16:00", "2026-07-01..2026-08-01"),
        (None, "2025-11-30T16:00", "..2025-11-30"),
        ("2025-11-30T16:00", None, "2025-12-01.."),
        (None, None, ".."),
    ],
)
def test_a_period_is_told_as_people_write_it(start: str | None, end: str | None, text: str) -> None:
    """In the zone of the watch, with its last day and not the instant after it."""
    first, last = (None if one is None else datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (start, end))

    assert Span(first, last).text(SHANGHAI) == text


def test_what_matters_least_goes_first() -> None:
    """A column that may be broken shrinks to its least width; then the highest `spare` is left out, 0 never."""
    columns = [
        Column(head="key", cell=str),
        Column(head="group", cell=str, spare=2),
        Column(head="note", cell=str, fold=True, spare=1),
        Column(head="empty", cell=str),
    ]
    natural = [10, 12, 40, 0]

    assert dict(fit(columns, natural, 100).widths) == {0: 10, 1: 12, 2: 40}
    assert dict(fit(columns, natural, 50).widths) == {0: 10, 1: 12, 2: 24}
    squeezed = fit(columns, natural, 30)
    assert (dict(squeezed.widths), squeezed.left_out) == ({0: 10, 2: 18}, ["group"])
    assert dict(fit(columns, natural, 5).widths) == {0: 10}


def test_foreign_text_is_inert_on_a_terminal(run: Run) -> None:
    """An escape sequence in a title is shown, not obeyed."""
    run("record", "rounds", "--happened", "A\x1b[31m轮\u202e", "--subject", "moonlake", code=0)

    assert "A\\x1b[31m轮\\u202e" in run("events", "-o", "table", code=0).out
    assert "\x1b" not in run("events", "-o", "csv", code=0).out
    assert "\x1b" not in run("events", "-o", "json", code=0).out


def test_a_part_that_stands_for_the_whole_is_named(run: Run) -> None:
    """What one label's value says of one model is no value of the indicator."""
    run("record", "growth", "7x", "--label", "model=step-3", "--of", "2026-07", now="2026-08-17", code=0)
    board = run("list", "-o", "table", now="2026-08-17", code=0).out
    assert "7x (model step-3)" in board

    run("record", "growth", "9x", "--of", "2026-07", now="2026-08-17", code=0)
    assert "9x  " in (board := run("list", "-o", "table", now="2026-08-17", code=0).out)
    assert "step-3" not in board
