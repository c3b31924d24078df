"""Rule tests and backtests: the cases of a file, or what a home remembers, run through the engine that the daemon runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.command import Group

if TYPE_CHECKING:
    from tracker.rehearsal import Report


@click.group(cls=Group, lazy={"backtest": "tracker.cli.backtesting:backtest"})
def rules() -> None:
    """Try the rules."""


@rules.command("test")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--update", "rewrite", is_flag=True, help="Write what the cases gave into the files that expect something else."
)
@click.option("--junit", "to", metavar="FILE", help="Write the report to FILE as JUnit XML too.")
@click.option(
    "--coverage", "missing", is_flag=True, help="List the kinds, transitions and messages that no case exercises."
)
@click.option("--seed", type=int, metavar="N", help="Of the random ticks; a failure names the one to try again with.")
def test(files: tuple[str, ...], rewrite: bool, to: str | None, missing: bool, seed: int | None) -> int:
    """Run every case of FILE…: exit 0 when all hold, 1 when one does not, 2 when a file is malformed.

    Each case is run once more with random ticks and in two halves: a case that then gives something else does not hold.
    """
    from tracker import plain, rehearsal
    from tracker.rehearsal.junit import junit, lines

    report = rehearsal.test(files, seed=seed)
    for failure in report.failures:
        first, *rest = lines(failure)
        for line in (f"{failure.file}: {failure.test}: {first}", *rest):
            click.echo(plain.terminal(line))
    if missing:
        _say_coverage(report)
    if to is not None:
        Path(to).write_text(junit(report), encoding="utf-8")
    failed = len({(failure.file, failure.test) for failure in report.failures})
    click.echo(f"{report.cases - failed} of {report.cases} cases hold", err=True)
    if rewrite:
        return _rewrite(report)
    return 0 if report.ok else 1


def _say_coverage(report: Report) -> None:
    from tracker.rehearsal.coverage import never

    found = never(report.results)
    for heading, names in found.items():
        click.echo(f"{heading}: {', '.join(names)}")
    if not found:
        click.echo("every kind, transition and message is exercised")


def _rewrite(report: Report) -> int:
    """What only another rhythm breaks is no expectation that could be written down."""
    from tracker import plain
    from tracker.rehearsal.updating import update

    for file, count in update(report).items():
        click.echo(plain.terminal(f"{file}: {count} case{'' if count == 1 else 's'} rewritten"), err=True)
    return 1 if any(failure.rhythm for failure in report.failures) else 0
