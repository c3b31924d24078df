"""An XLSX file as a CSV text: the first sheet, values only, no formula, within bounds."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tracker.errors import SourceError

_MOST_BYTES = 200_000_000
_MOST_ROWS = 200_000
#: Of the text: a single cell far to the right makes thousands of empty ones in each row.
_MOST_TEXT = 30_000_000


def as_csv(file: Path) -> str:
    """The first sheet; SourceError for what is no workbook, or one that unpacks to more than it should."""
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(one.file_size for one in packed.infolist()) > _MOST_BYTES:
                raise SourceError(f"too large: it unpacks to more than {_MOST_BYTES / 1_000_000:g} MB")
    except zipfile.BadZipFile as error:
        raise SourceError("not a workbook: it is no XLSX file") from error
    try:
        import openpyxl
    except ImportError as error:
        raise SourceError("a workbook needs the extra `xlsx`: pip install 'tracker[xlsx]'") from error
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            return _written(book)
        finally:
            book.close()
    except SourceError:
        raise
    except Exception as error:  # what a file can break in the library is not to be foreseen
        raise SourceError(f"not a workbook that can be read ({type(error).__name__})") from error


def _written(book: Any) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
        if number > _MOST_ROWS:
            raise SourceError(f"too large: more than {_MOST_ROWS:,} rows")
        writer.writerow([_cell(value) for value in row])
        if out.tell() > _MOST_TEXT:
            raise SourceError(f"too large: as text it is more than {_MOST_TEXT / 1_000_000:g} MB; look for stray cells")
    return out.getvalue()


def _cell(value: Any) -> str:
    """As a person would write it: a day without midnight, 12 without .0."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
