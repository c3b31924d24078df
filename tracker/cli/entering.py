"""What a person writes down: one value, one event, a CSV. All rows or none; every entry has a batch that `undo` takes back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from tracker import plain
from tracker.cli.command import Command
from tracker.cli.completing import INDICATOR
from tracker.cli.session import Session, pass_session
from tracker.errors import DataRejected, Problem, UsageError

dry_option = click.option("-n", "--dry-run", "dry", is_flag=True, help="Say what would happen, change nothing.")

#: Options that belong to one of the two forms only.
OF_VALUES = {"kind": "--kind", "by": "--by", "edition": "--edition"}
OF_EVENTS = {"type": "--type", "status": "--status"}
#: Rows of a file that `import -n` tells one by one.
SHOWN = 5


@click.command(cls=Command)
@click.argument("indicator", type=INDICATOR)
@click.argument("value", required=False)
@click.option("--happened", metavar="TITLE", help="An event instead of a value: what happened, in one line.")
@click.option("--subject", metavar="KEY", help="Whom it is about; default the indicator's only subject.")
@click.option("--of", metavar="PERIOD", help="When it was so: 2026, 2026-H1, 2026-Q1, 2026-05-09, 2024-07..2024-12, …")
@click.option("--kind", type=click.Choice(["actual", "target", "estimate", "rumour", "denial"]), help="Kind of value.")
@click.option("--by", metavar="DATE", help="Of a target: the day it is due.")
@click.option("--published", metavar="DATE", help="When anyone could know it; default now.")
@click.option("--source", default="", metavar="TEXT", help="Who says so, in words.")
@click.option("--url", default="", metavar="URL", help="Where it can be read.")
@click.option("--label", "labels", multiple=True, metavar="K=V", help="A label of the series; may be repeated.")
@click.option("--edition", metavar="TEXT", help="The edition of the series.")
@click.option("--type", metavar="TYPE", help="Type of the event, where the indicator has several.")
@click.option(
    "--status", type=click.Choice(["rumoured", "reported", "confirmed", "denied"]), help="What the report claims."
)
@click.option("--note", default="", metavar="TEXT", help="A remark.")
@dry_option
@pass_session
def record(
    session: Session, /, indicator: str, value: str | None, happened: str | None, labels: tuple[str, ...], **given: Any
) -> None:
    """Write down one value of INDICATOR, or with --happened one event.

    VALUE is written as people write it: -3.1, 45x, 12%, 1.2亿, ">=100M", "20M..25M". With --happened it is the amount
    that belongs to the event.
    """
    from tracker import pipeline

    if value is None and happened is None:
        raise click.UsageError("a VALUE is missing, or --happened TITLE for an event")
    wrong = OF_VALUES if happened is not None else OF_EVENTS
    for name, option in wrong.items():
        if given[name] is not None:
            raise click.UsageError(f"{option} does not go with {'--happened' if happened is not None else 'a VALUE'}")
    if given["by"] is not None and given["kind"] in (None, "actual"):
        raise click.UsageError("--by goes with --kind target; the date that an actual speaks about is --of")
    # What was not said is left to the pipeline's own defaults.
    said = {name: text for name, text in given.items() if text is not None} | {"labels": _labels(labels)}
    desk = session.desk(dry=given["dry"])
    if happened is not None:
        done = pipeline.record_event(desk, indicator, happened, value=value or "", **said)
    else:
        done = pipeline.record_value(desk, indicator, value or "", **said)
    if done.repeated:
        _say(f"known already, nothing was stored: {done.text}")
    elif given["dry"]:
        _say(f"would store {done.text}")
    else:
        _stored(done.batch, done.text)
    if done.counts_from:
        _say(f"its period has not ended: rules count it from {done.counts_from}")
    if done.apart:
        _say(done.apart)


def _say(text: str) -> None:
    click.echo(plain.terminal(text), err=True)


def _stored(batch: str, what: str) -> None:
    """The batch is the datum; the rest is for the person."""
    click.echo(batch)
    _say(f"stored {what}; to take it back: tracker undo {batch}")


def _labels(pairs: tuple[str, ...]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        wrong = ""
        if not equals or not name.strip():
            wrong = "is no label; write K=V, e.g. --label model=step-3"
        elif ";" in pair:
            wrong = "has a semicolon: in a CSV that stands between two labels"
        elif name.strip() in labels:
            wrong = "is the second label of that name"
        if wrong:
            raise click.BadParameter(f"{pair!r} {wrong}", param_hint="--label")
        labels[name.strip()] = text.strip()
    return labels


@click.command("import", cls=Command)
@click.argument("file", required=False, default="-")
@dry_option
@pass_session
def import_(session: Session, file: str, dry: bool) -> None:
    """Store the rows of a CSV FILE (- or nothing: standard input), all or none, as one batch."""
    from tracker import pipeline

    text = read_text(file)
    done = pipeline.import_csv(session.desk(dry=dry), text, "<stdin>" if file == "-" else file, dry=dry)
    rows = f"{done.rows} row{'' if done.rows == 1 else 's'}"
    if done.repeated:
        rows += f", of which {done.repeated} only repeat what is known"
    if dry:
        shown = done.told[:SHOWN]
        _say(f"would store {rows}{':' if shown else ''}")
        for line in shown:
            _say(f"  {line}")
        if done.rows > len(shown):
            _say(f"  … and {done.rows - len(shown)} more")
    else:
        _stored(done.batch, rows)


@click.command(cls=Command)
@click.argument("batch")
@pass_session
def undo(session: Session, batch: str) -> None:
    """Withdraw everything that BATCH stored; nothing is deleted."""
    from tracker import pipeline

    click.echo(plain.terminal(pipeline.undo(session.desk(), batch).text))


def read_text(file: str) -> str:
    """The text of a file, or of standard input for `-`; a terminal is not read: that would look like hanging."""
    if file == "-":
        if sys.stdin.isatty():
            raise UsageError("standard input is a terminal; name a FILE, or pipe the text into this command")
        raw, name = sys.stdin.buffer.read(), "<stdin>"
    else:
        raw, name = _bytes(Path(file)), file
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        problem = Problem(message="this is not UTF-8", file=name, line=line, column=column, hint="save it as UTF-8")
        raise DataRejected([problem]) from None


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise UsageError(f"{path} is a folder; a file is expected")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
