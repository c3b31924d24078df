"""The reading commands: they list everything, without a hidden limit, as of any instant, and change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tracker import plain
from tracker.cli import shapes
from tracker.cli.command import Command
from tracker.cli.completing import INDICATOR
from tracker.cli.output import Format, emit, output_option
from tracker.cli.session import Session, known, pass_session
from tracker.cli.tables import Row
from tracker.model.observed import Clock

if TYPE_CHECKING:
    from tracker.pipeline import Desk

Function = TypeVar("Function", bound=Callable[..., Any])

FIRES = 5  # exit code of `alerts --exit-code`


def _as_of(function: Function) -> Function:
    clock = click.option(
        "--clock",
        type=click.Choice(["recorded", "published"]),
        default="recorded",
        help="As of what this database knew (recorded), or of what anyone could know (published).",
    )
    return clock(click.option("--as-of", metavar="DATE", help="As it was known at this instant.")(function))


def _about(function: Function) -> Function:
    return click.option("--subject", metavar="KEY", help="Only this subject.")(function)


def _only(desk: Desk, rows: Sequence[Row], subject: str | None) -> Sequence[Row]:
    """The rows of one subject; a subject that nobody declared is a slip, not an empty answer."""
    if subject is None:
        return rows
    known(subject, desk.declaration.subjects, "subject")
    return [row for row in rows if row.get("subject", subject) == subject and subject in row.get("subjects", [subject])]


@click.command("list", cls=Command)
@_about
@_as_of
@output_option
@pass_session
def list_(session: Session, subject: str | None, as_of: str | None, clock: Clock, fmt: Format | None) -> None:
    """Show the board: every indicator and subject with its value, state and health."""
    from tracker import pipeline

    desk = session.desk(read_only=True)
    rows = pipeline.board(desk, as_of=session.as_of(desk, as_of), clock=clock)
    emit(_only(desk, rows, subject), shapes.LIST, fmt, desk.zone)


@click.command(cls=Command)
@click.argument("indicator", type=INDICATOR)
@_about
@click.option("--vintages", is_flag=True, help="Also what was superseded or withdrawn.")
@_as_of
@output_option
@pass_session
def values(
    session: Session,
    indicator: str,
    subject: str | None,
    vintages: bool,
    as_of: str | None,
    clock: Clock,
    fmt: Format | None,
) -> None:
    """List what is believed of INDICATOR, oldest first."""
    from tracker import pipeline

    desk = session.desk(read_only=True)
    known(indicator, desk.declaration.indicators, "indicator")
    at = session.as_of(desk, as_of)
    rows = pipeline.values(desk, indicator, vintages=vintages, as_of=at, clock=clock)
    emit(_only(desk, rows, subject), shapes.VALUES, fmt, desk.zone)


@click.command(cls=Command)
@click.argument("indicator", type=INDICATOR)
@_about
@_as_of
@output_option
@pass_session
def show(
    session: Session, indicator: str, subject: str | None, as_of: str | None, clock: Clock, fmt: Format | None
) -> None:
    """Show INDICATOR with its rules: what each fires on, where it stands and why, when it looks again."""
    from tracker import pipeline

    desk = session.desk(read_only=True)
    known(indicator, desk.declaration.indicators, "indicator")
    rows = pipeline.show(desk, indicator, as_of=session.as_of(desk, as_of), clock=clock)
    emit(_only(desk, rows, subject), shapes.SHOW, fmt, desk.zone)


@click.command(cls=Command)
@_about
@_as_of
@output_option
@pass_session
def events(session: Session, subject: str | None, as_of: str | None, clock: Clock, fmt: Format | None) -> None:
    """List the events: what took place, and how many reports say so."""
    from tracker import pipeline

    desk = session.desk(read_only=True)
    rows = pipeline.events(desk, as_of=session.as_of(desk, as_of), clock=clock)
    emit(_only(desk, rows, subject), shapes.EVENTS, fmt, desk.zone)


@click.command(cls=Command)
@_about
@_as_of
@output_option
@pass_session
def entries(session: Session, subject: str | None, as_of: str | None, clock: Clock, fmt: Format | None) -> None:
    """List the collected texts, each in its newest version."""
    from tracker import pipeline

    desk = session.desk(read_only=True)
    rows = pipeline.entries(desk, as_of=session.as_of(desk, as_of), clock=clock)
    emit(_only(desk, rows, subject), shapes.ENTRIES, fmt, desk.zone)


@click.command(cls=Command)
@_about
@click.option("--exit-code", "exit_code", is_flag=True, help="Exit with 5 when something fires.")
@click.option("--as-of", metavar="DATE", help="As it was at this instant.")
@output_option
@pass_session
def alerts(session: Session, subject: str | None, exit_code: bool, as_of: str | None, fmt: Format | None) -> int:
    """List the alerts: what fires, what did, and what was said of it."""
    from tracker import pipeline

    desk = session.desk(read_only=True)
    rows = _only(desk, pipeline.alerts(desk, as_of=session.as_of(desk, as_of)), subject)
    emit(rows, shapes.ALERTS, fmt, desk.zone)
    return FIRES if exit_code and any(row["state"] == "firing" for row in rows) else 0


@click.command(cls=Command)
@click.option("--as-of", metavar="DATE", help="As it was at this instant.")
@output_option
@pass_session
def sources(session: Session, as_of: str | None, fmt: Format | None) -> None:
    """List the sources: how the last pass went, and when the next is due."""
    from tracker import pipeline

    desk = session.desk(read_only=True)
    emit(pipeline.sources(desk, as_of=session.as_of(desk, as_of)), shapes.SOURCES, fmt, desk.zone)


@click.command(cls=Command)
@output_option
@pass_session
def status(session: Session, fmt: Format | None) -> int:
    """Say whether the home is well: exit 0 while it is."""
    from tracker import pipeline

    desk = session.desk(read_only=True)
    rows = pipeline.status(desk)
    emit(rows, shapes.STATUS, fmt, desk.zone)
    for line in pipeline.complaints(desk):
        click.echo(plain.terminal(line), err=True)
    for line in (*pipeline.quiet(desk), *(f"by hand: {one}" for one in pipeline.check_due(desk))):
        click.echo(plain.terminal(line), err=True)
    return 0 if rows[0]["ok"] else 1
