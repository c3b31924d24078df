"""httpx on sockets of our own: each connection goes to an address that was judged, and every wait ends at the deadline.

The address that was judged is the one that is connected to, so a name that changes its mind in between gains nothing.
The name itself stays in the request and in the TLS handshake. Imported when the door is first used: httpx is heavy.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from tracker.errors import SourceError
from tracker.network.addresses import reach
from tracker.network.resolving import Resolve, resolve_within


class Deadline(threading.local):
    """When the request of this thread must be over; a request is served by one thread from end to end."""

    until: float = float("inf")

    def left(self, wait: float | None) -> float:
        """The shorter of a wait and what is left; httpcore.ReadTimeout when nothing is left."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left if wait is None else min(wait, left)


class _Stream(httpcore.NetworkStream):
    """A connection that looks at the deadline before every step: a byte a second never ends otherwise."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Resolves, judges, and connects to what was judged. `private` opens private addresses, never the closed ones."""

    def __init__(self, deadline: Deadline, resolve: Resolve, *, private: bool) -> None:
        self._sockets = httpcore.SyncBackend()
        self._deadline, self._resolve, self._private = deadline, resolve, private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        until = time.monotonic() + self._deadline.left(timeout)
        failure: Exception = httpcore.ConnectTimeout("no address answered in time")
        for address in self._vetted(host, port, until - time.monotonic()):
            left = until - time.monotonic()
            if left <= 0:
                break
            try:
                inner = self._sockets.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(inner, self._deadline)
        raise failure

    def _vetted(self, host: str, port: int, seconds: float) -> list[str]:
        found = [(address, reach(address)) for address in resolve_within(self._resolve, host, port, seconds)]
        open_ = [address for address, kind in found if kind == "public" or (kind == "private" and self._private)]
        if open_:
            return open_
        raise SourceError(_closed(host, port, [address for address, _ in found]), state="refused")


def _closed(host: str, port: int, addresses: list[str]) -> str:
    where = f"{host} ({', '.join(addresses)})" if addresses != [host] else host
    if any(reach(address) == "private" for address in addresses):
        return f"{where} port {port} is a private address; `allow_private: true` beside the URL opens it"
    return f"{where} is an address that is never asked"


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class Transport(httpx.BaseTransport):
    """What httpx's own transport does, over our sockets; what httpcore raises goes through as it is."""

    def __init__(self, deadline: Deadline, resolve: Resolve, tls: ssl.SSLContext, *, private: bool) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=64,
            max_keepalive_connections=16,
            keepalive_expiry=5.0,
            network_backend=_Backend(deadline, resolve, private=private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        self._pool.close()
