"""Who holds a lease: a process, by its host, boot, PID namespace, pid and start time; and whether it has ended.

A pid means something in its own namespace only: beside a container on the same host it is another process, or none.
"""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


def owner() -> str:
    """This process, as leases name it; with its start time, so that a reused pid is another owner."""
    return f"{_place()}:{os.getpid()}:{_started('self') or 0}"


def is_gone(owner: str) -> bool:
    """Whether the process that an owner names has ended. Of other hosts, boots and namespaces nothing is known: not gone."""
    place, pid, start = owner.rsplit(":", 2)
    if place != _place():
        return False
    if _started("self") is None:  # no /proc here: only whether there is such a process
        return _nobody(int(pid))
    return _started(pid) != start


@cache
def _place() -> str:
    """Where this process's pid has its meaning; without /proc the host alone."""
    return ":".join([socket.gethostname(), *_namespace()])


def _namespace() -> list[str]:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return [boot, str(Path("/proc/self/ns/pid").stat().st_ino)]
    except OSError:
        return []


def _started(pid: str) -> str | None:
    """When a process started, in ticks since the boot; None where there is no such process, or no /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rsplit(")", 1)[1].split()[19]
    except OSError:
        return None


def _nobody(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
