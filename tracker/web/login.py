"""`/login`: a token against a cookie that scripts cannot read and other sites cannot send."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tracker.web.access import COOKIE, SESSION, Access, Sessions
from tracker.web.forms import fields
from tracker.web.guard import session_of
from tracker.web.painting import Painter

Fields = Annotated[dict[str, str], Depends(fields)]


def router(painter: Painter, access: Access, sessions: Sessions) -> APIRouter:
    """The form, the way in and the way out."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/login")
    def form(to: str = "/") -> Response:
        if not access.tokens:
            return (
                RedirectResponse("/", 303)
                if not access.asked
                else _refused(painter, "This page is reached by its proxy.")
            )
        return HTMLResponse(painter.bare("login.html", "Log in", to=own(to), refused=""))

    @routes.post("/login")
    def enter(sent: Fields, request: Request) -> Response:
        scope = access.scope_of(sent.get("token", ""))
        if scope is None:
            said = "This token opens nothing here."
            return HTMLResponse(painter.bare("login.html", "Log in", to=own(sent.get("to", "/")), refused=said), 403)
        answer = RedirectResponse(own(sent.get("to", "/")), 303)
        answer.set_cookie(
            COOKIE, sessions.start(scope, painter.desk_of().clock.now()), max_age=int(SESSION.total_seconds()), httponly=True,
            samesite="strict", secure=_secure(request, access),
        )  # fmt: skip
        return answer

    @routes.post("/logout")
    def leave(request: Request) -> Response:
        sessions.end(session_of(request.headers))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    return routes


def _refused(painter: Painter, text: str) -> Response:
    return HTMLResponse(painter.bare("message.html", "Not here", text=text), 401)


def own(path: str) -> str:
    """The path, if it lies on this site; else the first page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def _secure(request: Request, access: Access) -> bool:
    """Whether the browser came by TLS: to us, or to a proxy that is trusted."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-proto", "") if access.trusts(peer) else ""
    return "https" in (request.url.scheme, forwarded)
