"""A CSV text as rows by the names of its header. An empty cell says nothing; a row that does not fit is a reason to stop."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

from tracker.errors import SourceError

_MOST_ROWS = 200_000
_MOST_COLUMNS = 5_000


def rows(text: str, delimiter: str = ",", *, ragged: bool = False) -> list[dict[str, Any]]:
    """Each row that has any cell; SourceError for what is no CSV.

    `ragged` lets a row end early (not the last one of a text that breaks off): what it does not say is None.
    """
    if text.lstrip()[:1] == "<":
        raise SourceError("not CSV: this is an HTML or XML page")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check(header)
        found = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if ragged and len(cells) < len(header) and text.endswith("\n"):
                cells += [""] * (len(header) - len(cells))
            if len(cells) != len(header):
                raise SourceError(
                    f"not CSV that can be read: line {reader.line_num} has {len(cells)} cells, the header {len(header)}"
                )
            found.append({name: cell.strip() or None for name, cell in zip(header, cells, strict=True)})
            if len(found) > _MOST_ROWS:
                raise SourceError(f"too large: more than {_MOST_ROWS:,} rows")
    except csv.Error as error:
        raise SourceError(f"not CSV that can be read: {error} in line {reader.line_num}") from error
    return found


def _check(header: list[str]) -> None:
    if not any(header):
        raise SourceError("empty: there is no header", state="empty")
    if len(header) > _MOST_COLUMNS:
        raise SourceError(f"too large: more than {_MOST_COLUMNS:,} columns")
    twice = next((name for name, times in Counter(header).items() if name and times > 1), None)
    if twice is not None:
        raise SourceError(f"the header has {twice!r} twice", state="schema_changed")
