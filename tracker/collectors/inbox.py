"""kind: inbox. Files that people put into a folder of the home: read once, then moved away; bad ones beside their reason.

A file is moved when what it says is stored. After a crash in between it is read again, which adds nothing. Of two files of
one pass that contradict each other the later one is right, as it would be in a later pass.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from pydantic import Field, field_validator

from tracker.collectors import plaintext, rows, table, workbook
from tracker.collectors.decoding import decode
from tracker.collectors.emitting import Row
from tracker.collectors.kind import Context, EmittedEvent, EmittedValue, Harvest, Kind, Sheet
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source, Texts

#: Of one file, and of all that one pass reads: the others wait for the next.
_MOST_BYTES = 30_000_000
_MOST_FILES = 200
#: Seconds for which a file is to lie as it is before it is read: somebody may still be writing it.
_SETTLED = 2.0
#: A file that is newer than this pass by more than that was dated by another clock, which tells nothing.
_SKEW = 60.0
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
class _File:
    """A file, with its size and time (nanoseconds) before it was read."""

    path: Path
    mark: tuple[int, int]

    @classmethod
    def of(cls, path: Path) -> _File:
        """As it lies there now."""
        return cls(path, _mark(path))

    def is_unchanged(self) -> bool:
        """Whether nobody has written to it since, or taken it away."""
        return self.path.is_file() and _mark(self.path) == self.mark


@dataclass(frozen=True, slots=True)
class _Box:
    """The folder of one source, and where its files go."""

    folder: Path
    params: Params

    def waiting(self, context: Context) -> list[_File]:
        """The files to read, oldest first; not those that somebody is still writing."""
        if not self.folder.is_dir():
            raise SourceError(f"there is no folder {self.params.folder} in the home")
        found = [_File.of(one) for one in self.folder.iterdir() if self._is_one(one)]
        ages = [context.now.timestamp() - one.mark[1] / 1e9 for one in found]
        young = [max(age, 0.0) for age in ages if -_SKEW < age < _SETTLED]
        if young:
            context.pause(_SETTLED - min(young))
            found = [one for one in found if one.is_unchanged()]
        return sorted(found, key=lambda one: (one.mark[1], one.path.name))

    def _is_one(self, file: Path) -> bool:
        return file.is_file() and not file.is_symlink() and self._fits(file)

    def _fits(self, file: Path) -> bool:
        name = file.name.lower()
        unfinished = any(fnmatchcase(name, one) for one in _UNFINISHED)
        return not unfinished and any(fnmatchcase(name, one.lower()) for one in self.params.match)

    def settle(self, file: _File) -> Callable[[str | None], None]:
        """What to do with a file when it is known whether it was stored: what was written since is for the next pass."""

        def move(why: str | None) -> None:
            if not file.is_unchanged():
                return
            folder = self.folder / (self.params.done if why is None else self.params.bad)
            folder.mkdir(exist_ok=True)
            target = _free(folder, file.path)
            if why is not None:
                target.with_name(target.name + REASON).write_text(f"{why}\n", encoding="utf-8")
            os.replace(file.path, target)

        return move

    def refused(self) -> list[str]:
        """The files that wait for somebody to look at them."""
        folder = self.folder / self.params.bad
        return (
            sorted(_printable(one) for one in folder.iterdir() if not one.name.endswith(REASON))
            if folder.is_dir()
            else []
        )


@dataclass(slots=True)
class _Found:
    """What the files of a pass say, each read by itself: the later one corrects the earlier."""

    source: Source
    context: Context
    sheets: list[Sheet] = field(default_factory=list)
    values: dict[object, EmittedValue] = field(default_factory=dict)
    events: list[EmittedEvent] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bytes: int = 0

    def add(self, file: _File, settle: Callable[[str | None], None]) -> None:
        """Read one; a file whose rows do not give what is asked for is refused whole."""
        name, why, text = _printable(file.path), "", ""
        try:
            text = _text(file)
            self.bytes += len(text)
            if self.source.emit:
                self._rows(text, name)
                text = ""
        except SourceError as error:
            why, text = str(error), ""
        self.sheets.append(Sheet(name=name, text=text, settle=settle, refused=why))

    def _rows(self, text: str, name: str) -> None:
        own = [Row(row, {"file": name}) for row in table.rows(text)]
        found = rows.harvest(self.source, own, self.context, may_be_empty=True)
        if found.failure is not None:
            raise found.failure
        for one in found.rows:
            at = one.at and (one.at.start, one.at.end)
            self.values[one.emit, one.subject, one.edition, one.labels, at] = one
        self.events += found.events
        self.notes += [f"{name}: {found.note}"] if found.note else []
        self.context = replace(self.context, memory=found.memory or {})


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Read every file that waits. One that cannot be read is refused alone, and the others are stored."""
    box = _Box(context.home / params.folder, params)
    found = _Found(source, context)
    waiting = box.waiting(context)
    for file in waiting[:_MOST_FILES]:
        if found.sheets and found.bytes + file.mark[0] > _MOST_BYTES:
            break
        found.add(file, box.settle(file))
    if left := len(waiting) - len(found.sheets):
        found.notes.append(f"{left} of {len(waiting)} files wait for the next pass")
    if bad := box.refused():
        more = f" and {len(bad) - 5} more" if len(bad) > 5 else ""
        found.notes.append(f"{params.folder}/{params.bad} holds {', '.join(bad[:5])}{more}")
    return Harvest(
        rows=tuple(found.values.values()), events=tuple(found.events), sheets=tuple(found.sheets),
        state="ok" if found.sheets else "unchanged", note="; ".join(found.notes), memory=found.context.memory,
    )  # fmt: skip


def _mark(path: Path) -> tuple[int, int]:
    said = path.stat()
    return said.st_size, said.st_mtime_ns


def _printable(file: Path) -> str:
    """The name as it can be stored and told: a name may be any bytes."""
    return plaintext.clean(file.name.encode("utf-8", "replace").decode())


def _text(file: _File) -> str:
    try:
        if file.mark[0] > _MOST_BYTES:
            raise SourceError(f"too large: more than {_MOST_BYTES / 1_000_000:g} MB")
        if file.path.suffix.lower() == ".xlsx":
            return workbook.as_csv(file.path)
        return decode(file.path.read_bytes()).removeprefix("\ufeff")
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
