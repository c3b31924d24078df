"""The page of what waits for a person: what is shown of a reading, and the three answers to it."""

from __future__ import annotations

import pytest

from tests.web.conftest import Page, Serve
from tests.web.test_pages import Tags, doubted
from tracker import pipeline

TEXTS = ("星桥智能营收13亿元", "Starbridge revenue of about $2bn", "星桥智能营收14亿元")


def _words(text: str) -> str:
    return " ".join(Tags(text).text.split())


def _ids(page: Page) -> list[int]:
    return [row["id"] for row in pipeline.waiting(page.desk)]


def test_a_reading_is_shown_with_all_that_one_needs(serve: Serve) -> None:
    """Number with unit, of whom and when, why it waits, the quote in its own language, where it stands, how old; the menu counts."""
    page = doubted(serve, *TEXTS[:2])
    answer = page.ask("/review")
    words = _words(answer.text)

    assert "Annual revenue Starbridge CNY 1.3bn actual of 2026-08-16" in words
    assert "the text does not name the period" in words
    assert '<blockquote lang="zh">星桥智能营收13亿元</blockquote>' in answer.text
    assert "<blockquote>Starbridge revenue of about $2bn</blockquote>" in answer.text
    assert "wire · published 2026-08-16 (1 day ago)" in words
    assert "USD at" in words  # how the dollars were converted
    assert any(
        str(attrs.get("href")).startswith("https://wire.example/")
        for tag, attrs in Tags(answer.text).found
        if tag == "a"
    )
    assert "Review 2 waiting" in _words(page.ask("/alerts").text)
    assert [row["id"] for row in page.ask("/api/v1/review").json] == _ids(page)
    assert page.ask("/api/v1/review?as_of=2026-08-01").json == []


def test_the_three_answers(serve: Serve) -> None:
    """What was decided is said, the value can be withdrawn, the reasons stand; what nothing is left of is said too."""
    page = doubted(serve, *TEXTS)
    first, second, third = _ids(page)

    accepted = page.send(f"/review/{first}/accept")
    (row,) = pipeline.values(page.desk, "revenue")
    assert row["value"] == "1300000000"
    assert "accepted: Annual revenue of Starbridge, CNY 1.3bn of 2026-08-16" in _words(accepted.text)
    assert f'name="batch" value="{row["batch"]}"' in accepted.text
    assert "at the next tracker run" in _words(accepted.text)
    page.send("/enter/undo", batch=row["batch"])
    assert pipeline.values(page.desk, "revenue") == []

    corrected = page.send(f"/review/{second}/correct", value=">=1.5亿", why="the year was meant")
    assert "at least CNY 150M" in _words(corrected.text)
    rejected = page.send(f"/review/{third}/reject", why="another company")
    assert [row["value"] for row in pipeline.values(page.desk, "revenue")] == [">=150000000"]
    assert "Withdraw" not in rejected.text
    words = _words(page.ask("/review").text)
    assert "Nothing waits." in words
    assert (
        words.index("rejected Annual revenue")
        < words.index("corrected Annual revenue")
        < words.index("accepted Annual")
    )
    assert "the year was meant" in words
    assert "waiting" not in words


@pytest.mark.parametrize(
    ("verb", "sent", "status", "said"),
    [
        ("correct", {"value": "many", "why": "so it is"}, 422, "many"),
        ("correct", {"value": "5%"}, 422, "in %"),
        ("correct", {"value": ""}, 422, "say the value"),
        ("praise", {}, 404, "Not Found"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    serve: Serve, verb: str, sent: dict[str, str], status: int, said: str
) -> None:
    """The refusal stands at the reading, with what was typed."""
    page = doubted(serve, *TEXTS[:1])
    (number,), seq = _ids(page), page.desk.store.seq()
    answer = page.send(f"/review/{number}/{verb}", **sent)

    assert answer.status == status
    assert said in Tags(answer.text).text
    assert all(f'value="{text}"' in answer.text for text in sent.values())
    assert page.desk.store.seq() == seq


def test_a_reading_is_decided_of_once(serve: Serve) -> None:
    """A second click, another window, a number of nothing, another site."""
    page = doubted(serve, *TEXTS[:1])
    (number,) = _ids(page)
    assert page.send(f"/review/{number}/accept", headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    assert page.send(f"/review/{number}/accept").status == 200

    again = page.send(f"/review/{number}/reject")
    assert (again.status, "was accepted before" in Tags(again.text).text) == (422, True)
    assert page.send("/review/999999/accept").status == 422
    assert page.send(f"/review/{'9' * 40}/accept").status == 422
    assert page.ask(f"/review/{number}/accept").status == 405
    assert len(pipeline.values(page.desk, "revenue")) == 1


def test_an_entered_value_says_when_it_is_judged(serve: Serve) -> None:
    """Within seconds where a daemon ticks, else at the next pass; what stored nothing says nothing."""
    page = doubted(serve)
    given = {"indicator": "growth", "value": "4x"}
    assert "tracker run" not in _words(page.send("/enter", do="check", **given).text)
    assert "at the next tracker run" in _words(page.send("/enter", do="store", **given).text)
    assert "tracker run" not in _words(page.send("/enter", do="store", **given).text)  # it is known already
    pipeline.beat(page.desk)
    assert "within seconds" in page.send("/enter", do="store", **given | {"value": "5x"}).text
