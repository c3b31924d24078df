"""Values: what adds a row and what does not, what hides one, what is believed, and that numbers stay exact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.db.making import DAY, HOUR, NOON, STARS, day, value
from tracker import db
from tracker.db import Store, observations
from tracker.errors import UsageError
from tracker.model.observed import Observation, Series
from tracker.timing import BEGINNING, END, Period


def add(store: Store, *rows: Observation, at: datetime = NOON) -> list[int]:
    with store.write(at) as tx:
        return observations.add(tx, rows)


def believed(store: Store, as_of: datetime | None = None, **about: object) -> list[Observation]:
    with store.read() as connection:
        return observations.believed(connection, as_of=as_of, **about)  # type: ignore[arg-type]


def numbers(rows: list[Observation]) -> list[str]:
    return [str(row.lo) for row in rows]


def test_everything_comes_back(store: Store) -> None:
    series = replace(STARS, labels=(("model", "Step-3"), ("语言", "中文")), edition="v2")
    due = Period(NOON, NOON + DAY, "2026-08-17")
    given = value(
        "1.50", series=series, hi=None, op="ge", kind="target", by=due, tier="filing", confidence=0.25, source="api",
        citation="annual report", url="https://example.org/?a=b:c", quote="“超50亿元”", span=(3, 8), extractor="x@1",
        batch="b", note="a note", declaration="hash",
    )  # fmt: skip
    (seq,) = add(store, given)
    (found,) = believed(store)
    assert found == replace(given, lo=Decimal("1.5"), seq=seq, recorded_at=NOON)


@pytest.mark.parametrize("text", ["0.1", "123456789012345678901234567890.123456789", "-0", "1E+20", "1E-20", "-3.10"])
def test_numbers_are_exact(store: Store, text: str) -> None:
    add(store, value(text))
    assert believed(store)[0].lo == Decimal(text)


def test_open_periods_and_bounds(store: Store) -> None:
    add(store, value(1, occurred=Period(BEGINNING, END, ".."), kind="target", lo=None, op="le"))
    (found,) = believed(store)
    assert (found.occurred.start, found.occurred.end, found.lo) == (BEGINNING, END, None)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1E+400"])
def test_what_is_no_number_is_refused(store: Store, number: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        add(store, value(number))


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        add(store, value(1, kind="estimate", published_at=datetime(2026, 8, 17)))


def test_a_repetition_adds_no_row(store: Store) -> None:
    assert add(store, value(5), value("5.0", published_at=NOON + HOUR)) == [1, 0]
    assert add(store, value(5), value(6), value(5)) == [0, 2, 3]


@pytest.mark.parametrize(
    "change",
    [
        {"lo": None, "op": "le"},
        {"source": "api"},
        {"kind": "estimate"},
        {"by": Period(NOON, NOON, "x")},
        {"series": replace(STARS, edition="v2")},
        {"series": replace(STARS, unit="forks")},
        {"occurred": day(1)},
    ],
)
def test_anything_else_is_a_new_row(store: Store, change: dict[str, object]) -> None:
    assert add(store, value(5), value(5, **change)) == [1, 2]


def test_a_withdrawn_value_may_be_said_again(store: Store) -> None:
    add(store, value(5))
    with store.write(NOON) as tx:
        assert observations.withdraw(tx, [1], reason="a mistake", ours=True) == 1
        assert observations.withdraw(tx, [1, 99], reason="again", ours=True) == 0
    assert add(store, value(5)) == [3]


def test_a_new_value_wins_and_the_old_one_stays_a_vintage(store: Store) -> None:
    add(store, value(5))
    add(store, value(6, published_at=NOON + HOUR), at=NOON + HOUR)
    assert numbers(believed(store)) == ["6"]
    assert numbers(believed(store, NOON)) == ["5"]
    with store.read() as connection:
        assert numbers(observations.vintages(connection)) == ["5", "6"]


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ({"tier": "filing"}, {"tier": "press", "published_at": NOON + DAY}, "1"),
        ({"published_at": NOON}, {"published_at": NOON - HOUR}, "1"),
        ({}, {}, "2"),
        ({"tier": "aggregator"}, {"tier": "anonymous", "published_at": NOON - DAY}, "2"),
    ],
)
def test_the_greatest_tier_then_publication_then_seq_wins(
    store: Store, first: dict[str, object], second: dict[str, object], winner: str
) -> None:
    add(store, value(1, source="a", **first), value(2, source="b", **second))
    assert numbers(believed(store)) == [winner]


def test_a_correction_hides_what_it_corrects(store: Store) -> None:
    add(store, value(5, tier="filing"))
    add(store, value(7, supersedes=1, occurred=day(1), tier="press"), at=NOON + HOUR)
    assert numbers(believed(store)) == ["7"]
    assert numbers(believed(store, NOON)) == ["5"]
    with store.read() as connection:
        old, new = observations.vintages(connection)
    assert (old.hidden_recorded, old.hidden_published, old.hidden_seq) == (NOON + HOUR, NOON, 2)
    assert (new.hidden_recorded, new.reason) == (None, "")


def test_a_correction_with_the_same_value_is_no_repetition_but_its_repetition_is(store: Store) -> None:
    assert add(store, value(5), value(5, supersedes=1), value(5, supersedes=1), value(5)) == [1, 2, 0, 0]


def test_a_correction_that_was_undone_corrects_nothing(store: Store) -> None:
    add(store, value(5))
    add(store, value(7, supersedes=1), at=NOON + HOUR)
    with store.write(NOON + 2 * HOUR) as tx:
        observations.withdraw(tx, [2], reason="undone", ours=True)
    assert numbers(believed(store)) == ["5"]
    assert numbers(believed(store, NOON + HOUR)) == ["7"]
    assert numbers(believed(store, NOON + HOUR, clock="published")) == ["5"]


def test_a_withdrawal_of_ours_and_one_of_the_world(store: Store) -> None:
    """Ours hides on the published clock from ever; the world's from when it was published."""
    add(store, value(1, occurred=day(0)), value(2, occurred=day(1)))
    with store.write(NOON + DAY) as tx:
        observations.withdraw(tx, [1], reason="undone", ours=True)
        observations.withdraw(tx, [2], reason="retracted", ours=False, published_at=NOON + HOUR)
    assert numbers(believed(store, NOON)) == ["1", "2"]
    assert numbers(believed(store, NOON + DAY)) == []
    assert numbers(believed(store, NOON, clock="published")) == ["2"]
    assert numbers(believed(store, NOON + HOUR, clock="published")) == []
    with store.read() as connection:
        first, second = observations.vintages(connection)
        assert observations.vintages(connection, as_of=NOON)[0].hidden_recorded is None
    assert (first.hidden_published, first.reason) == (BEGINNING, "undone")
    assert (second.hidden_recorded, second.hidden_published, second.reason) == (NOON + DAY, NOON + HOUR, "retracted")


def test_an_actual_cannot_have_happened_after_it_was_published(store: Store) -> None:
    today = Period(NOON - 12 * HOUR, NOON + 12 * HOUR, "2026-08-17")
    add(store, value(1, occurred=today), value(2, occurred=today, kind="estimate"))
    add(store, value(3, occurred=Period(NOON + DAY, NOON + 2 * DAY, "2026-08-18")))
    actual, future, estimate = sorted(believed(store), key=lambda row: (row.kind, row.seq))
    assert actual.occurred == Period(today.start, NOON, "2026-08-17")
    assert actual.date == (today.start, today.end)
    assert estimate.occurred == today
    assert future.occurred.start == future.occurred.end == NOON + DAY


def test_a_polled_value_is_one_per_day(store: Store) -> None:
    """Another value on the same day revises it, though both were cut at different times; the same one confirms it."""
    today = Period(NOON - 12 * HOUR, NOON + 12 * HOUR, "2026-08-17")
    tomorrow = Period(today.end, today.end + DAY, "2026-08-18")

    def poll(number: int, at: datetime, period: Period) -> list[int]:
        return add(store, value(number, occurred=period, source="api", published_at=at), at=at)

    assert poll(5, NOON, today) == [1]
    assert poll(5, NOON + HOUR, today) == [0]
    assert poll(6, NOON + 2 * HOUR, today) == [2]
    assert poll(6, NOON + DAY, today) == [0]
    assert poll(6, NOON + DAY, tomorrow) == [3]
    assert [(str(row.lo), row.occurred.text) for row in believed(store)] == [("6", "2026-08-17"), ("6", "2026-08-18")]
    with store.read() as connection:
        (newest,) = observations.newest(connection, as_of=NOON + 2 * HOUR)
    assert newest.lo == 6


def test_which_series(store: Store) -> None:
    other = Series(subject="moonshot", indicator="stars", unit="stars")
    add(store, value(1), value(2, series=other), value(3, kind="target"))
    assert numbers(believed(store, subject="moonshot")) == ["2"]
    assert numbers(believed(store, indicator="forks")) == []
    assert numbers(believed(store, kinds=["target"])) == ["3"]
    assert numbers(believed(store, kinds=[])) == []
    with store.read() as connection:
        assert len(observations.vintages(connection, subject="stepfun")) == 2


def test_order_is_occurred_then_recorded(store: Store) -> None:
    add(store, value(3, occurred=day(2)), value(1, occurred=day(0)), value(2, occurred=day(1)))
    year = Period(datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "2025")
    add(store, value(0, occurred=year))
    assert numbers(believed(store)) == ["0", "1", "2", "3"]


def test_the_newest_of_each_series(store: Store) -> None:
    """By the end of its period, the winner of its date, and not what was hidden."""
    other = replace(STARS, subject="moonshot")
    rows = [
        value(1, occurred=day(0)),
        value(2, occurred=day(1), tier="filing"),
        value(3, occurred=day(1), source="rumours", tier="anonymous"),
        value(4, occurred=day(2)),
        value(9, occurred=day(3), kind="estimate"),
        value(7, series=other),
    ]
    add(store, *rows)
    with store.write(NOON + HOUR) as tx:
        observations.withdraw(tx, [4], reason="wrong", ours=True)
    with store.read() as connection:
        assert {row.series.subject: str(row.lo) for row in observations.newest(connection)} == {
            "stepfun": "2",
            "moonshot": "7",
        }
        (then,) = observations.newest(connection, as_of=NOON, subject="stepfun")
        both = observations.newest(connection, subject="stepfun", kinds=["actual", "estimate"])
        assert observations.newest(connection, as_of=NOON - DAY, clock="published") == []
    assert str(then.lo) == "4"
    assert numbers(both) == ["2", "9"]


def test_what_was_touched(store: Store) -> None:
    other = replace(STARS, indicator="forks")
    add(store, value(1), value(2, series=other))
    with store.write(NOON) as tx:
        before = tx.last_seq
        assert observations.touched(tx.connection, 0) == {("stepfun", "stars"), ("stepfun", "forks")}
        assert observations.touched(tx.connection, before) == set()
        observations.withdraw(tx, [2], reason="wrong", ours=True)
        assert observations.touched(tx.connection, before) == {("stepfun", "forks")}
        observations.add(tx, [value(3, series=replace(other, unit="x"), supersedes=1)])
        assert observations.touched(tx.connection, tx.last_seq - 1) == {("stepfun", "forks"), ("stepfun", "stars")}


def test_many_rows_at_once(store: Store) -> None:
    """More than one chunk, more than one series, repeated: no row is lost, none is added twice."""
    many = [
        value(number, series=replace(STARS, subject=f"s{number % 7}"), occurred=day(number // 7), kind="estimate")
        for number in range(12_000)
    ]
    seqs = add(store, *many)
    assert seqs == list(range(1, 12_001))
    assert set(add(store, *many, value(1))) == {0, 12_001}
    with store.read() as connection:
        assert len(observations.believed(connection, subject="s3")) == len(many[3::7])
        assert len(observations.newest(connection, kinds=["estimate"])) == 7


def test_undo_takes_a_batch_back_once(store: Store) -> None:
    with store.write(NOON) as tx:
        batch = db.batches.start(tx, "import", "values.csv")
        observations.add(tx, [value(1, batch=batch), value(2, batch=batch, occurred=day(1)), value(3, occurred=day(2))])
        assert db.batches.rows(tx.connection, batch) == 2
    with store.write(NOON + HOUR) as tx:
        assert db.batches.undo(tx, batch, "undone") == 2
    assert numbers(believed(store)) == ["3"]
    with store.write(NOON + HOUR) as tx:
        with pytest.raises(UsageError, match="has been undone before"):
            db.batches.undo(tx, batch, "undone")
        with pytest.raises(UsageError, match="there is no batch 'nonsense'"):
            db.batches.undo(tx, "nonsense", "undone")
        with pytest.raises(UsageError, match="added nothing"):
            db.batches.undo(tx, db.batches.start(tx, "hand"), "undone")
