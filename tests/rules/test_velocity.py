"""velocity: what lies in a window, surely or possibly, and whether the window was watched whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.making import HOUR, SECOND, at, fact, judged
from tracker.rules.facts import EVERYBODY, Filled, Knowledge, Watched
from tracker.rules.verdict import Verdict


def _watching(*spans: tuple[float, float], slack: float = 0, vouched: Sequence[tuple[float, float]] = ()) -> Watched:
    return Watched(
        spans=[([(at(a), at(b)) for a, b in spans], slack * HOUR)], vouched=[(at(a), at(b)) for a, b in vouched]
    )


@pytest.mark.parametrize(
    ("dates", "counts"),
    [
        ([(0, 0)], "0"),
        ([(0.001, 0.001)], "1"),
        ([(10, 10)], "1"),
        ([(10.001, 10.001)], "0"),
        ([(1, 10)], "1"),
        ([(0, 10)], "0..1"),
        ([(1, 10.001)], "0..1"),
        ([(-5, 0)], "0"),
        ([(-5, 0.001)], "0..1"),
        ([(-5, 50)], "0..1"),
        ([(10, 30)], "0..1"),
        ([(10.001, 30)], "0"),
        ([(3, 3), (4, 5), (-2, 4)], "2..3"),
    ],
)
def test_the_window_is_half_open_and_vague_dates_are_intervals(dates: list[tuple[float, float]], counts: str) -> None:
    """(0, 10]: what may lie in it, and what surely does."""
    known = Knowledge(own=[fact(n, a, key=str(n), until=b, known=-9) for n, (a, b) in enumerate(dates)])

    assert judged(known, at(10), "velocity", window="10h", fire=">= 99").evidence.value == counts


@pytest.mark.parametrize(
    ("fire", "outcome"),
    [
        ("< 1", "clear"),
        ("< 2", "nodata"),
        ("< 3", "nodata"),
        ("< 4", "breach"),
        (">= 1", "breach"),
        (">= 2", "nodata"),
        ("> 3", "clear"),
    ],
)
def test_the_low_side_asks_for_the_possible_count_the_high_side_for_the_certain_one(fire: str, outcome: str) -> None:
    """One certain and two possible events: 1..3."""
    rows = [fact(1, 5, key="a"), fact(2, -5, key="b", until=5), fact(3, 9, key="c", until=15, known=9)]

    assert judged(Knowledge(own=rows), at(10), "velocity", window="10h", fire=fire).outcome == outcome


def test_keys_count_once_and_only_of_the_kinds_asked_for() -> None:
    """Echoes, rumours and what was withdrawn do not."""
    rows = [
        fact(1, 3, key="a"),
        fact(2, 4, key="a"),
        fact(3, 5, key="b", kind="rumour"),
        fact(4, 5, key="c", hidden=at(6), hidden_seq=5, retracted=True),
    ]

    for kinds, count in ((["actual"], "1"), (["actual", "rumour"], "2")):
        verdict = judged(Knowledge(own=rows), at(10), "velocity", window="10h", fire=">= 9", kinds=kinds)
        assert verdict.evidence.value == count


@settings(max_examples=300, deadline=None)
@given(
    dates=st.lists(st.tuples(st.integers(-20, 30), st.integers(0, 12)), max_size=6),
    now=st.integers(0, 30),
    fire=st.sampled_from(("< 1", "< 2", ">= 2")),
)
def test_a_count_changes_at_no_other_instant_than_it_says(dates: list[tuple[int, int]], now: int, fire: str) -> None:
    """Between now and the wake the verdict is the same; without a wake it is the same for ever."""
    rows = [fact(n, start, key=str(n), until=start + length, known=-50) for n, (start, length) in enumerate(dates)]
    known = Knowledge(own=rows, watched=_watching((-99, 999)))

    first = judged(known, at(now), "velocity", window="10h", fire=fire)

    last = first.wake - SECOND if first.wake else at(200)
    for quarter in range(4 * now, 4 * 60):
        if at(quarter / 4) <= last:
            later = judged(known, at(quarter / 4), "velocity", window="10h", fire=fire)
            assert (later.outcome, later.evidence.value) == (first.outcome, first.evidence.value)


def test_a_low_side_rule_needs_its_whole_window_watched() -> None:
    """Data return at the instant at which the gap has left the window; the high side does not ask."""
    known = Knowledge(watched=_watching((0, 20), (25, 999)))

    def look(hours: float, fire: str = "< 1") -> Verdict:
        return judged(known, at(hours), "velocity", window="10h", fire=fire)

    assert [look(hours).outcome for hours in (9.99, 10, 19.99, 20, 25, 34.99, 35)] == [
        "nodata", "breach", "breach", "nodata", "nodata", "nodata", "breach",
    ]  # fmt: skip
    assert (look(26).wake, look(5).wake) == (at(35), at(10))
    assert look(26, ">= 1").outcome == "clear"


def _brute(watched: Watched, start: datetime, now: datetime) -> bool:
    """Minute by minute, as FORMAT says it: every watcher saw every minute of (start, now], or the desk vouches for it, or a
    source lists it."""
    step = timedelta(minutes=30)
    past = [(gap.start, gap.end) for gap in watched.filled if gap.watcher == EVERYBODY and gap.end <= now]
    for number, (spans, slack) in enumerate(watched.spans):
        seen = [(a, b) for a, b in spans if a <= now]
        seen += [(gap.start, gap.end) for gap in watched.filled if gap.watcher == number and gap.end <= now]
        if not seen and number:
            continue
        trusted = list(seen)
        if seen and now < max(b for _, b in seen) + slack:
            trusted.append((max(b for _, b in seen), now + step))
        minute = start + step
        while minute <= now:
            counts = number == 0 or minute >= min(a for a, _ in seen)
            inside = any(a <= minute < b for a, b in (*trusted, *watched.vouched, *watched.listed, *past))
            if counts and not inside:
                return False
            minute += step
    return True


#: Whole hours against half-hour steps: no span begins or ends at an instant that is looked at, but at the hours themselves.
_SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=5).map(
    lambda pairs: sorted((at(a), at(a + length)) for a, length in pairs)
)


@settings(max_examples=600, deadline=None)
@given(
    watchers=st.lists(st.tuples(_SPANS, st.integers(0, 6)), min_size=1, max_size=3),
    vouched=_SPANS,
    listed=_SPANS,
    filled=st.lists(
        st.tuples(st.sampled_from((EVERYBODY, 0, 1, 2)), st.integers(0, 40), st.integers(1, 12)), max_size=3
    ),
    start=st.integers(-3, 40),
    length=st.integers(1, 20),
)
def test_covered_is_what_a_walk_by_half_hours_finds(
    watchers: list[tuple[list[tuple[datetime, datetime]], int]],
    vouched: list[tuple[datetime, datetime]],
    listed: list[tuple[datetime, datetime]],
    filled: list[tuple[int, int, int]],
    start: int,
    length: int,
) -> None:
    """Several watchers, each with its own beginning and trust; overlapping and touching spans; gaps that were filled."""
    watched = Watched(
        spans=[(spans, slack * HOUR) for spans, slack in watchers],
        vouched=vouched,
        listed=listed,
        filled=[Filled(watcher=who, start=at(a), end=at(a + long), seq=1) for who, a, long in filled],
    )

    covered, change = watched.covered(at(start), at(start + length))

    assert covered is _brute(watched, at(start), at(start + length))
    if not covered:
        assert change is not None
        assert at(start) < change <= at(start + length)


@settings(max_examples=300, deadline=None)
@given(watchers=st.lists(st.tuples(_SPANS, st.integers(0, 6)), min_size=1, max_size=2), now=st.integers(0, 45))
def test_a_window_is_whole_at_the_instant_that_is_foretold(
    watchers: list[tuple[list[tuple[datetime, datetime]], int]], now: int
) -> None:
    """When everybody goes on watching from now on, then a window that is not whole is whole again no earlier."""
    window = timedelta(hours=8)
    spans = [
        (sorted([*((a, min(b, at(now))) for a, b in seen if a < at(now)), (at(now), at(500))]), slack * HOUR)
        for seen, slack in watchers
    ]
    watched = Watched(spans=spans)

    covered, change = watched.covered(at(now) - window, at(now))

    if not covered:
        assert change is not None
        resumes = change + window
        assert watched.covered(resumes - window, resumes)[0]
        assert not watched.covered(resumes - window - SECOND, resumes - SECOND)[0]


@pytest.mark.parametrize(
    ("watched", "covered"),
    [
        (_watching((0, 20)), True),
        (_watching((5, 20)), True),
        (_watching((5.01, 20)), False),
        (_watching((0, 15)), False),
        (_watching((0, 15.01)), True),
        (_watching((0, 10), (10, 20)), True),
        (_watching((0, 10), (10.01, 20)), False),
        (_watching((0, 10), (12, 20), vouched=[(9, 13)]), True),
        (_watching(vouched=[(0, 20)]), True),
        (_watching(), False),
        (_watching((0, 12), slack=3), False),
        (_watching((0, 12), slack=3.01), True),
        (Watched(), True),
    ],
)
def test_what_covers_a_window(watched: Watched, covered: bool) -> None:
    """(5, 15]: its first instant need not be watched, its last must be; spans are half-open; trust ends with the slack."""
    assert watched.covered(at(5), at(15))[0] is covered


def test_a_source_counts_from_its_first_pass_on() -> None:
    """One that was added yesterday does not undo a year of watching; one that failed since does."""
    day = [(at(0), at(100))]

    def look(*source: tuple[float, float], slack: float = 2) -> tuple[bool, datetime | None]:
        spans = [(at(a), at(b)) for a, b in source]
        return Watched(spans=[(day, timedelta(0)), (spans, slack * HOUR)]).covered(at(10), at(20))

    assert look() == (True, at(100))
    assert look((15, 19)) == (True, at(21))
    assert look((15, 18)) == (False, at(20))
    assert look((15, 16), (18, 19)) == (False, at(18))
    assert look((30, 31)) == (True, at(100))


@pytest.mark.parametrize(
    ("filled", "listed", "covered"),
    [
        ([], [], False),
        ([], [(8, 12)], True),
        ([], [(8, 10)], False),
        ([], [(30, 40)], False),
        ([(EVERYBODY, 8, 12)], [], True),
        ([(EVERYBODY, 8, 21)], [], False),  # not read yet
        ([(0, 8, 21), (1, 8, 21)], [], False),
        ([(0, 8, 12)], [], False),
        ([(1, 8, 12)], [], False),
        ([(0, 8, 12), (1, 8, 12)], [], True),
    ],
)
def test_what_a_source_lists_of_its_own_past_nobody_else_need_have_watched(
    filled: list[tuple[int, float, float]], listed: list[tuple[float, float]], covered: bool
) -> None:
    """A gap that one watcher filled is a gap of the others."""
    spans = [(at(0), at(9)), (at(11), at(99))]
    watched = Watched(
        spans=[(spans, timedelta(0)), (spans, timedelta(0))],
        filled=[Filled(watcher=who, start=at(a), end=at(b), seq=1) for who, a, b in filled],
        listed=[(at(a), at(b)) for a, b in listed],
    )

    assert watched.covered(at(5), at(20))[0] is covered


def test_a_gap_that_was_filled_just_now_is_trusted_as_a_pass_is() -> None:
    """For the slack, from its end on."""
    watched = Watched(spans=[([(at(0), at(4))], HOUR)], filled=[Filled(watcher=0, start=at(3), end=at(6), seq=1)])

    assert watched.covered(at(1), at(6)) == (True, at(7))
    assert watched.covered(at(1), at(5.9)) == (False, at(5.9))
