"""The rows of many series at once, each as far back as somebody looks: a few statements for hundreds of series."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    column,
    or_,
    select,
    text,
    tuple_,
)

from tracker.db import hiding
from tracker.db.codec import labels_of, labels_text
from tracker.db.hiding import Hiding
from tracker.db.tables import observation, series, withdrawal
from tracker.db.types import Utc
from tracker.timing import BEGINNING

__all__ = ["Hiding", "Key", "Line", "lines", "oldest_news", "rows"]

#: (subject, indicator, labels sorted by name): what a rule calls a series, in all its editions and units.
Key = tuple[str, str, tuple[tuple[str, str], ...]]

#: Instead of labels: every series of the subject and indicator, whatever its labels; the greatest or the lowest counts.
BEST: tuple[tuple[str, str], ...] = (("*", "best"),)
LOWEST: tuple[tuple[str, str], ...] = (("*", "lowest"),)

#: Series of one statement. It has a power of two of them, so that few are compiled; the rest is nobody.
_MOST = 256
_NOBODY = (-1, BEGINNING)

#: What a rule sees of a row.
_SEEN = tuple(
    observation.c[name]
    for name in (
        "series_id", "seq", "occurred_start", "occurred_end", "period_end", "lo", "hi", "op", "kind", "by_start", "by_end",
        "by_text", "tier_rank", "quote", "published_at", "recorded_at",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series: its number, what it is called, and the end of its `newest`-th newest row (None: it has fewer)."""

    id: int
    key: Key
    labels: str
    edition: str
    unit: str
    back: datetime | None


def lines(connection: Connection, keys: Collection[Key], newest: int) -> list[Line]:
    """The series of these keys."""
    o = observation
    end = select(o.c.occurred_end).where(o.c.series_id == series.c.id).order_by(o.c.occurred_end.desc())
    back = end.limit(1).offset(newest - 1).scalar_subquery()
    whole = {(subject, indicator): labels for subject, indicator, labels in keys if labels in (BEST, LOWEST)}
    exact = [(subject, indicator, labels_text(labels)) for subject, indicator, labels in keys]
    wanted: ColumnElement[bool] = tuple_(series.c.subject, series.c.indicator, series.c.labels).in_(exact)
    if whole:
        wanted = or_(wanted, tuple_(series.c.subject, series.c.indicator).in_(list(whole)))
    query = select(series, back.label("back")).where(wanted)
    return [
        Line(
            id=row.id,
            key=(row.subject, row.indicator, whole.get((row.subject, row.indicator)) or labels_of(row.labels)),
            labels=row.labels,
            edition=row.edition,
            unit=row.unit,
            back=row.back,
        )
        for row in connection.execute(query)
    ]


def rows(connection: Connection, floors: Mapping[int, datetime | None]) -> list[tuple[Row[Any], Hiding | None]]:
    """Every row of these series that ends at its floor or later (None: every row), with what hides it."""
    found: list[tuple[Row[Any], Hiding | None]] = []
    waiting = [(number, floor or BEGINNING) for number, floor in floors.items()]
    while waiting:
        some, waiting = waiting[:_MOST], waiting[_MOST:]
        found += _rows(connection, some)
    return found


def _rows(connection: Connection, asked: Sequence[tuple[int, datetime]]) -> list[tuple[Row[Any], Hiding | None]]:
    size = 1 << (len(asked) - 1).bit_length()
    want = _want(size)
    given: dict[str, Any] = {}
    for place, (number, floor) in enumerate([*asked, *[_NOBODY] * (size - len(asked))]):
        given |= {f"id{place}": number, f"floor{place}": floor}

    def narrow(query: Select[Any], row: FromClause) -> Select[Any]:
        return query.join(want, and_(want.c.id == row.c.series_id, row.c.occurred_end >= want.c.floor))

    hidden = hiding.of_observations(connection, as_of=None, clock="recorded", narrow=narrow, given=given)
    return [(row, hidden.get(row.seq)) for row in connection.execute(narrow(select(*_SEEN), observation), given)]


@cache
def _want(size: int) -> CTE:
    """So many series with their floors. As text, because SQLAlchemy would compile its own VALUES anew each time."""
    places = ", ".join(f"(:id{place}, :floor{place})" for place in range(size))
    asked = text(f"SELECT column1 AS id, column2 AS floor FROM (VALUES {places}) AS asked")
    floors = [bindparam(f"floor{place}", type_=Utc()) for place in range(size)]
    return asked.bindparams(*floors).columns(column("id", Integer), column("floor", Utc())).cte("want")


def oldest_news(connection: Connection, after_seq: int) -> dict[int, datetime]:
    """By series: the earliest end of a row that was said, corrected or withdrawn after a seq."""
    o, newer = observation, observation.alias("newer")
    # Not grouped: the planner would rather walk every series than look up what is new by its number.
    pair = select(o.c.series_id, o.c.occurred_end)
    queries = (
        pair.where(o.c.seq > after_seq),
        pair.join(newer, newer.c.supersedes == o.c.seq).where(newer.c.seq > after_seq),
        pair.join(withdrawal, withdrawal.c.target == o.c.seq).where(withdrawal.c.seq > after_seq),
    )
    oldest: dict[int, datetime] = {}
    for query in queries:
        for number, end in connection.execute(query):
            oldest[number] = min(end, oldest.get(number, end))
    return oldest
