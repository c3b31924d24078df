"""One verb alone: collect, evaluate, deliver. `-n` says what would happen and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tracker import plain
from tracker.cli.command import Command
from tracker.cli.entering import dry_option
from tracker.cli.progress import shown
from tracker.cli.session import Session, pass_session
from tracker.timing import iso

if TYPE_CHECKING:
    from tracker.model.told import Transition
    from tracker.pipeline.asking.collecting import Pass
    from tracker.pipeline.once import Round
    from tracker.pipeline.saying.delivering import Delivered

PARTLY = 6  # one source failed, or all of them; the rest of the pass was done
FAILED = 1


@click.command(cls=Command)
@click.argument("sources", nargs=-1, metavar="[SOURCE]…")
@dry_option
@pass_session
def collect(session: Session, sources: tuple[str, ...], dry: bool) -> int:
    """Ask what is due, or each named SOURCE whether it is due or not, and store what it brings."""
    from tracker import pipeline

    with shown() as line:
        done = pipeline.collect(session.desk(dry=dry), sources or None, dry=dry, progress=line)
    return say_pass(done, dry=dry)


def say_pass(done: Pass, *, dry: bool = False) -> int:
    """What each source brought (new things line by line when nothing was stored), and the exit code."""
    for one in done.outcomes:
        if dry:
            for line in one.lines:
                click.echo(plain.terminal(f"{one.source}: {line}"))
        brought = ", ".join(
            f"{count} {what if count != 1 else single}"
            for count, what, single in (
                (one.entries, "entries", "entry"),
                (one.values, "values", "value"),
                (one.events, "events", "event"),
            )
            if count
        )
        said = one.error or brought or "nothing new"
        note = f" ({one.note})" if one.note else ""
        click.echo(plain.terminal(f"{one.source}: {said}{note}"), err=True)
    if not done.outcomes:
        click.echo("nothing is due", err=True)
    return PARTLY if done.failed else 0


@click.command(cls=Command)
@dry_option
@pass_session
def evaluate(session: Session, dry: bool) -> int:
    """Decide on everything that is known: import the baseline once, move every rule to now, enqueue what must be said."""
    from tracker import pipeline

    desk = session.desk(dry=dry)
    done = pipeline.evaluate(desk, dry=dry)
    say_transitions(done.transitions)
    count = len(done.messages)
    word = "would wait" if dry else "waits" if count == 1 else "wait"
    click.echo(f"{count} message{'' if count == 1 else 's'} {word} in the outbox", err=True)
    for line in pipeline.quiet(desk):
        click.echo(plain.terminal(line), err=True)
    return 0


def say_transitions(transitions: Sequence[Transition]) -> None:
    """One line per change."""
    for one in transitions:
        key = f" {one.key}" if one.key else ""
        what = f"{one.what} {one.severity}" if one.what not in ("nodata", "error", "data_back") else one.what
        reason = one.reason or one.evidence.compared or one.evidence.value
        why = f" ({reason})" if reason else ""
        click.echo(plain.terminal(f"{iso(one.at)} {one.indicator}.{one.rule} {one.subject}: {what}{key}{why}"))


@click.command(cls=Command)
@dry_option
@pass_session
def deliver(session: Session, dry: bool) -> int:
    """Send what waits in the outbox: at least once, in order, each message under its own id."""
    from tracker import pipeline

    return say_delivered(pipeline.deliver(session.desk(dry=dry), dry=dry), dry=dry)


def say_delivered(done: Delivered, *, dry: bool = False) -> int:
    """How many messages went out, what failed and why, and the exit code."""
    for line in done.failed:
        click.echo(plain.terminal(f"{line}; it will be tried again"), err=True)
    for line in done.dead:
        click.echo(plain.terminal(f"{line}; given up"), err=True)
    count = len(done.sent)
    click.echo(f"{count} message{'' if count == 1 else 's'} {'would be sent' if dry else 'sent'}", err=True)
    return FAILED if done.failed or done.dead else 0


def say_round(done: Round) -> int:
    """A whole pass: what was collected, decided and said."""
    collected = say_pass(done.collected)
    say_transitions(done.transitions)
    if done.digest:
        click.echo(f"the digest of {done.digest} was drawn", err=True)
    return say_delivered(done.delivered) or collected
