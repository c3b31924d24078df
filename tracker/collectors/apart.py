"""A parser in a process of its own: a document that is built to take hours, or all memory, takes this process only.

One process for each such document: it is killed at its limits, and there is nothing to replace. It inherits no secret.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tracker.collectors import reference
from tracker.collectors.items import Item, Parsed, Part
from tracker.errors import SourceError

#: Of its processor time, of ours (a busy machine included), and of memory.
CPU_SECONDS, WALL_SECONDS, MEMORY = 5, 20, 512_000_000
_PACKAGES = Path(__file__).parents[2]
_TURNS = threading.BoundedSemaphore(2)


def parse(document: bytes, *, split: bool = False, seconds: int = CPU_SECONDS, memory: int = MEMORY) -> Parsed:
    """As `reference.parse`, or SourceError where it takes more processor time or more bytes of memory."""
    told = ask(__name__, document, *["split"] * split, seconds=seconds, memory=memory)
    items = (Item(**{**one, "dates": tuple(one["dates"]), "parts": _parts(one["parts"])}) for one in told["items"])
    return Parsed(items=tuple(items), language=told["language"], found=told["found"])


def ask(module: str, given: bytes, *words: str, seconds: int = CPU_SECONDS, memory: int = MEMORY) -> dict[str, Any]:
    """What a module answers to these bytes (it calls `answer`), or SourceError: its own, or that of a limit."""
    command = [sys.executable, "-P", "-m", module, str(seconds), str(memory), *words]
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    path = os.pathsep.join([str(_PACKAGES), *(one for one in sys.path if one)])
    try:
        with _TURNS:
            done = subprocess.run(
                command, input=given, capture_output=True, timeout=WALL_SECONDS, check=False,
                env={**inherited, "PYTHONPATH": path, "PYTHONUTF8": "1"},
            )  # fmt: skip
        told: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise SourceError(
            f"too much to read: the parser was stopped after {seconds} s or for want of memory"
        ) from error
    if "error" in told:
        raise SourceError(str(told["error"]))
    return told


def answer(work: Callable[[bytes, list[str]], dict[str, object]]) -> None:
    """The other side: read all that is given, then answer within the limits."""
    given = sys.stdin.buffer.read()
    _bounded(int(sys.argv[1]), int(sys.argv[2]))
    try:
        told = work(given, sys.argv[3:])
    except SourceError as error:
        told = {"error": str(error)}
    json.dump(told, sys.stdout)


def _parts(told: list[dict[str, str]]) -> tuple[Part, ...]:
    return tuple(Part(**one) for one in told)


def _bounded(seconds: int, memory: int) -> None:
    """No more than the limits; where the system knows none (Windows), the time of the other side remains."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        spent = resource.getrusage(resource.RUSAGE_SELF)
        last = int(spent.ru_utime + spent.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (last, last))


def _work(given: bytes, words: list[str]) -> dict[str, object]:
    return asdict(reference.parse(given, split="split" in words))


if __name__ == "__main__":
    answer(_work)
