"""Rows as a table for people: as wide as the terminal, words kept whole, what matters least left out first."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from tracker import timing

Row = Mapping[str, Any]

#: Spaces between two columns.
GAP = 2
#: A column that may be broken over lines is not made narrower than this.
NARROW = 14
#: Off a terminal there is no width to fit.
ENDLESS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the table for people."""

    head: str
    cell: Callable[[Row], object]
    right: bool = False
    fold: bool = False  # may be broken over lines; the others keep their words together
    spare: int = 0  # where there is no room the highest is left out first; 0 is never left out


@dataclass(frozen=True, slots=True)
class Span:
    """A cell that is a period, open where an end is None."""

    start: datetime | None
    end: datetime | None

    def text(self, zone: ZoneInfo) -> str:
        """The period as it is written, in the zone of the watch."""
        return timing.period_text(self.start, self.end, zone)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The columns that are shown, by number, each with its width, and the heads of those that are left out."""

    widths: Mapping[int, int]
    left_out: Sequence[str]


def fit(columns: Sequence[Column], natural: Sequence[int], room: int) -> Fitted:
    """What fits into the room; `natural` is how wide each column would like to be, 0 when all its cells are empty."""
    shown = [number for number, width in enumerate(natural) if width]
    least = {
        number: min(natural[number], max(NARROW, len(columns[number].head)))
        if columns[number].fold
        else natural[number]
        for number in shown
    }
    left_out = []

    def missing() -> int:
        return sum(least[number] for number in shown) + GAP * (len(shown) - 1) - room

    while missing() > 0 and any(columns[number].spare for number in shown):
        number = max(shown, key=lambda one: columns[one].spare)
        shown.remove(number)
        left_out.append(columns[number].head)
    free = max(-missing(), 0)
    widths = {}
    for number in sorted(shown, key=lambda one: natural[one] - least[one]):
        more = min(natural[number] - least[number], free)
        widths[number], free = least[number] + more, free - more
    return Fitted({number: widths[number] for number in shown}, left_out)


def draw(columns: Sequence[Column], rows: Sequence[Sequence[str]], out: TextIO) -> Sequence[str]:
    """Write the table; the heads of the columns for which there was no room."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    plain = bool(os.environ.get("NO_COLOR"))
    console = Console(file=out, width=None if out.isatty() else ENDLESS, highlight=False, no_color=plain)
    natural = [
        max(cell_len(column.head), *sizes) if any(sizes := [cell_len(row[number]) for row in rows]) else 0
        for number, column in enumerate(columns)
    ]
    fitted = fit(columns, natural, console.width)
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="" if plain else "bold")
    for number, width in fitted.widths.items():
        justify = "right" if columns[number].right else "left"
        table.add_column(columns[number].head, justify=justify, overflow="fold", width=min(width, console.width))  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*(Text(row[number]) for number in fitted.widths))
    console.print(table, soft_wrap=not out.isatty())
    return fitted.left_out
