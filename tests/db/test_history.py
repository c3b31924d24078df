"""Rows of many series at once: the same rows as asked one by one, back to a floor, with what hides them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.db.making import DAY, NOON, STARS, day, value
from tracker.db import Store, history, observations
from tracker.model.observed import Series

KEY = ("stepfun", "stars", ())
FORKS = Series(subject="stepfun", indicator="forks", unit="forks")


def _fill(store: Store, series: Series, days: int) -> list[int]:
    """A value a day, each published when its day is over."""
    with store.write(NOON + 30 * DAY) as tx:
        rows = (value(n, series=series, occurred=day(n), published_at=day(n).end) for n in range(days))
        return observations.add(tx, rows)


def _ends(store: Store, floors: dict[int, datetime | None]) -> list[tuple[int, datetime]]:
    with store.read() as connection:
        return sorted((row.series_id, row.occurred_end) for row, _ in history.rows(connection, floors))


def test_a_series_is_named_and_says_where_its_newest_rows_begin(store: Store) -> None:
    """By subject, indicator and labels, in every edition; None where it has fewer rows than are asked for."""
    _fill(store, STARS, 10)
    _fill(store, replace(STARS, edition="b"), 2)
    _fill(store, replace(STARS, labels=(("repo", "step"),)), 1)
    _fill(store, FORKS, 3)
    with store.read() as connection:
        found = history.lines(connection, [KEY, ("stepfun", "forks", ()), ("other", "stars", ())], 3)

    assert sorted((line.key, line.edition, line.unit, line.back) for line in found if line.back) == [
        (("stepfun", "forks", ()), "", "forks", day(0).end),
        (KEY, "", "stars", day(7).end),
    ]
    assert [(line.edition, line.back) for line in found if not line.back] == [("b", None)]


def test_rows_are_read_from_their_floor_on(store: Store) -> None:
    """Each series has its own; what ends at the floor is in, and without one everything is."""
    _fill(store, STARS, 5)
    _fill(store, FORKS, 4)
    with store.read() as connection:
        ids = {line.key[1]: line.id for line in history.lines(connection, [KEY, ("stepfun", "forks", ())], 1)}
    stars, forks = ids["stars"], ids["forks"]

    assert _ends(store, {stars: day(3).end, forks: None}) == sorted(
        [(stars, day(3).end), (stars, day(4).end), *((forks, day(n).end) for n in range(4))]
    )
    assert _ends(store, {stars: day(9).end}) == []
    assert _ends(store, {}) == []


def test_more_series_than_one_statement_takes(store: Store) -> None:
    """None is lost between two statements."""
    with store.write(NOON) as tx:
        observations.add(tx, (value(1, series=replace(FORKS, subject=f"s{n}")) for n in range(300)))
    with store.read() as connection:
        keys = [(f"s{n}", "forks", ()) for n in range(300)]
        floors: dict[int, datetime | None] = {line.id: None for line in history.lines(connection, keys, 1)}

    assert len(floors) == len({number for number, _ in _ends(store, floors)}) == 300


def test_what_hides_a_row_is_the_same_as_asked_one_by_one(store: Store) -> None:
    """A correction, a withdrawal by the world, one of ours."""
    seqs = _fill(store, STARS, 4)
    with store.write(NOON + 31 * DAY) as tx:
        observations.add(tx, [value(9, occurred=day(0), supersedes=seqs[0], published_at=NOON + 31 * DAY)])
        observations.withdraw(tx, [seqs[1]], reason="wrong", ours=False)
        observations.withdraw(tx, [seqs[2]], reason="mine", ours=True)
    with store.read() as connection:
        (line,) = history.lines(connection, [KEY], 1)
        found = history.rows(connection, {line.id: None})
        single = observations.vintages(connection, subject="stepfun", indicator="stars")

    assert {
        row.seq: (by.seq, by.recorded_at, by.published_at, by.reason) if by else (0, None, None, "")
        for row, by in found
    } == {row.seq: (row.hidden_seq, row.hidden_recorded, row.hidden_published, row.reason) for row in single}
    assert sum(by is not None for _, by in found) == 3


def test_news_are_dated_by_the_oldest_row_that_they_touch(store: Store) -> None:
    """What is said, what is corrected and what is withdrawn after a number."""
    seqs = _fill(store, STARS, 6)
    with store.read() as connection:
        (line,) = history.lines(connection, [KEY], 1)
        assert history.oldest_news(connection, 0) == {line.id: day(0).end}
        assert history.oldest_news(connection, seqs[4]) == {line.id: day(5).end}
        assert history.oldest_news(connection, seqs[5]) == {}
    with store.write(NOON + 31 * DAY) as tx:
        seen = tx.last_seq
        observations.add(tx, [value(9, occurred=day(9), supersedes=seqs[3], published_at=NOON + 31 * DAY)])
    with store.read() as connection:
        assert history.oldest_news(connection, seen) == {line.id: day(3).end}
    with store.write(NOON + 31 * DAY) as tx:
        observations.withdraw(tx, [seqs[1]], reason="wrong", ours=False)
    with store.read() as connection:
        assert history.oldest_news(connection, seen) == {line.id: day(1).end}


def test_named_rows_are_read_whatever_was_said_of_them(store: Store) -> None:
    """By their numbers, in order of their dates."""
    seqs = _fill(store, STARS, 3)
    with store.write(NOON + 31 * DAY) as tx:
        observations.withdraw(tx, [seqs[1]], reason="wrong", ours=True)
    with store.read() as connection:
        assert [row.seq for row in observations.named(connection, [seqs[2], seqs[1], 999])] == [seqs[1], seqs[2]]
        assert observations.named(connection, []) == []
