"""Rows for people and for programs: table, json, ndjson, csv. Data go to stdout; foreign text is made inert on the way.

JSON keys are a contract: a row that lacks one is a bug and raises, a key that nobody promised is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TextIO
from zoneinfo import ZoneInfo

import click

from tracker import plain
from tracker.cli.tables import Column, Row, Span, draw
from tracker.timing import iso

Format = Literal["table", "json", "ndjson", "csv"]

#: `-o` of every reading command.
output_option = click.option(
    "-o",
    "--output",
    "fmt",
    type=click.Choice(["table", "json", "ndjson", "csv"]),
    help="Form of the answer; default a table on a terminal, csv elsewhere.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the rows of one command look: the promised keys, and the columns that people see."""

    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    empty: str = "Nothing yet."


def emit(rows: Sequence[Row], shape: Shape, fmt: Format | None, zone: ZoneInfo) -> None:
    """Write the rows to stdout in the form that was asked for; only the table speaks in the zone of the watch."""
    out = sys.stdout
    match fmt or ("table" if out.isatty() else "csv"):
        case "json":
            out.write(plain.json([_promised(row, shape) for row in rows], indent=1) + "\n")
        case "ndjson":
            for row in rows:
                out.write(plain.json(_promised(row, shape)) + "\n")
        case "csv":
            _csv(rows, shape, out)
        case _:
            _table(rows, shape, out, zone)


def _promised(row: Row, shape: Shape) -> dict[str, Any]:
    return {key: row[key] for key in shape.keys}


def _csv(rows: Iterable[Row], shape: Shape, out: TextIO) -> None:
    import csv

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(shape.keys)
    for row in rows:
        writer.writerow([plain.csv(as_text(row[key])) for key in shape.keys])


def as_text(value: object) -> str:
    """One cell as text: nothing for null, `k=v;k=v` for labels, `a;b` for lists, a quantity as `record` takes it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return iso(value)
        case Decimal():
            return format(value, "f")
        case Mapping() if value.keys() == {"lo", "hi", "op", "unit"}:
            return f"{_interval(value)} {value['unit']}".strip()
        case Mapping():
            return ";".join(f"{name}={as_text(part)}" for name, part in value.items())
        case list() | tuple():
            return ";".join(as_text(part) for part in value)
    return str(value)


def for_people(value: object, zone: ZoneInfo) -> str:
    """Like `as_text`, but an instant is told in the zone of the watch, to the minute."""
    if isinstance(value, Span):
        return value.text(zone)
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return as_text(value)


def _interval(amount: Mapping[str, Any]) -> str:
    from tracker.quantity import Quantity, as_recorded

    lo, hi = (None if amount[end] is None else Decimal(amount[end]) for end in ("lo", "hi"))
    return as_recorded(Quantity(lo, hi, amount["op"], amount["unit"]))


def _table(rows: Sequence[Row], shape: Shape, out: TextIO, zone: ZoneInfo) -> None:
    if not rows:
        click.echo(shape.empty, err=True)
        return
    cells = [[plain.terminal(for_people(column.cell(row), zone)) for column in shape.columns] for row in rows]
    left_out = draw(shape.columns, cells, out)
    if left_out:
        out.flush()
        click.echo(f"no room for: {', '.join(left_out)} (-o csv shows everything)", err=True)
