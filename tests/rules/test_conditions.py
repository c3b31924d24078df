"""Conditions: what people may write, and what a comparison says of an interval: holds, does not, cannot tell."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tracker.rules.conditions import Band, Banded, Condition, condition, exact
from tracker.rules.verdict import weigh


@pytest.mark.parametrize(
    ("text", "op", "limit"),
    [
        ("<80", "<", "80"),
        ("  <=  -20 ", "<=", "-20"),
        (">= 5bn", ">=", "5000000000"),
        ("> 0.5", ">", "0.5"),
        (">1.2亿", ">", "120000000"),
        ("< 12%", "<", "12"),
        (">= 45x", ">=", "45"),
    ],
)
def test_what_may_be_written(text: str, op: str, limit: str) -> None:
    """Four comparisons with a number as people write it; it is printed so that it can be read again."""
    read = condition(text)

    assert read == Condition(op, Decimal(limit))  # type: ignore[arg-type]
    assert condition(str(read)) == read


@pytest.mark.parametrize(
    "text", ["80", "=80", "==80", "<", "<>80", "< many", ">= 5..7", ">= ~5", "< 数亿", ">> 5", "<80 and >3", ""]
)
def test_what_is_no_condition(text: str) -> None:
    """The limit must be one exact number."""
    with pytest.raises(ValueError, match="no condition"):
        condition(text)


#: Of the limit 80: (lo, hi) of the value; then <, <=, >, >= : y, n or ? for cannot tell.
_TABLE = """
79   79   y y n n
80   80   n y n y
81   81   n n y y
79.999999999999999999 79.999999999999999999 y y n n
70   79   y y n n
70   80   ? y n ?
70   81   ? ? ? ?
80   90   n ? ? y
81   90   n n y y
-    79   y y n n
-    80   ? y n ?
-    81   ? ? ? ?
79   -    ? ? ? ?
80   -    n ? ? y
81   -    n n y y
-    -    ? ? ? ?
"""


@pytest.mark.parametrize("row", _TABLE.strip().splitlines())
def test_an_interval_holds_wholly_or_not_at_all_or_cannot_tell(row: str) -> None:
    """At the limit itself `<` is not `<=`, to the last digit."""
    low, high, *told = row.split()
    lo, hi = (None if bound == "-" else Decimal(bound) for bound in (low, high))

    found = [Condition(op, Decimal(80)).holds(lo, hi) for op in ("<", "<=", ">", ">=")]  # type: ignore[arg-type]

    assert found == [{"y": True, "n": False, "?": None}[one] for one in told]


@given(
    op=st.sampled_from(("<", "<=", ">", ">=")),
    limit=st.integers(-3, 3),
    bounds=st.tuples(st.one_of(st.none(), st.integers(-5, 5)), st.one_of(st.none(), st.integers(-5, 5))),
)
def test_the_opposite_holds_exactly_where_it_does_not(
    op: str, limit: int, bounds: tuple[int | None, int | None]
) -> None:
    """Also in not being able to tell; compared with every half between the ends, open ends being far away."""
    low, high = bounds
    if low is not None and high is not None and low > high:
        low, high = high, low
    lo, hi = (None if bound is None else Decimal(bound) for bound in (low, high))
    one = Condition(op, Decimal(limit))  # type: ignore[arg-type]

    held = one.holds(lo, hi)

    points = [Decimal(n) / 2 for n in range(2 * (-9 if low is None else low), 2 * (9 if high is None else high) + 1)]
    told = {one.holds(point, point) for point in points}
    assert held is (None if len(told) == 2 else told.pop())
    assert one.opposite().holds(lo, hi) is (None if held is None else not held)
    assert one.opposite().opposite() == one


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "either `fire` or `levels`"),
        ({"fire": "<80", "levels": {"warning": "<80"}}, "either `fire` or `levels`"),
        ({"levels": {}}, "at least 1"),
        ({"levels": {"urgent": "<80"}}, "'info', 'warning' or 'critical'"),
        ({"levels": {"warning": "<80", "critical": ">90"}}, "the same side"),
        ({"levels": {"warning": "<80", "critical": "<90"}}, "must rise"),
        ({"levels": {"warning": ">90", "critical": ">80"}}, "must rise"),
        ({"levels": {"info": "<80", "critical": "<=80"}}, "must rise"),
        ({"fire": "<80", "clear": "<90"}, "other side"),
        ({"fire": ">80", "clear": ">=90"}, "other side"),
        ({"fire": "<80", "cleer": ">=90"}, "Extra inputs"),
    ],
)
def test_levels_and_clear_that_make_no_sense_are_refused(params: dict[str, object], said: str) -> None:
    """When the declaration is read, not when the rule runs."""
    with pytest.raises(ValidationError, match=said):
        Banded.model_validate(params)


def test_levels_rise_however_they_are_written() -> None:
    """The order of the keys does not matter, and the first level sets the opposite."""
    band = Banded.model_validate({"levels": {"critical": "<1", "info": "<10", "warning": "<3"}}).band

    assert [severity for severity, _ in band.levels] == ["info", "warning", "critical"]
    assert str(band) == "info < 10, warning < 3, critical < 1"
    assert str(band.clear) == ">= 10"
    assert band.low_side


#: fire <80, critical <50, clear >=90: (lo, hi) and the outcome with its severity.
_OUTCOMES = """
95    95    clear   -
90    90    clear   -
89.9  89.9  hold    -
80    80    hold    -
79.9  79.9  breach  warning
50    50    breach  warning
49    49    breach  critical
40    60    breach  warning
-     60    breach  warning
-     49    breach  critical
70    85    nodata  -
85    95    hold    -
81    -     hold    -
70    -     nodata  -
-     -     nodata  -
"""


@pytest.mark.parametrize("row", _OUTCOMES.strip().splitlines())
def test_the_gravest_level_that_surely_holds(row: str) -> None:
    """Else clear, hold in the dead-band, or no data because it cannot be told."""
    low, high, outcome, severity = row.split()
    band: Band = Banded.model_validate({"levels": {"warning": "<80", "critical": "<50"}, "clear": ">=90"}).band

    verdict = weigh(band, *(None if bound == "-" else Decimal(bound) for bound in (low, high)), "info")

    assert verdict.outcome == outcome
    assert verdict.severity == (None if severity == "-" else severity)
    assert verdict.reason == ("cannot tell" if outcome == "nodata" else "")


def test_fire_has_the_severity_of_the_rule() -> None:
    """A level has its own."""
    band = Banded.model_validate({"fire": "<80"}).band

    assert weigh(band, Decimal(1), Decimal(1), "critical").severity == "critical"


def test_a_limit_is_read_by_people_and_by_programs() -> None:
    """Scaled and grouped for people; what is written out is the exact number."""
    limit = Condition(">=", Decimal(5_000_000_000))
    assert (str(limit), exact(limit)) == (">= 5bn", ">= 5000000000")
