"""What is sent, and what is not sent any more: one receiver that fails, and what was taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from tracker import db, pipeline
from tracker.errors import DeliveryError
from tracker.model.told import Message, Rendered
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import ManualClock

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
WATCH = """\
watch: desk
timezone: Asia/Shanghai
receivers: {broken: {kind: markdown}, whole: {kind: markdown}}
subjects: {moonlake: {name: Moonlake, aliases: [月湖科技]}}
indicators:
  growth: {name: Growth, unit: x, rules: {low: {kind: threshold, fire: "< 10"}}}
  orders: {name: Orders, unit: x, rules: {day: {kind: due, before: [30d]}}}
  level: {name: Level, unit: x, rules: {low: {kind: threshold, levels: {warning: "< 50", critical: "< 20"}}}}
  news: {name: News, event: [funding, departure], rules: {told: {kind: event}}}
"""


@pytest.fixture(name="desk")
def _desk(home: Callable[..., Home]) -> Iterator[Desk]:
    """A home that has said its opening brief, with a clock in hand."""
    with pipeline.open_desk(home(WATCH), ManualClock(NOON)) as desk:
        pipeline.evaluate(desk)
        pipeline.deliver(desk, send=_Sent())
        yield desk


def _move(desk: Desk, by: timedelta) -> None:
    assert isinstance(desk.clock, ManualClock)
    desk.clock.advance(by)


class _Sent:
    """A way to send that keeps what was said; the receivers named are broken: their code has a bug."""

    def __init__(self, *broken: str) -> None:
        self.broken = broken
        self.said: list[tuple[str, tuple[str, ...]]] = []

    def __call__(self, receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        if receiver in self.broken:
            raise ZeroDivisionError("at https://hooks.example.org/secret")
        self.said.append((receiver, tuple(item.headline for item in message.items)))


def test_a_bug_of_one_receiver_does_not_silence_the_others(desk: Desk) -> None:
    """It is a failure like any other: tried again, given up at last, shown in the status; its text is kept to itself."""
    pipeline.record_value(desk, "growth", "4x")
    pipeline.evaluate(desk)
    sent = _Sent("broken")

    done = pipeline.deliver(desk, send=sent, backoff=[timedelta(minutes=1)])
    assert [receiver for receiver, _ in sent.said] == ["whole"]
    assert done.failed == ("broken: unexpected ZeroDivisionError",)
    assert not done.dead

    _move(desk, timedelta(minutes=1))
    done = pipeline.deliver(desk, send=sent, backoff=[timedelta(minutes=1)])
    assert done.dead == ("broken: unexpected ZeroDivisionError",)
    with desk.store.read() as connection:
        assert db.outbox.counts(connection, desk.clock.now())["dead"] == 1


class _Refusing(_Sent):
    """The receiver `broken` refuses the first message it is sent, in every try; what it takes is kept by its words."""

    refused = ""

    def __call__(self, receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        if receiver == "broken":
            self.refused = self.refused or message.id
            if message.id == self.refused:
                raise DeliveryError("451 later")
            self.said.append((receiver, tuple(item.word for item in message.items)))


@pytest.mark.parametrize(("word", "heard"), [("confirmed", [("broken", ("event",))]), ("denied", [])])
def test_what_continues_an_event_that_is_given_up_is_not_said(
    word: Literal["confirmed", "denied"], heard: list[tuple[str, tuple[str, ...]]], desk: Desk
) -> None:
    """Whoever never heard of the rumour hears of the event as new, in the pass that gives the rumour up; of a denial, nothing."""
    sent = _Refusing()
    _record(desk, status="rumoured")
    pipeline.evaluate(desk)
    pipeline.deliver(desk, send=sent, backoff=[timedelta(hours=1)])
    _record(desk, status=word)
    pipeline.evaluate(desk)
    assert pipeline.deliver(desk, send=sent, backoff=[timedelta(hours=1)]).dead == ()

    _move(desk, timedelta(hours=1))
    assert pipeline.deliver(desk, send=sent, backoff=[timedelta(hours=1)]).dead == ("broken: 451 later",)

    assert sent.said == heard
    assert pipeline.deliver(desk, send=sent).sent == ()


def test_an_update_that_is_due_when_its_firing_is_given_up_waits_for_the_next_plan(desk: Desk) -> None:
    """Nobody hears first that something changed: the receiver is told of the firing at the level it has by then."""
    sent = _Refusing()
    pipeline.record_value(desk, "level", "40x", of="2026-08-16")
    pipeline.evaluate(desk)
    pipeline.deliver(desk, send=sent, backoff=[timedelta(hours=1)])
    pipeline.record_value(desk, "level", "10x", of="2026-08-17")
    pipeline.evaluate(desk)
    _move(desk, timedelta(hours=1))

    assert pipeline.deliver(desk, send=sent, backoff=[timedelta(hours=1)]).dead == ("broken: 451 later",)

    assert sent.said == [("broken", ("firing",))]


# --- what was taken back


def _events_told(desk: Desk, sent: _Sent) -> list[str]:
    pipeline.evaluate(desk)
    pipeline.deliver(desk, send=sent)
    return [headline for receiver, said in sent.said if receiver == "whole" for headline in said]


def _record(desk: Desk, title: str = "月湖科技完成B轮融资", **more: Any) -> str:
    return pipeline.record_event(desk, "news", title, type="funding", of="2026-08-16", **more).batch


def test_what_was_undone_before_it_was_decided_on_is_not_announced(desk: Desk) -> None:
    """The transition stays: it became true. Recorded once more, it is told."""
    batch = _record(desk)
    _move(desk, timedelta(hours=1))
    pipeline.undo(desk, batch)
    _move(desk, timedelta(hours=1))
    sent = _Sent()
    assert not _events_told(desk, sent)

    _record(desk)
    assert _events_told(desk, sent) == ["月湖科技完成B轮融资 — Moonlake"]
    assert len(_events_told(desk, sent)) == 1


def test_what_was_undone_while_it_waited_is_not_sent(desk: Desk) -> None:
    """The undo itself takes it out of the outbox; recorded once more, it is told once."""
    batch = _record(desk)
    pipeline.evaluate(desk)
    pipeline.undo(desk, batch)
    with desk.store.read() as connection:
        assert db.outbox.counts(connection, desk.clock.now()) == {"sent": 2, "superseded": 2}
    sent = _Sent()
    assert not _events_told(desk, sent)

    _move(desk, timedelta(hours=1))
    _record(desk)
    assert len(_events_told(desk, sent)) == 1
    assert len(_events_told(desk, sent)) == 1


def _values_told(desk: Desk, sent: _Sent) -> list[str]:
    """What one of the two receivers heard in all after another pass over the outbox alone."""
    pipeline.deliver(desk, send=sent)
    return [headline for receiver, said in sent.said if receiver == "whole" for headline in said]


def test_a_value_that_was_undone_while_its_alert_waited_is_not_announced(desk: Desk) -> None:
    """Though nothing was decided in between, nor can be: no other value is known. A new one that breaches is told."""
    sent = _Sent()
    batch = pipeline.record_value(desk, "growth", "4x").batch
    pipeline.evaluate(desk)
    pipeline.undo(desk, batch)
    assert not _values_told(desk, sent)
    pipeline.evaluate(desk)
    assert not _values_told(desk, sent)

    _move(desk, timedelta(days=1))
    pipeline.record_value(desk, "growth", "5x")
    pipeline.evaluate(desk)
    assert _values_told(desk, sent) == ["Growth (Moonlake): 5x, below 10x"]
    pipeline.evaluate(desk)
    assert len(_values_told(desk, sent)) == 1


def test_where_an_older_value_breaches_too_that_one_is_told(desk: Desk) -> None:
    """One message, which quotes what still counts."""
    sent = _Sent()
    pipeline.record_value(desk, "growth", "5x", of="2026-07")
    batch = pipeline.record_value(desk, "growth", "4x", of="2026-08-16").batch
    pipeline.evaluate(desk)
    pipeline.undo(desk, batch)
    assert not _values_told(desk, sent)
    pipeline.evaluate(desk)
    assert _values_told(desk, sent) == ["Growth (Moonlake): 5x, below 10x"]


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ("undo", ": the figure that it fired on was withdrawn; 40x against < 10"),
        ("correct", ": the figure that it fired on was corrected; 44x against < 10"),
        ("newer", ", 44x against < 10"),
    ],
)
def test_what_is_resolved_says_why(desk: Desk, after: str, why: str) -> None:
    """That the world has changed is one thing; that a figure was wrong is another."""
    sent = _Sent()
    pipeline.record_value(desk, "growth", "40x", of="2026-07")
    batch = pipeline.record_value(desk, "growth", "4x", of="2026-08-16").batch
    pipeline.evaluate(desk)
    assert _values_told(desk, sent) == ["Growth (Moonlake): 4x, below 10x"]
    _move(desk, timedelta(days=1))
    if after == "undo":
        pipeline.undo(desk, batch)
    else:
        pipeline.record_value(desk, "growth", "44x", of="2026-08-16" if after == "correct" else "2026-08-17")
    pipeline.evaluate(desk)

    assert _values_told(desk, sent)[1:] == [f"Growth (Moonlake): back in the clear{why}"]


def test_a_target_that_was_undone_is_not_announced_unless_somebody_still_names_its_day(desk: Desk) -> None:
    """It waits for quiet hours, say; named once more, its day is told once."""
    sent = _Sent()
    batch = pipeline.record_value(desk, "orders", "50x", kind="target", by="2026-09-10").batch
    pipeline.evaluate(desk)
    pipeline.undo(desk, batch)
    pipeline.evaluate(desk)
    assert not _values_told(desk, sent)

    _move(desk, timedelta(days=1))
    pipeline.record_value(desk, "orders", "60x", kind="target", by="2026-09-10")
    pipeline.evaluate(desk)
    pipeline.evaluate(desk)
    assert _values_told(desk, sent) == ["Orders (Moonlake): target 60x by 2026-09-10, due in 23 days"]


def test_a_message_says_since_when_and_what_comes_next(desk: Desk) -> None:
    """Since the value was known, however late the message is; what is over speaks again when it fires anew."""
    pipeline.record_value(desk, "growth", "4x")
    pipeline.evaluate(desk)
    pipeline.deliver(desk, send=_Sent())
    _move(desk, timedelta(hours=1))
    pipeline.record_value(desk, "growth", "44x", of="2026-08-17")
    pipeline.evaluate(desk)
    with desk.store.read() as connection:
        items = [
            one.message.items[0]
            for one in db.outbox.deliveries(connection)
            if one.receiver == "whole" and one.message.items
        ]

    assert [(one.word, one.since, one.speaks_next) for one in items] == [
        ("firing", "2026-08-17 12:00", "when it gets graver or clears"),
        ("resolved", "2026-08-17 12:00", "when it fires again"),
    ]


def test_what_stands_beside_it_in_the_message_is_sent(home: Callable[..., Home]) -> None:
    """The opening brief keeps its brief, and the other event."""
    with pipeline.open_desk(home(WATCH), ManualClock(NOON)) as desk:
        batch = _record(desk)
        pipeline.record_event(desk, "news", "总裁离职", type="departure", of="2026-08-16")
        pipeline.evaluate(desk)
        pipeline.undo(desk, batch)
        sent = _Sent()
        assert _events_told(desk, sent) == ["总裁离职 — Moonlake"]
        with desk.store.read() as connection:
            assert all("B轮" not in one.rendered.text for one in db.outbox.deliveries(connection))


@pytest.mark.parametrize(
    ("word", "heard"), [("confirmed", True), ("confirmed", False), ("denied", True), ("denied", False)]
)
def test_a_second_word_that_was_undone(word: Literal["confirmed", "denied"], heard: bool, desk: Desk) -> None:
    """Whoever has heard of the rumour hears nothing more; whoever has not hears of the rumour."""
    sent = _Sent()
    _record(desk, status="rumoured")
    if heard:
        assert len(_events_told(desk, sent)) == 1
    _move(desk, timedelta(hours=1))
    batch = _record(desk, status=word)
    pipeline.evaluate(desk)
    pipeline.undo(desk, batch)
    assert _events_told(desk, sent) == ["月湖科技完成B轮融资 — Moonlake"]

    _move(desk, timedelta(hours=1))
    _record(desk, status=word)
    assert _events_told(desk, sent)[1:] == [f"{word.capitalize()}: 月湖科技完成B轮融资 — Moonlake"]


def test_an_alert_neither_quotes_nor_counts_what_was_withdrawn(desk: Desk) -> None:
    """The report that stands is the one that is quoted, with its link."""
    batch = _record(desk, source="A blog", url="https://blog.example.org/wrong")
    _record(desk, source="Caixin", url="https://caixin.example.org/right")
    pipeline.undo(desk, batch)
    pipeline.evaluate(desk)
    with desk.store.read() as connection:
        (item,) = db.outbox.deliveries(connection)[-1].message.items

    assert (item.quote_source, item.link) == ("Caixin", "https://caixin.example.org/right")
    assert "1 source " in item.surety


def test_the_brief_and_the_alert_count_the_same_days(home: Callable[..., Home]) -> None:
    """Local days to the day at whose end it is due; both say the goal as people do."""
    text = WATCH.replace(
        'growth: {name: Growth, unit: x, rules: {low: {kind: threshold, fire: "< 10"}}}',
        "sales: {name: Sales, unit: CNY, targets: [{value: 10bn, by: 2026-08-31}], rules: {day: {kind: due, before: 14d}}}",
    )
    with pipeline.open_desk(home(text), ManualClock(NOON)) as desk:
        pipeline.evaluate(desk)
        with desk.store.read() as connection:
            message = db.outbox.deliveries(connection)[0].message

    assert "Sales: target CNY 10bn, due in 14 days, on 2026-08-31" in dict(message.brief)["What is due"]
    assert [item.headline for item in message.items] == [
        "Sales (Moonlake): target CNY 10bn by 2026-08-31, due in 14 days"
    ]


def test_a_merge_and_its_undoing_say_nothing(desk: Desk) -> None:
    """A rumour and a reported event were both told: that they are one is no confirmation, and leaves none when it is undone."""
    sent = _Sent()
    _record(desk, status="rumoured")
    _events_told(desk, sent)
    _move(desk, timedelta(hours=1))
    told = "indicator,happened,of,key\nnews,Series B,2026-08-15,funding:moonlake:b\n"
    pipeline.import_csv(desk, told, "told.csv")
    both = len(_events_told(desk, sent))
    assert both == 2

    rumour, reported = (
        row["key"] for row in sorted(pipeline.events(desk), key=lambda row: row["status"], reverse=True)
    )
    batch, kept = pipeline.merge(desk, rumour, reported, "one round")
    assert kept == rumour
    assert len(_events_told(desk, sent)) == both
    _move(desk, timedelta(hours=1))
    pipeline.undo(desk, batch)
    assert len(_events_told(desk, sent)) == both
    with desk.store.read() as connection:
        assert [alert.word for alert in db.alerts.alerts(connection, key=rumour)] == ["event"]

    _record(desk)
    assert _events_told(desk, sent)[both:] == ["Confirmed: 月湖科技完成B轮融资 — Moonlake"]
