"""What is believed at an instant on a clock: one statement, for the store, the engine, the page and the views.

A row is believed when it is visible at T and neither withdrawn nor superseded by a row visible at T; of contradicting
claims (one series, one date, one kind) the greatest (tier, published, seq) wins. A withdrawal that is ours (undo,
review) hides on the published clock at every T. A correction that was itself withdrawn corrects nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, literal, or_, select, true, union_all

from tracker.db.tables import observation, series, withdrawal
from tracker.model.observed import Clock, Kind

#: What a board shows unless it is asked for more.
ACTUAL: tuple[Kind, ...] = ("actual",)

#: What a reader gets of the series of a row.
ABOUT = (series.c.subject, series.c.indicator, series.c.labels, series.c.edition, series.c.unit)


def visible(row: FromClause, as_of: datetime | None, clock: Clock) -> ColumnElement[bool]:
    """Whether a row was known at T; always, when there is no T."""
    if as_of is None:
        return true()
    known: ColumnElement[Any] = row.c.recorded_at if clock == "recorded" else row.c.published_at
    return known <= as_of


def withdrawn(target: ColumnElement[Any], as_of: datetime | None, clock: Clock) -> ColumnElement[bool]:
    """Whether something visible at T withdraws the row with this seq."""
    gone = withdrawal.alias()
    seen = visible(gone, as_of, clock)
    if clock == "published" and as_of is not None:
        seen = or_(seen, gone.c.ours)
    return exists().where(gone.c.target == target, seen)


def superseded(row: FromClause, as_of: datetime | None, clock: Clock) -> ColumnElement[bool]:
    """Whether a correction visible at T, and not withdrawn itself, replaces the row."""
    newer = observation.alias()
    return exists().where(
        newer.c.supersedes == row.c.seq, visible(newer, as_of, clock), ~withdrawn(newer.c.seq, as_of, clock)
    )


def standing(row: FromClause, as_of: datetime | None, clock: Clock) -> ColumnElement[bool]:
    """Visible at T and hidden by nothing: a claim, though not always the winning one."""
    return and_(visible(row, as_of, clock), ~withdrawn(row.c.seq, as_of, clock), ~superseded(row, as_of, clock))


def about(subject: str | None, indicator: str | Collection[str] | None) -> list[ColumnElement[bool]]:
    """Which series: of a subject, of one indicator or of several."""
    wanted: list[ColumnElement[bool]] = []
    if subject is not None:
        wanted.append(series.c.subject == subject)
    if isinstance(indicator, str):
        wanted.append(series.c.indicator == indicator)
    elif indicator is not None:
        wanted.append(series.c.indicator.in_(sorted(indicator)))
    return wanted


def believed_statement(
    *,
    as_of: datetime | None,
    clock: Clock = "recorded",
    subject: str | None = None,
    indicator: str | None = None,
    kinds: Collection[Kind] | None = None,
) -> Select[Any]:
    """Every believed row with its series, oldest first (occurred, then recorded)."""
    o = observation
    place = func.row_number().over(
        partition_by=(o.c.series_id, o.c.occurred_start, o.c.period_end, o.c.kind),
        order_by=(o.c.tier_rank.desc(), o.c.published_at.desc(), o.c.seq.desc()),
    )
    chosen = select(o, *ABOUT, place.label("place")).join(series, series.c.id == o.c.series_id)
    chosen = chosen.where(standing(o, as_of, clock), *about(subject, indicator))
    if kinds is not None:
        chosen = chosen.where(o.c.kind.in_(sorted(kinds)))
    claims = chosen.subquery("claims")
    columns = [column for column in claims.c if column.name != "place"]
    order = (claims.c.occurred_start, claims.c.occurred_end, claims.c.seq)
    return select(*columns).where(claims.c.place == 1).order_by(*order)


def newest_statement(
    *,
    as_of: datetime | None,
    clock: Clock = "recorded",
    subject: str | None = None,
    indicator: str | None = None,
    kinds: Collection[Kind] = ACTUAL,
) -> Select[Any]:
    """The newest believed row of each series and kind, dated by its end.

    It walks each series backwards from its end and stops at the first winner; nothing is grouped over observations.
    """
    asked = union_all(*(select(literal(kind).label("kind")) for kind in sorted(kinds))).subquery("asked")
    o, better = observation.alias("o"), observation.alias("better")
    beaten = _beating(o, better).where(standing(better, as_of, clock))
    # A scalar, not an EXISTS: PostgreSQL would turn that into a join with all that is believed of the series.
    unbeaten = beaten.limit(1).scalar_subquery().is_(None)
    seq = (
        select(o.c.seq)
        .where(o.c.series_id == series.c.id, o.c.kind == asked.c.kind, standing(o, as_of, clock), unbeaten)
        .order_by(o.c.occurred_end.desc(), o.c.occurred_start.desc(), o.c.seq.desc())
        .limit(1)
        .correlate(series, asked)
        .scalar_subquery()
    )
    found = select(seq.label("seq")).select_from(series).join(asked, true()).where(*about(subject, indicator))
    newest = found.subquery("newest")
    return (
        select(observation, *ABOUT)
        .join(newest, newest.c.seq == observation.c.seq)
        .join(series, series.c.id == observation.c.series_id)
        .order_by(series.c.indicator, series.c.subject, series.c.id, observation.c.kind)
    )


def _beating(o: FromClause, better: FromClause) -> Select[Any]:
    """The claims of the same series, date and kind that win over one: the greatest (tier, published, seq)."""
    same_tier = better.c.tier_rank == o.c.tier_rank
    same_time = better.c.published_at == o.c.published_at
    stronger = or_(
        better.c.tier_rank > o.c.tier_rank,
        and_(same_tier, better.c.published_at > o.c.published_at),
        and_(same_tier, same_time, better.c.seq > o.c.seq),
    )
    return select(better.c.seq).where(
        better.c.series_id == o.c.series_id,
        # Implied by the two equalities below; said for the walk along the key.
        better.c.occurred_end >= o.c.occurred_start,
        better.c.occurred_end <= o.c.period_end,
        better.c.occurred_start == o.c.occurred_start,
        better.c.period_end == o.c.period_end,
        better.c.kind == o.c.kind,
        stronger,
    )
