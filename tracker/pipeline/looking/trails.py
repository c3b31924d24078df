"""The way that values took: the newest points of each series for the board, every point of one for its chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tracker import db
from tracker.db.history import Key
from tracker.model.declared import Indicator
from tracker.model.observed import TIERS, Clock, Kind, Observation
from tracker.pipeline.looking.overview import value_row
from tracker.pipeline.opening import Desk
from tracker.quantity import Op

#: So many of the newest rows of a series are looked at for the board.
NEWEST = 40
#: What a chart has a line for.
_DRAWN = ("actual", "estimate")

Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A believed value at the end of its period; `first_lo` and `first_hi` are what was said of it first."""

    at: datetime
    occurred: str
    lo: Decimal | None
    hi: Decimal | None
    op: Op
    kind: Kind
    source: str
    first_lo: Decimal | None = None
    first_hi: Decimal | None = None

    @property
    def revised(self) -> bool:
        """Whether something else was said of it at first."""
        return (self.first_lo, self.first_hi) != (self.lo, self.hi)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of one indicator and subject: the believed `points` of its series without labels, oldest first; the
    newest `rows` whatever became of them; and how many `more` there are."""

    points: list[Point]
    rows: list[dict[str, Any]]
    more: int


def trails(desk: Desk, rows: Iterable[Mapping[str, Any]]) -> dict[Place, list[Point]]:
    """By (indicator, subject) of these rows of the board: the newest points of what the row shows, oldest first.

    They are of the series without labels, in the unit and of the kind of the row; of several editions those of the newest.
    """
    wanted: dict[Key, Mapping[str, Any]] = {
        (row["subject"], row["indicator"], ()): row for row in rows if row["unit"] and row["value"] is not None
    }
    if not wanted:
        return {}
    with desk.store.read() as connection:
        lines = {one.id: one for one in db.history.lines(connection, list(wanted), NEWEST)}
        lines = {number: one for number, one in lines.items() if one.unit == wanted[one.key]["unit"]}
        known = db.history.rows(connection, {number: one.back for number, one in lines.items()})
    best: dict[int, dict[tuple[datetime, datetime], Any]] = {}
    for row, hidden in known:
        line = lines[row.series_id]
        if hidden is not None or row.kind != wanted[line.key]["kind"] or row.op == "invalid":
            continue
        claims, date = best.setdefault(line.id, {}), (row.occurred_start, row.period_end)
        if date not in claims or _rank(row) > _rank(claims[date]):
            claims[date] = row
    found: dict[Place, list[Point]] = {}
    for number, claims in best.items():
        subject, indicator, _ = lines[number].key
        made = sorted((_short(row) for row in claims.values()), key=lambda one: one.at)
        other = found.get((indicator, subject))
        if other is None or other[-1].at < made[-1].at:
            found[indicator, subject] = made
    return found


def _rank(row: Any) -> tuple[int, datetime, int]:
    """Of contradicting claims the greatest wins, as in `db.believing`."""
    return row.tier_rank, row.published_at, row.seq


def _short(row: Any) -> Point:
    return Point(
        at=row.occurred_end, occurred="", lo=row.lo, hi=row.hi, op=row.op, kind=row.kind, source="", first_lo=row.lo,
        first_hi=row.hi,
    )  # fmt: skip


def record(
    desk: Desk, indicator: Indicator, subject: str, *, as_of: datetime | None = None, clock: Clock = "recorded", newest: int = 0
) -> Record:  # fmt: skip
    """Everything that was known of an indicator's values at an instant, of one subject."""
    at = as_of or desk.clock.now()
    with desk.store.read() as connection:
        every = db.observations.vintages(connection, as_of=at, clock=clock, subject=subject, indicator=indicator.key)
    first: dict[object, Observation] = {}
    best: dict[object, Observation] = {}
    for one in every:  # of one date they stand in the order of learning
        claim = (one.date, one.kind, one.series.edition)
        if one.series.labels or one.series.unit != indicator.unit or one.op == "invalid" or one.kind not in _DRAWN:
            continue
        first.setdefault(claim, one)
        if not one.hidden_seq and (claim not in best or _weight(one) > _weight(best[claim])):
            best[claim] = one
    rows = sorted(every, key=lambda one: (one.occurred.end, one.seq), reverse=True)[:newest]
    points = (_whole(one, first[claim]) for claim, one in best.items())
    return Record(
        points=sorted(points, key=lambda one: one.at),
        rows=[value_row(one) for one in rows],
        more=len(every) - len(rows),
    )


def _weight(one: Observation) -> tuple[int, datetime, int]:
    """Of contradicting claims the greatest wins, as in `db.believing`."""
    return TIERS.index(one.tier), one.published_at, one.seq


def _whole(one: Observation, first: Observation) -> Point:
    return Point(
        at=one.occurred.end, occurred=one.occurred.text, lo=one.lo, hi=one.hi, op=one.op, kind=one.kind,
        source=one.citation or one.source, first_lo=first.lo, first_hi=first.hi,
    )  # fmt: skip
