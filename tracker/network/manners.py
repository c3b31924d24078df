"""Manners towards a public host: one request at a time, a pause between two, a rest for all when it asks for one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from tracker.errors import SourceError


@dataclass(slots=True)
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0  # the next request may begin
    rests_until: float = 0.0


class Manners:
    """What the hosts were asked and when, as long as the process lives; longer rests stand in the schedule."""

    def __init__(
        self, pause: float, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._pause, self._clock, self._sleep = pause, clock, sleep
        self._hosts: dict[str, _Host] = {}
        self._guard = threading.Lock()

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for this host's turn; SourceError while it rests."""
        known = self._host(host)
        with known.turn:
            self._refuse_at_rest(host, known)
            wait = known.free_at - self._clock()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                known.free_at = self._clock() + self._pause

    def rest(self, host: str, span: timedelta) -> None:
        """Leave this host alone for a while."""
        known = self._host(host)
        known.rests_until = max(known.rests_until, self._clock() + span.total_seconds())

    def _host(self, host: str) -> _Host:
        with self._guard:
            return self._hosts.setdefault(host, _Host())

    def _refuse_at_rest(self, host: str, known: _Host) -> None:
        left = known.rests_until - self._clock()
        if left > 0:
            raise SourceError(
                f"{host} asked to be left alone; {left:.0f} s of that are left",
                state="throttled",
                retry_after=timedelta(seconds=left),
                whole_host=True,
            )
