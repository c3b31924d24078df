"""`/digests`: each week that has had its digest, and any period drawn from what was known at its end."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tracker import db, pipeline, timing
from tracker.web.painting import Painter


def router(painter: Painter) -> APIRouter:
    """The list and the page of one period."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/digests")
    def every(period: str = "") -> Response:
        if period.strip():
            return RedirectResponse(f"/digests/{painter.quoted(period.strip())}", 303)
        desk = painter.desk_of()
        with desk.store.read() as connection:
            drawn = db.digests.runs(connection)[::-1]
        this = timing.iso_week(desk.clock.now(), desk.zone)
        return HTMLResponse(painter.page("digests.html", "/digests", "Digests", drawn=drawn, this=this))

    @routes.get("/digests/{period}")
    def one(period: str) -> str:
        page = pipeline.digest_page(painter.desk_of(), period)
        return painter.page("digest.html", "/digests", f"Digest {period}", page=page, period=period)

    return routes
