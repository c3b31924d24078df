"""Names to addresses, within a time limit: the system's resolver has none of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence

from tracker.errors import SourceError

Resolve = Callable[[str, int], Sequence[str]]


def lookup(host: str, port: int) -> list[str]:
    """What the system says, in its order, each address once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def resolve_within(resolve: Resolve, host: str, port: int, seconds: float) -> Sequence[str]:
    """The addresses of a host; SourceError where there is none or the answer takes too long."""
    outcome: list[Sequence[str] | Exception] = []

    def ask() -> None:
        try:
            outcome.append(resolve(host, port))
        except (OSError, UnicodeError) as error:
            outcome.append(error)

    # A thread of its own: one that hangs in the resolver is left behind, and must not keep the process from ending.
    asking = threading.Thread(target=ask, name=f"resolve {host}", daemon=True)
    asking.start()
    asking.join(max(seconds, 0))
    if not outcome:
        raise SourceError(f"too slow: the name {host} was not resolved in time")
    if isinstance(outcome[0], Exception):
        reason = outcome[0].strerror if isinstance(outcome[0], OSError) else str(outcome[0])
        raise SourceError(f"the host {host} cannot be found ({reason})")
    return outcome[0]
