"""Numbers of JSON documents: exact as written, never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.asking import PATIENT
from tracker.collectors.jsontext import parse
from tracker.collectors.numbers import coerce

READ = [
    ("0", "0"), ("-3", "-3"), ("18744", "18744"),
    ("0.1", "0.1"), ("1.0", "1.0"), ("-0.5", "-0.5"), ("3e2", "3E+2"), ("1E-7", "1E-7"),
    ("0.10000000000000000000000001", "0.10000000000000000000000001"),
    ("12345678901234567890123", "12345678901234567890123"),
    ('"410000000000"', "410000000000"), ('" 5 "', "5"), ('"+5"', "5"), ('".5"', "0.5"), ('"5."', "5"), ('"1e5"', "1E+5"),
    ('"1,234"', "1234"), ('"-1,234,567.89"', "-1234567.89"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "number"), READ)
def test_a_number_is_exactly_what_was_written(written: str, number: str) -> None:
    """Also one that came as text; 0.1 is no binary fraction."""
    assert coerce(parse(written)) == Decimal(number)
    assert str(coerce(parse(written))) == str(Decimal(number))


NONE = [
    "NaN", "Infinity", "-Infinity", "null", "true", "false", "[]", "[1]", "{}", '{"a": 1}',
    '""', '" "', '"n/a"', '"nan"', '"inf"', '"-"', '"--3"', '"1.2.3"', '"12,34"', '"1,2345"', '"1.234,5"', '"1 234"',
    '"5%"', '"$5"', '"5M"', '"0x10"', '"1_000"', '"１２"', '"٣"', '"1e99999"', '"' + "9" * 200 + '"',
    "1e999", "1e999999999", "1e-999999999", "9" * 200, '"1e99"',
]  # fmt: skip


@pytest.mark.parametrize("written", NONE, ids=lambda written: written[:20])
def test_what_is_no_number_is_none(written: str) -> None:
    """Nor is one that nothing is ever counted in: written out it would fill the memory."""
    assert coerce(parse(written)) is None


@PATIENT
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=6))
def test_every_decimal_comes_back(number: Decimal) -> None:
    """As a number and as a text."""
    assert coerce(parse(f"{number:f}")) == number
    assert coerce(f"{number:f}") == number


@PATIENT
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_a_number_or_none(number: float) -> None:
    """JMESPath makes floats of its own."""
    read = coerce(number)

    assert read is None or float(read) == number
