"""A mistake as a person sees it: where, what, the line itself, a caret under the place, and what to do."""

from __future__ import annotations

import unicodedata

from tracker import plain
from tracker.errors import Problem
from tracker.indicators.grammar import lines

_ROOM = 100  # columns of a line that are shown; a longer one is cut around the caret
_BEFORE = 60  # columns of them that may stand before the caret
_ZERO = ("Mn", "Me", "Cf")


def render_problem(problem: Problem, source: str = "") -> str:
    """`file:line:column: error[code]: message  (at path)`, the line, the caret and the hint. Foreign text is inert."""
    at = f"  (at {problem.path})" if problem.path else ""
    head = f"{problem.file}:{problem.line}:{problem.column}: {problem.level}[{problem.code}]: {problem.message}{at}"
    written = lines(source)
    if not source.strip() or problem.line > len(written):
        return plain.terminal(f"{head}: {problem.hint}" if problem.hint else head)
    number = str(problem.line)
    shown, under = _pointed(written[problem.line - 1], problem.column - 1, problem.length)
    hint = f" {plain.terminal(problem.hint)}" if problem.hint else ""
    gutter = " " * len(number)
    return f"{plain.terminal(head)}\n {gutter} |\n {number} | {shown}\n {gutter} | {under}{hint}".replace(
        " | \n", " |\n"
    )


def _pointed(line: str, start: int, length: int) -> tuple[str, str]:
    """The line and what stands under it, both cut to the room there is."""
    cells = [_cell(letter) for letter in line]
    start = min(start, len(cells))
    end = min(max(start + length, start + 1), len(cells))
    first, last = _window(cells, start)
    shown = "".join(cells[first:last])
    padding = "".join(cell if cell == "\t" else " " * width(cell) for cell in cells[first:start])
    caret = "^" * max(1, sum(width(cell) for cell in cells[start : min(end, last)]))
    if first > 0:
        shown, padding = f"…{shown}", f" {padding}"
    return (f"{shown}…" if last < len(cells) else shown.rstrip()), padding + caret


def _window(cells: list[str], start: int) -> tuple[int, int]:
    """Which cells are shown: the whole line where it fits, else those around the caret."""
    if sum(map(width, cells)) <= _ROOM:
        return 0, len(cells)
    first, room = start, _BEFORE
    while first > 0 and width(cells[first - 1]) <= room:
        first -= 1
        room -= width(cells[first])
    last, room = start, _ROOM - (_BEFORE - room)
    while last < len(cells) and width(cells[last]) <= room:
        room -= width(cells[last])
        last += 1
    return first, last


def _cell(letter: str) -> str:
    """One character as it is shown: a tab stays one, what would act on a terminal becomes visible."""
    return letter if letter == "\t" else plain.terminal(letter)


def width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two, marks that sit on the letter before them none."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if letter < "\x7f":  # nearly all of a declaration; the tables are asked about the rest
        return 1
    if unicodedata.category(letter) in _ZERO:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1
