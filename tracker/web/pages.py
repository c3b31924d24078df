"""The plain pages: one table each, drawn on the server, complete without a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from tracker import db, pipeline
from tracker.pipeline import Desk
from tracker.timing import iso
from tracker.web import tables

PAGES = (
    ("/", "Board"), ("/alerts", "Alerts"), ("/events", "Events"), ("/sources", "Sources"), ("/digests", "Digests"),
    ("/calendar", "Calendar"),
)  # fmt: skip


class Painter:
    """Draws a table with what stands around it on every page."""

    def __init__(self, desk_of: Callable[[], Desk]) -> None:
        self._desk_of = desk_of
        loader = PackageLoader("tracker.web")
        environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, auto_reload=False)
        self._template = environment.get_template("table.html")

    def page(self, here: str, api: str, table: Callable[[Desk], tables.Table]) -> str:
        """The whole document; `api` is where the same is as JSON, "" where it is not."""
        desk = self._desk_of()
        now, pulse = desk.clock.now(), pipeline.pulse(desk)
        return self._template.render(
            table=table(desk),
            watch=desk.declaration.watch,
            warning=pulse.text if pulse.late else "",
            pages=PAGES,
            here=here,
            api=api,
            now=now.astimezone(desk.zone).strftime("%Y-%m-%d %H:%M"),
            now_utc=iso(now.astimezone(UTC).replace(microsecond=0)),
            zone=desk.declaration.timezone,
        )


def router(desk_of: Callable[[], Desk]) -> APIRouter:
    """The routes of the pages."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    draw = Painter(desk_of).page

    @routes.get("/")
    def board() -> str:
        return draw("/", "/api/v1/list", lambda desk: tables.board(pipeline.board(desk), desk.zone))

    @routes.get("/i/{indicator}")
    def one(indicator: str) -> str:
        if indicator not in desk_of().declaration.indicators:
            raise HTTPException(404, f"no indicator {indicator!r}")
        return draw("", _api_of(desk_of(), indicator), lambda desk: _known_of(desk, indicator))

    @routes.get("/alerts")
    def alerts() -> str:
        return draw("/alerts", "/api/v1/alerts", lambda desk: tables.alerts(pipeline.alerts(desk), desk.zone))

    @routes.get("/events")
    def events() -> str:
        return draw("/events", "/api/v1/events", lambda desk: tables.events(pipeline.events(desk), desk.zone))

    @routes.get("/sources")
    def sources() -> str:
        return draw("/sources", "/api/v1/sources", lambda desk: tables.sources(pipeline.sources(desk), desk.zone))

    @routes.get("/digests")
    def digests() -> str:
        return draw("/digests", "", _digests)

    @routes.get("/calendar")
    def calendar() -> str:
        return draw("/calendar", "/api/v1/list", lambda desk: tables.calendar(pipeline.board(desk), desk.zone))

    return routes


def _api_of(desk: Desk, indicator: str) -> str:
    has_values = desk.declaration.indicators[indicator].unit is not None
    return f"/api/v1/values/{indicator}" if has_values else "/api/v1/events"


def _known_of(desk: Desk, key: str) -> tables.Table:
    """What is known of one indicator: its values, or the events that it follows."""
    indicator = desk.declaration.indicators[key]
    if indicator.unit is not None:
        return tables.values(indicator.name, pipeline.values(desk, key), desk.zone)
    own = desk.declaration.subjects_of(indicator)
    found = [row for row in pipeline.events(desk) if row["type"] in indicator.types and row["subject"] in own]
    return tables.events(found, desk.zone, title=indicator.name)


def _digests(desk: Desk) -> tables.Table:
    with desk.store.read() as connection:
        drawn = db.digests.runs(connection)
    return tables.digests([{"period": period, "at": at} for period, at in reversed(drawn)], desk.zone)
