"""Where the page may be: on loopback, or elsewhere behind a token or a trusted proxy; on a port that nobody else has."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.errors import UsageError
from tracker.web.access import Access, declared


@dataclass(frozen=True, slots=True)
class Address:
    """An address to listen at, with the ways in; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 8765
    access: Access = field(default_factory=Access)

    @property
    def literal(self) -> str:
        """The host as it stands in a URL and in a Host header."""
        return f"[{self.host}]" if ":" in self.host else self.host


def admitted(host: str, port: int, environ: Mapping[str, str]) -> Address:
    """The address, if nobody gets in who should not: loopback, or any other with a token or a proxy in the environment."""
    plain, access = host.strip("[]"), declared(environ)
    if not _loopback(plain) and not access.asked:
        raise UsageError(
            f"{host} is not a loopback address, and without a token anyone could read the page there; set TRACKER_WEB_TOKEN "
            "(`tracker web --new-token` makes one) or TRACKER_WEB_PROXY, or use 127.0.0.1 and an SSH tunnel"
        )
    return Address(plain, port, access)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(address: Address) -> socket.socket:
    """A listening socket, taken before anything else is started, so that a port in use is said at once."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "is in use; choose another with --port, or --port 0 for any free one"
        else:
            reason = f"cannot be used: {error.strerror}"
        raise UsageError(f"port {address.port} on {address.host} {reason}") from error
