"""The tables of docs/performance.md: `make bench`, or `python -m benchmarks.run PART…` for some of them (`PARTS`)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks import accuracy, burst, digest, evaluation, feeds, idle, lookup, machine, page, reading, start, store


@dataclass(frozen=True, slots=True)
class Part:
    """One table: its title, its columns, and what measures its rows."""

    title: str
    columns: Sequence[str]
    measure: Callable[[], Iterable[Sequence[str]]]


PARTS = {
    "store": Part("Rows into the store", ("what", "rows", "seconds", "rows per second"), store.measure),
    "lookup": Part("As of a past instant, over 1,000,000 observations", ("question", "p50", "p99"), lookup.measure),
    "rules": Part(
        "10,000 rules over 1,000,000 observations",
        ("what", "wall clock", "CPU", "most memory (RSS)", "what came of it"),
        evaluation.measure,
    ),
    "digest": Part(
        "The weekly digest of 500 indicators",
        ("form", "wall clock", "CPU", "most memory (RSS)", "size"),
        digest.measure,
    ),
    "reading": Part("Reading titles", ("what", "speed", "what came of it"), reading.measure),
    "start": Part("A short command, whole process", ("command", "CPU (user + system)", "wall clock"), start.measure),
    "feeds": Part(
        "200 feeds of 50 entries, wall clock (CPU)",
        ("pass", "reader 3.26", "collecting", "collecting and reading", "reader / collecting"),
        feeds.measure,
    ),
    "accuracy": Part(
        "Documents beside feedparser",
        (
            "documents of",
            "documents",
            "entries",
            "with fewer",
            "title",
            "link",
            "id",
            "date",
            "fast path",
            "times as fast",
        ),
        accuracy.measure,
    ),
    "burst": Part(
        "2,000 sources due at once",
        ("pass", "sources", "wall clock", "late or failed", "most memory (RSS)"),
        burst.measure,
    ),
    "page": Part(
        "The page", ("document", "median", "p95", "CPU of the server", "over the wire", "unpacked"), page.measure
    ),
    "idle": Part("The idle daemon", ("when", "memory (RSS)", "CPU in a minute"), idle.measure),
}


def main(wanted: Sequence[str]) -> None:
    """Print the machine and each table as soon as it is measured."""
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        sys.exit(f"no part {', '.join(unknown)}; there is: {', '.join(PARTS)}")
    print(machine.describe(), flush=True)
    for name in wanted or PARTS:
        part = PARTS[name]
        print(f"\n## {part.title}\n")
        print(_row(part.columns))
        print(_row(["---", *["---:"] * (len(part.columns) - 1)]), flush=True)
        for row in part.measure():
            print(_row(row), flush=True)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main(sys.argv[1:])
