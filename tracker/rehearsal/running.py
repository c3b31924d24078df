"""Run the cases of files, each as it stands and in another rhythm, and keep what each gave."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tracker.errors import UsageError
from tracker.rehearsal.cases import Loaded, load
from tracker.rehearsal.judging import Failure, judge
from tracker.rehearsal.rhythm import otherwise
from tracker.rehearsal.simulate import Recording, simulate


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One case that was run: its file, its place in it, what it gave and where that is not what it should be."""

    file: str
    number: int
    loaded: Loaded
    recording: Recording
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run of rule tests found."""

    cases: int
    failures: tuple[Failure, ...]
    results: tuple[Result, ...] = field(default=(), compare=False, repr=False)

    @property
    def ok(self) -> bool:
        """Whether every case holds, in every rhythm."""
        return not self.failures


def test(files: Iterable[str | Path], *, seed: int | None = None) -> Report:  # noqa: PT028 - no test of pytest
    """Run every case of every file. DeclarationError (exit 2) for a malformed file.

    The seed is that of the other rhythm; without one it is drawn anew, and a failure names it.
    """
    chosen = random.randrange(1_000_000) if seed is None else seed
    loaded = {str(file): load(read(Path(file)), str(file)) for file in files}  # all are read before one is run
    results = [
        _run(file, number, one, chosen) for file, cases in loaded.items() for number, one in enumerate(cases)
    ]  # fmt: skip
    failures = tuple(failure for result in results for failure in result.failures)
    return Report(cases=len(results), failures=failures, results=tuple(results))


def _run(file: str, number: int, loaded: Loaded, seed: int) -> Result:
    recording = simulate(loaded)
    failures = (*judge(loaded, recording, file), *otherwise(loaded, recording, seed, file))
    return Result(file=file, number=number, loaded=loaded, recording=recording, failures=failures)


def read(file: Path) -> str:
    """The text of a file of rule tests."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from error
