"""Answers to an alert: seen (and how good it was), quiet for a while, loud again."""

from __future__ import annotations

import click

from tracker.cli.command import Command
from tracker.cli.session import Session, pass_session


@click.command(cls=Command)
@click.argument("alert", type=int)
@click.option("--as", "judgement", type=click.Choice(["useful", "noise", "wrong"]), help="What it was worth.")
@click.option("--why", default="", metavar="TEXT", help="In your words.")
@pass_session
def ack(session: Session, alert: int, judgement: str | None, why: str) -> None:
    """Say that ALERT (the id in `tracker alerts`) was seen: repeats of this episode stop."""
    from tracker import pipeline

    what = pipeline.ack(session.desk(), alert, judgement, why)
    click.echo(f"acknowledged{f' as {judgement}' if judgement else ''}: {what}")


@click.command(cls=Command)
@click.option("--rule", metavar="INDICATOR.RULE", help="Only this rule.")
@click.option("--subject", metavar="KEY", help="Only this subject.")
@click.option("--for", "length", required=True, metavar="DURATION", help="How long: 12h, 7d, 2w.")
@click.option("--why", required=True, metavar="TEXT", help="Why; `status` shows it while the mute lasts.")
@pass_session
def mute(session: Session, rule: str | None, subject: str | None, length: str, why: str) -> None:
    """Keep alerts quiet for a while; evaluation goes on."""
    from tracker import pipeline
    from tracker.timing import parse_duration

    number = pipeline.mute(session.desk(), rule=rule, subject=subject, lasts=parse_duration(length), why=why)
    click.echo(number)
    what = " of ".join(one for one in (f"rule {rule}" if rule else "every rule", subject or "") if one)
    click.echo(f"{what} is muted for {length}; to end it sooner: tracker unmute {number}", err=True)


@click.command(cls=Command)
@click.argument("number", type=int, metavar="ID")
@pass_session
def unmute(session: Session, number: int) -> None:
    """End the mute ID now."""
    from tracker import pipeline

    pipeline.unmute(session.desk(), number)
    click.echo(f"mute {number} ended")
