"""What people enter, through the pipeline: all or nothing, undone exactly, and read where it stands in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tracker import db, pipeline
from tracker.errors import BackwardsError, DataRejected, UsageError
from tracker.pipeline import Desk
from tracker.pipeline.sheet import Places
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
