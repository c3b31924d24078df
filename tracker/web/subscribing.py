"""What other programs subscribe to: `/metrics` for Prometheus, `/alerts.atom` for readers, `/calendar.ics` for calendars."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from tracker import pipeline
from tracker.pipeline import Desk
from tracker.web import atom, ics, metrics


def router(desk_of: Callable[[], Desk]) -> APIRouter:
    """Three documents."""
    routes = APIRouter()

    @routes.get("/metrics")
    def measured() -> Response:
        """The newest values, how alerts and sources stand, in the text format of Prometheus."""
        return Response(metrics.text(desk_of()), media_type="text/plain; version=0.0.4")

    @routes.get("/alerts.atom")
    def alerts(request: Request) -> Response:
        """The newest alerts as an Atom feed."""
        desk = desk_of()
        document = atom.document(pipeline.alerts(desk), desk, str(request.base_url).rstrip("/"))
        return Response(document, media_type="application/atom+xml")

    @routes.get("/calendar.ics")
    def calendar() -> Response:
        """What is due, as all-day entries."""
        desk = desk_of()
        return Response(ics.document(pipeline.expected(desk), desk), media_type="text/calendar; charset=utf-8")

    return routes
