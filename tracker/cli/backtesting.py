"""rules backtest: what a rule would have said over the stored history, and what another version of it would have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import prose
from tracker.cli.command import Command
from tracker.cli.output import for_people
from tracker.cli.prose import Form, emit_objects, facts, form_option, say, section
from tracker.cli.session import Session, pass_session
from tracker.cli.tables import Column, Row
from tracker.model.observed import Clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@click.command(cls=Command)
@click.argument("rule", metavar="INDICATOR.RULE")
@click.option("--from", "start", required=True, metavar="DATE", help="When the rule begins to exist.")
@click.option("--to", "end", metavar="DATE", help="The last day; default now.")
@click.option("--against", metavar="FILE", help="Another declaration that holds the same rule: tell the difference.")
@click.option(
    "--clock",
    type=click.Choice(["published", "recorded"]),
    default="published",
    help="Decide on what anyone could know (published), or on what this database knew (recorded).",
)
@form_option
@pass_session
def backtest(
    session: Session, rule: str, start: str, end: str | None, against: str | None, clock: Clock, form: Form
) -> None:
    """Play INDICATOR.RULE over the stored history. Nothing is written and nothing is sent.

    Mutes and acknowledgements are left out: they answered what was said then. Quiet hours, groups, inhibition and
    repeats count as they are declared.
    """
    from tracker import timing
    from tracker.rehearsal.backtest import backtest as play
    from tracker.rehearsal.replaying import Span

    desk = session.desk(read_only=True)
    now = desk.clock.now()
    last = now if end is None else min(timing.parse_period(end, desk.zone).end, now)
    span = Span(start=timing.parse_instant(start, desk.zone), end=last, clock=clock)
    rows = play(desk, rule, span, None if against is None else Path(against))
    if form != "table":
        emit_objects(rows, form)
        return
    for number, row in enumerate(rows):
        if number:
            say()
        _version(row, desk.zone)
    if len(rows) > 1:
        _difference(rows, desk.zone)


_EPISODES = (
    Column(head="subject", cell=lambda row: row["subject"]),
    Column(head="from", cell=lambda row: row["from"]),
    Column(head="to", cell=lambda row: row["to"] or "goes on"),
    Column(head="severity", cell=lambda row: row["severity"], spare=2),
    Column(head="key", cell=lambda row: row["key"], fold=True, spare=1),
    Column(head="why", cell=lambda row: row["why"], fold=True),
)
_SUBJECTS = (
    Column(head="subject", cell=lambda row: row["subject"]),
    Column(head="episodes", cell=lambda row: row["episodes"], right=True),
    Column(head="days firing", cell=lambda row: row["days_firing"], right=True),
    Column(head="days unknown", cell=lambda row: row["days_unknown"], right=True),
)
_SHIFTED = (
    *_EPISODES[:4],
    Column(head="there from", cell=lambda row: row["other_from"]),
    Column(head="to", cell=lambda row: row["other_to"] or "goes on"),
    Column(head="severity", cell=lambda row: row["other_severity"], spare=2),
    *_EPISODES[4:5],
)


def _version(row: Row, zone: ZoneInfo) -> None:
    say(f"{row['indicator']}.{row['rule']} ({row['version']})")
    span = f"{for_people(row['from'], zone)} to {for_people(row['to'], zone)}, by the {row['clock']} clock"
    facts(
        {
            "rule": f"version {row['hash'] or '-'}: {prose.spelt(row['declared'])}",
            "played": span,
            "fired": f"{_times(len(row['episodes']))}, {row['days_firing']} days in all",
            "could not tell": f"{row['days_unknown']} days in all",
            "messages": f"{row['messages']}, {row['messages_a_week']} a week",
        },
        zone,
    )
    section("subjects", row["subjects"], _SUBJECTS, zone, "none")
    section("could not tell", row["unknown"], (*_EPISODES[:3], _EPISODES[-1]), zone, "never")
    section("episodes", row["episodes"], _EPISODES, zone, "none")


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _difference(rows: Sequence[Row], zone: ZoneInfo) -> None:
    mine, theirs = rows
    for row in rows:
        section(f"only in {row['version']}", row["only"], _EPISODES, zone, "none")
    section(f"{mine['version']} and {theirs['version']} at other times", mine["shifted"], _SHIFTED, zone, "none")
