"""What every answer carries and what no request gets past: strict headers, a Host allow-list, no foreign POST, the login."""

from __future__ import annotations

import logging
from collections.abc import Collection
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.timing import Clock
from tracker.web.access import COOKIE, HEADER, Access, Person, Sessions

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
READING = {"GET", "HEAD", "OPTIONS"}
#: Open without a login: it shows nothing of the home, or is the login.
OPEN = ("/login", "/healthz", "/static/")
#: For programs, which are told and not sent to a form.
PROGRAMS = ("/api/", "/metrics", "/alerts.atom", "/calendar.ics")


class Guard:
    """The outermost layer: also refusals and error pages carry the headers."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], access: Access, sessions: Sessions, clock: Clock) -> None:
        self._app = app
        self._hosts = frozenset(hosts) | access.hosts
        self._access, self._sessions, self._clock = access, sessions, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app = self._refusal(scope) or self._app
        try:
            await app(scope, receive, with_headers)
        except Exception as error:  # one page that fails is one line in the log, and no end of the others
            log.error("page %s: unexpected %s: %s", scope["path"], type(error).__name__, error, exc_info=_wordy())
            if not started:
                await PlainTextResponse("This page failed; the log says why.\n", 500)(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        """What is answered instead; None lets the request through, with the person in its state."""
        headers, path = Headers(scope=scope), scope["path"]
        if not self._named(host_of(headers.get("host", "")), scope):
            return PlainTextResponse("This host name is not served here.\n", status_code=400)
        writes = scope["method"] not in READING
        if writes and _foreign(headers):
            return PlainTextResponse("Requests from other sites are refused.\n", status_code=403)
        person = self._person(headers, scope)
        scope.setdefault("state", {})["user"] = person.name if person else ""
        if person is None and not path.startswith(OPEN):
            return _log_in(path, scope)
        if writes and person is not None and person.scope != "write" and path not in ("/login", "/logout"):
            return PlainTextResponse("This token may only look.\n", status_code=403)
        return None

    def _named(self, host: str, scope: Scope) -> bool:
        """Whether it is one of ours: a name of the list, or the very address that was connected to."""
        server = scope.get("server")
        own = f"[{server[0]}]" if server and ":" in server[0] else server[0] if server else ""
        return host in self._hosts or (bool(host) and host == own)

    def _person(self, headers: Headers, scope: Scope) -> Person | None:
        """Who asks: whoever is at this machine where no login is asked for; None is a stranger."""
        if not self._access.asked:
            return Person()
        peer = scope["client"][0] if scope.get("client") else ""
        named = headers.get(HEADER, "").strip()
        if named and self._access.trusts(peer):
            return Person(named)
        kind, _, token = headers.get("authorization", "").partition(" ")
        found = self._access.scope_of(token.strip()) if kind.lower() == "bearer" else None
        found = found or self._sessions.scope_of(session_of(headers), self._clock.now())
        return Person(scope=found) if found else None


def _log_in(path: str, scope: Scope) -> Response:
    if path.startswith(PROGRAMS):
        return PlainTextResponse("A token is needed.\n", 401, headers={"WWW-Authenticate": "Bearer"})
    if scope["method"] not in READING:
        return PlainTextResponse("Log in first.\n", status_code=401)
    return RedirectResponse(f"/login?to={quote(path, safe='/')}", 303)


def session_of(headers: Headers) -> str:
    """The session that a cookie names; "" without one."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


def _wordy() -> bool:
    return log.isEnabledFor(logging.DEBUG)


def _foreign(headers: Headers) -> bool:
    """Whether a browser says that another site sends this; what says nothing of the kind is no browser."""
    site, origin = headers.get("sec-fetch-site", "none"), headers.get("origin")
    if site not in ("same-origin", "none"):
        return True
    # Under a policy of no referrer a browser says `null` for the origin of our own forms.
    if site == "same-origin" and origin == "null":
        return False
    return origin is not None and origin.lower().partition("://")[2] != headers.get("host", "").lower()


def host_of(header: str) -> str:
    """The host without its port: `127.0.0.1`, `[::1]`, `localhost`."""
    name = header.lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]
