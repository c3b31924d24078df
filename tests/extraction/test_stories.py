"""Which reports are of one event: a table of a known event, a later report, and what ties the two."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.extraction.making import SUBJECTS, read
from tracker.extraction import stories
from tracker.extraction.stories import Account, Story, place, window_of

DAY = date(2026, 5, 8)


def _rates(currency: str, day: date) -> Decimal | None:
    return {"USD": Decimal(1), "CNY": Decimal("6.8")}.get(currency)


def _account(title: str, days: int = 0, link: str = "") -> Account:
    """The first event of a headline, published so many days after DAY."""
    day = DAY + timedelta(days=days)
    reading = read(title, at=None, any_subject=True).events[0]
    return stories.account(reading, title, (day, day), link=link, subjects=SUBJECTS)


def _tie(known: Account, report: Account) -> str | None:
    found = place(report, [Story(key="k", accounts=(known,))], window_of(report.type), _rates)
    return None if found is None else found.why


@pytest.mark.parametrize(
    ("known", "report", "days", "tie"),
    [
        # ---- type, subject and window
        ("星桥智能完成新一轮融资", "Starbridge raises a new funding round", 2, "type + subject + window"),
        ("网传星桥智能拟融资", "星桥智能完成B轮融资", 180, "type + subject + window"),
        ("网传星桥智能拟融资", "星桥智能完成B轮融资", 181, None),
        ("星桥智能发布新模型", "星桥智能上线新模型", 60, "type + subject + window"),
        ("星桥智能发布新模型", "星桥智能上线新模型", 61, None),
        ("星桥智能完成B轮融资", "流明完成B轮融资", 0, None),
        ("星桥智能完成B轮融资", "星桥智能考虑赴港上市", 0, None),
        # ---- a headline that is the same, whatever its typography
        ("Starbridge raises $717M!", "“STARBRIDGE raises $717M”", 3, "same title"),
        # ---- sums
        ("星桥智能完成25亿美元融资", "Starbridge raises RMB 17 billion", 3, "type + subject + window"),
        ("星桥智能完成25亿美元融资", "Starbridge raises RMB 2.5 billion", 3, None),
        ("星桥智能洽谈融资近25亿美元", "星桥智能完成超22亿美元融资", 30, "type + subject + window"),
        ("星桥智能完成数亿元融资", "星桥智能完成5亿元融资", 3, "type + subject + window"),
        # ---- products and versions
        ("星桥智能发布StarAudio 2.5 TTS语音模型", "星桥智能发布StarAudio 2.5 ASR语音模型", 1, None),
        (
            "星桥智能发布StarAudio 2.5 TTS语音模型",
            "Starbridge launches StarAudio 2.5 TTS",
            1,
            "type + subject + window",
        ),
        ("星桥智能发布Star 3.5 Flash模型", "星桥智能上线Star 3.5 Flash 2603模型", 1, None),
        # ---- people and offices
        ("星桥智能林越离职", "Lin Yue steps down as CEO of Starbridge", 1, "type + subject + window"),
        ("星桥智能林越离职", "星桥智能苏晴卸任CFO", 1, None),
        ("Starbridge CFO steps down", "Starbridge CTO steps down", 1, None),
        ("星桥智能走了一员大将", "星桥智能林越离职", 1, "type + subject + window"),
        # ---- the other side
        ("星桥智能与远帆汽车达成战略合作", "星桥智能与流明达成战略合作", 1, None),
        # ---- nobody declared: only with something in common
        ("Acme raises $5M in seed round", "Acme raises $5M seed round for robots", 1, "type + name + window"),
        ("Acme raises $65 billion", "Acme 完成 650 亿美元融资", 1, "type + name + window"),
        ("Acme raises $65 billion", "Bolt 完成 650 亿美元融资", 1, None),
        ("Acme raises $5M in seed round", "Bolt secures $90M in Series C", 1, None),
        ("Acme's head of safety is leaving the company", "Acme's head of design is leaving the company", 1, None),
    ],
)
def test_what_ties_a_report_to_a_known_event(known: str, report: str, days: int, tie: str | None) -> None:
    assert _tie(_account(known), _account(report, days)) == tie


def test_a_window_looks_both_ways() -> None:
    """A report that is learned late may be the older one."""
    assert _tie(_account("星桥智能发布新模型", 60), _account("星桥智能上线新模型")) is not None
    assert _tie(_account("星桥智能发布新模型", 61), _account("星桥智能上线新模型")) is None


def test_the_same_link_needs_neither_window_nor_sum() -> None:
    """A text that was edited after a year, with another sum, is still of its event; of another product it is not."""
    link = "https://news.example/a"
    known, edited = _account("星桥智能完成5亿元融资", link=link), _account("星桥智能完成9亿元融资", 400, link=link)
    assert _tie(known, edited) == "same link"
    assert _tie(_account("星桥智能发布Star 4", link=link), _account("星桥智能发布Star 5", link=link)) is None


def test_a_chain_of_reports_does_not_drag_an_event_along() -> None:
    first, echo, late = (_account("星桥智能发布新模型", days) for days in (0, 50, 100))
    story = Story(key="k", accounts=(first, echo))
    assert place(late, [story], window_of("release"), _rates) is None


def test_of_several_the_best_tie_wins_then_the_nearest() -> None:
    far = Story(key="far", accounts=(_account("星桥智能完成3亿元融资", -100),))
    near = Story(key="near", accounts=(_account("星桥智能完成新一轮融资", -3),))
    titled = Story(key="titled", accounts=(_account("星桥智能获3亿元融资", -150),))
    report = _account("星桥智能完成3.1亿元融资")
    for order in ([far, near], [near, far]):
        assert place(report, order, window_of("funding"), _rates) == stories.Place("near", "type + subject + window")
    again = place(_account("星桥智能获3亿元融资"), [near, titled, far], window_of("funding"), _rates)
    assert again == stories.Place("titled", "same title")


def test_what_the_story_learned_later_counts_too() -> None:
    """The first word named no sum; the second did; a third with another sum is another round."""
    story = Story(key="k", accounts=(_account("星桥智能完成B轮融资"), _account("星桥智能完成3亿元融资", 1)))
    assert place(_account("星桥智能完成3亿元融资", 2), [story], window_of("funding"), _rates) is not None
    assert place(_account("星桥智能完成9亿元融资", 2), [story], window_of("funding"), _rates) is None


def test_windows() -> None:
    assert [window_of(type_).days for type_ in ("funding", "ipo", "acquisition", "contract", "release", "benchmark")] == [
        180, 365, 365, 90, 60, 21,
    ]  # fmt: skip
    assert window_of("funding", [None, timedelta(days=30), timedelta(days=40)]) == timedelta(days=40)
    assert window_of("funding", [None]) == timedelta(days=180)


def test_a_list_of_texts_joins_what_shares_nothing_only_while_it_is_near() -> None:
    """In a record the window of the type holds; in a list a sum, a product or a person must hold what is further apart."""
    known = Story(key="k", accounts=(_account("星桥智能完成新一轮融资"),))
    for title, days, joined in (
        ("星桥智能获巨额融资", 10, True), ("星桥智能获巨额融资", 20, False), ("星桥智能完成3亿元融资", 20, False),
    ):  # fmt: skip
        found = place(_account(title, days), [known], window_of("funding"), _rates, bare=timedelta(14))
        assert (found is not None) is joined, (title, days)
    summed = Story(key="s", accounts=(_account("星桥智能完成3亿元融资"),))
    assert place(_account("星桥智能获3亿元融资", 40), [summed], window_of("funding"), _rates, bare=timedelta(14))


def test_an_old_round_that_is_told_again_is_no_new_one() -> None:
    """Half a year later the same sum is the same round, and another one is not."""
    known = Story(key="k", accounts=(_account("星桥智能完成超50亿元B轮融资"),))
    again = place(_account("Starbridge raised RMB 5 billion", 240), [known], window_of("funding"), _rates)
    assert again == stories.Place("k", "type + subject + sum")
    assert place(_account("星桥智能完成20亿元融资", 240), [known], window_of("funding"), _rates) is None


@pytest.mark.parametrize(
    ("known", "report", "same"),
    [
        ("青岚科技完成10亿元融资", "远野机器人获近10亿元融资", False),
        ("青岚科技完成10亿元融资", "青岚获10亿元融资", True),
        ("脑机公司神澜完成B轮融资", "神澜B轮融资到账", True),
        ("Orvello raises $48M", "Robot maker Orvello closes Series B round", True),
        ("星桥智能与青岚科技达成战略合作", "星桥智能与海川汽车达成战略合作", False),
        ("Starbridge's head of safety steps down", "Starbridge's head of design steps down", False),
        ("星桥智能投后估值约100亿美元，拟融资", "星桥智能洽谈融资，估值450亿美元", False),
    ],
)
def test_names_and_fields_and_worth_tell_reports_apart(known: str, report: str, same: bool) -> None:
    assert (_tie(_account(known), _account(report, 1)) is not None) is same
