"""What one text says, in two languages: the plain cases, and the traps that each of them was once caught in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.extraction.making import AT, READER, declaration, event, read, told
from tracker import extraction
from tracker.errors import UsageError
from tracker.extraction import Reader, Text
from tracker.pipeline.reading.readers import reader_of


@pytest.mark.parametrize(
    ("text", "events"),
    [
        # ---- the plain cases
        ("星桥智能完成超50亿元B轮融资", ["funding starbridge actual"]),
        ("星桥智能完成 3 亿元 B+ 轮融资", ["funding starbridge actual"]),
        ("Starbridge raises $717M in Series B+", ["funding starbridge actual"]),
        ("远帆汽车投资星桥智能", ["funding starbridge actual"]),
        ("General Harbor leads $1.1B round into Starbridge", ["funding starbridge actual"]),
        ("星桥智能林越离职", ["departure starbridge actual"]),
        ("Lin Yue steps down as CEO of Starbridge", ["departure starbridge actual"]),
        ("流明发布Lumen 2.5 TTS语音模型", ["release lumen actual"]),
        ("Starbridge launches Star 4, an open-source model", ["release starbridge actual"]),
        ("星桥智能裁员200人", ["layoff starbridge actual"]),
        ("Starbridge tops LiveBench leaderboard with Star 4", ["benchmark starbridge actual"]),
        ("星桥智能新模型登顶权威盲测榜单", ["benchmark starbridge actual"]),
        ("五角大楼与星桥智能签约部署模型", ["contract starbridge actual"]),
        ("星桥智能聘请陈立出任首席技术官", ["arrival starbridge actual"]),
        # ---- how sure
        ("网传星桥智能首席科学家拟离职", ["departure starbridge rumour"]),
        ("Starbridge reportedly raising $650M", ["funding starbridge rumour"]),
        ("星桥智能考虑赴港上市", ["ipo starbridge rumour"]),
        ("Starbridge plans Hong Kong IPO", ["ipo starbridge target"]),
        ("Starbridge CFO to leave", ["departure starbridge target"]),
        ("Starbridge CFO to leave in June, sources say", ["departure starbridge rumour"]),
        ("星桥智能官方辟谣：首席科学家离职传闻不实", ["departure starbridge denied"]),
        ("星桥智能否认融资10亿元", ["funding starbridge denied"]),
        ("网传星桥智能将被收购，星桥智能辟谣", ["acquisition starbridge denied"]),
        ("Starbridge denies report it is considering bankruptcy", ["other starbridge denied"]),
        # ---- two subjects in one headline
        ("星桥智能完成3亿元融资，流明发布Lumen 2.5模型", ["funding starbridge actual", "release lumen actual"]),
        ("流明发布Lumen 2.5模型；星桥智能完成B轮融资", ["release lumen actual", "funding starbridge actual"]),
        # ---- somebody else's event
        ("Starbridge's rival Lumen Labs files for IPO", []),
        ("星桥智能前CTO创办的公司完成2亿元融资", []),
        ("Acme raises $5M in seed round", []),
        # ---- traps
        ("星桥智能传统业务完成升级", []),
        ("星桥智能上传功能更新", []),
        ("新模型在长周期任务上实现星桥式跨越提升", []),
        ("Judge denies Starbridge's request to block the rule", []),
        ("Starbridge raises the starting price of its phone", []),
        ("Starbridge CEO raised concerns before the vote", []),
        ("星桥智能暂停新一轮融资", []),
        ("此前，星桥智能曾完成10亿元融资", []),
        ("2022年，星桥智能发布Star 1模型", []),
        ("法院决定诉讼合并，星桥智能回应", []),
    ],
)
def test_what_is_told(text: str, events: list[str]) -> None:
    assert told(text) == events


def test_an_agreement_of_two_is_an_event_of_each() -> None:
    """Whoever stands first: the indicators of both must see it, and each has the other on the other side."""
    for text in ("星桥智能与流明达成战略合作", "流明与星桥智能达成战略合作"):
        found = {one.subject: one.counterparty for one in read(text).events}
        assert found == {"starbridge": ("lumen",), "lumen": ("starbridge",)}


def test_what_a_declared_partner_agrees_is_the_event_of_whom_it_is_a_partner_of() -> None:
    subjects = declaration().subjects
    partner = subjects["yuanfan"].model_copy(update={"partner_of": "starbridge"})
    reader = reader_of(declaration(subjects={**subjects, "yuanfan": partner}))
    for text in ("远帆汽车与星桥智能签署30亿元智能座舱合同", "星桥智能与远帆汽车签署30亿元智能座舱合同"):
        (found,) = reader.read(Text(text)).events
        assert (found.type, found.subject, found.counterparty) == ("contract", "starbridge", ("yuanfan", "carmaker"))


def test_details() -> None:
    """A sum, a person in its first spelling, a role, a product: each belongs to its own event."""
    round_ = event("星桥智能1月26日完成超50亿元融资", at=datetime(2026, 1, 28, 9, tzinfo=UTC))
    assert round_.amount is not None
    assert (round_.amount.lo, round_.amount.hi, round_.amount.unit) == (Decimal("5000000000"), None, "CNY")
    assert round_.occurred == date(2026, 1, 26)
    left = event("Lin Yue steps down as CEO of Starbridge")
    assert (left.people, left.role) == (("林越",), "founder")
    assert event("流明发布 Lumen 2.5 TTS 语音模型").products == ("lumen-2.5-tts",)
    assert event("星桥智能发布Star 4 mini模型").products == ("star-4-mini",)  # and not Star 4 beside it
    funding, release = read("星桥智能完成3亿元融资，流明发布Lumen 2.5模型").events
    assert (funding.products, release.products, release.amount) == ((), ("lumen-2.5",), None)
    assert event("星桥智能被远帆汽车收购").role == "bought"


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("星桥智能CTO张三离职，首席财务官李四离职", ["张三 CTO", "李四 CFO"]),
        ("Starbridge raises $100M Series A; Starbridge raises $500M Series B", ["100000000 USD", "500000000 USD"]),
        ("星桥智能与远帆汽车签署智驾合同；星桥智能与流明签署算力合同", ["yuanfan carmaker", "lumen"]),
        ("星桥智能完成5亿元融资，星桥智能完成超5亿元融资", ["500000000 CNY"]),
        ("星桥智能首席执行官林越离职，星桥智能CFO林越离职", ["林越 CEO"]),
    ],
)
def test_what_differs_in_what_both_places_name_is_not_one_event(text: str, events: list[str]) -> None:
    """Who left, a sum, the other side; what is told twice is told once."""
    found = [one for one in read(text).events if one.subject == "starbridge"]
    said = [
        (f"{one.amount.lo} {one.amount.unit}",) if one.amount else (*one.people, one.role, *one.counterparty)
        for one in found
    ]
    assert [" ".join(filter(None, one)) for one in said] == events


def test_money_in_brackets_is_not_negative() -> None:
    first, second = read("Starbridge closed a ¥5+ billion ($420 million) round").quantities
    assert (first.quantity.lo, first.quantity.hi, first.quantity.unit) == (Decimal("5000000000"), None, "CNY")
    assert (second.quantity.lo, second.quantity.hi, second.quantity.unit) == (
        Decimal("420000000"),
        Decimal("420000000"),
        "USD",
    )
    assert read("五角大楼与星桥智能签约部署模型").quantities == ()


def test_people_count_from_their_day_on() -> None:
    before, after = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    assert read("苏晴谈融资", at=before).keys == ()
    assert read("苏晴谈融资", at=after).keys == ("starbridge",)


def test_spans_count_code_points_and_quote_what_they_say() -> None:
    """Also behind characters outside the basic plane, full-width digits and marks that are not seen."""
    title = "🚀🚀\u200f星桥智能完成５０亿元融资"
    found = read(title, "流明：Lumen 2.5 发布。")
    whole = f"{title}\n流明：Lumen 2.5 发布。"
    assert [whole[hit.start : hit.end] for hit in found.subjects] == ["星桥智能", "流明"]
    assert [hit.name for hit in found.subjects] == ["星桥智能", "流明"]
    (number,) = found.quantities
    assert whole[number.start : number.end] == "５０亿元"
    assert all(one.quote and one.quote in whole for one in found.events)


def test_a_summary_speaks_of_whom_the_title_names() -> None:
    """A clause without a name of its own takes the title's; one that names somebody else does not."""
    assert told("星桥智能：新进展", "近日完成10亿元融资。") == ["funding starbridge actual"]
    assert told("英特尔为星桥智能提供担保", "8月17日，英特尔宣布与SB Power达成多年期合作。") == []
    assert told("早报：星桥智能涨价；流明停更", "今日导览 流明停更 李明辞任董事长 星桥智能完成B轮融资 股价大涨") == [
        "funding starbridge actual"
    ]


def test_what_is_not_declared_has_no_subject() -> None:
    assert told("Acme raises $5M in seed round", any_subject=True) == ["funding - actual"]


def test_a_veto_is_explained() -> None:
    assert any("forbidden by FUND_NOT" in veto for veto in read("星桥智能暂停完成融资").vetoes)
    assert "完成" in event("星桥智能完成B轮融资").why


def test_a_declaration_adds_words_and_types() -> None:
    phrases = {
        "opening": {"rules": {"all": ["OPENS", "factory|工厂"], "within": 20}, "words": {"OPENS": ["opens", "开设"]}}
    }
    reader = reader_of(declaration(phrases=phrases))
    for text in ("Starbridge opens a factory", "星桥智能开设工厂"):
        assert [one.type for one in reader.read(Text(text)).events] == ["opening"]
    with pytest.raises(UsageError, match="there is no class OPENZ"):
        reader_of(declaration(phrases={"opening": {"all": ["OPENZ"]}}))


def test_the_same_text_gives_the_same_reading() -> None:
    """Also in a reader of its own, after other texts: nothing is remembered."""
    text = Text("网传星桥智能拟融资25亿美元，星桥智能否认", "流明发布Lumen 2.5。", date=AT)
    fresh: Reader = reader_of(declaration())
    assert READER.read(text) == READER.read(text) == fresh.read(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n", "'" * 200_000, "1亿 " * 100_000, "星桥智能完成融资，" * 40_000, "\u202e\u200f星桥" * 50_000, "A-" * 200_000,
        "Starbridge raises $5M, " * 10_000, "&#8217;" * 50_000, "\ud800星桥智能完成B轮融资",
    ],
)  # fmt: skip
def test_any_text_is_read_to_its_end(text: str) -> None:
    """No exception, and no more is read for events and numbers than the beginning, however long the text is."""
    found = READER.read(Text(text, date=AT), any_subject=True)
    assert all(one.end <= 20_000 for one in (*found.events, *found.quantities))


def test_a_megabyte_is_as_much_work_as_its_beginning() -> None:
    """What is read for events ends at a fixed place: behind it nothing changes the reading but names."""
    beginning = "星桥智能完成3亿元融资，流明发布Lumen 2.5模型。" * 1_000
    assert len(beginning) > 20_000
    short, long = Text(beginning, date=AT), Text(beginning + "流明完成9亿元融资。" * 100_000, date=AT)
    one, other = READER.read(short), READER.read(long)
    assert (one.events, one.quantities) == (other.events, other.quantities)
    assert len(other.subjects) > len(one.subjects)


def test_no_two_modules_of_the_room_import_each_other() -> None:
    """Not even for a type: what two of them need stands in a third."""
    room = Path(extraction.__file__).parent
    wants = {
        path.stem: set(re.findall(r"from tracker\.extraction\.(\w+) import", path.read_text(encoding="utf-8")))
        for path in room.glob("*.py")
    }

    assert [(one, other) for one in wants for other in wants[one] if one in wants.get(other, ())] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Chinese startup Lantern raises $20M", True),
        ("Lantern unveils a voice model", True),
        ("Lantern festival draws crowds", False),
        ("A lantern raises the mood", False),
        ("How Lantern lit the way for Harbor Works", True),  # its other name stands there too
        ("Lantern light on the river", False),
    ],
)
def test_an_ordinary_word_is_a_name_beside_words_that_say_so(text: str, named: bool) -> None:
    subjects = {"harbor": declaration().subjects["lumen"].model_copy(
        update={"key": "harbor", "name": "Harbor Works", "aliases": (), "ambiguous": ("Lantern",)}
    )}  # fmt: skip
    reader = reader_of(declaration(subjects=subjects))
    assert bool(reader.read(Text(text)).keys) is named


def test_traditional_characters_are_read_as_the_same_words() -> None:
    """One phrase list serves both, and spans still quote what stood there."""
    text = "星橋智能宣佈完成3億元B輪融資"
    (found,) = read(text).events
    assert (found.type, found.subject, found.quote) == ("funding", "starbridge", text)
    assert told("星橋智能官方闢謠：首席科學家離職傳聞不實") == ["departure starbridge denied"]


def test_what_is_in_a_name_is_no_word() -> None:
    """深度 judges, but not in a company's name."""
    subjects = {"deep": declaration().subjects["lumen"].model_copy(update={"key": "deep", "name": "深度远航"})}
    reader = reader_of(declaration(subjects=subjects))
    assert [one.modality for one in reader.read(Text("深度远航完成3亿元融资")).events] == ["actual"]


def test_who_gives_the_money_is_not_who_gets_it() -> None:
    assert told("青岚科技获远帆汽车战略投资") == []
    assert told("星桥智能获远帆汽车战略投资") == ["funding starbridge actual"]


def test_a_contract_is_not_told_again_as_a_partnership() -> None:
    assert told("Starbridge signs $3B cloud deal with Lumen Labs") == [
        "contract starbridge actual", "contract lumen actual",
    ]  # fmt: skip


def test_of_somebody_who_is_not_declared_only_what_was_measured_is_told() -> None:
    assert told("Acme lays off 200 workers", any_subject=True) == []
    assert told("Starbridge lays off 200 workers") == ["layoff starbridge actual"]


@pytest.mark.parametrize(
    ("text", "told_"),
    [
        ("City lets contract with Starbridge expire", ["contract"]),
        ("Starbridge loses $40M contract with Yuanfan Auto", ["contract", "contract"]),
        ("远帆汽车终止与星桥智能的采购合同", ["contract", "contract"]),
        ("星桥智能与远帆汽车结束合作", ["partnership", "partnership"]),
        ("Starbridge and Lumen Labs end partnership", []),  # `end` alone is said of too much
        ("Lumen Labs weighs whether to cancel contract with Starbridge", []),
        ("青岚科技与海川汽车终止合作", []),  # nobody declared
    ],
)
def test_an_agreement_that_is_over(text: str, told_: list[str]) -> None:
    events = read(text, any_subject=True).events
    assert [one.type for one in events if one.ends] == told_
    assert not [one for one in events if not one.ends]
