"""`/`: every indicator of every subject by group, the gravest first; what needs attention above all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from tracker import charts, pipeline, quantity
from tracker.model.declared import Indicator
from tracker.pipeline import Desk, Point
from tracker.web import words
from tracker.web.painting import Painter

#: So many cards stand on one page.
CARDS = 100
#: So many days of events are drawn.
STRIP = 731


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One indicator of one subject, ready to be drawn."""

    indicator: str
    subject: str
    name: str
    about: str  # the subject's name
    group: str
    state: words.State
    value: str
    said_by: str  # kind, source and date
    age: str
    change: str
    spark: str
    limits: str
    target: str
    told: str  # what the gravest open alert says


def router(painter: Painter) -> APIRouter:
    """The one route."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/")
    def overview(q: str = "", state: str = "", page: int = 1) -> str:
        desk = painter.desk_of()
        every = _ordered(desk)
        chosen = [one for one in every if _wanted(one, q, state)]
        last = max(1, -(-len(chosen) // CARDS))
        here = min(max(page, 1), last)
        shown = chosen[(here - 1) * CARDS : here * CARDS]
        counts = Counter(one.state for one in every)
        return painter.page(
            "overview.html", "/", "Overview", api="/api/v1/list", groups=_grouped(_cards(desk, shown)), q=q, state=state,
            totals=[(one, counts[one]) for one in words.EVERY if counts[one]], number=here, last=last, found=len(chosen),
            status=pipeline.status(desk)[0],
        )  # fmt: skip

    return routes


@dataclass(frozen=True, slots=True)
class _Standing:
    """A row of the board with how it stands."""

    row: Mapping[str, Any]
    state: words.State
    indicator: Indicator
    about: str
    told: str


def _ordered(desk: Desk) -> list[_Standing]:
    """Every row: groups as declared, in each the gravest first."""
    indicators = desk.declaration.indicators
    open_alerts: defaultdict[tuple[str, str], list[tuple[words.State, str]]] = defaultdict(list)
    for alert in pipeline.alerts(desk):
        rule = indicators[alert["indicator"]].rules.get(alert["rule"]) if alert["indicator"] in indicators else None
        if rule is not None and alert["state"] != "inactive":
            found = words.state_of_alert(alert, rule.kind), words.alert_said(alert, indicators[alert["indicator"]].unit)
            open_alerts[alert["indicator"], alert["subject"]].append(found)
    rows = []
    for row in pipeline.board(desk):
        indicator = indicators[row["indicator"]]
        spoken = sorted(open_alerts[row["indicator"], row["subject"]], key=lambda one: one[0].rank)
        state = words.state_of(row, [one for one, _ in spoken], indicator)
        about = (
            desk.declaration.subjects[row["subject"]].name
            if row["subject"] in desk.declaration.subjects
            else row["subject"]
        )
        rows.append(_Standing(row, state, indicator, about, spoken[0][1] if spoken else ""))
    groups = list(dict.fromkeys(one.indicator.group for one in rows))
    return sorted(rows, key=lambda one: (groups.index(one.indicator.group), one.state.rank))


def _wanted(one: _Standing, q: str, state: str) -> bool:
    text = f"{one.indicator.name} {one.indicator.key} {one.about} {one.row['subject']} {one.indicator.group}".casefold()
    return (not state or one.state.word == state) and all(word in text for word in q.casefold().split())


def _grouped(cards: Sequence[Card]) -> dict[str, list[Card]]:
    groups: dict[str, list[Card]] = {}
    for card in cards:
        groups.setdefault(card.group, []).append(card)
    return groups


def _cards(desk: Desk, shown: Sequence[_Standing]) -> list[Card]:
    now = desk.clock.now()
    trails = pipeline.trails(desk, [one.row for one in shown])
    happened = _happened(desk, shown)
    start, end, today = (
        (now - timedelta(days=STRIP)).timestamp(),
        now.timestamp(),
        f"{now.astimezone(desk.zone):%Y-%m-%d}",
    )
    cards = []
    for one in shown:
        place = (one.indicator.key, one.row["subject"])
        same_unit = one.row["unit"] in (None, one.indicator.unit)  # a value in another is compared with nothing
        limits = pipeline.limits(one.indicator, one.row["subject"]) if same_unit else []
        target = _target(one.row, today)
        points = trails.get(place, [])
        spark = charts.sparkline(
            [span(point) for point in points],
            [float(limit.limit) for limit in limits],
            target[0] if target else None,
        )
        if one.indicator.types:
            spark = charts.strip(happened.get(place, ()), start, end)
        cards.append(
            Card(
                indicator=one.indicator.key, subject=one.row["subject"], name=one.indicator.name, about=one.about,
                group=one.indicator.group or "Ungrouped", state=one.state, value=words.value_said(one.row, one.indicator),
                said_by=_said_by(one.row), age="" if one.row["age_days"] is None else words.days_said(one.row["age_days"]),
                change=change(points, one.indicator.unit or ""), spark=spark,
                limits=", ".join(f"{limit.text[:2].strip()} {quantity.number_said(limit.limit)}" for limit in limits),
                target=target[1] if target else "", told=one.told,
            )
        )  # fmt: skip
    return cards


def _happened(desk: Desk, shown: Sequence[_Standing]) -> dict[tuple[str, str], list[float]]:
    """By (indicator, subject): when its events took place, by the end of what is known of that."""
    wanted = {one.indicator.key: one.indicator for one in shown if one.indicator.types}
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for row in pipeline.events(desk) if wanted else ():
        for key, indicator in wanted.items():
            if row["type"] in indicator.types and row["occurred_end"] and row["status"] not in ("denied", "lapsed"):
                found[key, row["subject"]].append(row["occurred_end"].timestamp())
    return found


def span(point: Point) -> charts.Span:
    """A point as a chart wants it."""
    lo, hi = (None if end is None else float(end) for end in (point.lo, point.hi))
    return charts.Span(point.at.timestamp(), lo, hi)


def _said_by(row: Mapping[str, Any]) -> str:
    """Kind, source and date of a value: who says it, and of when it speaks."""
    if row["value"] is None:
        return ""
    return " · ".join(part for part in (row["kind"], row["source"], words.of_said(row["occurred"])) if part)


def change(points: Sequence[Point], unit: str) -> str:
    """How far the newest number lies from the one before; "" where one of the two is no number but a bound."""
    ends = [point.lo for point in points[-2:] if point.op in ("eq", "approx") and point.lo is not None]
    if len(ends) < 2:
        return ""
    before, after = ends
    if before == after:
        return "no change"
    sign = "▲" if after > before else "▼"
    if unit == "%":
        return f"{sign} {quantity.number_said(abs(after - before))} points"
    if before == 0:
        return f"{sign} {quantity.number_said(abs(after - before))}"
    share = abs((after - before) / before * 100)
    return f"{sign} {share.quantize(Decimal('0.1') if share < 100 else Decimal(1)):f} %"


def _target(row: Mapping[str, Any], today: str) -> tuple[float, str] | None:
    """The level of the target that is due next, and the target in words; None where none lies ahead."""
    if not row["target"] or row["due"] < today:
        return None
    number = quantity.parse(row["target"], row["unit"])
    level = number.lo if number.lo is not None else number.hi
    said = quantity.as_said(number.lo, number.hi, number.op, row["unit"] or "")
    return float(level or 0), f"{said} by {row['due']}"
