"""`/api/v1`: the reading commands as JSON, with the same keys, and `/healthz` for whoever watches the watcher."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Response

from tracker import pipeline, plain
from tracker.errors import TrackerError
from tracker.pipeline import Desk
from tracker.timing import parse_instant

AsOf = Annotated[str | None, Query(description="An instant, or a date: its first instant in the watch's zone.")]
Clock = Annotated[
    Literal["recorded", "published"], Query(description="What this database knew, or what anyone could know.")
]


def router(desk_of: Callable[[], Desk]) -> APIRouter:
    """The routes; each answers with one array."""
    routes = APIRouter()
    _figure_routes(routes, desk_of)
    _as_of_routes(routes, desk_of)
    _present_routes(routes, desk_of)
    return routes


def _at(text: str | None, desk: Desk) -> datetime | None:
    return None if text is None else parse_instant(text, desk.zone)


def _figure_routes(routes: APIRouter, desk_of: Callable[[], Desk]) -> None:
    def at(text: str | None) -> datetime | None:
        return _at(text, desk_of())

    @routes.get("/api/v1/list")
    def board(as_of: AsOf = None, clock: Clock = "recorded") -> Response:
        """Every indicator and subject."""
        return _answer(pipeline.board(desk_of(), as_of=at(as_of), clock=clock))

    @routes.get("/api/v1/values/{indicator}")
    def values(indicator: str, vintages: bool = False, as_of: AsOf = None, clock: Clock = "recorded") -> Response:
        """What is believed of one indicator, oldest first."""
        desk = desk_of()
        if indicator not in desk.declaration.indicators:
            raise HTTPException(404, f"no indicator {indicator!r}")
        return _answer(pipeline.values(desk, indicator, vintages=vintages, as_of=at(as_of), clock=clock))

    @routes.get("/api/v1/series/{indicator}")
    def series(indicator: str, subject: str = "", as_of: AsOf = None, clock: Clock = "recorded") -> Response:
        """The believed values of one indicator and subject as columns, for charts: one object with lists of one length."""
        desk = desk_of()
        declared = desk.declaration.indicators.get(indicator)
        if declared is None or declared.unit is None:
            raise HTTPException(404, f"no indicator {indicator!r} with values")
        about = subject or next(iter(desk.declaration.subjects_of(declared)), "")
        points = pipeline.record(desk, declared, about, as_of=at(as_of), clock=clock).points
        names = ("at", "occurred", "lo", "hi", "op", "kind", "source", "first_lo", "first_hi")
        columns = {name: [getattr(point, name) for point in points] for name in names}
        return _answer({"indicator": indicator, "subject": about, "unit": declared.unit, **columns})


def _as_of_routes(routes: APIRouter, desk_of: Callable[[], Desk]) -> None:
    def at(text: str | None) -> datetime | None:
        return _at(text, desk_of())

    @routes.get("/api/v1/events")
    def events(as_of: AsOf = None, clock: Clock = "recorded") -> Response:
        """What took place."""
        return _answer(pipeline.events(desk_of(), as_of=at(as_of), clock=clock))

    @routes.get("/api/v1/entries")
    def entries(as_of: AsOf = None, clock: Clock = "recorded") -> Response:
        """The collected texts, each in its newest version."""
        return _answer(pipeline.entries(desk_of(), as_of=at(as_of), clock=clock))

    @routes.get("/api/v1/alerts")
    def alerts(as_of: AsOf = None) -> Response:
        """What fires and what did."""
        return _answer(pipeline.alerts(desk_of(), as_of=at(as_of)))

    @routes.get("/api/v1/review")
    def review(as_of: AsOf = None) -> Response:
        """The readings that wait for a person."""
        return _answer(pipeline.waiting(desk_of(), as_of=at(as_of)))


def _present_routes(routes: APIRouter, desk_of: Callable[[], Desk]) -> None:
    @routes.get("/api/v1/sources")
    def sources() -> Response:
        """How the sources are doing."""
        return _answer(pipeline.sources(desk_of()))

    @routes.get("/api/v1/expected")
    def expected() -> Response:
        """What is due and what is overdue: targets, checks by hand, figures, the digest."""
        return _answer(pipeline.expected(desk_of()))

    @routes.get("/api/v1/alerts/{number}")
    def alert(number: int) -> Response:
        """One alert with its steps, its messages and the answers to it."""
        desk = desk_of()
        if not any(row["id"] == number for row in pipeline.alerts(desk)):
            raise HTTPException(404, f"no alert {number}")
        return _answer(pipeline.alert(desk, number))

    @routes.get("/api/v1/status")
    def status() -> Response:
        """One object in the array: is the home well."""
        return _answer(pipeline.status(desk_of()))

    @routes.get("/healthz")
    def healthz() -> Response:
        """200 while the daemon ticks and the database answers, however many sources fail."""
        try:
            pulse = pipeline.pulse(desk_of())
        except TrackerError as error:
            return _answer({"ok": False, "reason": str(error)}, 503)
        # Where no daemon is meant to run nothing is late; that none does is said.
        body = {"ok": not pulse.late, "tick": pulse.at, "reason": pulse.text if pulse.late or pulse.at is None else ""}
        return _answer(body, 503 if pulse.late else 200)


def _answer(value: Any, status: int = 200) -> Response:
    return Response(plain.json(value), status, media_type="application/json")
