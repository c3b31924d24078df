"""What is sent, and what is not sent any more: one receiver that fails, and what was taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tracker import db, pipeline
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
        assert db.outbox.counts(connection)["dead"] == 1
