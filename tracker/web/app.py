"""The application: what is served, and what stands around it. Each request reads once through `pipeline`; nothing writes."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from tracker.errors import TrackerError, UsageError
from tracker.pipeline import Desk
from tracker.web import api, pages
from tracker.web.address import Address
from tracker.web.guard import Guard


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
    app.add_exception_handler(TrackerError, _refused)
    app.include_router(pages.router(desk_of))
    app.include_router(api.router(desk_of))
    return Guard(app, {"localhost", "127.0.0.1", "[::1]", address.literal})


def _refused(_request: Request, error: Exception) -> JSONResponse:
    """A question that cannot be answered as asked is 422, a home that cannot answer is 503."""
    return JSONResponse({"error": str(error)}, status_code=422 if isinstance(error, UsageError) else 503)
