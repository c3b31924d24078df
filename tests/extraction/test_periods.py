"""Periods in both languages: one table, read on one day."""

from __future__ import annotations

from datetime import date

import pytest

from tracker import timing
from tracker.extraction import periods
from tracker.extraction.folding import fold

DAY = date(2026, 8, 18)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2025年营收12亿元", ["2025"]),
        ("2024年下半年增长45倍", ["2024-H2"]),
        ("今年上半年净利润", ["2026-H1"]),
        ("去年第四季度", ["2025-Q4"]),
        ("第二季度营收", ["2026-Q2"]),
        ("二季度总营收", ["2026-Q2"]),
        ("四季度交付", ["2025-Q4"]),
        ("2026年Q1", ["2026-Q1"]),
        ("2026Q1收入", ["2026-Q1"]),
        ("1月26日完成融资", ["2026-01-26"]),
        ("12月5日发布", ["2025-12-05"]),
        ("2025年11月", ["2025-11"]),
        ("截至2026年6月", ["2026-06"]),
        ("2026年底前达到1亿台", ["..2026"]),
        ("上季度收入", ["2026-Q2"]),
        ("上个月", ["2026-07"]),
        ("前年", ["2024"]),
        ("revenue in 2025", ["2025"]),
        ("second-quarter revenue", ["2026-Q2"]),
        ("fourth quarter of 2025", ["2025-Q4"]),
        ("Q1 2026 results", ["2026-Q1"]),
        ("in the first half", ["2026-H1"]),
        ("H2 2024", ["2024-H2"]),
        ("last year", ["2025"]),
        ("this quarter", ["2026-Q3"]),
        ("last month", ["2026-07"]),
        ("by 2027", ["..2027"]),
        ("by the end of 2026", ["..2026"]),
        ("in December 2025", ["2025-12"]),
        ("on May 8, 2026", ["2026-05-08"]),
        ("on March 3", ["2026-03-03"]),
        ("2025年前三季度", ["2025-01..2025-09"]),
        ("前三季度营收", ["2025-01..2025-09"]),
        ("前两个季度营收", ["2026-01..2026-06"]),
        ("2025年前10个月", ["2025-01..2025-10"]),
        ("the first nine months of 2025", ["2025-01..2025-09"]),
        ("first three quarters of 2025", ["2025-01..2025-09"]),
        ("5 million devices in May", ["2026-05"]),
        ("by May", ["..2026-05"]),
        ("at the end of 2024", ["..2024"]),
        ("end-2024", ["..2024"]),
        ("may reach 10 million", []),
        ("may 20 million users", []),
        ("五角大楼签约", []),
        ("Step 3.5 Flash beats GPT-5", []),
        ("the second time this week", []),
        ("2月30日", []),
    ],
)
def test_periods(text: str, named: list[str]) -> None:
    found = [one.text for one in periods.find(fold(text), DAY)]
    assert found == named
    for one in found:
        timing.parse_period(one, timing.zone("UTC"))
