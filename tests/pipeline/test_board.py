"""The board: which of several values stands for an indicator, and what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tracker import pipeline
from tracker.pipeline import Desk
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
  worth:
    name: Worth
    unit: USD
    subject: starbridge
    check: {by_hand: monthly}
    targets: [{value: ">=2bn", by: 2026-12-31}, {value: 1bn, by: 2026-06-30}]
  rounds: {name: Rounds, event: funding, subjects: [starbridge, moonlake]}
"""


@pytest.fixture(name="desk")
def _desk(home: Callable[..., Home]) -> Iterator[Desk]:
    """An empty home with a clock in hand."""
    with pipeline.open_desk(home(WATCH), ManualClock(NOON)) as desk:
        yield desk


def worth(desk: Desk) -> dict[str, Any]:
    """The row of the indicator."""
    return next(row for row in pipeline.board(desk) if row["indicator"] == "worth")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ([], (None, None)),
        ([("5bn", {"kind": "estimate"})], ("5000000000", "estimate")),
        ([("5bn", {"kind": "estimate"}), ("1bn", {"of": "2020"})], ("1000000000", "actual")),
        ([("5bn", {"kind": "rumour"}), ("1bn", {"kind": "estimate", "of": "2020"})], ("1000000000", "estimate")),
        ([("1bn", {"of": "2025"}), ("2bn", {"of": "2024"})], ("1000000000", "actual")),
        ([("9bn", {"kind": "target", "by": "2027-01-01"})], (None, None)),
        ([("3bn", {"labels": {"case": "bull"}, "kind": "estimate"})], (None, None)),
        ([("3bn", {"labels": {"part": "cloud"}})], ("3000000000", "actual")),
        ([("3bn", {"labels": {"part": "cloud"}}), ("1bn", {"kind": "estimate"})], ("1000000000", "estimate")),
    ],
)
def test_which_value_stands_for_an_indicator(
    desk: Desk, said: list[tuple[str, dict[str, Any]]], shown: tuple[str | None, str | None]
) -> None:
    """The whole before a part, what is before what is said to be, the newest; never a target or a scenario's case."""
    for value, more in said:
        pipeline.record_value(desk, "worth", value, **more)

    assert (worth(desk)["value"], worth(desk)["kind"]) == shown


def test_the_target_that_is_due_next(desk: Desk) -> None:
    """The first that lies ahead; one by hand counts too; when all have passed, the last."""
    assert (worth(desk)["target"], worth(desk)["due"]) == (">=2000000000", "2026-12-31")
    pipeline.record_value(desk, "worth", "3bn", kind="target", by="2026-10-01")
    assert (worth(desk)["target"], worth(desk)["due"]) == ("3000000000", "2026-10-01")
    assert isinstance(desk.clock, ManualClock)
    desk.clock.set(datetime(2027, 2, 1, tzinfo=UTC))
    assert worth(desk)["due"] == "2026-12-31"


def test_a_check_by_hand_is_due_until_a_figure_was_entered_this_month(desk: Desk) -> None:
    """From the first of the month, whenever the figure was published; a withdrawn figure is none."""
    assert worth(desk)["next_check"] == datetime(2026, 7, 31, 16, tzinfo=UTC)
    batch = pipeline.record_value(desk, "worth", "5bn", published="2026-07-01").batch
    assert worth(desk)["next_check"] == datetime(2026, 8, 31, 16, tzinfo=UTC)
    assert pipeline.check_due(desk) == []
    pipeline.undo(desk, batch)
    assert pipeline.check_due(desk) == ["worth of starbridge: monthly check due since 2026-08-01"]


def test_a_check_is_done_by_what_happened_too(home: Callable[..., Home]) -> None:
    """An event by hand, of the subject that it is of; next month it is due again."""
    watch = WATCH.replace("event: funding,", "event: funding, check: {by_hand: monthly},")
    with pipeline.open_desk(home(watch), ManualClock(NOON)) as desk:
        pipeline.record_value(desk, "worth", "5bn")
        pipeline.record_event(desk, "rounds", "A轮", subject="moonlake", of="2025-03")

        assert pipeline.check_due(desk) == ["rounds of starbridge: monthly check due since 2026-08-01"]
        assert pipeline.status(desk)[0]["overdue"] == 1
        assert isinstance(desk.clock, ManualClock)
        desk.clock.set(datetime(2026, 9, 1, 4, tzinfo=UTC))
        assert len(pipeline.check_due(desk)) == 3


def test_the_baseline_is_no_check_by_hand(home: Callable[..., Home]) -> None:
    """It was entered today, and nobody looked anything up: what it says of this month counts, and no more."""
    rows = "subject,indicator,value,of,published\nstarbridge,worth,5bn,2025-09,{}\n"
    watch = WATCH.replace("timezone:", "baseline: db/baseline.csv\ntimezone:")
    for name, day, due in (("old", "2026-07-31", 1), ("new", "2026-08-01", 0)):
        place = home(watch, name=name, files={"db/baseline.csv": rows.format(day)})
        with pipeline.open_desk(place, ManualClock(NOON)) as desk:
            pipeline.evaluate(desk)
            assert worth(desk)["value"] == "5000000000"
            assert len(pipeline.check_due(desk)) == due


def test_the_published_clock_knows_nothing_of_this_database(desk: Desk) -> None:
    """What was decided and looked up here was never public; a target is known on both clocks from its `published`."""
    row = next(iter(pipeline.board(desk, clock="published")))

    assert (row["state"], row["health"], row["next_check"]) == (None, None, None)
    assert row["due"] == "2026-12-31"


def test_events_are_counted_without_the_denied(desk: Desk) -> None:
    """The newest that stands gives date and source."""
    pipeline.record_event(desk, "rounds", "A轮", subject="moonlake", of="2025-03", source="press")
    pipeline.record_event(desk, "rounds", "B轮", subject="moonlake", of="2026-03", status="denied", source="rumours")
    rows = {(row["indicator"], row["subject"]): row for row in pipeline.board(desk)}

    row = rows["rounds", "moonlake"]
    assert (row["value"], row["occurred"], row["source"]) == ("1", "2025-03", "press")
    assert rows["rounds", "starbridge"]["value"] == "0"


def test_what_is_only_projected_has_not_happened(desk: Desk) -> None:
    """A scenario of a round is an estimate on the board, and no round beside one that took place."""
    said = "subject,indicator,happened,of,kind\nmoonlake,rounds,Round,2027,estimate\n"
    pipeline.import_csv(desk, said, "plan.csv")

    def row() -> dict[str, Any]:
        return next(one for one in pipeline.board(desk) if (one["indicator"], one["subject"]) == ("rounds", "moonlake"))

    assert (row()["value"], row()["kind"]) == ("1", "estimate")
    pipeline.record_event(desk, "rounds", "Moonlake raises", subject="moonlake", of="2026-08-02")
    assert (row()["value"], row()["kind"], row()["occurred"]) == ("1", "actual", "2026-08-02")


def test_the_rows_stand_in_declared_order(desk: Desk) -> None:
    """A subject that the indicator does not name comes after its own, once it has a value."""
    pipeline.record_value(desk, "worth", "7bn", subject="moonlake")

    assert [(row["indicator"], row["subject"]) for row in pipeline.board(desk)] == [
        ("worth", "starbridge"), ("worth", "moonlake"), ("rounds", "starbridge"), ("rounds", "moonlake"),
    ]  # fmt: skip
