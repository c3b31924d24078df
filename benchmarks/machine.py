"""On what the figures were measured, in one line."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from importlib.metadata import version
from pathlib import Path


def describe() -> str:
    """Processor, cores, memory, and the versions that matter."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("sqlalchemy", "click", "pydantic"))
    return (
        f"Measured on {_processor()}, {os.cpu_count()} cores, {_memory()} of memory, {platform.system()} "
        f"{platform.release()}; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}."
    )


def peak(pid: int | None = None) -> float:
    """The most memory that a process (this one) ever held, in MiB, with the parts of files that it mapped; Linux only."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path(f"/proc/{pid or 'self'}/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{total / 2**30:.0f} GiB"
