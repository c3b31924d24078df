"""Which small mistakes the tests of rules and delivery do not notice: `make mutants`, or `python -m benchmarks.mutants`.

Tests are collected once and run once, to learn which lines each runs. Then a child is forked for each mutant, puts the
mistaken code into the functions that are loaded, and runs the tests of its lines until one fails. `mutants.txt` names
the mutants that no test can notice, with the reason; every other survivor is a failure.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from hypothesis import Phase, settings

from benchmarks.mutating import Mutant, marked, mutants

ROOT = Path(__file__).parents[1]
PACKAGES = ("rules", "delivery")
JUDGES = ("tests/rules", "tests/delivery")
#: They take long and say little that others do not: more seeds and more ticks over the same code.
LEFT_OUT = ("test_every_case_of_a_file", "test_ten_times_the_ticks", "test_two_halves")
#: Seconds of CPU after which a test that hangs has noticed the mistake, and bytes.
TOO_LONG, TOO_MUCH = 6, 4 << 30


def main() -> int:
    """0 when every survivor is named; 1 with the list of those that are not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("only", nargs="*", help="parts of names of mutants: rules/facts.py, `_ends:`")
    parser.add_argument(
        "--results", type=Path, help="file to which each result is added; what it holds is not run again"
    )
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="children at a time")
    parser.add_argument("--seconds", type=float, default=15, help="of CPU of the tests that one mutant must survive")
    options = parser.parse_args()
    named = dict(_named(Path(__file__).with_suffix(".txt")))
    every = [
        one
        for package in PACKAGES
        for path in sorted((ROOT / "tracker" / package).glob("*.py"))
        for one in mutants(path, f"{package}/{path.name}")
    ]
    stray = named.keys() - {one.name for one in every}
    chosen = [one for one in every if not options.only or any(part in one.name for part in options.only)]
    done = _done(options.results)
    judge = Judge([one for one in chosen if one.name not in named and one.name not in done], options)
    settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate]
    )
    settings.load_profile("mutants")
    os.chdir(ROOT)
    began = time.monotonic()
    code = pytest.main(
        ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", "-W", "ignore", *JUDGES], [judge]
    )
    if code:
        return int(code)
    found = {one.name: done.get(one.name) or judge.found.get(one.name, "equivalent") for one in chosen}
    return _report(found, stray, time.monotonic() - began)


def _report(found: dict[str, str], stray: Iterable[str], seconds: float) -> int:
    """Print the survivors and the table."""
    survivors = [name for name, what in found.items() if what in ("survived", "not covered")]
    for name in survivors:
        print(f"{found[name]}: {name}")
    for name in stray:
        print(f"named in mutants.txt, and no mutant: {name}")
    counts = Counter(found.values())
    print(f"\n| mutants | {' | '.join(OUTCOMES)} | minutes |\n|{'---:|' * (len(OUTCOMES) + 2)}")
    print(f"| {len(found):,} | {' | '.join(str(counts[one]) for one in OUTCOMES)} | {seconds / 60:.0f} |")
    return 1 if survivors or list(stray) else 0


OUTCOMES = ("killed", "time-out", "equivalent", "not covered", "survived")


def _named(file: Path) -> Iterator[tuple[str, str]]:
    """(name, reason) of each equivalent mutant: a reason is a line with `#`, the names that it holds for follow it."""
    reason = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = line[1:].strip()
        elif line.strip():
            yield line.strip(), reason


def _done(file: Path | None) -> dict[str, str]:
    if file is None or not file.is_file():
        return {}
    return dict(line.split("\t")[1::-1] for line in file.read_text(encoding="utf-8").splitlines())


class Judge:
    """A plugin of pytest that tries the mutants on the tests that it has collected, instead of running these."""

    def __init__(self, waiting: Sequence[Mutant], options: argparse.Namespace) -> None:
        self.waiting, self.options = waiting, options
        self.found: dict[str, str] = {}
        self.failed = False
        self.seconds: dict[str, float] = {}
        self.lines: dict[str, frozenset[tuple[str, int]]] = {}
        self.reached: set[tuple[str, int]] = set()
        self.functions: dict[Path, list[tuple[FunctionType, CodeType]]] = {}
        self.kills: Counter[tuple[str, str]] = Counter()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Judges must not need what a clone lacks."""
        items[:] = [
            item
            for item in items
            if "shared" not in getattr(item, "fixturenames", ()) and not any(name in item.nodeid for name in LEFT_OUT)
        ]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a failure."""
        self.failed = self.failed or report.failed

    def pytest_report_teststatus(self) -> tuple[str, str, str]:
        """Print no dots."""
        return "", "", ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Every test once, then every mutant."""
        functions = [one for one in gc.get_objects() if isinstance(one, FunctionType)]
        for path in {one.path for one in self.waiting}:
            self.functions[path] = [(one, one.__code__) for one in functions if one.__code__.co_filename == str(path)]
            self._put(path, marked(path))
            for one, _ in self.functions[path]:
                one.__globals__["__mark__"] = self.reached.add
        for item in session.items:
            self._watch(item)
        for function, code in [pair for pairs in self.functions.values() for pair in pairs]:
            function.__code__ = code
        if self.failed:
            raise pytest.UsageError("a test fails without any mutant")
        print(
            f"{len(session.items)} tests in {sum(self.seconds.values()):.0f} s, {len(self.waiting)} mutants", flush=True
        )
        gc.collect()
        gc.freeze()
        self._try_all({item.nodeid: item for item in session.items})
        return True

    def _watch(self, item: pytest.Item) -> None:
        """Run a test and note which statements of ours it runs."""
        self.reached.clear()
        began = time.process_time()
        self._run(item)
        self.seconds[item.nodeid] = time.process_time() - began
        self.lines[item.nodeid] = frozenset(self.reached)

    def _put(self, path: Path, new: CodeType) -> None:
        """Other code into every function of a module that exists."""
        codes = {(code.co_qualname, code.co_firstlineno): code for code in _codes(new)}
        for function, mine in self.functions[path]:
            other = codes.get((mine.co_qualname, mine.co_firstlineno))
            if other is not None and mine.co_freevars == other.co_freevars:
                function.__code__ = other

    def _run(self, item: pytest.Item) -> None:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)

    def _try_all(self, items: dict[str, pytest.Item]) -> None:
        """As many children at a time as may be, each with a pipe on which it names the test that failed."""
        running: dict[int, tuple[Mutant, int]] = {}
        for mutant in self.waiting:
            tests = self._tests_of(mutant)
            if not tests:
                self._note(mutant, "not covered", "")
                continue
            if len(running) >= self.options.at_once:
                self._reap(running)
            read, write = os.pipe()
            child = os.fork()
            if not child:
                os.close(read)
                self._try(mutant, [items[name] for name in tests], write)
            os.close(write)
            running[child] = mutant, read
        while running:
            self._reap(running)

    def _tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that run its lines, or any of its file where it is made at import; the likeliest and shortest first."""
        file, place = str(mutant.path), f"{mutant.path}{mutant.function}"
        tests = [
            name
            for name, lines in self.lines.items()
            if (file, mutant.line) in lines
            or (not mutant.function and any(path == file for path, _ in lines))
            or mutant.function == "lambda"  # it has no statement that could be marked
        ]
        tests.sort(key=lambda name: (self.seconds[name] + 0.02) / (1 + 5 * self.kills[place, name]))
        ends = accumulate(self.seconds[name] for name in tests)
        return [name for name, end in zip(tests, ends, strict=True) if end < self.options.seconds]

    def _reap(self, running: dict[int, tuple[Mutant, int]]) -> None:
        child, status = os.wait()
        mutant, read = running.pop(child)
        with os.fdopen(read, encoding="utf-8") as pipe:
            killer = pipe.read()
        if os.WIFSIGNALED(status):
            self._note(mutant, "time-out", "")
        elif status:
            self.kills[f"{mutant.path}{mutant.function}", killer] += 1
            self._note(mutant, "killed", killer)
        else:
            self._note(mutant, "survived", "")

    def _note(self, mutant: Mutant, what: str, killer: str) -> None:
        self.found[mutant.name] = what
        if self.options.results:
            with self.options.results.open("a", encoding="utf-8") as file:
                file.write(f"{what}\t{mutant.name}\t{killer!r}\n")

    def _try(self, mutant: Mutant, tests: Sequence[pytest.Item], pipe: int) -> None:
        """The child: ends with 0 when no test fails."""
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        resource.setrlimit(resource.RLIMIT_AS, (TOO_MUCH, TOO_MUCH))
        gc.disable()
        try:
            if not mutant.function:
                signal.setitimer(signal.ITIMER_PROF, TOO_LONG * 10)
                os._exit(_afresh(mutant, [test.nodeid for test in tests]))
            self._put(mutant.path, mutant.code)
            for test in tests:
                signal.setitimer(signal.ITIMER_PROF, TOO_LONG)
                self._run(test)
                if self.failed:
                    os.write(pipe, test.nodeid.encode())
                    os._exit(1)
        except BaseException:  # the mistake broke pytest itself
            os._exit(2)
        os._exit(0)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _afresh(mutant: Mutant, tests: Sequence[str]) -> int:
    """Import everything of ours again, with the mistake, and run the tests: for what is made at import."""
    from importlib.machinery import SourceFileLoader

    for name in [name for name in sys.modules if name.partition(".")[0] in ("tracker", "tests")]:
        del sys.modules[name]
    original = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return mutant.code if self.get_filename(fullname) == str(mutant.path) else original(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    places = {name: place for place, name in enumerate(tests)}

    class Chosen:
        def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
            items[:] = sorted((one for one in items if one.nodeid in places), key=lambda one: places[one.nodeid])

    files = dict.fromkeys(name.partition("::")[0] for name in tests)
    return int(
        pytest.main(
            ["-q", "-x", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", "-W", "ignore", *files],
            [Chosen()],
        )
    )


if __name__ == "__main__":
    sys.exit(main())
