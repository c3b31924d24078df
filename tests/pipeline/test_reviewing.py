"""Numbers in texts become values, or wait for a person; two events are made one and parted again. A real store, invented news."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.extraction.making import declaration
from tests.pipeline.test_understanding import NOON, _entry, _events, _pass
from tracker import db, pipeline
from tracker.db import Store
from tracker.errors import QuantityError, UsageError
from tracker.pipeline import Desk
from tracker.pipeline.reading.rates import converted, per_dollar
from tracker.settings import Home
from tracker.timing import ManualClock

DAY = timedelta(days=1)
INDICATORS = {
    "revenue": {
        "name": "Revenue", "subject": "starbridge", "unit": "CNY",
        "figures": {"role": "revenue", "period": "named", "not": ["同比"]},
    },
    "valuation": {"name": "Valuation", "subject": "starbridge", "unit": "USD", "figures": {"role": "valuation"}},
    "users": {"name": "Users", "subject": "starbridge", "unit": "users", "figures": {"words": ["日活", "daily"]}},
    "price": {"name": "Price", "subject": "starbridge", "unit": "CNY", "figures": {"words": ["月费"]}},
}  # fmt: skip


@pytest.fixture(name="desk")
def _desk() -> Iterator[Desk]:
    declared = declaration(
        timezone="Asia/Shanghai", indicators={key: {"key": key, **one} for key, one in INDICATORS.items()}
    )
    opened = Desk(home=Home(Path()), declaration=declared, store=Store.memory(), clock=ManualClock(NOON))
    yield opened
    opened.close()


def _values(desk: Desk, indicator: str) -> list[tuple[str, str, str]]:
    return [(row["value"], row["kind"], row["quote"]) for row in pipeline.values(desk, indicator)]


@pytest.mark.parametrize(
    ("text", "indicator", "value", "kind"),
    [
        ("星桥智能2025年营收12亿元", "revenue", "1200000000", "actual"),
        ("Starbridge daily active users passed 20 million users", "users", ">=20000000", "actual"),
        ("星桥智能日活突破2000万用户", "users", ">=20000000", "actual"),
        ("传星桥智能投后估值约100亿美元", "valuation", "10000000000", "rumour"),
        ("星桥智能推出套餐，月费25元起", "price", "25", "actual"),
    ],
)
def test_a_figure_becomes_a_value_with_its_quote(desk: Desk, text: str, indicator: str, value: str, kind: str) -> None:
    _pass(desk, _entry(text))
    assert _values(desk, indicator) == [(value, kind, text)]
    assert pipeline.waiting(desk) == []


@pytest.mark.parametrize(
    "text",
    ["流明2025年营收12亿元", "星桥智能2025年营收同比增长30%", "为什么星桥智能日活2000万用户", "星桥智能完成12亿元融资"],
)
def test_what_is_not_asked_for_or_not_said_becomes_nothing(desk: Desk, text: str) -> None:
    """Somebody else's, another role, only discussed."""
    _pass(desk, _entry(text))
    assert [_values(desk, indicator) for indicator in INDICATORS] == [[], [], [], []]
    assert pipeline.waiting(desk) == []


def test_a_period_that_is_named_is_the_period_of_the_value(desk: Desk) -> None:
    _pass(desk, _entry("星桥智能2025年营收12亿元"), _entry("星桥智能一季度营收4亿元", NOON + DAY))
    rows = pipeline.values(desk, "revenue")
    assert [row["occurred_start"].date() for row in rows] == [date(2024, 12, 31), date(2025, 12, 31)]  # UTC


def test_another_currency_is_converted_at_the_rate_of_its_day_and_both_figures_stay(desk: Desk) -> None:
    _pass(desk, _entry("星桥智能投后估值700亿元"))
    (row,) = pipeline.values(desk, "valuation")
    rate = per_dollar("CNY", NOON.date())
    assert rate is not None
    assert abs(Decimal(row["value"]) * rate / Decimal("70000000000") - 1) < Decimal("0.0001")
    assert "said: 700亿元" in row["note"]
    assert f"{rate:.4f} CNY for 1 USD, ECB 2026-05-08" in row["note"]


def test_rates_are_of_their_day() -> None:
    """5 billion yuan in January 2026 were 719 million dollars; a currency without a rate is not guessed."""
    made = converted(Decimal("5e9"), "CNY", "USD", date(2026, 1, 26))
    assert made is not None
    assert Decimal("718e6") < made < Decimal("720e6")
    assert per_dollar("TWD", date(2026, 1, 26)) is None
    assert per_dollar("CNY", date(1999, 1, 4)) == per_dollar("CNY", date(2005, 4, 1))


@pytest.mark.parametrize(
    "text",
    [
        "星桥智能2025年营收120亿元",
        "星桥智能2025年营收12万元",
    ],
)
def test_what_is_ten_times_off_waits(desk: Desk, text: str) -> None:
    """亿 for billion is ten times off, a lost 万 ten thousand times; the quote says which."""
    _pass(desk, _entry("星桥智能2025年营收12亿元"))
    _pass(desk, _entry(text, NOON + DAY), source="daily")
    assert [value for value, _, _ in _values(desk, "revenue")] == ["1200000000"]
    (row,) = pipeline.waiting(desk)
    assert "times off CNY 1.2bn" in row["reason"]
    assert row["quote"] == text


def test_what_is_unsure_or_lacks_its_period_waits(desk: Desk) -> None:
    """A number that only the title's subject can be meant by; revenue of no period."""
    _pass(desk, _entry("星桥智能新进展", summary="公司日活2000万用户。"), _entry("星桥智能营收12亿元", NOON + DAY))
    assert [row["reason"] for row in pipeline.waiting(desk)] == [
        "the reading is unsure: 0.65, and 0.7 is asked for", "the text does not name the period",
    ]  # fmt: skip


def test_a_decision_is_a_row_and_the_past_stays(desk: Desk) -> None:
    """Accepted, corrected, rejected: each once; before it, the reading waits as it did."""
    for number, text in enumerate(("星桥智能营收12亿元", "星桥智能营收13亿元", "星桥智能营收14亿元")):
        _pass(desk, _entry(text, NOON + number * DAY))
    before = desk.store.newest()
    assert isinstance(desk.clock, ManualClock)
    desk.clock.set(NOON + 10 * DAY)
    first, second, third = (row["id"] for row in pipeline.waiting(desk))
    assert pipeline.accept(desk, first)["verdict"] == "accepted"
    assert pipeline.correct(desk, second, "1.5亿", why="the year was meant")["corrected"] == "1.5亿"
    assert pipeline.reject(desk, third)["verdict"] == "rejected"

    assert pipeline.waiting(desk) == []
    assert [row["verdict"] for row in pipeline.waiting(desk, every=True)] == ["accepted", "corrected", "rejected"]
    assert len(pipeline.waiting(desk, as_of=before)) == 3
    assert [value for value, _, _ in _values(desk, "revenue")] == ["1200000000", "150000000"]
    assert "read as 1300000000, corrected" in pipeline.values(desk, "revenue")[1]["note"]
    with pytest.raises(UsageError, match="was accepted before"):
        pipeline.reject(desk, first)
    with pytest.raises(UsageError, match="no reading 99999 waits"):
        pipeline.accept(desk, 99999)


def test_a_correction_that_is_no_number_decides_nothing(desk: Desk) -> None:
    _pass(desk, _entry("星桥智能营收12亿元"))
    (row,) = pipeline.waiting(desk)
    with pytest.raises(QuantityError):
        pipeline.correct(desk, row["id"], "many")
    assert len(pipeline.waiting(desk)) == 1


def test_a_text_that_is_read_again_waits_once(desk: Desk) -> None:
    """An edit of the text that leaves the number alone asks nobody a second time."""
    entry = _entry("星桥智能营收12亿元")
    _pass(desk, entry)
    _pass(desk, _entry("星桥智能营收12亿元！", NOON + DAY, key=entry.key))
    assert len(pipeline.waiting(desk)) == 1


def test_two_events_are_made_one_and_parted_again(desk: Desk) -> None:
    """The older key goes on; before the merge there were two, and after `undo` there are two again."""
    _pass(desk, _entry("星桥智能完成5亿元融资"), _entry("星桥智能完成9亿元融资", NOON + DAY))
    older, younger = (one.event.key for one in _events(desk))
    apart = desk.store.newest()
    assert isinstance(desk.clock, ManualClock)
    desk.clock.set(NOON + 5 * DAY)

    batch, kept = pipeline.merge(desk, younger, older, "one round, told in two parts")

    assert kept == older
    shown = {row["key"]: row["mentions"] for row in pipeline.events(desk)}
    assert shown == {older: 2}
    whys = [mention.why for one in _events(desk) for mention in one.mentions if mention.why != "first report"]
    assert whys == [f"merged from {younger}: one round, told in two parts"]
    assert {row["key"]: row["mentions"] for row in pipeline.events(desk, as_of=apart)} == {older: 1, younger: 1}
    with pytest.raises(UsageError, match="no event"):
        pipeline.merge(desk, younger, older, "again")

    desk.clock.set(NOON + 6 * DAY)
    undone = pipeline.undo(desk, batch)
    assert (undone.rows, undone.parted) == (1, (older, younger))
    assert undone.text == f"parted: {older} and {younger} are two events again (1 report moved)"
    assert _roles(desk) == ["first", "first"]
    assert {row["key"]: row["mentions"] for row in pipeline.events(desk)} == {older: 1, younger: 1}
    with pytest.raises(UsageError, match="undone before"):
        pipeline.undo(desk, batch)


def test_what_cannot_be_one_event_is_not_made_one(desk: Desk) -> None:
    _pass(desk, _entry("星桥智能完成5亿元融资"), _entry("星桥智能发布Star 4模型", NOON + DAY))
    keys = [one.event.key for one in _events(desk)]
    with pytest.raises(UsageError, match="are not one event"):
        pipeline.merge(desk, *keys, "by mistake")
    with pytest.raises(UsageError, match="is one event already"):
        pipeline.merge(desk, keys[0], keys[0], "by mistake")


def _three(desk: Desk) -> tuple[list[str], list[str]]:
    """Three rounds that are written down apart from each other: their keys and batches, oldest first."""
    batches = []
    for number, sum_ in enumerate(("5亿元", "9亿元", "30亿元")):
        assert isinstance(desk.clock, ManualClock)
        desk.clock.set(NOON + (number + 1) * DAY)
        row = f"news,starbridge,星桥智能完成{sum_}融资,2026-05-0{number + 2},funding:starbridge:{number}"
        text = f"indicator,subject,happened,of,key\n{row}\n"
        batches.append(pipeline.import_csv(desk, text, "rounds.csv").batch)
    return [row["key"] for row in pipeline.events(desk)], batches


@pytest.fixture(name="written")
def _written() -> Iterator[Desk]:
    news = {"key": "news", "name": "News", "subject": "starbridge", "event": ["funding"]}
    declared = declaration(timezone="Asia/Shanghai", indicators={"news": news})
    opened = Desk(home=Home(Path()), declaration=declared, store=Store.memory(), clock=ManualClock(NOON))
    yield opened
    opened.close()


def _roles(desk: Desk) -> list[str]:
    """Of the reports that stand."""
    with desk.store.read() as connection:
        standing = [report for event in db.news.events(connection, hidden=False) for report in event.mentions]
    return [report.role for report in standing]


def _shown(desk: Desk) -> dict[str, int]:
    return {row["key"]: row["mentions"] for row in pipeline.events(desk)}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_within_merges_are_undone_in_any_order(written: Desk, order: tuple[int, ...]) -> None:
    """The youngest goes into the one before it, and that into the oldest; with each undo its own two part."""
    (one, two, three), _ = _three(written)
    merges = [pipeline.merge(written, three, two, "why")[0], pipeline.merge(written, two, one, "why")[0]]
    assert _shown(written) == {one: 3}

    pipeline.undo(written, merges[order[0]])
    assert _shown(written) == ({one: 2, three: 1} if order[0] == 0 else {one: 1, two: 2})
    pipeline.undo(written, merges[order[1]])

    assert _shown(written) == {one: 1, two: 1, three: 1}
    assert _roles(written) == ["first"] * 3
    again = pipeline.merge(written, three, one, "why")[0]
    assert _shown(written) == {one: 2, two: 1}
    pipeline.undo(written, again)
    assert _shown(written) == {one: 1, two: 1, three: 1}


def test_a_report_keeps_the_batch_that_brought_it(written: Desk) -> None:
    """`undo` of that batch takes the report back where it was moved to, and the merge can be undone all the same."""
    (one, two, three), batches = _three(written)
    merges = [pipeline.merge(written, three, two, "why")[0], pipeline.merge(written, two, one, "why")[0]]

    assert pipeline.undo(written, batches[2]).text == "1 row withdrawn"
    assert _shown(written) == {one: 2}
    assert pipeline.undo(written, merges[1]).parted == (one, two)
    assert _shown(written) == {one: 1, two: 1}
    pipeline.undo(written, merges[0])
    assert pipeline.undo(written, batches[1]).rows == 1
    assert _shown(written) == {one: 1}


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({}, {"kind": "estimate"}, "actual and what is estimate"),
        ({}, {"labels": "ends=yes"}, "ends=yes"),
        ({"labels": "case=good"}, {"labels": "case=bad"}, "case=good and case=bad"),
    ],
)
def test_an_end_an_estimate_and_another_case_are_no_report_of_it(
    written: Desk, one: dict[str, str], other: dict[str, str], said: str
) -> None:
    for number, cells in enumerate((one, other)):
        row = {"kind": "actual", "labels": ""} | cells
        text = f"indicator,happened,of,key,kind,labels\nnews,Round,2026-05-01,funding:starbridge:{number},{row['kind']},{row['labels']}\n"
        pipeline.import_csv(written, text, "rounds.csv")
    with pytest.raises(UsageError, match=f"{said}.* are not one event"):
        pipeline.merge(written, "funding:starbridge:0", "funding:starbridge:1", "by mistake")
