"""explain: why a rule stands as it does, or why a text was read as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tracker.cli import prose
from tracker.cli.command import Command
from tracker.cli.output import for_people
from tracker.cli.prose import Form, emit_objects, facts, form_option, say, section
from tracker.cli.session import Session, known, pass_session
from tracker.cli.tables import Column, Row, Span

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

#: So many of the newest rows are shown to people; how many more there are is said.
_SHOWN = 25


@click.command(cls=Command)
@click.argument("name", metavar="INDICATOR.RULE|ENTRY")
@click.option("--subject", metavar="KEY", help="Of a rule: only this subject.")
@click.option("--as-of", metavar="DATE", help="As it stood at this instant.")
@form_option
@pass_session
def explain(session: Session, name: str, subject: str | None, as_of: str | None, form: Form) -> None:
    """Say which values, which version and which step gave a rule its state; or which phrases, numbers and vetoes a reading.

    An entry is named by SOURCE:KEY, by its key or by a part of its title.
    """
    from tracker import pipeline

    desk = session.desk(read_only=True)
    if subject is not None:
        known(subject, desk.declaration.subjects, "subject")
    what, rows = pipeline.explain(desk, name, subject=subject, as_of=session.as_of(desk, as_of))
    if form != "table":
        emit_objects(rows, form)
        return
    for number, row in enumerate(rows):
        if number:
            say()
        (_rule if what == "rule" else _entry)(row, desk.zone)


def _one(key: str, head: str = "", *, fold: bool = False, spare: int = 0) -> Column:
    return Column(head=head or key, cell=lambda row: row[key], fold=fold, spare=spare)


def _period(row: Row) -> Span:
    return Span(row["occurred_start"], row["occurred_end"])


_KNOWN = (
    Column(head="", cell=lambda row: "*" if row["used"] else ""),
    Column(head="of", cell=_period),
    Column(head="what", cell=lambda row: row["what"], fold=True),
    _one("kind", spare=3),
    _one("subject", spare=6),
    _one("published_at", "published", spare=4),
    _one("recorded_at", "reached us", spare=2),
    _one("source", fold=True),
    Column(head="not believed", cell=lambda row: row["hidden"] and f"since {row['hidden_at']:%Y-%m-%d}: {row['hidden']}", fold=True),
)  # fmt: skip
_STEPS = (
    _one("at"),
    Column(head="step", cell=lambda row: row["what"]),
    _one("severity", spare=3),
    Column(head="episode", cell=lambda row: row["episode"] or None, right=True, spare=2),
    _one("key", fold=True),
    Column(head="why", cell=lambda row: row["reason"] or row["compared"] or row["value"], fold=True),
    Column(head="version", cell=lambda row: row["hash"][:8], spare=4),
)
_SAID = (
    _one("at"),
    _one("receiver"),
    Column(head="word", cell=lambda row: row["word"]),
    _one("key", fold=True, spare=2),
    _one("state"),
    _one("sent_at", "sent", spare=1),
    _one("next_try", "next try", spare=3),
    _one("error", fold=True),
)
_HELD = (_one("receiver"), _one("word"), _one("key", fold=True, spare=1), _one("until"), _one("why", fold=True))
_GATES = (
    _one("gate", "what"),
    _one("id", spare=2),
    _one("receiver", spare=1),
    _one("key", fold=True, spare=3),
    _one("until"),
    _one("why", fold=True),
)


def _rule(row: Row, zone: ZoneInfo) -> None:
    say(f"{row['rule']} of {row['subject']}, as of {for_people(row['as_of'], zone)}")
    since = f" since {for_people(row['since'], zone)}" if row["since"] else ""
    episode = f", episode {row['episode']}" if row["episode"] else ""
    severity = f" ({row['severity']})" if row["state"] != "inactive" else ""
    health = row["health"] + (f": {row['reason']}" if row["reason"] else "")
    facts(
        {
            "state": f"{row['state']}{severity}{episode}{since}; health {health}",
            "compared": _comparison(row),
            "asks": ", ".join(f"{one['rule']} {_holds(one['holds'])}" for one in row["asks"]),
            "rule": f"version {row['hash'] or '-'}: {prose.spelt(row['declared'])}",
            "edited": "since it was last looked at; the next pass looks again" if row["edited"] else "",
            "decided by": _other_version(row),
            "exists": f"since {for_people(row['born'], zone)}" if row["born"] else "not yet: no pass has seen it",
            "looks again": row["looks_again"] or "when something arrives",
            "speaks next": _next(row, zone),
        },
        zone,
    )
    shown = row["known"][-_SHOWN:]
    more = len(row["known"]) - len(shown)
    head = "known" + (f" (the newest {len(shown)}; {more} older ones with -o json)" if more else "") + " (* decides)"
    section(head, shown, _KNOWN, zone, "nothing")
    section("steps, newest last", row["transitions"], _STEPS, zone, "none yet")
    section("said", row["said"], _SAID, zone, "nothing yet")
    section("held back", row["held"], _HELD, zone, "nothing")
    section("in force", row["gates"], _GATES, zone, "no mute, acknowledgement, inhibition, quiet hours or flapping")


def _comparison(row: Row) -> str:
    if row["verdict"] is None:
        return ""
    return f"{row['compared'] or row['why']}: {row['verdict']}" + (
        f" ({row['why']})" if row["why"] and row["compared"] else ""
    )


def _holds(truth: bool | None) -> str:
    return {True: "holds", False: "does not hold", None: "is unknown"}[truth]


def _other_version(row: Row) -> str:
    """Named only where the newest step is another version's."""
    other = row["decided_by"]
    return f"version {other} (the newest step)" if other and other != row["hash"] else ""


def _next(row: Row, zone: ZoneInfo) -> str:
    found = row["speaks_next"]
    if found is None:
        return "when something arrives that changes it"
    told = f": {found['compared']}" if found["compared"] else ""
    return f"{for_people(found['at'], zone)}, if nothing more is learned: {found['what']}{told}"


_READ = (
    _one("type"),
    Column(head="subject", cell=lambda row: row["subject"] or "somebody else"),
    _one("modality", spare=1),
    _one("quote", fold=True),
    Column(head="became", cell=lambda row: row["event"] or row["not_told"], fold=True),
    _one("why", fold=True),
)
_NUMBERS = (
    Column(head="number", cell=lambda row: {key: row[key] for key in ("lo", "hi", "op", "unit")}),
    _one("role"),
    Column(head="at", cell=lambda row: f"{row['start']}..{row['end']}"),
)
_FIGURES = (
    _one("indicator"),
    Column(head="value", cell=lambda row: f"{row['value']} {row['unit']}"),
    _one("kind", spare=1),
    _one("of"),
    _one("became", fold=True),
)
_MENTIONS = (
    _one("event"),
    _one("role"),
    _one("status"),
    _one("why", fold=True),
    Column(head="late", cell=lambda row: "late" if row["late"] else "", spare=1),
    _one("withdrawn", fold=True),
)


def _entry(row: Row, zone: ZoneInfo) -> None:
    say(f"{row['source']}:{row['key']}")
    facts(
        {
            "title": row["title"], "link": row["link"], "published": row["published_at"], "reached us": row["recorded_at"],
            "version": row["version"] if row["version"] > 1 else "", "names": _names(row["names"]),
            "reader": "" if row["by_hand"] else row["extractor"],
        },
        zone,
    )  # fmt: skip
    if row["by_hand"]:
        say()
        say("read: nothing; a person wrote it down as an event")
    else:
        section("read", row["events"], _READ, zone, "no event")
        section("numbers", row["quantities"], _NUMBERS, zone, "none")
        section("asked for by indicators", row["figures"], _FIGURES, zone, "none")
        _vetoes(row["vetoes"])
    section("mention of", row["mentions"], _MENTIONS, zone, "no event")


def _names(found: Sequence[Row]) -> str:
    return ", ".join(dict.fromkeys(f"{one['name']} ({one['subject']})" for one in found)) or "no declared subject"


def _vetoes(found: Sequence[str]) -> None:
    say()
    say("nearly read, and what forbade it:" if found else "nearly read: nothing")
    for one in found:
        say(f"  {one}")
