"""Where the page may be: on loopback only, on a port that nobody else has."""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass

from tracker.errors import UsageError


@dataclass(frozen=True, slots=True)
class Address:
    """A loopback address to listen at; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: int = 8765

    @property
    def literal(self) -> str:
        """The host as it stands in a URL and in a Host header."""
        return f"[{self.host}]" if ":" in self.host else self.host


def loopback(host: str, port: int) -> Address:
    """The address, if nobody from outside can reach it; there is no login yet, so every other is refused."""
    plain = host.strip("[]")
    if plain != "localhost":
        try:
            inside = ipaddress.ip_address(plain).is_loopback
        except ValueError:
            inside = False
        if not inside:
            raise UsageError(
                f"{host} is not a loopback address, and without a token anyone could read the page there; "
                "use 127.0.0.1, and an SSH tunnel to reach it from elsewhere"
            )
    return Address(plain, port)


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
