"""What people enter, through the pipeline: all or nothing, undone exactly, and read where it stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracker import db, pipeline
from tracker.db import Store
from tracker.errors import BackwardsError, DataRejected, HomeError, UsageError
from tracker.pipeline import Desk
from tracker.pipeline.entering.sheet import Places
from tracker.settings import Home
from tracker.timing import ManualClock

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
WATCH = """\
watch: desk
timezone: Asia/Shanghai
receivers: {folder: {kind: markdown}}
subjects:
  starbridge: {name: Starbridge}
  moonlake: {name: Moonlake}
indicators:
  growth: {name: Growth, unit: x, subject: starbridge, rules: {low: {kind: threshold, fire: "< 10"}}}
  news: {name: News, event: [funding, departure], subjects: [starbridge, moonlake], rules: {told: {kind: event}}}
"""


@pytest.fixture(name="desk")
def _desk(home: Callable[..., Home]) -> Iterator[Desk]:
    """An empty home with a clock in hand."""
    with pipeline.open_desk(home(WATCH), ManualClock(NOON)) as desk:
        yield desk


def _move(desk: Desk, by: timedelta) -> None:
    assert isinstance(desk.clock, ManualClock)
    desk.clock.advance(by)


def test_a_value_has_its_batch_its_number_and_its_reading(desk: Desk) -> None:
    """What was stored is told back, so that a misreading is seen at once."""
    done = pipeline.record_value(desk, "growth", ">=1.2亿", of="2026-07", note="x")

    assert done.text == "growth of starbridge: at least 120Mx (actual, 2026-07)"
    assert (done.repeated, done.apart) == (False, "")
    (row,) = pipeline.values(desk, "growth")
    assert (row["batch"], row["value"]) == (done.batch, ">=120000000")


def test_an_event_may_be_confirmed_by_hand(desk: Desk) -> None:
    """The same key again is a second report of one event; its status is folded, not set."""
    text = "subject,indicator,happened,of,key,kind,published\nmoonlake,news,B轮,2026-08,funding:b,rumour,2026-08-10\n"
    pipeline.import_csv(desk, text, "a.csv")
    assert pipeline.events(desk)[0]["status"] == "rumoured"
    pipeline.import_csv(desk, text.replace("rumour", "actual"), "b.csv")
    (event,) = pipeline.events(desk)
    assert (event["status"], event["mentions"]) == ("reported", 2)


@pytest.mark.parametrize("title", ["王小川离职", "Moonlake CTO Wang Xiaochuan leaves"])
def test_who_is_named_by_hand_is_known(home: Callable[..., Home], title: str) -> None:
    """A person whom the declaration names is graver, also where somebody writes down what happened."""
    people = "people: [{name: 王小川/Wang Xiaochuan, role: CTO}]"
    watch = WATCH.replace("{name: Moonlake}", f"{{name: Moonlake, {people}}}").replace(
        "told: {kind: event}", "told: {kind: event, grade: [{people: declared, severity: critical}]}"
    )
    with pipeline.open_desk(home(watch), ManualClock(NOON)) as desk:
        pipeline.evaluate(desk)
        pipeline.record_event(desk, "news", title, type="departure", subject="moonlake", of="2026-08-16")
        (told,) = pipeline.evaluate(desk).transitions
    assert (told.rule, told.severity) == ("told", "critical")


TENCENT, LED = "Moonlake raises 2bn from Tencent", "Moonlake closes a 2bn round led by Tencent"


def _round(desk: Desk, title: str, **more: Any) -> pipeline.Recorded:
    return pipeline.record_event(desk, "news", title, type="funding", subject="moonlake", **more)


def test_two_reports_by_hand_are_one_event(desk: Desk) -> None:
    """As two texts of a source would be: one event, one alert; and that is said, for it is a guess."""
    first = _round(desk, TENCENT, of="2026-08-10", source="A blog")
    second = _round(desk, LED, of="2026-08-12", source="Caixin")

    (event,) = pipeline.events(desk)
    assert (event["title"], event["mentions"], event["status"]) == (TENCENT, 2, "reported")
    assert first.apart == ""
    assert second.apart.startswith(f"it is another report of {TENCENT!r}, 2026-08-10 (type + subject + window)")
    assert [one.what for one in pipeline.evaluate(desk).transitions if one.rule == "told"] == ["event"]


@pytest.mark.parametrize(
    ("title", "more"),
    [
        (LED, {"of": "2025-08-12"}),  # outside the window of a round
        (LED, {"of": "2026-08-12", "value": "5bn CNY"}),
        ("Moonlake closes a round of RMB 5bn", {"of": "2026-08-12"}),
        (LED, {"of": "2026-08-12", "labels": {"stage": "C"}}),
    ],
)
def test_what_differs_is_another_event(desk: Desk, title: str, more: dict[str, Any]) -> None:
    """In its date, its sum (also when only the title names it), or what a person says of it."""
    _round(
        desk, "Moonlake raises RMB 2bn from Tencent", of="2026-08-10", labels={"stage": "B"} if "labels" in more else {}
    )
    _round(desk, title, **more)

    assert [event["mentions"] for event in pipeline.events(desk)] == [1, 1]


def test_a_key_of_its_own_keeps_it_apart_and_so_does_a_line_of_its_own(desk: Desk) -> None:
    """What one file lists under two titles, and what is given a key, is what the person says it is."""
    head = "subject,indicator,happened,of,key\n"
    pipeline.import_csv(
        desk, f"{head}moonlake,news,{TENCENT},2026-08-10,funding:\nmoonlake,news,{LED},2026-08-12,funding:\n", "a"
    )
    pipeline.import_csv(desk, f"{head}moonlake,news,A third one,2026-08-12,funding:third\n", "b")
    assert len(pipeline.events(desk)) == 3

    pipeline.import_csv(desk, f"{head}moonlake,news,Told again,2026-08-11,funding:third\n", "c")
    assert [event["mentions"] for event in pipeline.events(desk)] == [1, 1, 2]


def test_a_file_that_is_imported_twice_adds_nothing(desk: Desk) -> None:
    """Neither values nor reports; a changed report, or one that was taken back before, is stored."""
    text = (
        "subject,indicator,value,happened,of,key,kind,source\nstarbridge,growth,4x,,2026-07,,,\n"
        f"moonlake,news,,{TENCENT},2026-08-10,funding:,rumour,Caixin\n"
    )
    first = pipeline.import_csv(desk, text, "a.csv")
    _move(desk, timedelta(days=1))
    second = pipeline.import_csv(desk, text, "a.csv")
    assert (first.repeated, second.repeated) == (0, 2)
    with desk.store.read() as connection:
        assert len(db.news.entries(connection)) == 1

    assert pipeline.import_csv(desk, text.replace("rumour", "actual"), "a.csv").repeated == 1
    assert pipeline.import_csv(desk, text.replace("rumour", "actual"), "a.csv").repeated == 2
    pipeline.undo(desk, first.batch)
    assert pipeline.import_csv(desk, text.replace("rumour", "actual"), "a.csv").repeated == 1
    (event,) = pipeline.events(desk)
    assert event["mentions"] == 1


def test_a_file_is_read_before_anybody_has_to_wait(desk: Desk) -> None:
    """A bad row is found without a write; only what is good asks for one."""
    desk.store = Store(desk.store.engine, "the home", shared=False, read_only=True)
    with pytest.raises(DataRejected, match=r"a\.csv:2:8"):
        pipeline.import_csv(desk, "indicator,value\ngrowth,x\n", "a.csv")
    with pytest.raises(HomeError, match="for reading only"):
        pipeline.import_csv(desk, "indicator,value\ngrowth,4x\n", "a.csv")


def test_a_key_stands_for_one_thing(desk: Desk) -> None:
    """Of one subject; nothing of the file is stored."""
    text = "subject,indicator,happened,of,key\nmoonlake,news,B轮,2026-08,funding:b\nstarbridge,news,B轮,2026-08,funding:b\n"
    with pytest.raises(DataRejected, match="stands for a funding of moonlake already"):
        pipeline.import_csv(desk, text, "a.csv")
    assert not pipeline.events(desk)


def test_what_is_recorded_is_decided_on(desk: Desk) -> None:
    """A value and an event by hand are spoken of like any other; an undo takes the state back."""
    pipeline.record_value(desk, "growth", "40x", of="2026-07")
    batch = pipeline.record_value(desk, "growth", "4x").batch
    pipeline.record_event(desk, "news", "离职", type="departure", subject="moonlake")
    said = {(one.rule, one.what) for one in pipeline.evaluate(desk).transitions}
    assert {("low", "firing"), ("told", "event")} <= said

    _move(desk, timedelta(hours=1))
    pipeline.undo(desk, batch)
    pipeline.evaluate(desk)
    assert {row["rule"]: row["state"] for row in pipeline.alerts(desk)}["low"] == "inactive"


@pytest.mark.parametrize("fails", ["indicator,value\ngrowth,1\ngrowth,x\n", "indicator,value\nnothing,1\n", "x"])
def test_a_refused_file_leaves_no_batch(desk: Desk, fails: str) -> None:
    """Neither a row nor a trace; the day does not even count as watched."""
    with pytest.raises(DataRejected):
        pipeline.import_csv(desk, fails, "a.csv")
    with desk.store.read() as connection:
        assert db.meta.get(connection, "baseline") is None
        assert db.sources.coverage(connection) == []
    assert desk.store.newest() is None


def test_a_strict_desk_does_not_live_backwards(desk: Desk) -> None:
    """Without `strict` a clock that was set back records at the newest time."""
    pipeline.record_value(desk, "growth", "4x")
    _move(desk, -timedelta(days=1))
    pipeline.record_value(desk, "growth", "5x", of="2026-07")
    assert {row["recorded_at"] for row in pipeline.values(desk, "growth", as_of=NOON)} == {NOON}
    desk.strict = True
    for write in (lambda: pipeline.record_value(desk, "growth", "6x"), lambda: pipeline.undo(desk, "x")):
        with pytest.raises(BackwardsError, match=r"2026-08-17T04:00:00Z.*2026-08-16T04:00:00Z"):
            write()


def test_undo_names_what_is_no_batch(desk: Desk) -> None:
    """And one that stored nothing, because it only repeated."""
    pipeline.record_value(desk, "growth", "4x", of="2026-07")
    again = pipeline.record_value(desk, "growth", "4x", of="2026-07")
    assert again.repeated
    with pytest.raises(UsageError, match="added nothing"):
        pipeline.undo(desk, again.batch)
    with pytest.raises(UsageError, match="no batch"):
        pipeline.undo(desk, "nonsense")


@pytest.mark.parametrize(
    ("row", "column", "place"),
    [
        ("a,b,c", "a", (2, 1)),
        ("a,b,c", "c", (2, 5)),
        ('"a,b",c,d', "b", (2, 7)),
        ('"a""b",c,d', "c", (2, 10)),
        ('"a\nb",c,d', "b", (3, 4)),
        ('"a\r\nb",c,d', "b", (3, 4)),
        ("a", "c", (2, 1)),
        ("a,b,c", "", (2, 1)),
    ],
)
def test_where_a_cell_begins(row: str, column: str, place: tuple[int, int]) -> None:
    """Quotes and line breaks in the cells before it are counted as they stand in the file."""
    assert Places(f"a,b,c\n{row}\nd,e,f\n").of(2, column) == place
