"""Broken and doubtful declarations beside what is said of them, word for word.

`TRACKER_GOLDEN=write` writes what is said now; read the difference before it is committed.
"""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

import pytest

from tracker import indicators, pipeline
from tracker.errors import DeclarationError, Problem

HERE = Path(__file__).parent
KINDS = pipeline.kinds()
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
DOUBTFUL = sorted((HERE / "doubtful").glob("*.yaml"))
SECRET = "hunter"  # every secret in the broken files begins so


def _name(path: Path) -> str:
    return path.stem


def _compare(path: Path, said: str) -> None:
    golden = path.with_suffix(".txt")
    if os.environ.get("TRACKER_GOLDEN") == "write":
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def _said(problems: list[Problem], source: str) -> str:
    return "".join(indicators.render_problem(problem, source) + "\n" for problem in problems)


def _mistakes(path: Path) -> DeclarationError:
    with pytest.raises(DeclarationError) as refused:
        indicators.load(path.read_text(encoding="utf-8"), file=path.name, kinds=KINDS)
    return refused.value


@pytest.mark.parametrize("path", BROKEN, ids=_name)
def test_each_mistake_is_said_with_its_place(path: Path) -> None:
    """All of them at once, in the order of the file."""
    error = _mistakes(path)

    _compare(path, _said(list(error.problems), error.source))


@pytest.mark.parametrize("path", BROKEN, ids=_name)
def test_a_place_is_in_the_file(path: Path) -> None:
    """Line and column count from 1, and nothing begins more than one character behind its line."""
    lines = path.read_text(encoding="utf-8").splitlines()

    for problem in _mistakes(path).problems:
        assert 1 <= problem.line <= len(lines) + 1
        line = lines[problem.line - 1] if problem.line <= len(lines) else ""
        assert 1 <= problem.column <= len(line) + 1
        assert problem.length >= 1


@pytest.mark.parametrize("path", [path for path in BROKEN if "secret" in path.stem], ids=_name)
def test_a_secret_is_never_repeated(path: Path) -> None:
    """Neither in a message, nor in the line that is shown, nor in the source that goes with the error."""
    error = _mistakes(path)

    assert SECRET in path.read_text(encoding="utf-8")
    assert SECRET not in error.source
    assert SECRET not in _said(list(error.problems), error.source)
    assert SECRET not in str(error)


@pytest.mark.parametrize("path", DOUBTFUL, ids=_name)
def test_what_can_hardly_be_meant_is_a_warning(path: Path) -> None:
    """It loads; what is right beside it is not complained of."""
    text = path.read_text(encoding="utf-8")

    declaration, warnings = indicators.examine(text, file=path.name, kinds=KINDS)

    assert declaration == indicators.load(text, file=path.name, kinds=KINDS)
    assert {warning.level for warning in warnings} == {"warning"}
    assert not any(
        "right" in warning.path or "by_hand" in warning.path or "checked" in warning.path for warning in warnings
    )
    _compare(path, _said(warnings, text))


def test_a_declaration_can_be_looked_over_without_its_text() -> None:
    """A program that made one has no places; targets without a day are in the text alone."""
    text = (HERE / "doubtful" / "a_receiver_that_hears_nothing.yaml").read_text(encoding="utf-8")
    declaration = indicators.load(text, file="x.yaml", kinds=KINDS)

    (warning,) = indicators.lint(declaration)

    assert (warning.path, warning.line, warning.level) == ("receivers.desk", 1, "warning")


def test_the_table_is_not_empty() -> None:
    """A folder that was moved would pass in silence."""
    assert len(BROKEN) >= 30
    assert len(DOUBTFUL) >= 8


def test_the_types_that_are_read_are_those_that_have_phrases() -> None:
    """`check` knows them by name: it does not load the reader of texts."""
    from tracker.indicators.linting import READ_TYPES

    text = resources.files("tracker.extraction").joinpath("phrases.yaml").read_text(encoding="utf-8")

    assert set(indicators.plain(text, "phrases.yaml")["types"]) == set(READ_TYPES)
