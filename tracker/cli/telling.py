"""What is told: the digest of any week, and a sample to one receiver."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.command import Command, Group
from tracker.cli.session import Session, pass_session
from tracker.errors import UsageError


@click.command(cls=Command)
@click.option("--period", metavar="WEEK", help="2026-W47, or any other period; default the week that ended last.")
@click.option("--format", "fmt", type=click.Choice(["md", "html", "text"]), default="md", help="Form of the text.")
@click.option("--to", default="-", metavar="FILE", help="Write it to FILE; - is standard output.")
@click.option("--send", is_flag=True, help="Send it to its receivers, once per week, instead of printing it.")
@pass_session
def digest(session: Session, period: str | None, fmt: str, to: str, send: bool) -> None:
    """Draw the digest of a week."""
    from tracker import pipeline

    if send:
        if to != "-":
            raise click.UsageError("--send and --to exclude each other")
        sent = pipeline.send_digest(session.desk(), period)
        click.echo("the digest waits in the outbox" if sent else "the digest of this week was sent before", err=True)
        return
    target = None if to == "-" else Path(to)
    if target is not None and target.is_dir():
        raise UsageError(f"{target} is a folder; a file is expected")
    text = pipeline.digest(session.desk(read_only=True), period, fmt)
    if target is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    pipeline.save_digest(text, target)


@click.group(cls=Group)
def notify() -> None:
    """Try the receivers."""


@notify.command("test")
@click.argument("receiver")
@pass_session
def test(session: Session, receiver: str) -> None:
    """Send one sample message to RECEIVER and show the dialogue."""
    from tracker import pipeline

    pipeline.notify_test(session.desk(), receiver, click.echo)
