"""The database as a file: where it is, whether it is sound, a copy of it, a newer schema."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tracker.cli.command import Group
from tracker.cli.session import Session, pass_session
from tracker.errors import UsageError


@click.group(cls=Group)
def db() -> None:
    """Look after the database."""


@db.command("path")
@pass_session
def path(session: Session) -> None:
    """Print where the database is."""
    from tracker.db import maintenance

    click.echo(maintenance.path(session.home.database))


@db.command("check")
@pass_session
def check(session: Session) -> int:
    """Look the whole database over: exit 1 and one line per problem when something is wrong."""
    from tracker.db import maintenance

    problems = maintenance.check(session.home.database)
    for problem in problems:
        click.echo(problem)
    click.echo(f"{len(problems)} problem{'' if len(problems) == 1 else 's'}" if problems else "sound", err=True)
    return 1 if problems else 0


@db.command("backup")
@click.argument("target", required=False, metavar="[FILE]")
@click.option("--overwrite", is_flag=True, help="Replace FILE when it is there already.")
@pass_session
def backup(session: Session, target: str | None, overwrite: bool) -> None:
    """Copy the database to FILE, or to one of the kept copies in db/backups/, while others go on writing."""
    from tracker.db import maintenance
    from tracker.timing import SystemClock

    if target is not None and Path(target).is_dir():
        raise UsageError(f"{target} is a folder; name the file that the copy shall be")
    if target is not None and os.path.lexists(target) and not overwrite:
        raise UsageError(f"{target} is there already; --overwrite replaces it")
    made = maintenance.backup(session.home.database, Path(target) if target else None, now=SystemClock().now())
    click.echo(made)


@db.command("upgrade")
@pass_session
def upgrade(session: Session) -> None:
    """Bring the database to the schema of this version; a SQLite file is copied first."""
    from tracker.db import maintenance

    before, after = maintenance.upgrade(session.home.database)
    click.echo(f"{before or 'nothing'} -> {after}" if before != after else f"{after}: nothing to do")
