"""The shape of the house: who may import whom, how long a room may get, what a short command must not load."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import ROOT, environment, tracker

PACKAGE = ROOT / "tracker"
LINES_OF_A_MODULE = 350
LINES_OF_A_FUNCTION = 45
#: Unfinished or silenced work. Written apart so that this file does not find itself.
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", r"#\s*type:\s*ignore\s*$")))
PATCHING = re.compile("|".join(("unittest." + "mock", r"monkeypatch\." + "setattr", r"\bmock" + r"er\b")))
#: Names that say nothing of what is inside.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
#: What only the page, the daemon, a feed or an analyst needs; a short command that loads one of them is slow.
#: The rooms of the kinds, and the reader of declarations.
KINDS = {"tracker.alerts", "tracker.collectors", "tracker.indicators", "tracker.rules", "yaml"}
HEAVY = {
    "alembic",
    "apscheduler",
    "fastapi",
    "feedparser",
    "httpx",
    "jinja2",
    "numpy",
    "pandas",
    "selectolax",
    "starlette",
    "uvicorn",
}


def _modules() -> list[Path]:
    """Every module of the package but the migrations, which are history."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


MODULES = pytest.mark.parametrize("path", _modules(), ids=_name)


def test_imports_follow_the_layers() -> None:
    """Every contract of [tool.importlinter] is kept."""
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))"

    linted = _python(program, cwd=ROOT)

    assert linted.returncode == 0, linted.stdout + linted.stderr


@MODULES
def test_a_module_is_one_room(path: Path) -> None:
    """It says in its docstring what it is for, has a telling name, and can be read in one sitting."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)

    assert ast.get_docstring(tree), "no docstring"
    assert path.stem not in EMPTY_NAMES
    assert len(text.splitlines()) <= LINES_OF_A_MODULE
    assert not list(_long_functions(tree))


def _long_functions(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LINES_OF_A_FUNCTION:
                yield f"{node.name} has {lines} lines"


def test_nothing_is_left_unfinished() -> None:
    """No note to oneself, no empty shell, no blanket silence."""
    assert _found(UNFINISHED, "tracker", "tests", "benchmarks") == []


def test_nothing_is_patched() -> None:
    """Clock, network and home are arguments; a test that patches says that one of them is not."""
    assert _found(PATCHING, "tests") == []


def _found(pattern: re.Pattern[str], *folders: str) -> list[str]:
    return [
        f"{_name(path)}:{number}: {line.strip()}"
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_every_exported_name_exists() -> None:
    """What a room offers in its `__all__` can be imported from it (ruff keeps the order)."""
    offers = [
        (".".join(path.parent.relative_to(ROOT).parts), name)
        for path in PACKAGE.rglob("__init__.py")
        for name in _exported(ast.parse(path.read_text(encoding="utf-8")))
    ]
    program = f"from importlib import import_module as m; print([o for o in {offers!r} if not hasattr(m(o[0]), o[1])])"

    asked = _python(program, cwd=ROOT)

    assert ("tracker", "open") in offers
    assert asked.stdout.strip() == "[]", asked.stdout + asked.stderr


def _exported(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    return []


@pytest.mark.parametrize(
    "command",
    ["list", "alerts", "status", "check", "record github_stars 9000 --kind estimate -n"],
    ids=lambda command: command.split()[0],
)
def test_a_short_command_loads_nothing_heavy(command: str, tmp_path: Path) -> None:
    """On a home that has been opened before: a start takes a third of a second, and pandas alone would double it."""
    assert tracker("init", str(tmp_path), cwd=tmp_path).returncode == 0
    assert tracker("--now", "2026-11-23", "evaluate", cwd=tmp_path).returncode == 0
    loaded = "import sys; from tracker.cli.failing import run; run(sys.argv[1:]); print('LOADED', *sys.modules)"

    process = _python(loaded, *command.split(), cwd=tmp_path)

    *_, last = process.stdout.splitlines()
    assert last.startswith("LOADED"), process.stderr
    assert HEAVY.isdisjoint(last.split())
    if command.split()[0] in ("list", "record"):  # the declaration is remembered, and nothing is compared
        assert KINDS.isdisjoint(last.split())


def _python(program: str, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *args], cwd=cwd, env=environment(), capture_output=True, text=True, check=False
    )
