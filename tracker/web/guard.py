"""What every answer carries and what no request gets past: strict headers, a Host allow-list, no foreign POST."""

from __future__ import annotations

import logging
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
READING = {"GET", "HEAD", "OPTIONS"}


class Guard:
    """The outermost layer: also refusals and error pages carry the headers."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

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

        headers = Headers(scope=scope)
        app = self._app
        if _host(headers.get("host", "")) not in self._hosts:
            app = PlainTextResponse("This host name is not served here.\n", status_code=400)
        elif scope["method"] not in READING and _foreign(headers):
            app = PlainTextResponse("Requests from other sites are refused.\n", status_code=403)
        try:
            await app(scope, receive, with_headers)
        except Exception as error:  # one page that fails is one line in the log, and no end of the others
            log.error("page %s: unexpected %s: %s", scope["path"], type(error).__name__, error, exc_info=_wordy())
            if not started:
                await PlainTextResponse("This page failed; the log says why.\n", 500)(scope, receive, with_headers)


def _wordy() -> bool:
    return log.isEnabledFor(logging.DEBUG)


def _foreign(headers: Headers) -> bool:
    """Whether a browser says that another site sends this; what says nothing of the kind is no browser."""
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and origin.lower().removeprefix("http://") != headers.get("host", "").lower()


def _host(header: str) -> str:
    """The host without its port: `127.0.0.1`, `[::1]`, `localhost`."""
    name = header.lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]
