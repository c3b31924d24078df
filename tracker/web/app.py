"""The application: what is served, and what stands around it. A request reads, and acts, through `pipeline` alone."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from tracker.errors import TrackerError, UsageError
from tracker.pipeline import Desk
from tracker.web import (
    alerting,
    api,
    digests,
    entering,
    events,
    indicator,
    listing,
    login,
    overview,
    reviewing,
    subscribing,
)
from tracker.web.access import Sessions
from tracker.web.address import Address
from tracker.web.guard import PROGRAMS, Guard
from tracker.web.painting import Painter


def build(desk_of: Callable[[], Desk], address: Address) -> Guard:
    """The application. `desk_of` gives the open desk of the moment: a daemon changes it when it reloads."""
    app = FastAPI(
        title="tracker",
        version="1",
        docs_url=None,  # its page loads scripts from a third party
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.mount("/static", StaticFiles(packages=[("tracker.web", "static")]), name="static")
    painter, sessions = Painter(desk_of, session=bool(address.access.tokens)), Sessions()
    for room in (overview, indicator, alerting, events, reviewing, entering, digests, listing):
        app.include_router(room.router(painter))
    app.include_router(login.router(painter, address.access, sessions))
    for rows in (api, subscribing):
        app.include_router(rows.router(desk_of))
    _refusals(app, painter)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    hosts = {"localhost", "127.0.0.1", "[::1]", address.literal}
    return Guard(app, hosts, address.access, sessions, desk_of().clock)


def _refusals(app: FastAPI, painter: Painter) -> None:
    """Every refusal in the form of what was asked: JSON for programs, a page for people."""

    def refused(request: Request, status: int, text: str) -> Response:
        if request.url.path.startswith((*PROGRAMS, "/healthz")):
            return JSONResponse({"error": text}, status)
        title = {404: "Not found", 503: "The home cannot answer"}.get(status, "This cannot be done as asked")
        return HTMLResponse(painter.bare("message.html", title, text=text), status)

    @app.exception_handler(TrackerError)
    def of_ours(request: Request, error: TrackerError) -> Response:
        """A question that cannot be answered as asked is 422, a home that cannot answer is 503."""
        return refused(request, 422 if isinstance(error, UsageError) else 503, str(error))

    @app.exception_handler(HTTPException)
    def of_the_web(request: Request, error: HTTPException) -> Response:
        return refused(request, error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    def of_the_query(request: Request, error: RequestValidationError) -> Response:
        said = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
        return refused(request, 422, said)
