"""review: what waits for a person, one after the other: accept, reject, correct; and events that are one, or were not."""

from __future__ import annotations

from typing import Any

import click

from tracker import plain
from tracker.cli.command import Group
from tracker.cli.output import Format, Shape, emit, output_option
from tracker.cli.session import Session, pass_session
from tracker.cli.tables import Column

REVIEW = Shape(
    keys=(
        "id", "subject", "indicator", "value", "unit", "kind", "of", "confidence", "reason", "quote", "said", "source", "url",
        "published_at", "recorded_at", "verdict", "corrected", "why",
    ),
    columns=(
        Column(head="id", cell=lambda row: row["id"]),
        Column(head="subject", cell=lambda row: row["subject"]),
        Column(head="indicator", cell=lambda row: row["indicator"]),
        Column(head="value", cell=lambda row: f"{row['value']} {row['unit']}"),
        Column(head="of", cell=lambda row: row["of"]),
        Column(head="why it waits", cell=lambda row: row["reason"], fold=True),
        Column(head="quote", cell=lambda row: row["quote"], fold=True),
    ),
    empty="Nothing waits.",
)  # fmt: skip


@click.group(cls=Group, invoke_without_command=True)
@click.option("--all", "every", is_flag=True, help="Also what was decided of.")
@output_option
@click.pass_context
def review(ctx: click.Context, every: bool, fmt: Format | None) -> None:
    """List the readings that wait for a person, and decide of them."""
    if ctx.invoked_subcommand is not None:
        return
    from tracker import pipeline

    session: Session = ctx.obj
    desk = session.desk(read_only=True)
    emit(pipeline.waiting(desk, as_of=session.as_of(desk, None), every=every), REVIEW, fmt, desk.zone)


_WHY = click.option("--why", default="", metavar="TEXT", help="In your words.")


@review.command("accept")
@click.argument("number", type=int, metavar="ID")
@_WHY
@pass_session
def accept(session: Session, number: int, why: str) -> None:
    """Take the reading ID for right: it becomes a value."""
    from tracker import pipeline

    _said(pipeline.accept(session.desk(), number, why))


@review.command("reject")
@click.argument("number", type=int, metavar="ID")
@_WHY
@pass_session
def reject(session: Session, number: int, why: str) -> None:
    """Take the reading ID for wrong: nothing becomes of it."""
    from tracker import pipeline

    _said(pipeline.reject(session.desk(), number, why))


@review.command("correct")
@click.argument("number", type=int, metavar="ID")
@click.argument("value")
@_WHY
@pass_session
def correct(session: Session, number: int, value: str, why: str) -> None:
    """Put VALUE (as `record` takes it) in the place of what was read."""
    from tracker import pipeline

    _said(pipeline.correct(session.desk(), number, value, why))


@review.command("merge")
@click.argument("key")
@click.argument("into")
@click.option("--why", required=True, metavar="TEXT", help="Why the two are one.")
@pass_session
def merge(session: Session, key: str, into: str, why: str) -> None:
    """Say that the event KEY and the event INTO are one: the older key goes on with the reports of both."""
    from tracker import pipeline

    batch, kept = pipeline.merge(session.desk(), key, into, why)
    click.echo(batch)
    click.echo(f"one event, {kept}; to part them again: tracker undo {batch}", err=True)


def _said(row: dict[str, Any]) -> None:
    """The batch that `undo` takes back, where something was stored; the rest is for the person."""
    value = row["corrected"] or row["value"]
    said = f"{row['verdict']}: {row['indicator']} of {row['subject']}, {value} {row['unit']} ({row['of']})"
    if row["batch"]:
        click.echo(row["batch"])
        said += f"; to take it back: tracker undo {row['batch']}"
    click.echo(plain.terminal(said), err=True)
