"""`/sources` and `/calendar`: how the sources are doing, and what is due."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from tracker import pipeline
from tracker.web.painting import Painter

#: What a source's state is called, and the class of its colour.
STATES = {
    "never": ("not asked yet", "none"), "ok": ("good", "calm"), "unchanged": ("good, nothing new", "calm"),
    "empty": ("empty", "overdue"), "stale": ("nothing new for long", "overdue"), "partial": ("partly read", "overdue"),
    "throttled": ("asked to wait", "overdue"), "moved": ("moved", "overdue"), "gone": ("gone", "active"), "refused": ("refused", "active"),
    "schema_changed": ("its form changed", "active"), "failed": ("failing", "active"),
}  # fmt: skip


def router(painter: Painter) -> APIRouter:
    """Two tables."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/sources")
    def sources() -> str:
        desk = painter.desk_of()
        rows = [dict(row) | {"declared": desk.declaration.sources[row["source"]]} for row in pipeline.sources(desk)]
        return painter.page(
            "sources.html", "/sources", "Sources", api="/api/v1/sources", rows=rows, states=STATES,
            status=pipeline.status(desk)[0], complaints=pipeline.complaints(desk),
        )  # fmt: skip

    @routes.get("/calendar")
    def calendar() -> str:
        rows = pipeline.expected(painter.desk_of())
        return painter.page(
            "calendar.html", "/calendar", "Calendar", api="/api/v1/expected", late=[row for row in rows if row["overdue"]],
            ahead=[row for row in rows if not row["overdue"]],
        )  # fmt: skip

    return routes
