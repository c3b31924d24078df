"""deliver by several at once: nothing twice, in order; who is slower than his lease is overtaken, and counts once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.command import environment
from tests.support.web import Site
from tracker import db, pipeline, timing
from tracker.errors import DeliveryError
from tracker.model.told import Message, Rendered
from tracker.pipeline import Desk
from tracker.pipeline.saying.delivering import LEASE
from tracker.settings import Home
from tracker.timing import ManualClock

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
LATER = "2026-08-17T06:00:00Z"
COUNT = 8
WATCH = f"""\
watch: desk
receivers:
  hook: {{kind: webhook, secret: hook, allow_private: true, fallback: folder}}
  folder: {{kind: markdown}}
defaults: {{receivers: [hook]}}
delivery: {{group_by: subject}}
subjects: {{{", ".join(f"s{number}: {{name: S{number}}}" for number in range(COUNT))}}}
indicators:
  growth: {{name: Growth, unit: x, subjects: all, rules: {{low: {{kind: threshold, fire: "< 10"}}}}}}
"""


@pytest.fixture(name="opened")
def _opened() -> Iterator[Callable[[Home, datetime], Desk]]:
    """Opens a home as one more process would: with a store and a clock of its own."""
    with ExitStack() as stack:
        yield lambda home, now: stack.enter_context(pipeline.open_desk(home, ManualClock(now)))


def _waiting(desk: Desk, subjects: int) -> list[str]:
    """A home that has said its brief, and whose alerts have just begun to fire: the ids of what is to be said, in order."""
    pipeline.evaluate(desk)
    pipeline.deliver(desk, send=lambda *_: None)
    assert isinstance(desk.clock, ManualClock)
    desk.clock.advance(timedelta(minutes=1))
    for number in range(subjects):
        pipeline.record_value(desk, "growth", "4x", subject=f"s{number}")
    pipeline.evaluate(desk)
    with desk.store.read() as connection:
        return [one.id for one in db.outbox.deliveries(connection) if one.state == "queued"]


def _told_again(desk: Desk) -> dict[str, str]:
    """One more message about each alert; the earlier id to the later one."""
    later = {}
    with desk.store.write(desk.clock.now()) as tx:
        for one in db.outbox.deliveries(tx.connection):
            if one.state == "queued":
                said = [line for line in db.outbox.said(tx.connection) if line.delivery == one.id]
                message = replace(one.message, id=f"again-{one.id}")
                again = [replace(line, ordinal=line.ordinal + 1, word="update") for line in said]
                assert db.outbox.enqueue(tx, message, one.rendered, again)
                later[one.id] = message.id
    return later


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_two_processes_send_nothing_twice(
    store: str, home: Callable[..., Home], opened: Callable[[Home, datetime], Desk], request: pytest.FixtureRequest
) -> None:
    """Both are at it at the same time; what is said of one alert arrives in the order in which it was decided."""
    both = threading.Barrier(2)
    with Site() as site:
        environ = {"TRACKER_HOOK": f"{site.url}/in"}
        if store == "postgres":
            environ["TRACKER_DATABASE_URL"] = request.getfixturevalue("postgres_url")()

        def take(handler: BaseHTTPRequestHandler) -> None:
            if not both.broken and len(site.asked) < 2:  # the first of each waits for that of the other
                both.wait(60)
            handler.send_response(200)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        site.do("/in", take)
        here = home(WATCH, environ=environ)
        desk = opened(here, NOON)
        first = _waiting(desk, COUNT)
        later = _told_again(desk)

        senders = [_deliver(here.root, environ) for _ in range(2)]
        said = [process.communicate(timeout=120)[1] for process in senders]

    assert [process.returncode for process in senders] == [0, 0], said
    arrived = [asked.headers["idempotency-key"] for asked in site.asked]
    assert Counter(arrived) == Counter([*first, *later.values()])
    assert all(arrived.index(before) < arrived.index(after) for before, after in later.items())
    counts = [int(line.split()[0]) for line in said]
    assert sum(counts) == len(arrived) == 2 * COUNT
    assert min(counts) >= 1
    with desk.store.read() as connection:
        assert db.outbox.counts(connection, timing.END) == {"sent": 2 * COUNT + 1}


def _deliver(root: Path, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tracker", "--now", LATER, "deliver"], cwd=root, env=environment(environ),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


class Slow:
    """A sender that is overtaken while it sends: another process finds its lease run out. In the end it `fails`, or not."""

    def __init__(self, other: Callable[[], object], fails: DeliveryError | None = None) -> None:
        self.other, self.fails, self.ids = other, fails, list[str]()

    def __call__(self, receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        self.ids.append(message.id)
        self.other()
        if self.fails is not None:
            raise self.fails


@pytest.fixture(name="two")
def _two(home: Callable[..., Home], opened: Callable[[Home, datetime], Desk]) -> tuple[Desk, Desk, str]:
    """Two processes on one home with one message to send; the clock of the second stands behind the first one's lease."""
    here = home(WATCH)
    slow = opened(here, NOON)
    (id_,) = _waiting(slow, 1)
    return slow, opened(here, slow.clock.now() + LEASE), id_


def _state(desk: Desk, id_: str) -> str | None:
    with desk.store.read() as connection:
        return db.outbox.state(connection, id_)


def test_within_the_lease_nobody_takes_over(two: tuple[Desk, Desk, str]) -> None:
    """However long it takes until then."""
    slow, quick, _ = two
    assert isinstance(quick.clock, ManualClock)
    quick.clock.set(slow.clock.now() + LEASE - timedelta(seconds=1))
    tried: list[str] = []

    done = pipeline.deliver(slow, send=Slow(lambda: pipeline.deliver(quick, send=lambda *_: tried.append("x"))))

    assert (done.sent, tried) == (("hook",), [])


def test_who_comes_late_with_the_same_news_is_not_counted_again(two: tuple[Desk, Desk, str]) -> None:
    """It went out twice, under one id: that is what a receiver's Idempotency-Key is for. It counts once."""
    slow, quick, id_ = two
    others: list[pipeline.delivering.Delivered] = []
    sender = Slow(lambda: others.append(pipeline.deliver(quick, send=lambda *_: None)))

    done = pipeline.deliver(slow, send=sender)

    assert (others[0].sent, done.sent) == (("hook",), ())
    assert sender.ids == [id_]
    assert _state(slow, id_) == "sent"


@pytest.mark.parametrize("permanent", [False, True])
def test_a_failure_that_comes_late_is_about_the_past(two: tuple[Desk, Desk, str], permanent: bool) -> None:
    """What another has sent is not dead, is not tried again, and goes to no fallback."""
    slow, quick, id_ = two
    sender = Slow(lambda: pipeline.deliver(quick, send=lambda *_: None), DeliveryError("x", permanent=permanent))

    done = pipeline.deliver(slow, send=sender)

    assert (done.sent, done.failed, done.dead) == ((), (), ())
    assert _state(slow, id_) == "sent"
    with slow.store.read() as connection:
        assert {one.receiver for one in db.outbox.deliveries(connection)} == {"hook"}


def test_success_that_comes_late_ends_the_tries(two: tuple[Desk, Desk, str]) -> None:
    """The second process failed for now; the first did send it after all, so there is nothing left to try."""
    slow, quick, id_ = two

    def refuse(*_: object) -> None:
        raise DeliveryError("busy", retry_after=timedelta(hours=1))

    done = pipeline.deliver(slow, send=Slow(lambda: pipeline.deliver(quick, send=refuse)))

    assert done.sent == ("hook",)
    assert _state(slow, id_) == "sent"


def test_a_firing_that_could_not_be_sent_and_is_over_is_never_said(two: tuple[Desk, Desk, str]) -> None:
    """Nor is its end: whoever did not hear of it has missed nothing but noise."""
    desk, _, id_ = two

    def refuse(*_: object) -> None:
        raise DeliveryError("busy")

    assert pipeline.deliver(desk, send=refuse).failed == ("hook: busy",)
    assert isinstance(desk.clock, ManualClock)
    desk.clock.advance(timedelta(hours=1))
    pipeline.record_value(desk, "growth", "40x", subject="s0")
    pipeline.evaluate(desk)
    said: list[str] = []
    pipeline.deliver(desk, send=lambda receiver, message, *_: said.append(message.id))

    assert said == []
    assert _state(desk, id_) == "superseded"


def test_retry_after_is_kept_where_it_is_longer_than_our_own_wait(two: tuple[Desk, Desk, str]) -> None:
    """And never shortens it."""
    desk, _, id_ = two
    asked = [timedelta(hours=2), timedelta(seconds=1)]

    def refuse(*_: object) -> None:
        raise DeliveryError("busy", retry_after=asked.pop(0))

    waits = []
    assert isinstance(desk.clock, ManualClock)
    while asked:
        pipeline.deliver(desk, send=refuse, backoff=[timedelta(minutes=10)] * 3)
        with desk.store.read() as connection:
            due = db.outbox.next(connection)
        assert due is not None
        waits.append(due - desk.clock.now())
        desk.clock.set(due)
    assert waits == [timedelta(hours=2), timedelta(minutes=10)]
    assert _state(desk, id_) == "queued"
