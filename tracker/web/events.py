"""`/events`: what took place, and for each event every report of it with the words that tied it there."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from tracker import pipeline
from tracker.errors import UsageError
from tracker.web.indicator import event_said
from tracker.web.painting import Painter

#: So many events stand on one page.
ROWS = 100


def router(painter: Painter) -> APIRouter:
    """The list and the page of one event."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/events")
    def every(q: str = "", subject: str = "", type: str = "", status: str = "", page: int = 1) -> str:
        desk = painter.desk_of()
        rows = pipeline.events(desk)[::-1]
        wanted = [
            row for row in rows
            if subject in ("", row["subject"]) and type in ("", row["type"]) and status in ("", row["status"])
            and all(word in row["title"].casefold() for word in q.casefold().split())
        ]  # fmt: skip
        last = max(1, -(-len(wanted) // ROWS))
        here = min(max(page, 1), last)
        shown = wanted[(here - 1) * ROWS : here * ROWS]
        return painter.page(
            "events.html", "/events", "Events", api="/api/v1/events", rows=[event_said(row, desk) for row in shown],
            chosen={"q": q, "subject": subject, "type": type, "status": status}, number=here, last=last, found=len(wanted),
            choices={name: sorted({row[name] for row in rows}) for name in ("subject", "type", "status")},
        )  # fmt: skip

    @routes.get("/events/{key:path}")
    def one(key: str) -> str:
        desk = painter.desk_of()
        try:
            found = pipeline.event(desk, key)
        except UsageError as error:
            raise HTTPException(404, str(error)) from error
        return painter.page("event.html", "/events", found["title"], row=event_said(found, desk))

    return routes
