"""Rows to values and events: a sum only of what is whole, a number only of what is one, a date only of what says it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.asking import NOW, PATIENT, SHANGHAI
from tracker.collectors.emitting import Emitted, Row, emit
from tracker.collectors.jsontext import parse
from tracker.errors import SourceError
from tracker.model.declared import Emit

SUM = {"value": "n", "aggregate": "sum"}


def _emitted(rows: str | list[Any], *emits: dict[str, Any], where: str | None = None, whole: bool = True) -> Emitted:
    declared = [Emit(**(one if "event" in one else {"indicator": "stars", **one})) for one in emits]
    given_rows = parse(rows) if isinstance(rows, str) else rows
    return emit(declared, [Row(one) for one in given_rows], where=where, zone=SHANGHAI, now=NOW, whole=whole)


def _values(found: Emitted) -> list[str]:
    return [str(one.value) for one in found.values]


# -- aggregates


@pytest.mark.parametrize(
    ("rows", "how", "value"),
    [
        ('[{"n": 1}, {"n": 2}]', "sum", "3"),
        ('[{"n": 0.1}, {"n": 0.2}]', "sum", "0.3"),
        ('[{"n": "1,234"}, {"n": 1}]', "sum", "1235"),
        ('[{"n": "410000000000"}, {"n": 12345678901234567890}]', "sum", "12345679311234567890"),
        ('[{"n": 1}, {"n": 2}]', "mean", "1.5"),
        ('[{"n": 1}, {"n": 1}, {"n": 2}]', "mean", "1.3333333333333333333"),
        ('[{"n": -1}, {"n": "-2"}]', "max", "-1"),
        ('[{"n": 1}, {"n": 2}]', "count", "2"),
        ('[{"n": 1}, {"n": null}]', "count", "1"),
        ('[{"n": 0}]', "sum", "0"),
    ],
)
def test_an_aggregate_is_exact(rows: str, how: str, value: str) -> None:
    """One value without labels, of the local day of the pass."""
    found = _emitted(rows, {"value": "n", "aggregate": how, "labels": {"name": "n"}})

    assert [(str(one.value), one.raw, one.at, one.labels) for one in found.values] == [(value, value, None, ())]
    assert found.gaps == []


@pytest.mark.parametrize("hole", ["null", "NaN", "Infinity", '"n/a"', '"12,34"', "true", "[]", "{}", '""', "1e999"])
@pytest.mark.parametrize("how", ["sum", "mean", "max"])
def test_a_hole_is_not_taken_for_zero(hole: str, how: str) -> None:
    """No number is written, and the pass says why it is not good."""
    found = _emitted(f'[{{"n": 1}}, {{"n": {hole}}}, {{"n": "1,234"}}]', {"value": "n", "aggregate": how})

    assert found.values == []
    assert found.gaps == [f"stars: 2 of 3 rows have a number under `n`; no {how} was written"]


def test_a_row_without_the_field_is_a_hole() -> None:
    """As one with null is: JMESPath's own sum() would leave both out in silence."""
    assert _emitted('[{"n": 1}, {"m": 1}]', SUM).values == []


@pytest.mark.parametrize("how", ["sum", "mean", "max", "count"])
def test_no_aggregate_of_half_the_pages(how: str) -> None:
    """The rows themselves are values all the same."""
    found = _emitted('[{"n": 1}]', {"value": "n", "aggregate": how}, {"value": "n"}, whole=False)

    assert [(one.emit, str(one.value)) for one in found.values] == [(1, "1")]


def test_nothing_to_count_is_zero_and_nothing_to_add_is_no_sum() -> None:
    """No repositories are 0 repositories; their stars are not known to be none."""
    found = _emitted([], {"aggregate": "count"}, SUM, {"value": "n", "aggregate": "max"})

    assert [(one.emit, str(one.value)) for one in found.values] == [(0, "0")]
    assert found.gaps == []


def test_nothing_to_count_is_zero_of_no_date() -> None:
    """Where rows have dates, a list without rows has none."""
    assert _emitted([], {"aggregate": "count", "at": "day"}).values == []


def test_rows_without_values_are_counted_where_no_value_is_asked_for() -> None:
    """Also of a kind whose rows may lack any value."""
    rows = [Row({"model": "a"}, subject="x"), Row({"model": "b", "n": 1}, subject="x")]
    emits = [Emit(indicator="stars", aggregate="count"), Emit(indicator="stars", aggregate="count", value="n")]

    found = emit(emits, rows, zone=SHANGHAI, now=NOW, whole=True, sparse=True)

    assert _values(found) == ["2", "1"]


def test_an_aggregate_per_date() -> None:
    """Where rows have dates there is one per date, and a hole spoils its own date only."""
    rows = """[{"day": "2026-08-18", "n": 1}, {"day": "2026-08-18", "n": 2}, {"day": "2026-08-19", "n": 5},
               {"day": "2026-08-19", "n": null}]"""

    found = _emitted(rows, {**SUM, "at": "day"})

    assert [(one.at and one.at.text, str(one.value)) for one in found.values] == [("2026-08-18", "3")]
    assert found.gaps == ["stars: 1 of 2 rows of 2026-08-19 have a number under `n`; no sum was written"]


@PATIENT
@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=3), min_size=1, max_size=20))
def test_a_sum_is_the_sum(numbers: list[Any]) -> None:
    """To the last digit, in any mixture of numbers and texts."""
    rows = [{"n": str(number) if index % 2 else number.__format__("f")} for index, number in enumerate(numbers)]

    assert [one.value for one in _emitted(rows, SUM).values] == [sum(numbers)]


# -- values


def test_a_value_per_row_with_its_labels() -> None:
    """Sorted by name, as text; what is no number is kept as it was written, and is no value."""
    rows = """[{"name": "a", "ok": true, "n": 1}, {"name": "b\\u0000\\u202e", "ok": null, "n": "n/a"},
               {"name": 7, "ok": false, "n": 0.10}]"""

    found = _emitted(rows, {"value": "n", "labels": {"repo": "name", "fine": "ok"}})

    assert [(one.value and str(one.value), one.raw, dict(one.labels)) for one in found.values] == [
        ("1", "1", {"fine": "true", "repo": "a"}),
        (None, "n/a", {"fine": "", "repo": "b"}),
        ("0.10", "0.1", {"fine": "false", "repo": "7"}),
    ]


def test_a_row_without_value_is_named() -> None:
    """It is no zero, and no gap either: not every repository has a licence."""
    found = _emitted('[{"name": "a", "n": 1}, {"name": "b"}]', {"value": "n", "labels": {"repo": "name"}})

    assert _values(found) == ["1"]
    assert found.notes == ["stars: 1 of 2 rows have no `n`"]
    assert found.gaps == []


def test_rows_that_contradict_each_other_are_nobodys_value() -> None:
    """The same labels and date with two numbers; the same number twice is one value."""
    rows = '[{"k": "a", "n": 1}, {"k": "a", "n": 2}, {"k": "b", "n": 3}, {"k": "b", "n": 3.0}, {"k": "c", "n": 4}]'

    found = _emitted(rows, {"value": "n", "labels": {"k": "k"}})

    assert _values(found) == ["3", "4"]
    assert len(found.gaps) == 1
    assert "several rows have the same labels and date and different values" in found.gaps[0]


# -- dates


@pytest.mark.parametrize(
    ("written", "start", "end", "text"),
    [
        ('"2026-08-18"', "2026-08-17T16:00", "2026-08-18T16:00", "2026-08-18"),
        ('"2026/08/18"', "2026-08-17T16:00", "2026-08-18T16:00", "2026-08-18"),
        ('"2026年8月18日"', "2026-08-17T16:00", "2026-08-18T16:00", "2026-08-18"),
        ('"20260818"', "2026-08-17T16:00", "2026-08-18T16:00", "2026-08-18"),
        ("20260818", "2026-08-17T16:00", "2026-08-18T16:00", "2026-08-18"),
        ('"2026-07"', "2026-06-30T16:00", "2026-07-31T16:00", "2026-07"),
        ('"2026-Q2"', "2026-03-31T16:00", "2026-06-30T16:00", "2026-Q2"),
        ("2025", "2024-12-31T16:00", "2025-12-31T16:00", "2025"),
        ('"2026-08-18T10:00:00Z"', "2026-08-18T10:00", "2026-08-18T10:00", "2026-08-18T10:00:00Z"),
        ('"2026-08-18 18:00"', "2026-08-18T10:00", "2026-08-18T10:00", "2026-08-18 18:00"),
        ("1787047200", "2026-08-18T10:00", "2026-08-18T10:00", "2026-08-18T10:00:00Z"),
        ("1787047200000", "2026-08-18T10:00", "2026-08-18T10:00", "2026-08-18T10:00:00Z"),
        ("1787047200.0", "2026-08-18T10:00", "2026-08-18T10:00", "2026-08-18T10:00:00Z"),
        ('"1787047200"', "2026-08-18T10:00", "2026-08-18T10:00", "2026-08-18T10:00:00Z"),
        ('"Tue, 18 Aug 2026 10:00:00 GMT"', "2026-08-18T10:00", "2026-08-18T10:00", "2026-08-18T10:00:00Z"),
    ],
)
def test_the_date_of_a_row(written: str, start: str, end: str, text: str) -> None:
    """A day, a month, an instant, in the zone of the source."""
    (one,) = _emitted(f'[{{"at": {written}, "n": 1}}]', {"value": "n", "at": "at"}).values

    assert one.at is not None
    assert (one.at.start, one.at.end) == tuple(
        datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (start, end)
    )
    assert one.at.text == text


@pytest.mark.parametrize(
    "written", ["null", '""', '"soon"', "true", "[]", "{}", '"2026-02-30"', '"9999-12-31"', "0", "-5", "NaN", "1e300"]
)
def test_a_row_without_date_is_a_gap(written: str) -> None:
    """It is not dated by today."""
    found = _emitted(f'[{{"at": {written}, "n": 1}}, {{"at": "2026-08-18", "n": 2}}]', {"value": "n", "at": "at"})

    assert _values(found) == ["2"]
    assert found.gaps == ["stars: 1 of 2 rows have no date under `at`"]


def test_a_row_of_the_future_is_left_out() -> None:
    """Unless it is an estimate or a target: those speak of it."""
    rows = '[{"at": "2026-08-21", "n": 1}, {"at": "2026-08-20", "n": 2}]'

    actual = _emitted(rows, {"value": "n", "at": "at"})
    estimate = _emitted(rows, {"value": "n", "at": "at", "kind": "estimate"})

    assert _values(actual) == ["2"]
    assert actual.notes == ["stars: 1 of 2 rows speak of the future and were left out"]
    assert _values(estimate) == ["1", "2"]


# -- which rows


ROWS = '[{"n": 1, "fork": true}, {"n": 2, "fork": false, "old": true}, {"n": 4, "fork": false}, {"n": 8}]'


@pytest.mark.parametrize(
    ("where", "own", "value"),
    [
        (None, None, "15"),
        ("!fork", None, "14"),
        ("fork==`false`", None, "6"),
        ("!fork", "!old", "12"),
        (None, "n > `3`", "12"),
        ("n", None, "15"),
    ],
)
def test_where_chooses_rows(where: str | None, own: str | None, value: str) -> None:
    """That of the source, then that of the emit."""
    assert _values(_emitted(ROWS, {**SUM, "where": own}, where=where)) == [value]


def test_a_condition_that_no_row_meets_is_told() -> None:
    """Nothing is written, and the note says why."""
    found = _emitted(ROWS, SUM, where="private")

    assert found.values == []
    assert found.notes == ["none of 4 rows passes `private`"]


@pytest.mark.parametrize(
    ("rows", "one", "where", "words"),
    [
        ('[{"m": 1}, {"m": 2}]', SUM, None, "none of 2 has `n` (for stars)"),
        ('[{"message": "API rate limit exceeded"}]', SUM, None, "none of 1 has `n`"),
        ("[1, 2]", {"value": "n"}, None, "none of 2 has `n`"),
        ("[null]", {"value": "n"}, None, "none of 1 has `n`"),
        ('[{"n": 1}]', SUM, "contains(name, 'x')", "`contains(name, 'x')` fails"),
        ('[{"n": "x"}]', {"value": "abs(n)"}, None, "`abs(n)` fails"),
        ('[{"n": 1, "at": {}}]', {"value": "n", "at": "starts_with(at, 'x')"}, None, "fails"),
    ],
)
def test_rows_that_have_changed(rows: str, one: dict[str, Any], where: str | None, words: str) -> None:
    """A field that was always there and is in no row now is no zero: the source has changed."""
    with pytest.raises(SourceError, match="the rows have changed") as caught:
        _emitted(rows, one, where=where)

    assert caught.value.state == "schema_changed"
    assert words in str(caught.value)


# -- events


def test_rows_are_events() -> None:
    """One per key; the title is the key where there is none; a row with neither is told of."""
    rows = """[{"id": "a/m1", "t": "Model\\u0000 1", "at": "2026-08-18T06:00:00Z"}, {"id": "a/m1", "t": "again", "at": "2026-08-19"},
               {"id": "a/m2", "at": "2026-08-19"}, {"t": "no key", "at": "2026-08-19"}, {"at": "2026-08-19"}]"""

    found = _emitted(rows, {"event": "release", "key": "id", "title": "t", "at": "at"})

    assert [(one.key, one.title, one.at and one.at.text) for one in found.events] == [
        ("a/m1", "Model 1", "2026-08-18T06:00:00Z"),
        ("a/m2", "a/m2", "2026-08-19"),
        ("no key", "no key", "2026-08-19"),
    ]
    assert found.notes == ["release: 1 of 5 rows have neither key nor title and were left out"]


def test_a_key_and_a_title_have_an_end() -> None:
    """Whatever an API writes there."""
    (one,) = _emitted([{"id": "x" * 9000}], {"event": "release", "key": "id"}).events

    assert len(one.key) == len(one.title) == 500


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["n", "at", "k"]), inner, max_size=3),
    max_leaves=6,
)


@PATIENT
@given(st.lists(_JSON, max_size=5))
def test_any_rows_are_values_or_a_refusal(rows: list[Any]) -> None:
    """Whatever JSON can say."""
    emits = (SUM, {"value": "n", "at": "at", "labels": {"k": "k"}}, {"event": "release", "key": "k", "at": "at"})
    with suppress(SourceError):
        found = _emitted(rows, *emits, where="n || k")
        assert all(one.value is None or one.value.is_finite() for one in found.values)
