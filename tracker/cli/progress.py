"""A line on the terminal that says how far a pass is, once it takes longer than somebody likes to wait in silence."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

#: Seconds of silence that nobody minds, and between two lines.
_SILENCE, _EVERY = 2.0, 0.3
_ERASED = "\r\x1b[K"


class Line:
    """What a pass tells as it goes; shown from a thread of its own, since a pass waits for the network."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._said = out, ""
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._show, name="progress", daemon=True)

    def __call__(self, done: int, of: int) -> None:
        """So many sources of so many."""
        self._said = f"{done} of {of} source{'' if of == 1 else 's'} done"

    def start(self) -> None:
        """Begin to be silent."""
        self._thread.start()

    def stop(self) -> None:
        """Take the line away."""
        self._end.set()
        self._thread.join()

    def _show(self) -> None:
        wait, shown = _SILENCE, False
        while not self._end.wait(wait):
            wait, shown = _EVERY, True
            self._out.write(f"{_ERASED}{self._said}")
            self._out.flush()
        if shown:
            self._out.write(_ERASED)
            self._out.flush()


@contextmanager
def shown() -> Iterator[Line | None]:
    """A line on a terminal, None where nobody looks on."""
    if not sys.stderr.isatty():
        yield None
        return
    line = Line(sys.stderr)
    line.start()
    try:
        yield line
    finally:
        line.stop()
