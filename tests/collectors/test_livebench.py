"""kind: livebench. Mean of means, rank, who is not listed; and the tables that were really published."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.collectors.asking import Asker
from tests.conftest import SHARED
from tests.support.web import Site
from tracker.errors import SourceError
from tracker.network import Door

MODELS = {"stepfun": "step-*", "openai": ["gpt-*", "o1*"], "baichuan": "baichuan*"}
SCORE = {"indicator": "benchmark", "value": "score", "labels": {"model": "model"}}
RANK = {"indicator": "rank", "value": "rank", "aggregate": "min"}
LISTED = {"indicator": "listed", "value": "listed", "aggregate": "max"}
CATEGORIES = {"Reasoning": ["a", "b", "c"], "Coding": ["d"]}
TABLE = """model,a,b,c,d
gpt-1,30,60,90,80
step-1,50,,N/A,90
step-0,10,10,10,20
other,90,90,90,90
early,90,90
hole,90,90,90,{blank}
""".format(blank=" ")


def _livebench(site: Site, door: Door, *emit: dict[str, Any], **params: Any) -> Asker:
    return Asker(door=door, kind="livebench", params={"url": f"{site.url}/lb", "models": MODELS, **params}, emit=emit)


def _release(site: Site, name: str, table: str = TABLE) -> None:
    site.put(f"/lb/table_{name}.csv", table)
    site.put(f"/lb/categories_{name}.json", json.dumps(CATEGORIES))


def _said(asker: Asker) -> list[tuple[str, str, str]]:
    return [(one.subject, dict(one.labels).get("model", ""), str(one.value)) for one in asker.ask().rows]


def test_mean_of_means(site: Site, door: Door) -> None:
    """Categories weigh the same however many tasks they have; a task without a number does not count."""
    site.put("/lb/", "table_2025_01_02.csv categories_2025_01_02.json table_2024_06_24.csv")
    _release(site, "2025_01_02")
    asker = _livebench(site, door, SCORE)

    harvest = asker.ask()

    assert [(one.subject, dict(one.labels)["model"], str(one.value), one.edition) for one in harvest.rows] == [
        ("stepfun", "step-1", "70.00", "2025_01_02"),
        ("stepfun", "step-0", "15.00", "2025_01_02"),
        ("openai", "gpt-1", "70.00", "2025_01_02"),
    ]
    assert harvest.note == "release 2025_01_02, 4 models"
    assert (asker.ask().state, [one.status for one in site.asked]) == ("unchanged", [200, 200, 200, 304, 304, 304])


def test_rank_and_whether_it_is_listed(site: Site, door: Door) -> None:
    """Two with one score share a rank; who has no model in the table has no rank, and that is said."""
    _release(site, "2025_01_02")

    asker = _livebench(site, door, RANK, LISTED, release="2025_01_02")
    rows = _said(asker)

    assert asker.ask().failure is None
    assert rows == [
        ("stepfun", "", "2"), ("openai", "", "2"),
        ("stepfun", "", "1"), ("openai", "", "1"), ("baichuan", "", "0"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("/lb/", "nothing here", "the index has changed: it names no table"),
        ("/lb/table_2025_01_02.csv", "model,a,b,d\nx,1,2,3\n", "the table has changed: it has no column 'c'"),
        ("/lb/table_2025_01_02.csv", "<!doctype html>", "not CSV: this is an HTML or XML page"),
        ("/lb/categories_2025_01_02.json", "[1]", "the categories have changed: they are no lists of tasks"),
        ("/lb/categories_2025_01_02.json", "{", "cut short: the JSON ends in the middle, at line 1 column 2"),
    ],
)
def test_what_may_have_changed(site: Site, door: Door, path: str, body: str, sentence: str) -> None:
    site.put("/lb/", "table_2025_01_02.csv")
    _release(site, "2025_01_02")
    site.put(path, body)

    with pytest.raises(SourceError) as caught:
        _livebench(site, door, SCORE).ask()

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("release", "score", "rank"),
    [
        ("2024_08_31", "57.68", "5"),
        ("2024_11_25", "56.02", "25"),
        ("2025_04_25", "54.05", "36"),
        ("2025_05_30", "", ""),
    ],
)
def test_the_tables_that_were_published(site: Site, door: Door, release: str, score: str, rank: str) -> None:
    """Step-2 was fifth in the release of 2024_08_31; the same model has another score in every release."""
    folder = SHARED / "world" / "docs" / "livebench"
    if not folder.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    for name in (f"table_{release}.csv", f"categories_{release}.json"):
        site.put(f"/lb/{name}", (folder / name).read_bytes())

    rows = _livebench(site, door, SCORE, RANK, release=release).ask().rows

    own = [str(one.value) for one in rows if one.subject == "stepfun"]
    assert own == [one for one in (score, rank) if one]
