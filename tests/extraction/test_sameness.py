"""What can be one event and what cannot: products, people, offices, sums."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.extraction.sameness import amounts_differ, people_differ, products_differ, roles_differ, same_amount
from tracker.quantity import Quantity


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ([], ["star-4"], False),
        (["star-4"], ["star-4"], False),
        (["star-4"], ["star4"], False),
        (["star-4"], ["lumen-star-4"], False),  # the house before the name
        (["m3"], ["minimax-m3"], False),
        (["star-audio"], ["star-audio-2.5-tts"], False),  # the family says less
        (["star-4"], ["star-5"], True),
        (["star-4"], ["star-4.5"], True),
        (["star-3.5-flash"], ["star-3.5-flash-2603"], True),
        (["star-audio-2.5-tts"], ["star-audio-2.5-asr"], True),
        (["star-audio-2.5-tts"], ["star-audio-2.5-realtime"], True),
        (["star-audio-2.5-tts", "star-audio-2.5-asr"], ["star-audio-2.5-asr"], False),
        (["star-claw"], ["star-plan"], True),
    ],
)
def test_products(one: list[str], other: list[str], differ: bool) -> None:
    assert products_differ(one, other) is differ
    assert products_differ(other, one) is differ


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ([], ["林越"], False),
        (["林越"], ["林越"], False),
        (["林越"], ["苏晴"], True),
        (["林越"], ["Lin Yue"], False),  # two scripts say nothing about each other
        (["Tim Reed"], ["Reed"], False),
        (["Tim Reed"], ["Ann Marsh"], True),
        (["林越", "苏晴"], ["苏晴"], False),
    ],
)
def test_people(one: list[str], other: list[str], differ: bool) -> None:
    assert people_differ(one, other) is differ
    assert people_differ(other, one) is differ


def test_offices() -> None:
    """A CFO is no CTO; a founder, or somebody of the staff, may be either."""
    assert roles_differ(["CFO"], ["CTO"])
    assert not roles_differ(["CEO"], ["chairman"])
    assert not roles_differ(["founder"], ["CTO"])
    assert not roles_differ(["staff"], ["CTO"])
    assert not roles_differ([], ["CTO"])


def _sum(lo: str | None, hi: str | None, op: str, unit: str) -> Quantity:
    return Quantity(Decimal(lo) if lo else None, Decimal(hi) if hi else None, op, unit)  # type: ignore[arg-type]


_BN5 = _sum("5e9", "5e9", "eq", "CNY")


@pytest.mark.parametrize(
    ("other", "differ"),
    [
        (_BN5, False),
        (_sum("5.5e9", "5.5e9", "eq", "CNY"), False),  # 10 % more
        (_sum("5.6e9", "5.6e9", "eq", "CNY"), False),  # 12 % more: the edge
        (_sum("5.7e9", "5.7e9", "eq", "CNY"), True),
        (_sum("4.5e9", None, "ge", "CNY"), False),  # 超45亿 may be 50
        (_sum("2e9", None, "ge", "CNY"), True),  # 超20亿 is hardly said of 50
        (_sum(None, "6e9", "le", "CNY"), False),
        (_sum("2e9", "9e9", "range", "CNY"), False),  # 数十亿 is too vague to differ
        (_sum("717e6", "717e6", "eq", "USD"), False),  # at 6.9 yuan
        (_sum("5e9", "5e9", "eq", "USD"), True),
        (_sum("5e9", "5e9", "eq", "EUR"), False),  # nobody knows the rate
        (_sum("5e9", "5e9", "eq", "users"), False),
        (None, False),
    ],
)
def test_sums(other: Quantity | None, differ: bool) -> None:
    rates = {"USD": Decimal(1), "CNY": Decimal("6.9")}
    assert amounts_differ(_BN5, other, rates.get) is differ
    assert amounts_differ(other, _BN5, rates.get) is differ


def test_without_a_rate_two_currencies_do_not_differ_and_are_no_evidence() -> None:
    dollars = _sum("5e9", "5e9", "eq", "USD")
    assert not amounts_differ(_BN5, dollars)
    assert not same_amount(_BN5, dollars)
    assert same_amount(_BN5, _BN5)
    assert not same_amount(_BN5, _sum("2e9", "9e9", "range", "CNY"))
