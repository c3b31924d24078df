"""The tree of errors: what is drawn in its docstring is what stands in the code."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tracker import errors
from tracker.errors import (
    DataRejected,
    DeclarationError,
    DeliveryError,
    PeriodError,
    Problem,
    SourceError,
    TrackerError,
)


def _drawn() -> dict[str, tuple[int, int]]:
    """Name to (depth, exit code), as drawn."""
    found = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.fullmatch(r"(\W*)(\w+) +exit (\d)(?: .*)?", line)
        if match:
            found[match[2]] = (len(match[1]) // 4, int(match[3]))
    return found


def _classes(kind: type[TrackerError] = TrackerError, depth: int = 0) -> dict[str, tuple[int, int]]:
    found = {kind.__name__: (depth, kind.exit_code)}
    for child in kind.__subclasses__():
        if child.__module__ == "tracker.errors":
            found |= _classes(child, depth + 1)
    return found


def test_the_drawing_is_the_tree() -> None:
    """Every class at its depth with its exit code, in the order of the code."""
    assert _drawn() == _classes()
    assert list(_drawn()) == list(_classes())
    assert len(_drawn()) > 8


def test_the_docstring_is_the_message() -> None:
    """Of every error that is raised without one; it is one short sentence."""
    for name in _classes():
        kind = getattr(errors, name)
        first = (kind.__doc__ or "").strip().splitlines()[0]
        assert first.endswith(".") or ";" in first
        if name not in ("DeclarationError", "DataRejected", "SourceError", "DeliveryError"):
            assert str(kind()) == first
            assert str(kind("because of this")) == "because of this"


@pytest.mark.parametrize(("count", "more"), [(1, ""), (2, " (and 1 more)"), (10, " (and 9 more)")])
def test_many_mistakes_are_one_error_with_the_place_of_the_first(count: int, more: str) -> None:
    """file:line:col, and how many there are besides; all of them are kept."""
    problems = [Problem(message="no such rule", file="indicators.yaml", line=n + 3, column=7) for n in range(count)]

    declared = DeclarationError(problems, "the text")
    rejected = DataRejected(problems)

    assert str(declared) == f"indicators.yaml:3:7: no such rule{more}"
    assert (declared.problems, declared.source) == (tuple(problems), "the text")
    assert str(rejected) == f"indicators.yaml:3:7: no such rule{more}; nothing was stored"
    assert rejected.problems == tuple(problems)
    assert (str(DataRejected("in words")), DataRejected("in words").problems) == ("in words", ())


def test_bad_text_is_also_a_value_error() -> None:
    """So that pydantic places it where it stands."""
    assert isinstance(PeriodError("x"), ValueError)
    assert isinstance(errors.QuantityError("x"), ValueError)


def test_a_failed_source_and_a_failed_message_say_what_comes_next() -> None:
    """How the source is shown, when it may be asked again, whether a message is worth another try."""
    assert (SourceError("x").state, SourceError("x").retry_after, SourceError("x").whole_host) == (
        "failed",
        None,
        False,
    )
    rested = SourceError("x", state="throttled", retry_after=timedelta(hours=1), whole_host=True)
    assert (rested.state, rested.retry_after, rested.whole_host) == ("throttled", timedelta(hours=1), True)
    assert (DeliveryError("x").permanent, DeliveryError("x").retry_after) == (False, None)
    assert DeliveryError("x", permanent=True, retry_after=timedelta(1)).permanent
