"""The columns of the plain pages: what a person sees of the rows that `pipeline` gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from tracker import plain, quantity, timing

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, and how it is set."""

    text: str
    klass: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One page's table, ready for the template, which looks nothing up."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _make(
    title: str, rows: Iterable[Row], empty: str, columns: Sequence[tuple[str, str, Callable[[Row], object]]]
) -> Table:
    """`columns` are (head, class, what to show of a row); of the class `to` a link to the row's indicator."""
    made = [[_cell(show(row), klass, row) for _, klass, show in columns] for row in rows]
    return Table(title=title, heads=[head for head, _, _ in columns], rows=made, empty=empty)


def _cell(value: object, klass: str, row: Row) -> Cell:
    href = f"/i/{quote(row['indicator'], safe='')}" if klass == "to" else ""
    return Cell(plain.line("" if value is None else str(value)), "" if href else klass, href)


def _said(row: Row) -> str:
    """The value with its unit, as `record` takes it."""
    return f"{row['value']} {row['unit'] or ''}".strip() if row["value"] else ""


def board(rows: Iterable[Row], zone: ZoneInfo) -> Table:
    """Every indicator and subject."""
    return _make("Board", rows, "No indicator is declared yet.", (
        ("Group", "", lambda row: row["group"]),
        ("Indicator", "to", lambda row: row["name"]),
        ("Subject", "", lambda row: row["subject"]),
        ("Value", "number", _said),
        ("Kind", "", lambda row: row["kind"]),
        ("Age", "number", lambda row: "" if row["age_days"] is None else f"{float(row['age_days']):.0f} d"),
        ("State", "word", lambda row: row["state"]),
        ("Health", "word", lambda row: row["health"]),
        ("Next check", "", lambda row: _text(row["next_check"], zone)),
    ))  # fmt: skip


def alerts(rows: Iterable[Row], zone: ZoneInfo) -> Table:
    """What fires and what did."""
    return _make("Alerts", rows, "No alert.", (
        ("Id", "number", lambda row: row["id"]),
        ("Severity", "word", lambda row: row["severity"]),
        ("State", "word", lambda row: row["state"]),
        ("Rule", "", lambda row: f"{row['indicator']}.{row['rule']}"),
        ("Subject", "", lambda row: row["subject"]),
        ("Since", "", lambda row: _text(row["since"], zone)),
        ("What", "", _what),
    ))  # fmt: skip


def values(title: str, rows: Iterable[Row], zone: ZoneInfo) -> Table:
    """What is believed of one indicator."""
    return _make(title, rows, "No value is known yet.", (
        ("Subject", "", lambda row: row["subject"]),
        ("Of", "", lambda row: _of(row, zone)),
        ("Labels", "", lambda row: "; ".join(f"{name}={label}" for name, label in row["labels"].items())),
        ("Edition", "", lambda row: row["edition"]),
        ("Value", "number", _said),
        ("Kind", "word", lambda row: row["kind"]),
        ("Published", "", lambda row: _text(row["published_at"], zone)),
        ("Source", "", lambda row: row["source"]),
        ("Note", "", lambda row: row["note"]),
    ))  # fmt: skip


def digests(rows: Iterable[Row], zone: ZoneInfo) -> Table:
    """Which weeks have had their digest."""
    return _make("Digests", rows, "No digest has been drawn yet.", (
        ("Week", "", lambda row: row["period"]),
        ("Drawn", "", lambda row: _text(row["at"], zone)),
        ("To read it again", "", lambda row: f"tracker digest --period {row['period']}"),
    ))  # fmt: skip


def calendar(board: Iterable[Row], zone: ZoneInfo) -> Table:
    """What is due when: targets, and checks by hand."""
    due: list[dict[str, Any]] = []
    for row in board:
        if row["due"]:
            due.append({**row, "when": row["due"], "what": f"target {row['target']} {row['unit'] or ''}".strip()})
        if row["next_check"]:
            due.append({**row, "when": _when(row["next_check"], zone)[:10], "what": "check by hand"})
    due.sort(key=lambda row: row["when"])
    return _make("Calendar", due, "Nothing is due: no target and no check by hand is declared.", (
        ("When", "", lambda row: row["when"]),
        ("What", "", lambda row: row["what"]),
        ("Indicator", "to", lambda row: row["name"]),
        ("Subject", "", lambda row: row["subject"]),
        ("State", "word", lambda row: row["state"]),
    ))  # fmt: skip


def events(rows: Iterable[Row], zone: ZoneInfo, *, title: str = "Events") -> Table:
    """What took place."""
    return _make(title, rows, "No event is known yet.", (
        ("When", "", lambda row: _of(row, zone)),
        ("Type", "", lambda row: row["type"]),
        ("Subject", "", lambda row: row["subject"]),
        ("What", "", lambda row: row["title"]),
        ("Amount", "number", _amount),
        ("Status", "word", lambda row: row["status"]),
        ("Reports", "number", lambda row: row["mentions"]),
    ))  # fmt: skip


def sources(rows: Iterable[Row], zone: ZoneInfo) -> Table:
    """How the sources are doing."""
    return _make("Sources", rows, "No source is declared: values come by hand.", (
        ("Source", "", lambda row: row["source"]),
        ("Kind", "", lambda row: row["kind"]),
        ("State", "word", lambda row: row["state"]),
        ("Last good pass", "", lambda row: _text(row["last_ok"], zone)),
        ("Next", "", lambda row: _text(row["next_due"], zone)),
        ("Entries", "number", lambda row: row["entries"]),
        ("Error", "", lambda row: row["last_error"]),
    ))  # fmt: skip


def _what(row: Row) -> str:
    """What an alert says: of an event what happened, of a value how it compares."""
    value, summary = row["value"] or "", row["summary"]
    return summary if value in summary else f"{summary}: {value}"


def _amount(row: Row) -> str:
    said = row["amount"]
    if said is None:
        return ""
    lo, hi = (None if said[end] is None else Decimal(said[end]) for end in ("lo", "hi"))
    return quantity.as_said(lo, hi, said["op"], said["unit"])


def _of(row: Row, zone: ZoneInfo) -> str:
    return timing.period_text(row["occurred_start"], row["occurred_end"], zone)


def _text(value: object, zone: ZoneInfo) -> str:
    return _when(value, zone) if isinstance(value, datetime) else str(value or "")
