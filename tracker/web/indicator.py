"""`/i/INDICATOR`: one indicator of one subject: its chart, its rules, its values and events, as of any instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from tracker import charts, pipeline, quantity, timing
from tracker.model.declared import Indicator
from tracker.pipeline import Desk, Goal, Point
from tracker.web import words
from tracker.web.overview import change, span
from tracker.web.painting import Painter

Clock = Literal["recorded", "published"]
RANGES = {"1y": timedelta(days=366), "3y": timedelta(days=3 * 366), "all": None}
#: So many rows of a table stand on the page; the rest is a link away.
ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of an indicator is to be seen."""

    indicator: Indicator
    subject: str
    at: datetime | None
    clock: Clock
    as_of: str
    range: str


def router(painter: Painter) -> APIRouter:
    """The page of an indicator, and the page that explains one of its rules."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/i/{indicator}")
    def one(indicator: str, subject: str = "", as_of: str = "", clock: Clock = "recorded", range: str = "all") -> str:
        desk = painter.desk_of()
        declared = declared_as(desk, indicator)
        at = timing.parse_instant(as_of, desk.zone) if as_of else None
        rows = pipeline.show(desk, indicator, as_of=at, clock=clock)
        known = list(dict.fromkeys(row["subject"] for row in rows))
        chosen = subject if subject in known else (known[0] if known else "")
        asked = Asked(
            indicator=declared,
            subject=chosen,
            at=at,
            clock=clock,
            as_of=as_of,
            range=range if range in RANGES else "all",
        )
        known_of = (
            pipeline.record(desk, declared, chosen, as_of=at, clock=clock, newest=ROWS) if declared.unit else None
        )
        return painter.page(
            "indicator.html", "", declared.name, api=_api(declared), asked=asked, known=known, ranges=RANGES,
            line=pipeline.line_of(desk, indicator), rules=[_rule(row, desk) for row in rows if row["subject"] == chosen],
            head=_head(desk, asked), chart=_chart(desk, asked, known_of.points) if known_of else None,
            values=_values(known_of.rows, desk) if known_of else [], more=known_of.more if known_of else 0,
            **_happened(desk, asked),
        )  # fmt: skip

    _why(routes, painter)
    return routes


def _why(routes: APIRouter, painter: Painter) -> None:
    @routes.get("/i/{indicator}/why/{rule}")
    def why(indicator: str, rule: str, subject: str = "", as_of: str = "") -> str:
        desk = painter.desk_of()
        declared = declared_as(desk, indicator)
        if rule not in declared.rules:
            raise HTTPException(404, f"there is no rule {indicator}.{rule}")
        at = timing.parse_instant(as_of, desk.zone) if as_of else None
        _, found = pipeline.explain(desk, f"{indicator}.{rule}", subject=subject or None, as_of=at)
        return painter.page(
            "why.html",
            "",
            f"Why: {declared.name}, {rule}",
            rule=rule,
            declared=declared,
            found=found,
            rows=ROWS,
            steps=words.STEPS,
        )


def declared_as(desk: Desk, indicator: str) -> Indicator:
    """The declared indicator, else 404."""
    found = desk.declaration.indicators.get(indicator)
    if found is None:
        raise HTTPException(404, f"there is no indicator {indicator!r}")
    return found


def _api(indicator: Indicator) -> str:
    return f"/api/v1/values/{indicator.key}" if indicator.unit is not None else "/api/v1/events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above all: how it stands, what is known, who says it."""

    state: words.State
    value: str
    said_by: str
    age: str
    target: str
    next_check: datetime | None


def _head(desk: Desk, asked: Asked) -> Head:
    board = pipeline.board(desk, as_of=asked.at, clock=asked.clock, of=asked.indicator)
    row = next(
        row for row in board if (row["indicator"], row["subject"]) == (asked.indicator.key, asked.subject)
    )  # fmt: skip
    states = []
    for alert in pipeline.alerts(desk, as_of=asked.at):
        rule = asked.indicator.rules.get(alert["rule"])
        if (alert["indicator"], alert["subject"]) == (asked.indicator.key, asked.subject) and rule is not None:
            states += [words.state_of_alert(alert, rule.kind)] if alert["state"] != "inactive" else []
    parts = (row["kind"], row["source"], words.of_said(row["occurred"])) if row["value"] else ()
    return Head(
        state=words.state_of(row, states, asked.indicator), value=words.value_said(row, asked.indicator),
        said_by=" · ".join(part for part in parts if part),
        age="" if row["age_days"] is None else words.days_said(row["age_days"]),
        target="" if not row["target"] else f"{row['target']} {row['unit'] or ''} by {row['due']}", next_check=row["next_check"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its letters."""

    plot: charts.Plot
    rows: Sequence[tuple[float, str]]
    columns: Sequence[str]
    limits: Sequence[str]
    targets: Sequence[str]
    alerts: int
    events: int
    revised: int
    points: int
    change: str
    unit: str


def _chart(desk: Desk, asked: Asked, points: Sequence[Point]) -> Chart | None:
    """The chart of what has a unit; None where nothing is known of it."""
    now = asked.at or desk.clock.now()
    span_ = RANGES[asked.range]
    since = None if span_ is None else now - span_
    points = [point for point in points if since is None or point.at >= since]
    if not points:
        return None
    limits = pipeline.limits(asked.indicator, asked.subject)
    targets = pipeline.goals(desk, of=asked.indicator, at=asked.at).get((asked.indicator.key, asked.subject), [])
    first = max(since or points[0].at, points[0].at)
    steps = [
        step for step in pipeline.steps(desk, asked.indicator.key, asked.subject, asked.at)
        if step.what in ("firing", "escalated", "missed", "overdue") and step.at >= first
    ]  # fmt: skip
    events = [
        row for row in pipeline.events(desk, as_of=asked.at, clock=asked.clock)
        if row["subject"] == asked.subject and row["occurred_end"] and first <= row["occurred_end"] <= now
    ]  # fmt: skip
    revised = sum(point.revised for point in points)
    marks = [charts.Mark(step.at.timestamp(), "alert") for step in steps]
    marks += [charts.Mark(row["occurred_end"].timestamp(), "event") for row in events]
    drawn = charts.plot(
        [span(point) for point in points],
        [(_first(point), span(point)) for point in points if point.revised],
        [float(limit.limit) for limit in limits],
        [way for goal in targets if (way := _way(points[-1], goal)) is not None],
        marks,
    )
    days = [datetime.fromtimestamp(x, desk.zone) for x in drawn.columns]
    return Chart(
        plot=drawn, rows=[(y, quantity.number_said(Decimal(f"{tick:.12g}"))) for y, tick in drawn.rows],
        columns=[f"{day:%Y-%m-%d}" for day in days],
        limits=[f"{limit.text[:2].strip()} {quantity.number_said(limit.limit)} ({limit.rule}, {limit.severity})" for limit in limits],
        targets=[f"{quantity.as_said(goal.lo, goal.hi, goal.op, goal.unit)} by {goal.day} ({goal.source})" for goal in targets],
        alerts=len(steps), events=len(events), revised=revised, points=len(points),
        change=change(points, asked.indicator.unit or ""), unit=asked.indicator.unit or "",
    )  # fmt: skip


def _first(point: Point) -> charts.Span:
    lo, hi = (None if end is None else float(end) for end in (point.first_lo, point.first_hi))
    return charts.Span(point.at.timestamp(), lo, hi)


def _way(last: Point, goal: Goal) -> tuple[charts.Span, charts.Span] | None:
    """From the newest point to a target that lies ahead of it."""
    level = goal.lo if goal.lo is not None else goal.hi
    if level is None or goal.by <= last.at:
        return None
    return span(last), charts.Span(goal.by.timestamp(), float(level), float(level))


def _rule(row: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """A rule as a person reads it."""
    if row["rule"] is None:
        return {"name": ""}
    rule = desk.declaration.indicators[row["indicator"]].rules[row["rule"]]
    if row["state"] == "firing":
        state = words.OVERDUE if rule.kind in ("stale", "due") else words.ACTIVE
    elif row["health"] != "ok":
        state = words.CANNOT_TELL
    else:
        state = words.PENDING if row["state"] == "pending" else words.WATCHING
    return {
        "name": rule.name, "kind": rule.kind, "severity": rule.severity, "state": state, "fires": row["fires"],
        "clears": row["clears"], "reason": row["reason"], "looks_again": row["looks_again"], "basis": rule.basis,
    }  # fmt: skip


def _values(rows: Sequence[Mapping[str, Any]], desk: Desk) -> list[dict[str, Any]]:
    """The newest rows first, each with its number in words."""
    return [
        dict(row) | {
            "said": words.number_said(row, row["unit"]) or "not a number",
            "of": words.period_said(timing.period_text(row["occurred_start"], row["occurred_end"], desk.zone)),
            "about": "; ".join([*(f"{name}={label}" for name, label in row["labels"].items()), row["edition"]]).strip("; "),
        }
        for row in rows
    ]  # fmt: skip


def _happened(desk: Desk, asked: Asked) -> dict[str, Any]:
    """Its events, or the texts that name its subject; the newest first."""
    events: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    if asked.indicator.types:
        found = pipeline.events(desk, as_of=asked.at, clock=asked.clock, of=asked.indicator)
        events = [row for row in reversed(found) if row["subject"] == asked.subject]
    elif asked.indicator.mentions:
        entries = pipeline.entries(desk, as_of=asked.at, clock=asked.clock)
        texts = [row for row in reversed(entries) if asked.subject in row["subjects"]]
    return {"events": [event_said(row, desk) for row in events[:ROWS]], "texts": texts[:ROWS]}


def event_said(row: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """An event with its date and its amount in words."""
    amount = row["amount"]
    return dict(row) | {
        "of": words.period_said(timing.period_text(row["occurred_start"], row["occurred_end"], desk.zone), within=True),
        "said": "" if amount is None else words.number_said(amount, amount["unit"]),
    }
