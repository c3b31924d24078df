"""Rule tests: the cases of a file run through the engine that the daemon runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tracker.cli.command import Group

if TYPE_CHECKING:
    from tracker.rehearsal import Failure


@click.group(cls=Group)
def rules() -> None:
    """Try the rules."""


@rules.command("test")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
def test(files: tuple[str, ...]) -> int:
    """Run every case of FILE…: exit 0 when all hold, 1 when one does not, 2 when a file is malformed."""
    from tracker import plain, rehearsal

    report = rehearsal.test(files)
    for failure in report.failures:
        for line in _told(failure):
            click.echo(plain.terminal(line))
    failed = len({(failure.file, failure.test) for failure in report.failures})
    click.echo(f"{report.cases - failed} of {report.cases} cases hold", err=True)
    return 0 if report.ok else 1


def _told(failure: Failure) -> Iterator[str]:
    """Want and got side by side: what is common is indented, what differs carries its sign."""
    yield f"{failure.file}: {failure.test}: {failure.part} differs"
    for sign, lines, other in (("- want", failure.want, failure.got), ("+ got ", failure.got, failure.want)):
        for line in lines or ("(nothing)",):
            yield f"  {'      ' if line in other else sign}  {line}"
