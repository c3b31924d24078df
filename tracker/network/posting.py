"""Hand a document over: vetted like every question, asked once, never sent on to another address.

A URL may itself be a secret, so no sentence names more of it than its host, and httpx's client, which logs URLs, is left out.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from tracker.errors import SourceError
from tracker.network import statuses
from tracker.network.resolving import Resolve, lookup
from tracker.network.urls import objection, origin

CONNECT = 5.0
#: Whatever an answer says beyond its status is not read on after so many bytes.
_MOST = 1 << 16
_WRITABLE = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the other side answered."""

    status: int
    said: str  # 429 (Too Many Requests)
    wait: timedelta | None = None  # how long it asks to be left alone


def post(
    url: str,
    content: bytes,
    *,
    headers: Mapping[str, str],
    allow_private: bool = False,
    deadline: float = 20.0,
    resolve: Resolve = lookup,
) -> Receipt:
    """The answer, whatever its status; SourceError where none came. `allow_private` opens private addresses of this host."""
    if why := objection(url):
        raise SourceError(f"refused: {why}", state="refused")
    if not all(_WRITABLE.fullmatch(value) for value in headers.values()):  # before httpcore tells its log of it
        raise SourceError("refused: a header holds characters that HTTP does not allow", state="refused")
    import httpx

    from tracker.network import asking
    from tracker.network.transport import Transport

    until = asking.new_deadline()
    until.until = time.monotonic() + deadline
    tls = httpx.create_ssl_context(trust_env=False)
    waits = {"connect": min(CONNECT, deadline), "read": deadline, "write": deadline, "pool": deadline}
    with asking.told(origin(url)[1]), Transport(until, resolve, tls, private=allow_private) as transport:
        try:
            request = httpx.Request("POST", url, headers=dict(headers), content=content, extensions={"timeout": waits})
        except (httpx.InvalidURL, ValueError):
            raise SourceError("refused: this is no URL", state="refused") from None
        response = transport.handle_request(request)
        _drain(response.stream if isinstance(response.stream, httpx.SyncByteStream) else ())
        response.close()
    heard = {name.lower(): value for name, value in response.headers.items()}
    status = response.status_code
    return Receipt(status=status, said=f"{status}{statuses.phrase(status)}", wait=statuses.waiting(heard))


def _drain(body: Iterable[bytes]) -> None:
    """The status has said it: what follows is taken off the line, and what goes wrong there changes nothing."""
    import httpcore

    taken = 0
    with suppress(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        for piece in body:
            taken += len(piece)
            if taken > _MOST:
                return
