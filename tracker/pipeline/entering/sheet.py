"""A CSV text as rows with their places: what is wrong with its form is said at file, line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.errors import DataRejected, Problem

#: What other programs put between the columns; the one that is meant is a comma.
_OTHERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the file: its cells by column, and the line on which it begins."""

    cells: Mapping[str, str]
    number: int
    extra: int = 0  # cells for which the header has no column


def read(text: str, name: str, columns: Sequence[str], needed: str) -> Iterator[Line]:
    """Each row that has any cell; DataRejected for what is no CSV and for a header with other columns."""
    if "\0" in text:
        raise DataRejected(f"{name}: this is no CSV text (it has NUL characters); nothing was stored")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check(header, name, columns, needed)
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
                yield Line(cells=named, number=begins, extra=max(len(cells) - len(header), 0))
            begins = reader.line_num + 1
    except csv.Error as error:
        problem = Problem(message=f"no CSV: {str(error).partition(' - ')[0]}", file=name, line=begins)
        raise DataRejected([problem]) from error


class Places:
    """Where the cells of a text begin, quotes and line breaks in the cells before them counted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        self._header = [cell.strip() for cell in next(csv.reader(io.StringIO(text, newline="")), [])]

    def of(self, line: int, column: str) -> tuple[int, int]:
        """Line and column (from 1) of a cell of the row that begins on a line; the row's own where it ends before that."""
        start = self._starts[line - 1]
        at = self._cell(start, self._header.index(column) if column in self._header else 0)
        before = _BREAK.split(self._text[start:at])
        return line + len(before) - 1, len(before[-1]) + 1

    def _cell(self, start: int, ahead: int) -> int:
        quoted, at = False, start
        while ahead and at < len(self._text):
            letter = self._text[at]
            quoted ^= letter == '"'
            if letter in "\r\n" and not quoted:
                break
            ahead -= letter == "," and not quoted
            at += 1
        return start if ahead else at


def _check(header: Sequence[str], name: str, columns: Sequence[str], needed: str) -> None:
    known = ", ".join(columns)
    if len(header) <= 1:
        other = next((said for mark, said in _OTHERS.items() if header and mark in header[0]), "")
        if other:
            message = f"the columns stand between {other}; write commas between them"
            raise DataRejected([Problem(message=message, file=name, hint="save it as CSV with commas")])
    unknown = [column for column in header if column not in columns]
    if needed not in header:
        raise DataRejected([Problem(message=f"no header: the columns are {known}", file=name)])
    if unknown or len(set(header)) < len(header):
        what = f"unknown column {unknown[0]!r}" if unknown else "a column stands twice"
        raise DataRejected([Problem(message=f"{what}; the columns are {known}", file=name)])
