"""The views `v1_*`: frozen names and columns for Datasette, Grafana, Metabase and pandas.

They are code, not data: every upgrade drops them and makes them anew. They show what is believed now on the recorded
clock, where "now" is how far the home has lived.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
)

from tracker.db import believing, states
from tracker.db.tables import entry, event, life, mention, observation, series
from tracker.db.types import Utc
from tracker.model.observed import RUMOUR_LIFE, Kind

NAMES = ("v1_latest", "v1_series", "v1_observations", "v1_events", "v1_alerts", "v1_sources")

_made: dict[str, Mapping[str, str]] = {}

#: Every kind of value, one row of v1_latest each.
_KINDS: tuple[Kind, ...] = ("actual", "target", "estimate", "rumour", "denial")


def create(connection: Connection) -> None:
    """Make every view."""
    for name, statement in definitions(connection.dialect).items():
        connection.execute(text(f"CREATE VIEW {name} AS\n{statement}".replace(":", "\\:")))


def drop(connection: Connection) -> None:
    """Drop those that are there."""
    for name in NAMES:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))


def definitions(dialect: Dialect) -> Mapping[str, str]:
    """The SELECT of each view, as this database wants it; worked out once, for rehearsals make many stores."""
    if dialect.name not in _made:
        literals = {"literal_binds": True}
        _made[dialect.name] = {
            name: str(statement.compile(dialect=dialect, compile_kwargs=literals))
            for name, statement in statements(dialect.name).items()
        }
    return _made[dialect.name]


def statements(dialect: str) -> dict[str, Select[Any]]:
    """The views by name."""
    believed = believing.believed_statement(as_of=None).order_by(None).subquery("believed")
    newest = believing.newest_statement(as_of=None, kinds=_KINDS).order_by(None).subquery("newest")
    return {
        "v1_latest": select(*_readable(newest)),
        "v1_series": select(*_readable(believed)),
        "v1_observations": _observations(),
        "v1_events": _events(dialect),
        "v1_alerts": _alerts(),
        "v1_sources": _sources(),
    }


def _readable(row: FromClause) -> list[ColumnElement[Any]]:
    """The columns of a value, in the order in which a person asks for them."""
    c = row.c
    value = case(
        (c.op.in_(("eq", "approx")), cast(c.lo, Text)),
        (c.op == "ge", ">=" + cast(c.lo, Text)),
        (c.op == "le", "<=" + cast(c.hi, Text)),
        (c.op == "range", cast(c.lo, Text) + ".." + cast(c.hi, Text)),
    )
    return [
        c.subject, c.indicator, c.labels, c.edition, c.unit, c.kind,
        c.occurred_text.label("occurred"), c.occurred_start, c.occurred_end, c.by_end.label("due"),
        value.label("value"), c.lo, c.hi, c.op, c.lo_real, c.hi_real,
        c.tier, c.confidence, c.source, c.citation, c.url, c.quote,
        c.published_at, c.recorded_at, c.batch, c.note, c.seq,
    ]  # fmt: skip


def _observations() -> Select[Any]:
    """Every row there ever was, also what is superseded or withdrawn."""
    o = observation
    rows = select(o, *believing.ABOUT).join(series, series.c.id == o.c.series_id).subquery("rows")
    return select(
        *_readable(rows),
        rows.c.supersedes,
        believing.superseded(rows, None, "recorded").label("superseded"),
        believing.withdrawn(rows.c.seq, None, "recorded").label("withdrawn"),
    )


def _events(dialect: str) -> Select[Any]:
    """Every event with a mention that stands, and the status that follows from its mentions (model.fold_status)."""
    m = mention
    reports = select(m).where(~believing.withdrawn(m.c.seq, None, "recorded")).subquery("reports")
    denied = select(reports.c.event, func.max(reports.c.seq).label("seq")).where(reports.c.status == "denied")
    last = denied.group_by(reports.c.event).subquery("last_denied")
    counts: Any = (
        select(
            reports.c.event,
            func.count().label("mentions"),
            func.max(reports.c.seq).label("seq"),
            func.max(reports.c.recorded_at).label("newest"),
            func.min(reports.c.published_at).label("published_at"),
            _some(reports, last, "confirmed").label("confirmed"),
            _some(reports, last, "reported").label("reported"),
            func.max(last.c.seq).label("denied"),
        )
        .join(last, last.c.event == reports.c.event, isouter=True)
        .group_by(reports.c.event)
        .subquery("counts")
    )
    lived = select(life.c.newest).scalar_subquery()
    status = case(
        (counts.c.denied == counts.c.seq, "denied"),
        (counts.c.confirmed == 1, "confirmed"),
        (counts.c.reported == 1, "reported"),
        (_later(counts.c.newest, dialect) <= lived, "lapsed"),
        else_="rumoured",
    )
    e = event.c
    return select(
        e.key, e.type, e.subject, e.title, e.occurred_text.label("occurred"), e.occurred_start, e.occurred_end, e.kind,
        status.label("status"), e.amount_lo, e.amount_hi, e.amount_op, e.amount_unit, e.labels, e.people, e.products,
        e.role, e.counterparty, counts.c.mentions, counts.c.published_at, e.recorded_at,
    ).join(counts, counts.c.event == e.key)  # fmt: skip


def _some(reports: FromClause, last: FromClause, status: str) -> ColumnElement[int]:
    """1 when a mention claims this after the last denial."""
    counted = and_(reports.c.status == status, or_(last.c.seq.is_(None), reports.c.seq > last.c.seq))
    return func.max(case((counted, 1), else_=0))


def _later(at: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """The end of a rumour's life, in the form in which instants are stored."""
    days = RUMOUR_LIFE.days
    if dialect == "postgresql":
        return at.op("+", return_type=Utc())(literal_column(f"INTERVAL '{days} days'"))
    seconds = func.strftime("%Y-%m-%dT%H:%M:%S", at, f"+{days} days", type_=Text)
    return cast(seconds + func.substr(at, 20, type_=Text), Utc)


def _alerts() -> Select[Any]:
    a, rule = states.alert, states.rule_state
    told = (
        select(func.min(states.delivery.c.sent_at))
        .join(states.delivery_item, states.delivery_item.c.delivery == states.delivery.c.id)
        .where(states.delivery_item.c.alert == a.c.id, states.delivery_item.c.episode == a.c.episode)
        .correlate(a)
        .scalar_subquery()
    )
    acked = exists().where(states.ack.c.alert == a.c.id, states.ack.c.episode == a.c.episode)
    same = and_(rule.c.indicator == a.c.indicator, rule.c.rule == a.c.rule, rule.c.subject == a.c.subject)
    return select(
        a.c.id, a.c.indicator, a.c.rule, a.c.subject, a.c.key, a.c.state, rule.c.health, a.c.severity, a.c.word,
        a.c.episode, a.c.since, a.c.changed_at, told.label("first_sent"), a.c.value, a.c.summary, acked.label("acked"),
        a.c.late,
    ).join(rule, same, isouter=True)  # fmt: skip


def _sources() -> Select[Any]:
    s = states.source_state
    texts = (
        select(func.count())
        .select_from(entry)
        .where(entry.c.source == s.c.source, entry.c.version == 1)
        .correlate(s)
        .scalar_subquery()
    )
    return select(
        s.c.source, s.c.state, s.c.last_ok, s.c.last_try, s.c.last_error, s.c.failing_since, s.c.failures,
        s.c.reached_back, texts.label("entries"), s.c.note,
    )  # fmt: skip
