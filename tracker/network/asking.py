"""One request over httpx, and what may go wrong on the way, in our words. Imported when the door is first used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from tracker.errors import SourceError
from tracker.network.resolving import Resolve
from tracker.network.transport import Deadline, Transport
from tracker.network.urls import origin


def new_deadline() -> Deadline:
    """One for all clients of a door."""
    return Deadline()


def new_client(
    deadline: Deadline, resolve: Resolve, agent: str, connect: float, read: float, *, private: bool
) -> httpx.Client:
    """No environment, no cookies, no redirects of its own; gzip is the only packing that is asked for."""
    return httpx.Client(
        transport=Transport(deadline, resolve, httpx.create_ssl_context(trust_env=False), private=private),
        timeout=httpx.Timeout(read, connect=connect, pool=connect),
        headers={"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "gzip"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )


@contextmanager
def asked(client: httpx.Client, request: httpx.Request, url: str) -> Iterator[httpx.Response]:
    """The response, its body still to be read; closed at the end."""
    host = origin(url)[1]
    with told(host):
        response = _sent(client, request)
        try:
            yield response
        finally:
            response.close()


def _sent(client: httpx.Client, request: httpx.Request) -> httpx.Response:
    """A connection kept open may be closed by the other side at the moment it is used again: ask once more."""
    try:
        return client.send(request, stream=True)
    except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError) as error:
        if isinstance(error, httpcore.RemoteProtocolError) and "disconnected" not in str(error):
            raise
        return client.send(request, stream=True)


@contextmanager
def told(host: str) -> Iterator[None]:
    """What goes wrong on the way to a host, as a SourceError."""
    try:
        yield
    except (httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
        raise SourceError(f"too slow: no connection to {host} in time") from error
    except (httpcore.ReadTimeout, httpcore.WriteTimeout) as error:
        raise SourceError(f"too slow: {host} did not deliver the whole answer in time") from error
    except httpcore.ConnectError as error:
        if "CERTIFICATE_VERIFY" in str(error):
            raise SourceError(f"the certificate of {host} is not to be trusted ({error})") from error
        raise SourceError(f"{host} cannot be reached ({error})") from error
    except httpcore.LocalProtocolError:
        # Its text repeats the header, which may be a key.
        raise SourceError("a header of the request has characters that HTTP does not allow: look at the key") from None
    except (httpcore.RemoteProtocolError, httpcore.ReadError) as error:
        raise SourceError(_broken(host, str(error))) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpx.HTTPError) as error:
        raise SourceError(f"{host} could not be asked ({error})") from error


def _broken(host: str, said: str) -> str:
    """h11 tells how much of a body arrived; a connection that ends inside one is the same thing."""
    if "without sending complete message body" in said:
        return f"cut short: {said.partition('(')[2].rstrip(')') or 'the connection ended inside the body'}"
    if "disconnected without sending" in said or not said:
        return f"{host} closed the connection without an answer"
    if "reset" in said.lower():
        return f"cut short: {host} broke the connection off ({said})"
    return f"{host} does not speak HTTP ({said})"
