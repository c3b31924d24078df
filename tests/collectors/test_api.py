"""What a JSON API may be asked beyond its rows: days, budgets, what the whole answer says, what is not listed any more."""

from __future__ import annotations

import itertools
import json
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tests.collectors.asking import NOW, Asker, listing
from tests.support.web import Site
from tracker.collectors import KINDS
from tracker.model.declared import Emit
from tracker.network import Door
from tracker.network.manners import Manners

DAILY = {
    "indicator": "tokens", "value": "total", "at": "date", "aggregate": "sum", "where": "starts_with(model, 'step')",
    "as_of": "$meta.as_of", "absent": "censored",
}  # fmt: skip


def _ranking(*rows: tuple[str, str, str], as_of: str = "2026-08-20T06:00:00Z") -> str:
    data = [{"date": date, "model": model, "total": total} for date, model, total in rows]
    return json.dumps({"data": data, "meta": {"as_of": as_of}})


def _said(asker: Asker) -> list[tuple[str, str, str]]:
    return [(one.at.text if one.at else "", one.op, str(one.value)) for one in asker.ask().rows]


def test_days_in_what_is_asked(site: Site, door: Door) -> None:
    """By local clocks, `since` before the last good pass, each in the form that was asked for."""
    site.put("/d", "[]")
    params = {"from": "${since}", "to": "${yesterday:%Y%m%d}", "t": "${today:%d}"}
    asker = listing(door, f"{site.url}/d", {"value": "v"}, params=params, since=timedelta(days=2))
    asker.now = datetime(2026, 8, 20, 17, tzinfo=UTC)  # the 21st in Shanghai

    asker.ask()
    asker.now += timedelta(days=5)
    asker.ask()

    assert site.paths == ["/d?from=2026-08-19&to=20260820&t=21", "/d?from=2026-08-19&to=20260825&t=26"]


@pytest.mark.parametrize("where", [{"url": "https://a.example/${tomorrow}"}, {"params": {"d": "${now}"}}])
def test_a_day_that_nobody_knows(where: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"one of \$\{since\}"):
        KINDS["json"].Params(**{"url": "https://a.example/", **where})


def test_what_the_whole_answer_says(site: Site, door: Door) -> None:
    """Every value keeps since when it stood so, its edition and whom it cites; a price is scaled."""
    body = {"meta": {"as_of": "2026-08-19", "release": 7}, "data": [{"name": "a", "price": "0.00000027"}]}
    emit = {"value": "price", "scale": "1000000", "as_of": "$meta.as_of", "edition": "$meta.release"}
    url = site.put("/p", json.dumps(body))

    (row,) = listing(door, url, emit, rows="data", attribution="Source: A, as of {as_of}").ask().rows

    assert (str(row.value), row.edition, row.citation) == ("0.27000000", "7", "Source: A, as of 2026-08-19")
    assert row.as_of == datetime(2026, 8, 19, 16, tzinfo=UTC)  # the end of that day


def test_an_edition_is_what_the_answer_was_marked_with(site: Site, door: Door) -> None:
    """Also on the day on which it answers that nothing has changed."""
    marked = {"Last-Modified": "Wed, 19 Aug 2026 08:00:00 GMT"}
    emit = {"value": "v", "edition": '$header."last-modified"'}
    asker = listing(door, site.put("/e", '[{"v": 1}]', headers=marked), emit)

    editions = {row.edition for row in (*asker.ask().rows, *asker.ask().rows)}

    assert editions == {"Wed, 19 Aug 2026 08:00:00 GMT"}
    assert [one.status for one in site.asked] == [200, 304]


def test_what_is_not_listed_any_more_is_not_zero(site: Site, door: Door) -> None:
    """At most what the last of the list has; before it was first listed it is nothing at all."""
    rows = [
        ("2026-08-10", "big", "900"), ("2026-08-10", "last", "50"),
        ("2026-08-11", "big", "900"), ("2026-08-11", "step-3", "70"), ("2026-08-11", "step-3:free", "5"),
        ("2026-08-12", "big", "900"), ("2026-08-12", "last", "60"),
    ]  # fmt: skip
    asker = listing(door, site.put("/t", _ranking(*rows)), DAILY, rows="data")
    assert _said(asker) == [("2026-08-11", "eq", "75"), ("2026-08-12", "le", "60")]

    site.put("/t", _ranking(("2026-08-13", "big", "900"), ("2026-08-13", "last", "40")))
    assert _said(asker) == [("2026-08-13", "le", "40")]


def test_never_listed_is_nothing(site: Site, door: Door) -> None:
    assert _said(listing(door, site.put("/t", _ranking(("2026-08-10", "big", "9"))), DAILY, rows="data")) == []


def test_censored_goes_with_a_sum() -> None:
    with pytest.raises(ValidationError, match="goes with `aggregate: sum`"):
        Emit(indicator="a", value="v", absent="censored")


def test_a_date_in_a_form_of_its_own(site: Site, door: Door) -> None:
    """A day is local; what does not have the form has no date, and that is a gap."""
    emit = {"value": "v", "at": {"path": "d", "format": "%d/%m/%Y"}}
    harvest = listing(door, site.put("/f", '[{"v": 1, "d": "02/03/2026"}, {"v": 2, "d": "2026-03-02"}]'), emit).ask()

    assert [one.at.text for one in harvest.rows if one.at] == ["2026-03-02"]
    assert "1 of 2 rows have no date under `d`" in str(harvest.failure)


def _pages(site: Site, count: int) -> str:
    for number in range(1, count + 1):
        link = {"Link": f'</r?page={number + 1}>; rel="next"'} if number < count else {}
        site.put(f"/r?page={number}", f'[{{"v": {number}}}]', headers=link)
    return f"{site.url}/r?page=1"


def test_a_budget_a_minute_spaces_the_requests(site: Site, door: Door) -> None:
    asker = listing(
        door, _pages(site, 3), {"value": "v", "aggregate": "sum"}, page={"style": "link"}, rate={"per_minute": 30}
    )

    assert [str(one.value) for one in asker.ask().rows] == ["6"]
    assert asker.paused == [2.0, 2.0]


def test_a_budget_that_makes_a_pass_too_long(site: Site, door: Door) -> None:
    """What was read is not a sum; the reason is said."""
    asker = listing(
        door, _pages(site, 5), {"value": "v", "aggregate": "sum"}, page={"style": "link"}, rate={"per_minute": 2}
    )

    harvest = asker.ask()

    assert (harvest.rows, harvest.state, len(site.asked)) == ((), "partial", 4)
    assert str(harvest.failure) == "partial: page 5: at 2 requests a minute one pass takes too long"


def test_a_budget_a_day_is_kept_over_passes(site: Site, door: Door) -> None:
    """Requests of earlier passes count, also when nothing has changed; the next day is a new one."""
    asker = listing(
        door, _pages(site, 2), {"value": "v", "aggregate": "sum"}, page={"style": "link"}, rate={"per_day": 5}
    )
    asker.ask()
    asker.ask()

    spent = asker.ask()
    refused = asker.ask()
    asker.now = NOW + timedelta(days=1)
    fresh = asker.ask()

    assert (spent.state, refused.failure and refused.failure.state, len(site.asked)) == ("partial", "throttled", 7)
    assert str(refused.failure) == "its budget of 5 requests a day is spent"
    assert (fresh.failure, fresh.state) == (None, "unchanged")


def test_what_is_asked_counts_although_its_rows_are_of_another_form(site: Site, door: Door) -> None:
    asker = listing(door, site.put("/n", '[{"w": 1}]', etag=""), {"value": "v"}, rate={"per_day": 2})

    said = [asker.ask().failure for _ in range(3)]

    assert [one and one.state for one in said] == ["schema_changed", "schema_changed", "throttled"]
    assert len(site.asked) == 2


def test_a_pass_that_takes_too_long_with_its_pauses(site: Site, door: Door) -> None:
    """It ends before its slot is somebody else's; what was read is kept."""
    ticks = itertools.count(0, 60)  # a minute between two looks
    asker = listing(door, _pages(site, 9), {"value": "v", "labels": {"n": "v"}}, page={"style": "link"})
    asker.ticks = lambda: float(next(ticks))

    harvest = asker.ask()

    assert str(harvest.failure) == "partial: page 3: too slow: 2 pages took more than 150 s with their pauses"
    assert [str(one.value) for one in harvest.rows] == ["1", "2"]


@pytest.mark.parametrize(
    "page", [{"style": "page"}, {"style": "cursor", "param": "page", "cursor": "next"}], ids=lambda one: one["style"]
)
def test_pages_behind_a_redirect_of_the_same_host(site: Site, page: dict[str, Any]) -> None:
    """The next page is asked for where the first was."""
    with Site() as home:
        door = Door(allow={("127.0.0.1", site.port)}, manners=Manners(0.0))
        for path, body in {"?page=1": [{"v": 1}], "?page=2": [{"v": 2}], "?page=3": []}.items():
            home.put(f"/a{path}", status=301, headers={"Location": f"{site.url}/a{path}"}, etag="")
            after = int(path[-1]) + 1 if body else None
            site.put(f"/a{path}", json.dumps({"rows": body, "next": after}))
        asker = listing(door, f"{home.url}/a?page=1", {"value": "v", "aggregate": "sum"}, rows="rows", page=page)

        harvest = asker.ask()
        door.close()

    assert (harvest.failure, [str(one.value) for one in harvest.rows]) == (None, ["3"])
    assert harvest.note == f"moved for good to {site.url}/a?page=1: change its url"


def test_the_rows_of_a_page_share_what_it_says(site: Site, door: Door) -> None:
    """Not a copy of the whole document for each row."""
    document = {f"k{number}": {"v": number} for number in range(3000)}
    emit = {"value": "v", "as_of": "$header.none"}
    asker = listing(door, site.put("/m", json.dumps(document)), emit, {"indicator": "n", **emit}, rows="values(@)")
    tracemalloc.start()

    asker.ask()

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 50_000_000


def test_a_condition_ends_the_pages(site: Site, door: Door) -> None:
    site.put("/s?page=1", '{"rows": [{"v": 1}], "last": false}')
    site.put("/s?page=2", '{"rows": [{"v": 2}], "last": true}')
    asker = listing(
        door, f"{site.url}/s", {"value": "v", "aggregate": "sum"}, rows="rows", page={"style": "page", "stop": "last"}
    )

    assert [str(one.value) for one in asker.ask().rows] == ["3"]
    assert site.paths == ["/s?page=1", "/s?page=2"]


def test_a_list_that_is_empty_all_of_a_sudden(site: Site, door: Door) -> None:
    """It had rows: that is no good pass and no zero. A search may find nothing."""
    count = {"aggregate": "count"}
    asker = listing(door, site.put("/e", '[{"v": 1}, {"v": 2}]'), count)
    search = listing(door, f"{site.url}/e", count, may_be_empty=True)
    asker.ask()
    search.ask()
    site.put("/e", "[]")

    emptied, found = asker.ask(), search.ask()

    assert (emptied.rows, str(emptied.failure)) == ((), "empty: the answer has no rows; the last one had 2")
    assert emptied.failure is not None
    assert emptied.failure.state == "empty"
    assert (found.state, found.failure, [str(one.value) for one in found.rows]) == ("empty", None, ["0"])


def test_an_api_that_has_moved_says_so(site: Site, door: Door) -> None:
    """The pass is good, its state is `moved`, and the note says where to."""
    site.put("/old", status=301, headers={"Location": "/new"}, etag="")
    site.put("/new", '[{"v": 1}]')

    harvest = listing(door, f"{site.url}/old", {"value": "v"}).ask()

    assert (harvest.state, harvest.failure) == ("moved", None)
    assert harvest.note == f"moved for good to {site.url}/new: change its url"


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("github", {"repo": "a/b", "list": "releases"}),
        ("huggingface", {"author": "a"}),
        ("openrouter", {"data": "models"}),
    ],
)
@pytest.mark.parametrize("may", [True, False])
def test_a_list_of_another_kind_that_is_empty(
    site: Site, door: Door, kind: str, params: dict[str, Any], may: bool
) -> None:
    """Whether that may be is for its owner to say."""
    asker = Asker(door=door, kind=kind, params={"url": site.url, "may_be_empty": may, **params}, memory={"rows": 2})
    empty = '{"data": []}' if kind == "openrouter" else "[]"
    for path in ("/repos/a/b/releases", "/api/models", "/models"):
        site.put(path, empty)

    assert (asker.ask().failure is None) is may
