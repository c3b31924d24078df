"""What is believed: of revisions the strongest, of the entrants of one list the best."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from tests.rules.making import at, fact
from tracker.rules.facts import Fact, believed


def _of(who: str, seq: int, value: str, **rest: Any) -> Fact:
    return fact(seq, 0, value, known=rest.pop("known", 0), entrant=who, **rest)


@pytest.mark.parametrize(
    ("rows", "highest", "lowest"),
    [
        ([_of("a", 1, "5"), _of("b", 2, "9"), _of("c", 3, "7")], 2, 1),
        # What one of them corrected counts no more, be it the best.
        ([_of("a", 1, "9"), _of("a", 2, "6"), _of("b", 3, "7")], 3, 2),
        # An open end is no number to be first with.
        ([_of("a", 1, "<=9"), _of("b", 2, "5")], 2, 2),
        ([_of("a", 1, ">=9"), _of("b", 2, "12")], 2, 2),
        ([_of("a", 1, "-3"), _of("b", 2, "<=-9"), _of("c", 3, ">=5")], 3, 2),
        ([_of("a", 1, ""), _of("b", 2, "-5")], 2, 2),
        # Of equals the stronger report.
        ([_of("a", 1, "5"), _of("b", 2, "5")], 2, 2),
        ([_of("a", 1, "5", tier=1), _of("b", 2, "5")], 1, 1),
        ([_of("a", 1, "", tier=1), _of("b", 2, "")], 1, 1),
    ],
)
def test_of_the_entrants_of_a_list_the_best_counts(rows: list[Fact], highest: int, lowest: int) -> None:
    """The greatest, or where the list is led by the lowest the least; in whatever order they came."""
    for given in permutations(rows):
        falling = [replace(one, lower=True) for one in given]
        assert [one.seq for one in believed(given, at(1), ("actual",))] == [highest]
        assert [one.seq for one in believed(falling, at(1), ("actual",))] == [lowest]


def test_the_best_is_of_its_own_edition_date_and_kind() -> None:
    """Each of them has one."""
    rows = [
        _of("a", 1, "5"), _of("b", 2, "4", edition="x"), _of("c", 3, "3", kind="estimate"),
        fact(4, 1, "2", entrant="d"), fact(5, 0, "1", until=1, entrant="e"),
    ]  # fmt: skip

    assert {one.seq for one in believed(rows, at(2), ("actual", "estimate"))} == {1, 2, 3, 4, 5}
