"""What each reading command promises to programs (the keys, frozen) and shows to people (the columns)."""

from __future__ import annotations

from decimal import Decimal

from tracker import quantity
from tracker.cli.output import Shape
from tracker.cli.tables import Column, Row, Span


def _keys(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _value(row: Row) -> str:
    """The value in words; who claims it stands in the next column."""
    if row["value"] is None:
        return ""
    lo, hi = (None if row[end] is None else Decimal(row[end]) for end in ("lo", "hi"))
    return quantity.as_said(lo, hi, row["op"], row["unit"] or "")


def _unit_value(row: Row) -> str:
    """The value as `record` takes it, with its unit."""
    return f"{row['value']} {row['unit'] or ''}".strip() if row["value"] else ""


def _standing(row: Row) -> str:
    """The value of the board; where a part stands for the whole, which one."""
    part = ", ".join(f"{name} {label}" for name, label in (row["labels"] or {}).items())
    return f"{_value(row)} ({part})" if part else _value(row)


def _told(row: Row) -> str:
    """What an alert says: of an event what happened, of a value how it compares."""
    value, summary = row["value"] or "", row["summary"]
    return f"{summary}: {value}" if row["key"] and value not in summary else summary


def _age(row: Row) -> str:
    return "" if row["age_days"] is None else f"{float(row['age_days']):.0f} d"


def _of(row: Row) -> Span:
    return Span(row["occurred_start"], row["occurred_end"])


def _quietened(row: Row) -> str:
    return ", ".join(word for word in ("acked", "muted") if row[word])


def _one(key: str, head: str | None = None, *, right: bool = False, fold: bool = False, spare: int = 0) -> Column:
    return Column(head=head or key.replace("_", " "), cell=lambda row: row[key], right=right, fold=fold, spare=spare)


LIST = Shape(
    keys=_keys(
        "indicator, name, group, subject, unit, kind, value, lo, hi, op, occurred, published_at, recorded_at, source, "
        "state, health, age_days, target, due, next_check"
    ),
    columns=(
        _one("group", spare=5),
        _one("indicator"),
        _one("subject"),
        Column(head="value", cell=_standing, right=True, fold=True),
        _one("kind", spare=3),
        Column(head="age", cell=_age, right=True, spare=2),
        _one("state"),
        _one("health", spare=1),
        _one("due", spare=4),
    ),
    empty="No indicator is declared yet: add one to indicators.yaml.",
)

SHOW = Shape(
    keys=_keys(
        "indicator, name, group, subject, unit, kind, value, occurred, labels, counts_from, source, target, due, next_check, "
        "sources, rule, rule_kind, severity, fires, clears, basis, state, health, reason, looks_again"
    ),
    columns=(
        _one("subject", spare=2),
        Column(head="value", cell=_unit_value, right=True, fold=True),
        _one("occurred", "of", spare=6),
        _one("labels", fold=True, spare=6),
        _one("counts_from", "counts from", spare=1),
        _one("rule"),
        _one("rule_kind", "kind", spare=5),
        _one("fires", fold=True),
        _one("clears", fold=True, spare=4),
        _one("state"),
        _one("health", spare=3),
        _one("reason", fold=True, spare=1),
        _one("looks_again", "looks again", spare=7),
        _one("basis", fold=True, spare=8),
    ),
    empty="Nothing is known of it.",
)

VALUES = Shape(
    keys=_keys(
        "subject, indicator, labels, edition, value, lo, hi, op, unit, kind, tier, occurred_start, occurred_end, "
        "published_at, recorded_at, source, url, quote, batch, withdrawn, note"
    ),
    columns=(
        _one("subject", spare=2),
        Column(head="of", cell=_of),
        _one("labels", fold=True, spare=1),
        _one("edition", fold=True, spare=5),
        Column(head="value", cell=_value, right=True, fold=True),
        _one("kind", spare=3),
        _one("published_at", "published", spare=6),
        _one("source", fold=True, spare=4),
        _one("withdrawn", fold=True),
        _one("note", fold=True, spare=7),
    ),
    empty="No value is known yet.",
)

EVENTS = Shape(
    keys=_keys("key, type, subject, title, occurred_start, occurred_end, status, amount, mentions"),
    columns=(
        Column(head="when", cell=_of),
        _one("type", spare=1),
        _one("subject", spare=2),
        _one("title", fold=True),
        _one("status", spare=3),
        _one("amount", right=True, fold=True, spare=4),
        _one("mentions", right=True, spare=5),
    ),
    empty="No event is known yet.",
)

ENTRIES = Shape(
    keys=_keys("key, source, title, link, published_at, recorded_at, subjects"),
    columns=(
        _one("published_at", "published"),
        _one("source", spare=1),
        _one("title", fold=True),
        _one("subjects", fold=True, spare=2),
        _one("link", fold=True, spare=3),
    ),
    empty="No entry has been collected yet.",
)

ALERTS = Shape(
    keys=_keys(
        "id, indicator, rule, subject, key, state, health, severity, episode, since, first_sent, value, summary, "
        "acked, muted, as_of"
    ),
    columns=(
        _one("id", right=True),
        _one("severity", spare=2),
        _one("state"),
        _one("health", spare=5),
        Column(head="rule", cell=lambda row: f"{row['indicator']}.{row['rule']}"),
        _one("subject", spare=1),
        _one("since", spare=3),
        Column(head="what", cell=_told, fold=True),
        Column(head="quiet", cell=_quietened, spare=4),
    ),
    empty="No alert.",
)

SOURCES = Shape(
    keys=_keys("source, kind, state, last_ok, last_error, next_due, entries, note"),
    columns=(
        _one("source"),
        _one("kind", spare=4),
        _one("state"),
        _one("last_ok", "last good pass", spare=3),
        _one("next_due", "next", spare=2),
        _one("entries", right=True, spare=1),
        _one("last_error", "error", fold=True),
        _one("note", fold=True, spare=5),
    ),
    empty="No source is declared: values come by hand (tracker record, tracker import).",
)

STATUS = Shape(
    keys=_keys("ok, overdue, failing, outbox, dead, version"),
    columns=tuple(_one(key) for key in ("ok", "overdue", "failing", "outbox", "dead", "version")),
)
