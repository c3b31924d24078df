"""Numbers in running text, Chinese and English; the companies are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import quantity

#: text, and each number in it: as recorded, unit, operator, role
FOUND = [
    ("星桥智能完成超50亿元B+轮融资", [(">=5000000000", "CNY", "ge", "amount")]),
    ("星桥智能完成50亿大规模融资", [("5000000000", "CNY", "eq", "amount")]),
    ("星桥智能获数千万元天使轮融资", [("20000000..90000000", "CNY", "range", "amount")]),
    ("星桥完成近亿元A轮融资", [("100000000", "CNY", "approx", "amount")]),
    (
        "传星桥拟融资25亿美元，投后估值约100亿",
        [("2500000000", "USD", "eq", "amount"), ("10000000000", "USD", "approx", "valuation")],
    ),
    (
        "估值飙升至逾40亿美元（约合300亿人民币）",
        [(">=4000000000", "USD", "ge", "valuation"), ("30000000000", "CNY", "approx", "valuation")],
    ),
    (
        "星桥2025年营收1.35亿元，ARR超2亿美元",
        [("135000000", "CNY", "eq", "revenue"), (">=200000000", "USD", "ge", "revenue")],
    ),
    ("月费最低二十五元起，成本不到4毛钱", [("25", "CNY", "eq", "amount"), ("<=0.4", "CNY", "le", "amount")]),
    ("融资3亿到5亿元", [("300000000..500000000", "CNY", "range", "amount")]),
    ("超100万台终端，同比增长45倍", [(">=1000000", "devices", "ge", "other"), ("45", "x", "eq", "other")]),
    ("周活破400万用户", [(">=4000000", "users", "ge", "other")]),
    (
        "Acme raises $2.5bn at a $10B valuation",
        [("2500000000", "USD", "eq", "amount"), ("10000000000", "USD", "eq", "valuation")],
    ),
    ("Acme raises ($420 million) in debt", [("420000000", "USD", "eq", "amount")]),
    (
        "closed a ¥5+ billion ($717 million) round",
        [(">=5000000000", "CNY", "ge", "amount"), ("717000000", "USD", "eq", "amount")],
    ),
    ("a 100 billion yuan fund", [("100000000000", "CNY", "eq", "amount")]),
    ("in talks for $1.5-2B", [("1500000000..2000000000", "USD", "range", "amount")]),
    ("raised several hundred million dollars", [("200000000..900000000", "USD", "range", "amount")]),
    ("revenue of more than US$3.4bn, up 12%", [(">=3400000000", "USD", "ge", "revenue"), ("12", "%", "eq", "other")]),
    ("up to $50 off", [("<=50", "USD", "le", "amount")]),
    ("HK$57.9bn", [("57900000000", "HKD", "eq", "amount")]),
    ("融资５０亿元", [("5000000000", "CNY", "eq", "amount")]),
]


@pytest.mark.parametrize(("text", "wanted"), FOUND, ids=[row[0] for row in FOUND])
def test_numbers_are_found_with_what_they_are(text: str, wanted: list[tuple[str, str, str, str]]) -> None:
    """Value, unit, operator and role; the span quotes the number."""
    found = quantity.find(text)

    got = [(quantity.as_recorded(one.quantity), one.quantity.unit, one.quantity.op, one.role) for one in found]
    assert got == wanted
    for one in found:
        assert text[one.start : one.end] == text[one.start : one.end].strip() != ""


NOTHING = [
    "五角大楼与某公司签约", "1月26日，公司宣布", "GPT-5.3 发布", "2026年3月8日 8点1氪", "多元化的一元店", "二元期权", "第3亿次访问",
    "500亿参数", "v2.5 released", "in 2026", "a 3-year plan", "最近亿元级市场", "8月19日消息", "Q3", "10亿次调用", "$108%",
]  # fmt: skip


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_looks_like_money_is_left_alone(text: str) -> None:
    """Versions, dates, words with a numeral in them, counts of something else."""
    assert [one for one in quantity.find(text) if one.quantity.unit in quantity.CURRENCIES] == []


@given(st.text(alphabet=st.sampled_from("0123456789,.$¥亿万元数近超 abnMillion至-+%()（）约"), max_size=300))
def test_any_text_gives_sound_places(text: str) -> None:
    """Spans lie in the text, in order, and never overlap; an interval is never upside down."""
    end = 0
    for one in quantity.find(text):
        assert end <= one.start < one.end <= len(text)
        end = one.end
        if one.quantity.lo is not None and one.quantity.hi is not None:
            assert one.quantity.lo <= one.quantity.hi


def test_a_long_text_is_read_in_pieces_of_the_same_work() -> None:
    """Ten thousand amounts in a row: each is found once."""
    found = quantity.find("融资5亿元，" * 10_000)

    assert len(found) == 10_000
