"""Which numbers of a text are stated plainly, and which wait: invented texts in both languages, read to the end of the reader."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.extraction.making import declaration
from tracker.extraction.reader import READ_LIMIT
from tracker.model.declared import Source
from tracker.model.observed import Entry
from tracker.pipeline.reading.figures import Read, figures_in
from tracker.pipeline.reading.readers import reader_of

AT = datetime(2026, 8, 31, 10, tzinfo=UTC)
WATCH = declaration(
    timezone="Asia/Shanghai",
    indicators={
        key: {"key": key, "name": key, "subject": "starbridge", **one}
        for key, one in {
            "revenue": {"unit": "CNY", "figures": {"role": "revenue"}},
            "valuation": {"unit": "USD", "figures": {"role": "valuation"}},
            "devices": {"unit": "devices", "figures": {"words": ["终端", "搭载", "devices"]}},
            "users": {"unit": "users", "figures": {}},
        }.items()
    },
)
SOURCE = Source(key="wire", kind="feed")


def _reads(title: str, summary: str = "", at: datetime = AT) -> list[Read]:
    entry = Entry(
        source="wire", key="k", title=title, link="", summary=summary, published_at=at, subjects=("starbridge",)
    )
    return list(figures_in(WATCH, SOURCE, reader_of(WATCH), entry))


@pytest.mark.parametrize(
    "text",
    [
        # ---- an aim, a miss, a denial, a time to come, on either side
        "Starbridge revenue missed its 10 billion yuan target in 2025",
        "星桥智能2025年营收未达100亿元目标",
        "Starbridge wants 100 million devices by 2026",
        "星桥智能终端到2026年底将覆盖1亿台",
        "Starbridge to be valued at $10 billion",
        "Starbridge prepares IPO at $10 billion valuation",
        "Starbridge's valuation target is $10 billion by 2027",
        "Starbridge's valuation is not $3 billion",
        "Starbridge isn't valued at $3 billion",
        "星桥智能估值并非30亿美元",
        "星桥智能2025年营收12亿元，不及预期的目标",
        "星桥智能终端达1亿台尚需时日，公司没有给出时间",
        "Starbridge will have 5 million devices",
        "Starbridge has 5 million devices by May",
        "星桥智能5月前搭载终端100万台",
        # ---- a change, a part, another line of the books
        "Starbridge's valuation up $500 million",
        "星桥智能估值缩水10亿美元",
        "Starbridge valuation drops by $1 billion",
        "星桥智能2025年营收同比增长2亿元",
        "星桥智能2025年月营收2亿元",
        "星桥智能2025年人均营收200万元",
        "星桥智能2025年海外营收2亿元",
        "星桥智能2025年广告收入2亿元",
        "Starbridge's cloud revenue was 2 billion yuan in 2025",
        "Starbridge adds 3 million users",
        "星桥智能新增终端100万台",
        "Starbridge lost 300 million yuan on revenue of 1 billion yuan in 2025",
        "Starbridge's top 5 million devices",
        "Starbridge has 5 million paid users",
        "星桥智能付费用户达50万用户",
        # ---- something else is told of it
        "星桥智能估值30亿美元？",
        "Is Starbridge valued at $3 billion?",
        "Starbridge outage hits 5 million users",
        "星桥智能所在市场2025年营收120亿元",
        "星桥智能估值一度达30亿美元",
        "Starbridge was once valued at $3 billion",
        # ---- two sums of one kind
        "星桥智能估值从30亿美元跌至不到20亿美元",
        "星桥智能2025年营收从5亿元增长至10亿元",
        "Starbridge valuation rises $500 million to $3 billion",
        "Starbridge's valuation goes from $2 billion to $3 billion",
        "Starbridge is valued at $3 billion and $5 billion",
        # ---- of a time that is not over, or was not meant
        "Starbridge's revenue is 10 billion yuan in 2027",
        "星桥智能2026年营收12亿元",
        "Founded in 2023, Starbridge is valued at $4.3 billion",
        # ---- no word of having, no noun beside it
        "Starbridge may 20 million users",
        "Starbridge, once again, 20 million users",
    ],
)
def test_what_is_not_stated_plainly_waits(text: str) -> None:
    found = [(one.doubt, one.observation.kind) for one in _reads(text)]
    assert found, "nothing is there to be decided of"
    assert not [kind for doubt, kind in found if not doubt and kind == "actual"]


@pytest.mark.parametrize(
    "text",
    ["Starbridge plans to reach 100 million devices", "星桥智能计划搭载终端1亿台", "星桥智能目标估值100亿美元"],
)
def test_a_target_is_said_by_a_person(text: str) -> None:
    """A target in a text must not take the place of the one that an analyst declared."""
    (one,) = _reads(text)
    assert one.doubt
    assert one.observation.kind == "target"


@pytest.mark.parametrize(
    ("text", "lo", "period"),
    [
        ("星桥智能2025年营收12亿元", 1_200_000_000, "2025"),
        ("星桥智能2025年总营收超12亿元，同比增长30%", 1_200_000_000, "2025"),
        ("Starbridge's revenue reached 1.2 billion yuan in 2025", 1_200_000_000, "2025"),
        ("Starbridge posted 1.2 billion yuan in revenue in 2025", 1_200_000_000, "2025"),
        ("Starbridge raises $500 million at a $4.3 billion valuation", 4_300_000_000, "2026-08-31"),
        ("Starbridge raised $500 million at a post-money valuation of $4.3 billion", 4_300_000_000, "2026-08-31"),
        ("Starbridge, which is valued at $4.3 billion, opens an office", 4_300_000_000, "2026-08-31"),
        ("Starbridge's revenue for 2025 hit 1.2 billion yuan", 1_200_000_000, "2025"),
        ("Starbridge's models power more than 42 million devices", 42_000_000, "2026-08-31"),
        ("星桥智能B轮融资后估值43亿美元", 4_300_000_000, "2026-08-31"),
        ("Starbridge is valued at over $4.3 billion", 4_300_000_000, "2026-08-31"),
        ("New money values Starbridge at $4.3 billion", 0, ""),  # "new" may be a part
        ("Money values Starbridge at $4.3 billion", 4_300_000_000, "2026-08-31"),
        ("星桥智能完成5亿美元融资，投后估值43亿美元", 4_300_000_000, "2026-08-31"),
        ("星桥智能以43亿美元估值完成融资", 4_300_000_000, "2026-08-31"),
        ("Starbridge's valuation rose to $3 billion", 3_000_000_000, "2026-08-31"),
        ("星桥智能估值升至30亿美元", 3_000_000_000, "2026-08-31"),
        ("Starbridge passes 100 million users", 100_000_000, "2026-08-31"),
        ("星桥智能模型搭载终端超4200万台", 42_000_000, "2026-08-31"),
        # ---- an end that lies before the text is the day of the value
        ("Starbridge was valued at $1 billion by the end of 2024", 1_000_000_000, "2024-12-31"),
        ("Starbridge was valued at $1 billion at the end of 2024", 1_000_000_000, "2024-12-31"),
        ("星桥智能2024年底估值10亿美元", 1_000_000_000, "2024-12-31"),
        ("截至2024年底，星桥智能搭载终端超1000万台", 10_000_000, "2024-12-31"),
        ("Starbridge had 5 million devices in May", 5_000_000, "2026-05"),
        ("星桥智能2025年前三季度搭载终端4200万台", 42_000_000, "2025-01..2025-09"),
    ],
)
def test_what_is_stated_plainly_is_a_value_of_its_time(text: str, lo: int, period: str) -> None:
    sure = [(int(one.observation.lo or 0), one.observation.occurred.text) for one in _reads(text) if not one.doubt]
    assert sure == ([(lo, period)] if period else [])


def test_a_word_that_is_declared_of_a_value_is_no_part() -> None:
    """Who asks for the revenue abroad means the part."""
    text = "星桥智能2025年海外营收2亿元"
    asks = {"key": "abroad", "name": "abroad", "subject": "starbridge", "unit": "CNY"}
    watch = declaration(indicators={"abroad": {**asks, "figures": {"role": "revenue", "words": ["海外"]}}})
    entry = Entry(source="wire", key="k", title=text, link="", summary="", published_at=AT, subjects=("starbridge",))
    assert [one.doubt for one in figures_in(watch, SOURCE, reader_of(watch), entry)] == [""]


def test_a_doubtful_number_does_not_hide_a_sure_one() -> None:
    found = _reads("星桥智能营收增长2亿元；星桥智能营收达12亿元")
    assert [(bool(one.doubt), int(one.observation.lo or 0)) for one in found] == [
        (True, 200_000_000),
        (False, 1_200_000_000),
    ]


@pytest.mark.parametrize("mark", ["，", "。"])
@pytest.mark.parametrize("shift", range(8))
def test_the_limit_of_reading_cuts_no_number_in_two(mark: str, shift: int) -> None:
    """25亿美|元 is no 25亿 of another currency."""
    said = f"{mark}星桥智能估值25亿美元"
    text = said.rjust(READ_LIMIT + shift, "很")
    assert all(one.observation.lo == 2_500_000_000 for one in _reads(text))


def test_a_rate_of_another_time_is_doubted_and_its_day_is_said() -> None:
    """The bank stopped the rate of the rouble in March 2022; the rate of a Sunday is Friday's."""
    (old,) = _reads("Starbridge is valued at 300 billion RUB")
    assert "ECB 2022-03-01" in old.observation.note
    assert old.doubt == "the rate is of 2022-03-01, and the text of 2026-08-31"
    (one,) = _reads("星桥智能估值300亿元", at=datetime(2026, 5, 10, 10, tzinfo=UTC))
    assert "ECB 2026-05-08" in one.observation.note
    assert one.doubt == ""
