"""One number as a person types it: what it means, how it is written back, what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import quantity
from tracker.errors import QuantityError
from tracker.quantity import Quantity, parsing

#: text, the unit it is meant in, as it is recorded, operator, unit that it is kept in
READ = [
    ("45x", "x", "45", "eq", "x"),
    ("45 x", "x", "45", "eq", "x"),
    (">=100M", "devices", ">=100000000", "ge", "devices"),
    (">45x", "x", ">=45", "ge", "x"),
    ("<=50000", "tokens", "<=50000", "le", "tokens"),
    ("~1bn", "USD", "1000000000", "approx", "USD"),
    ("200M..900M", "USD", "200000000..900000000", "range", "USD"),
    ("20-25M", "devices", "20000000..25000000", "range", "devices"),
    ("$2-3bn", None, "2000000000..3000000000", "range", "USD"),
    ("5到8亿元", None, "500000000..800000000", "range", "CNY"),
    ("0.14..0.27", "USD/Mtok", "0.14..0.27", "range", "USD/Mtok"),
    ("$0.14", "USD/Mtok", "0.14", "eq", "USD/Mtok"),
    ("-5..-3", "%", "-5..-3", "range", "%"),
    ("-3.1", "%", "-3.1", "eq", "%"),
    ("－3.1", None, "-3.1", "eq", ""),
    ("-0", "%", "0", "eq", "%"),
    ("-0.0..2", "%", "0..2", "range", "%"),
    ("95%", "%", "95", "eq", "%"),
    ("18,744", "stars", "18744", "eq", "stars"),
    ("1.2亿", "devices", "120000000", "eq", "devices"),
    ("13M users", "users", "13000000", "eq", "users"),
    ("超50亿元", "USD", ">=5000000000", "ge", "CNY"),
    ("over RMB 5 bn", None, ">=5000000000", "ge", "CNY"),
    ("$10B+", None, ">=10000000000", "ge", "USD"),
    ("近25亿美元", None, "2500000000", "approx", "USD"),
    ("500亿左右", "CNY", "50000000000", "approx", "CNY"),
    ("不到4毛钱", None, "<=0.4", "le", "CNY"),
    ("两百亿", "CNY", "20000000000", "eq", "CNY"),
    ("数亿", "USD", "200000000..900000000", "range", "USD"),
    ("5..6", "rank", "5..6", "range", "rank"),
    ("1", "yes/no", "1", "eq", "yes/no"),
    ("1e6", None, "1000000", "eq", ""),
]


@pytest.mark.parametrize(("text", "unit", "recorded", "op", "kept"), READ, ids=[row[0] for row in READ])
def test_a_number_is_read_as_it_is_meant(text: str, unit: str | None, recorded: str, op: str, kept: str) -> None:
    """Scale, operator, currency and unit; a currency that is said wins over the one that was meant."""
    number = quantity.parse(text, unit)

    assert (quantity.as_recorded(number), number.op, number.unit) == (recorded, op, kept)


REFUSED = [
    "", "  ", "n/a", "nan", "inf", "-inf", "half", "yes", "%", "12,34", "1,2345", "1.2.3", "1 2", "0x10", "1_000", "5..3",
    "..", "3..", "1M..", "--3", "9" * 60, "1e99", "元", "亿", "five", "5 apples and 3 pears", "<script>", "\x1b[31m5",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_number_is_refused(text: str) -> None:
    """One sentence that shows what was written and what could be."""
    with pytest.raises(QuantityError, match=r"write -3\.1, 45x"):
        quantity.parse(text, "x")


def test_a_comma_that_groups_nothing_is_explained() -> None:
    """12,34 is 12.34 to some and 1,234 to others."""
    with pytest.raises(QuantityError, match="a comma groups three digits"):
        quantity.parse("12,34")


SAID = [
    ("5000000000", "ge", "CNY", "at least CNY 5bn"),
    ("717000000", "eq", "USD", "USD 717M"),
    ("9412", "eq", "stars", "9,412 stars"),
    ("1234567", "eq", "stars", "1,234,567 stars"),
    ("45", "approx", "x", "about 45x"),
    ("12.50", "le", "%", "at most 12.5 %"),
    ("0.14", "eq", "USD/Mtok", "USD 0.14 per Mtok"),
    ("1000000000000", "eq", "params", "1tn params"),
    ("0.000001", "eq", "x", "0.000001x"),
    ("-3.1", "eq", "%", "-3.1 %"),
]


@pytest.mark.parametrize(("number", "op", "unit", "said"), SAID)
def test_a_number_is_told_in_words(number: str, op: quantity.Op, unit: str, said: str) -> None:
    """Scaled where nothing is lost, grouped elsewhere, the operator in words."""
    value = Decimal(number)

    assert quantity.as_said(None if op == "le" else value, None if op == "ge" else value, op, unit) == said


def test_a_range_and_nothing_are_told_too() -> None:
    """Both ends; and what was no number is no text."""
    assert quantity.as_said(Decimal(20_000_000), Decimal(25_000_000), "range", "devices") == "20M to 25M devices"
    assert quantity.as_said(None, None, "invalid", "x") == ""


_NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=Decimal("-1e20"), max_value=Decimal("1e20"), places=6
)


@given(_NUMBERS, st.sampled_from(["eq", "ge", "le", "range"]), st.sampled_from(["", "x", "devices", "rank"]))
def test_what_is_recorded_is_read_back(number: Decimal, op: quantity.Op, unit: str) -> None:
    """The form that `record` takes loses nothing, and never uses an exponent."""
    lo, hi = (None if op == "le" else number), (None if op == "ge" else number + (1 if op == "range" else 0))
    written = quantity.as_recorded(Quantity(lo, hi, op, unit))

    again = quantity.parse(written, unit)

    assert "E" not in written
    assert (again.lo, again.hi, again.op, again.unit) == (lo, hi, op, unit)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else ever comes out, whatever goes in."""
    try:
        number = quantity.parse(text)
    except QuantityError:
        return
    assert number.lo is not None or number.hi is not None


@given(
    st.sampled_from(["", ">=", "<=", ">", "<", "~", ">= "]),
    st.from_regex(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", fullmatch=True),
    st.sampled_from(["", "k", "K", "m", "M", " bn", "BN", "b", " "]),
    st.sampled_from([None, "", "x", "CNY", "USD/Mtok", "devices", "m", "%"]),
)
def test_a_plain_number_is_read_as_by_the_whole_language(
    before: str, digits: str, scale: str, unit: str | None
) -> None:
    """The short way and the long way give the same, to the last digit."""
    spelt = f"{before}{digits}{scale}".strip()

    short, long = parsing._plain(spelt, unit), parsing._single(spelt, unit)

    assert short is not None
    assert (short, str(short.lo), str(short.hi)) == (long, str(long.lo) if long else "", str(long.hi) if long else "")
