"""Lists of feeds, from and for other readers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from stat import S_IMODE

import click

from tracker import plain
from tracker.cli.command import Group
from tracker.cli.entering import dry_option
from tracker.cli.session import Session, pass_session
from tracker.errors import UsageError

_MOST_BYTES = 5_000_000


@click.group(cls=Group)
def opml() -> None:
    """Take the feeds of another reader's list, or give it those of the declaration."""


@opml.command("import")
@click.argument("file", required=False, default="-")
@dry_option
@pass_session
def import_(session: Session, file: str, dry: bool) -> None:
    """Write each feed of an OPML FILE (default standard input) into the declaration, if it is not there.

    The rest of the declaration, with its comments, stays as it is. What would not pass `check` is not written.
    """
    from tracker import indicators, pipeline
    from tracker.indicators import opml as lists

    declared = session.home.declaration.resolve()  # what a link names is written, and the link stays
    known = pipeline.declaration_of(session.home)
    name = "standard input" if file == "-" else file
    feeds = lists.read(_text(file), name)
    before = declared.read_bytes().decode("utf-8")  # with the ends of its lines as they are
    text, keys = lists.added(before, feeds, known)
    indicators.load(text, file=str(declared), kinds=pipeline.kinds())
    for one in feeds:
        if one.why:
            click.echo(plain.terminal(f"left out: {one.url[:200]}: {one.why}"), err=True)
    for key in keys:
        click.echo(key)
    if keys and not dry:
        _replace(declared, text)
    count = f"{len(keys)} of {len(feeds)} feed{'' if len(feeds) == 1 else 's'}"
    click.echo(f"{count} {'would be' if dry else 'were'} added", err=True)


@opml.command("export")
@pass_session
def export(session: Session) -> None:
    """Print the feeds of the declaration as OPML."""
    from tracker import pipeline
    from tracker.indicators import opml as lists

    click.echo(lists.write(pipeline.declaration_of(session.home)), nl=False)


def _replace(file: Path, text: str) -> None:
    """Write the file whole or not at all; whoever could not read it before cannot read it now."""
    written = file.with_name(f".{file.name}.new")
    written.touch(mode=0o600)
    written.write_bytes(text.encode("utf-8"))
    written.chmod(S_IMODE(file.stat().st_mode))
    os.replace(written, file)


def _text(file: str) -> str:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{file}: larger than {_MOST_BYTES / 1_000_000:g} MB")
    return data.decode("utf-8", "replace")
