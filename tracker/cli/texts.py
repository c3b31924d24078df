"""read: what the extraction alone makes of texts; nothing is stored, no database is opened."""

from __future__ import annotations

import click

from tracker.cli.command import Command
from tracker.cli.entering import read_text
from tracker.cli.output import Format, Shape, emit, output_option
from tracker.cli.session import Session, pass_session
from tracker.cli.tables import Column, Row


def _events(row: Row) -> str:
    """`funding of stepfun (rumour)`, one after the other."""
    told = (f"{one['type']} of {one['subject'] or 'somebody else'} ({one['modality']})" for one in row["events"])
    return "; ".join(told)


READ = Shape(
    keys=("id", "subjects", "events", "quantities"),
    columns=(
        Column(head="id", cell=lambda row: row["id"]),
        Column(head="subjects", cell=lambda row: row["subjects"], fold=True),
        Column(head="events", cell=_events, fold=True),
        Column(head="quantities", cell=lambda row: row["quantities"], fold=True),
    ),
    empty="No text was given.",
)


@click.command(cls=Command)
@click.argument("file", required=False, default="-")
@click.option(
    "--any-subject", is_flag=True, help="Also the events of those who are not declared; their subject is null."
)
@output_option
@pass_session
def read(session: Session, file: str, any_subject: bool, fmt: Format | None) -> None:
    """Read the texts of FILE (- or nothing: standard input), one JSON object per line: {"id", "text", "date"?}."""
    from tracker import pipeline, timing

    declaration = pipeline.declaration_of(session.home)
    lines, name = read_text(file), "<stdin>" if file == "-" else file
    rows = pipeline.read_texts(declaration, lines, name, any_subject=any_subject)
    emit(rows, READ, fmt, timing.zone(declaration.timezone))
