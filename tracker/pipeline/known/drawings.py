"""The way that values took until an instant, drawn for messages: the newest points of each series, its limits, its target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tracker import charts, db, quantity, timing
from tracker.charts import Span
from tracker.db import Connection
from tracker.db.history import Key
from tracker.model.declared import Indicator
from tracker.model.observed import Observation
from tracker.model.told import Drawing
from tracker.pipeline.known.targets import aims, first_sights
from tracker.pipeline.opening import Desk
from tracker.tongue import many, say

#: (subject, indicator)
Place = tuple[str, str]
#: So many of the newest rows of a series are looked at.
NEWEST = 60


def drawings(
    desk: Desk, connection: Connection, values: Mapping[Place, Observation], at: datetime
) -> dict[Place, Drawing]:
    """By place: how the value that stands there came about, as it was known at `at`; nothing for fewer than two points."""
    wanted = {place: one for place, one in values.items() if place[1] in desk.declaration.indicators}
    found = _points(connection, wanted, at)
    sights = first_sights(connection) if found else {}
    made = {}
    for place, rows in found.items():
        indicator = desk.declaration.indicators[place[1]]
        goals = [aim.number for aim in aims(indicator, sights, desk.zone) if aim.known <= at]
        goal = goals[-1].lo if goals and goals[-1].lo is not None else goals[-1].hi if goals else None
        spans = [_span(row) for row in rows]
        svg = charts.sparkline(spans, list(_limits(indicator)), None if goal is None else float(goal))
        words = _words(rows, wanted[place].series.unit, desk)
        made[place] = Drawing(svg=svg, letters=charts.letters(spans), words=words)
    return made


def _points(connection: Connection, wanted: Mapping[Place, Observation], at: datetime) -> dict[Place, list[Any]]:
    """Rows of the series and kind that stand there, oldest first, one for each date."""
    keys: dict[Key, Place] = {
        (one.series.subject, one.series.indicator, one.series.labels): place for place, one in wanted.items()
    }
    if not keys:
        return {}
    lines = {}
    for line in db.history.lines(connection, list(keys), NEWEST):
        series = wanted[keys[line.key]].series
        if (line.unit, line.edition) == (series.unit, series.edition):
            lines[line.id] = line
    claims = _claims(connection, {number: line.back for number, line in lines.items()}, at)
    # Of a past in which so much was learned since that little is left, everything is looked at.
    short = {number: None for number, line in lines.items() if line.back and len(claims.get(number, ())) < NEWEST // 2}
    claims |= _claims(connection, short, at)
    found = {}
    for number, rows in claims.items():
        place = keys[lines[number].key]
        kind = wanted[place].kind
        dates = {row.occurred_end: row for row in sorted(rows, key=_rank) if row.kind == kind}
        newest = [dates[date] for date in sorted(dates)][-NEWEST:]
        if len(newest) > 1:
            found[place] = newest
    return found


def _claims(connection: Connection, floors: Mapping[int, datetime | None], at: datetime) -> dict[int, list[Any]]:
    """What was believed at that instant."""
    found: dict[int, list[Any]] = {}
    for row, hiding in db.history.rows(connection, floors) if floors else ():
        hidden = hiding is not None and hiding.recorded_at <= at
        if row.recorded_at <= at and not hidden and row.op != "invalid":
            found.setdefault(row.series_id, []).append(row)
    return found


def _rank(row: Any) -> tuple[int, datetime, int]:
    """Of contradicting claims the greatest wins, as in `db.believing`."""
    return row.tier_rank, row.published_at, row.seq


def _span(row: Any) -> Span:
    lo, hi = (None if end is None else float(end) for end in (row.lo, row.hi))
    return Span(row.occurred_end.timestamp(), lo, hi)


def _limits(indicator: Indicator) -> Iterator[float]:
    """Limits that are in the unit of the value."""
    for rule in indicator.rules.values():
        band = getattr(rule.params, "band", None)
        if rule.kind == "threshold" and band is not None:
            yield from (float(fire.limit) for _, fire in band.levels)


def _words(rows: list[Any], unit: str, desk: Desk) -> str:
    first, last = (
        say(
            "{number} ({of})",
            number=quantity.as_said(row.lo, row.hi, row.op, unit),
            of=timing.period_text(row.occurred_start, row.period_end, desk.zone),
        )
        for row in (rows[0], rows[-1])
    )
    told = "{n} figures, from {first} to {last}"
    return many(len(rows), told, told, first=first, last=last)
