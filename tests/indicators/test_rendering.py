"""How one mistake is shown: the caret stands under its place, in every script and however long the line is."""

from __future__ import annotations

import pytest

from tracker.errors import Problem
from tracker.indicators import render_problem
from tracker.indicators.rendering import width


def _shown(line: str, column: int, length: int = 1) -> tuple[str, str]:
    problem = Problem(message="m", file="f", line=1, column=column, length=length)
    head, _, shown, caret = render_problem(problem, line).split("\n")
    assert head == f"f:1:{column}: error[invalid]: m"
    return shown.removeprefix(" 1 | "), caret.removeprefix("   | ")


@pytest.mark.parametrize(
    ("line", "column", "length", "caret"),
    [
        ("abc", 2, 1, " ^"),
        ("abc", 2, 2, " ^^"),
        ("abc", 4, 1, "   ^"),  # behind the end: something is missing there
        ("abc", 2, 99, " ^^"),
        ("阶跃: x", 5, 1, "      ^"),  # two columns each
        ("阶跃: x", 1, 2, "^^^^"),
        ("\ta", 2, 1, "\t^"),
        ("a\u0301b", 3, 1, " ^"),  # an accent has no column of its own
        ("x", 1, 1, "^"),
    ],
)
def test_the_caret_stands_under_the_place(line: str, column: int, length: int, caret: str) -> None:
    """Columns are code points in the problem and cells on the screen."""
    assert _shown(line, column, length)[1] == caret


@pytest.mark.parametrize("column", [1, 50, 500, 999])
def test_a_long_line_is_cut_around_the_place(column: int) -> None:
    """What is shown fits a screen, and the letter over the caret is the one that is meant."""
    line = "".join(chr(0x4E00 + number) for number in range(1000))

    shown, caret = _shown(line, column)

    at = width(caret) - 2
    assert width(shown) <= 102
    assert next(letter for number, letter in enumerate(shown) if width(shown[:number]) == at) == line[column - 1]


def test_what_would_act_on_a_terminal_is_shown_as_text() -> None:
    """Escape sequences and marks that turn the direction of writing, in every part of the message."""
    evil = "\x1b[31m\u202e"
    problem = Problem(message=evil, file=evil, path=evil, hint=evil, line=1, column=1)

    text = render_problem(problem, f"{evil}abc")

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("\\x1b[31m\\u202e") == 5


def test_a_problem_of_the_whole_file_has_one_line() -> None:
    """There is no line to show."""
    problem = Problem(message="there is no such file", file="f", code="file", hint="make one")

    assert render_problem(problem) == "f:1:1: error[file]: there is no such file: make one"
