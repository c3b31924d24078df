"""Long answers: objects for programs, and for people a page of headings, sentences and small tables."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from zoneinfo import ZoneInfo

import click

from tracker import plain
from tracker.cli.output import as_text, for_people
from tracker.cli.tables import Column, Row, draw

Form = Literal["table", "json", "ndjson"]

#: `-o` of the commands that answer at length.
form_option = click.option(
    "-o",
    "--output",
    "form",
    type=click.Choice(["table", "json", "ndjson"]),
    default="table",
    help="Form of the answer: a page for people, or JSON.",
)


def emit_objects(rows: Sequence[Row], form: Form) -> None:
    """One array, or one object per line; the keys are those of the rows, which a test holds."""
    if form == "json":
        sys.stdout.write(plain.json(list(rows), indent=1) + "\n")
        return
    for row in rows:
        sys.stdout.write(plain.json(row) + "\n")


def say(line: str = "") -> None:
    """One line, inert on a terminal."""
    click.echo(plain.terminal(line))


def facts(pairs: Mapping[str, object], zone: ZoneInfo) -> None:
    """`name   what is so`, one per line; what is not known is left out."""
    told = {name: for_people(value, zone) for name, value in pairs.items()}
    width = max((len(name) for name, text in told.items() if text), default=0)
    for name, text in told.items():
        if text:
            say(f"  {name:<{width}}  {text}")


def section(head: str, rows: Sequence[Row], columns: Sequence[Column], zone: ZoneInfo, empty: str) -> None:
    """A heading and its table, or the sentence that stands for an empty one."""
    say()
    if not rows:
        say(f"{head}: {empty}")
        return
    say(f"{head}:")
    cells = [[plain.terminal(for_people(column.cell(row), zone)) for column in columns] for row in rows]
    left_out = draw(columns, cells, sys.stdout)
    if left_out:
        say(f"(no room for: {', '.join(left_out)}; -o json shows everything)")


def spelt(declared: Mapping[str, Any]) -> str:
    """`kind: threshold, fire: < 10`, as it stands in the file."""
    return ", ".join(f"{key}: {_written(value)}" for key, value in declared.items())


def _written(value: object) -> str:
    match value:
        case Mapping():
            return "{" + spelt(value) + "}"
        case list():
            return "[" + ", ".join(_written(part) for part in value) + "]"
    return as_text(value)
