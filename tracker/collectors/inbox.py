"""kind: inbox. Files that people put into a folder of the home: read once, then moved away; bad ones beside their reason.

A file is moved when what it says is stored. After a crash in between it is read again, which adds nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from pydantic import Field, field_validator

from tracker.collectors import rows, table, workbook
from tracker.collectors.decoding import decode
from tracker.collectors.emitting import Row
from tracker.collectors.kind import Context, Harvest, Kind, Sheet
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source, Texts

_MOST_BYTES = 30_000_000
_MOST_FILES = 200
#: What editors and copying programs leave while they work.
_UNFINISHED = ("~*", ".*", "*.tmp", "*.part", "*.crdownload", "*.swp")
REASON = ".reason.txt"


class Params(Frozen):
    """A folder: CSV and XLSX files with the columns of `tracker import`, or with columns of their own that `emit` names."""

    folder: str = "inbox"
    """The folder, in the home."""
    match: Texts = ("*.csv", "*.xlsx")
    """Which files of it are read."""
    done: str = Field(default="done", pattern=r"^[\w-]{1,40}$")
    """Where in the folder those go that are stored."""
    bad: str = Field(default="bad", pattern=r"^[\w-]{1,40}$")
    """Where those go that are refused, each with its reason beside it."""

    @field_validator("folder")
    @classmethod
    def _inside(cls, folder: str) -> str:
        path = PurePosixPath(folder)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"{folder!r} does not lie in the home")
        return folder


@dataclass(frozen=True, slots=True)
class _Box:
    """The folder of one source, and where its files go."""

    folder: Path
    params: Params

    def waiting(self) -> list[Path]:
        """The files to read, by name."""
        if not self.folder.is_dir():
            raise SourceError(f"there is no folder {self.params.folder} in the home")
        return sorted(
            one for one in self.folder.iterdir() if one.is_file() and not one.is_symlink() and self._fits(one)
        )

    def _fits(self, file: Path) -> bool:
        name = file.name.lower()
        unfinished = any(fnmatchcase(name, one) for one in _UNFINISHED)
        return not unfinished and any(fnmatchcase(name, one.lower()) for one in self.params.match)

    def settle(self, file: Path) -> Callable[[str | None], None]:
        """What to do with a file when it is known whether it was stored."""

        def move(why: str | None) -> None:
            folder = self.folder / (self.params.done if why is None else self.params.bad)
            folder.mkdir(exist_ok=True)
            target = _free(folder, file)
            if why is not None:
                target.with_name(target.name + REASON).write_text(f"{why}\n", encoding="utf-8")
            os.replace(file, target)

        return move

    def refused(self) -> list[str]:
        """The files that wait for somebody to look at them."""
        folder = self.folder / self.params.bad
        return sorted(one.name for one in folder.iterdir() if not one.name.endswith(REASON)) if folder.is_dir() else []


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Read every file that waits. One that cannot be read is refused alone, and the others are stored."""
    box = _Box(context.home / params.folder, params)
    found: list[Row] = []
    sheets: list[Sheet] = []
    for file in box.waiting()[:_MOST_FILES]:
        settle = box.settle(file)
        try:
            text = _text(file)
            if source.emit:
                own = [Row(row, {"file": file.name}) for row in table.rows(text)]
                _check(source, own, context)
                found += own
                text = ""
            sheets.append(Sheet(name=file.name, text=text, settle=settle))
        except SourceError as error:
            sheets.append(Sheet(name=file.name, text="", settle=settle, refused=str(error)))
    bad = box.refused()
    more = f" and {len(bad) - 5} more" if len(bad) > 5 else ""
    notes = [f"{params.folder}/{params.bad} holds {', '.join(bad[:5])}{more}"] if bad else []
    harvest = rows.harvest(source, found, context, may_be_empty=True, notes=notes)
    return replace(harvest, sheets=tuple(sheets), state="ok" if sheets else "unchanged")


def _check(source: Source, own: list[Row], context: Context) -> None:
    """A file whose rows do not give what is asked for is refused whole."""
    tried = rows.harvest(source, own, context, may_be_empty=True)
    if tried.failure is not None:
        raise tried.failure


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise SourceError(f"too large: more than {_MOST_BYTES / 1_000_000:g} MB")
        if file.suffix.lower() == ".xlsx":
            return workbook.as_csv(file)
        return decode(file.read_bytes()).removeprefix("\ufeff")
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror}") from error


def _free(folder: Path, file: Path) -> Path:
    """A name that nobody has there: report.csv, report-2.csv."""
    target, number = folder / file.name, 1
    while target.exists():
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    return target


KIND = Kind(Params=Params, collect=collect)
