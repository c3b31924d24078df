"""What is believed and when it was learned: of revisions the strongest, of the entrants of one list the best."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.rules.making import HOUR, at, changes, fact, judged
from tracker.rules.facts import Fact, Filled, Knowledge, Watched, believed


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


def test_a_source_without_a_rank_is_the_least() -> None:
    """Also against what was learned later."""
    known = Knowledge(own=[fact(1, 0, "5", tier=1), fact(2, 0, "9")])

    assert judged(known, at(1), "threshold", fire="< 8").outcome == "breach"


def test_what_was_corrected_is_not_withdrawn() -> None:
    """Though the row that corrected it is not one that the rule reads."""
    rows = [fact(1, 0, "90"), fact(2, 1, "70", hidden=at(2), hidden_seq=3)]

    made = changes(Knowledge(own=rows), 9, "threshold", fire="< 80")

    assert [(one.what, one.reason) for one in made][-1] == ("resolved", "")


def test_what_is_learned_is_learned_once() -> None:
    """Values, withdrawals and gaps filled in, each by its own number; what other rules do has none."""
    rows = [fact(1, 1, hidden=at(4), hidden_seq=5), fact(2, 2), fact(3, 3)]
    watched = Watched(
        filled=[Filled(watcher=0, start=at(0), end=at(6), seq=6), Filled(watcher=0, start=at(0), end=at(1), seq=1)]
    )
    known = Knowledge(
        own=rows, targets=[fact(4, 5)], watched=watched, children={"a": [(at(0), True), (at(1), False), (at(7), None)]}
    )

    assert known.arrivals(2, at(1)) == [(at(1), 2), (at(3), 3), (at(4), 5), (at(5), 4), (at(6), 6), (at(7), 2)]


def test_a_watcher_that_has_not_begun_hides_no_gap_of_another() -> None:
    """And its slack ends where it ends, also where somebody vouches for what follows."""
    daemon, later, gap = [(at(0), at(20))], [(at(30), at(40))], [(at(0), at(2)), (at(5), at(20))]
    none = timedelta(0)

    assert Watched(spans=[(daemon, none), (later, none), (gap, none)]).covered(at(1), at(9)) == (False, at(5))
    slack = Watched(spans=[([(at(0), at(4))], HOUR)], vouched=[(at(5), at(20))])
    assert slack.covered(at(1), at(9)) == (False, at(5))


def test_an_indicator_without_a_unit_takes_any() -> None:
    """There is nothing that it could be compared with."""
    assert judged(Knowledge(own=[fact(1, 0, "5", unit="USD")]), at(1), "threshold", fire="< 8").outcome == "breach"


def test_what_was_not_dated_by_its_source_was_published_when_it_was_known() -> None:
    """Of two values of one date the later published one counts."""
    rows = [fact(1, 0, "5", known=6, published=at(5)), fact(2, 0, "9", known=3)]

    assert judged(Knowledge(own=rows), at(7), "threshold", fire="< 8").outcome == "breach"
    assert judged(Knowledge(own=rows), at(4), "threshold", fire="< 8").outcome == "clear"


def test_the_first_of_two_values_dated_ahead_is_waited_for() -> None:
    """The other one comes later."""
    rows = [fact(1, 20, "5", known=0), fact(2, 30, "9", known=0)]

    assert judged(Knowledge(own=rows), at(1), "threshold", fire="< 8").wake == at(20)
