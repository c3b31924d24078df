"""The drawn digest before it has a form: a title, one sentence, one table, sections with rows. All of it is plain text."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.model.told import Drawing
from tracker.tongue import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table; `group` is a heading that is shown where it changes."""

    group: str
    cells: tuple[str, ...]
    drawing: Drawing | None = None
    tone: str = ""  # how its state is to be seen: alarm, late, unknown, calm

    @property
    def told(self) -> tuple[str, ...]:
        """The cells for a form without pictures: the way of the value stands in letters behind it."""
        if self.drawing is None or not self.drawing.letters:
            return self.cells
        return (*self.cells[:2], f"{self.cells[2]} {self.drawing.letters}", *self.cells[3:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The key indicators, always in the same order."""

    heading: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing to tell: a word that sorts it, what it is, and its particulars."""

    label: str = ""
    parts: tuple[str, ...]
    link: str = ""
    old: bool = False  # began before the period
    headline: str = ""  # the row in one sentence, where its first part is not enough

    @property
    def sentence(self) -> str:
        """What the first line of a digest says of it."""
        return self.headline or self.parts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its rows, the weightiest first."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole digest."""

    title: str
    line: str
    table: Table
    sections: tuple[Section, ...] = ()
    language: Language = "en"
