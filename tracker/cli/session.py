"""What every command works with: the home, the clock and the desk that were asked for before the command's name."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from tracker.cli import garbage
from tracker.errors import UsageError
from tracker.settings import Home, find_home

if TYPE_CHECKING:
    from tracker.pipeline import Desk


#: How far the machine's clock may stand behind what was recorded: a correction of it, or another machine's clock.
SLACK = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The global options, as they were written."""

    home_option: str | None = None
    now: str | None = None
    verbose: int = 0

    @property
    def home(self) -> Home:
        """The home that the command is about; it need not exist yet."""
        return find_home(self.home_option, os.environ)

    def desk(self, *, read_only: bool = False, dry: bool = False, lives_on: bool = False) -> Desk:
        """The open desk of the home, closed when the command ends; `--now` stops its clock.

        A `dry` command makes no database where there is none: one in memory stands in for it. A command that may write
        is refused before the newest recorded time, also without `--now`; one that lives on waits for its clock.
        """
        from tracker import pipeline
        from tracker.timing import FixedClock, SystemClock, parse_instant

        if lives_on:
            garbage.as_usual()
        home = self.home
        if dry and not (home.db / "tracker.sqlite3").exists() and "TRACKER_DATABASE_URL" not in home.environ:
            home = Home(home.root, {**home.environ, "TRACKER_DATABASE_URL": "sqlite://"})
        opened = pipeline.open_desk(home, SystemClock(), strict=self.now is not None, read_only=read_only)
        desk = click.get_current_context().with_resource(opened)
        if self.now is not None:
            # A date is its first instant in the watch's zone, which only the declaration knows.
            desk.clock = FixedClock(parse_instant(self.now, desk.zone))
        elif not read_only and not lives_on:
            desk.store.refuse_before(desk.clock.now(), SLACK)
        return desk

    def as_of(self, desk: Desk, text: str | None) -> datetime | None:
        """The instant that `--as-of` names, else that of `--now`, else None: everything. A date is its first instant."""
        from tracker.timing import parse_instant

        if text is not None:
            at = parse_instant(text, desk.zone)
            if at > max(desk.clock.now(), desk.store.newest() or at):
                click.echo(f"{text} has not come yet: this is what is known now, as old as it will be then", err=True)
            return at
        return None if self.now is None else desk.clock.now()


def known(name: str, names: Collection[str], what: str) -> str:
    """The name, if it is one of them; else a refusal that suggests the nearest."""
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there is: {', '.join(names) or 'none'}"
    raise UsageError(f"no {what} {name!r}; {hint}")


pass_session = click.make_pass_decorator(Session)
