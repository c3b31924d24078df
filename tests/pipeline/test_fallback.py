"""What a receiver refuses for good: another one has it instead, once, and the digest says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracker import db, pipeline
from tracker.errors import DeliveryError
from tracker.model.told import Message, Rendered
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import ManualClock

MONDAY = datetime(2026, 8, 17, 4, tzinfo=UTC)  # 12:00 in Shanghai
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WATCH = """\
watch: desk
timezone: Asia/Shanghai
receivers:
  pager: {kind: webhook, url: "https://pager.example.org/in", fallback: mail}
  mail: {kind: email, to: [desk@example.org], fallback: folder}
  folder: {kind: markdown}
defaults: {receivers: [pager]}
digest: {receivers: [folder]}
subjects: {moonlake: {name: Moonlake}}
indicators:
  growth: {name: Growth, unit: x, rules: {low: {kind: threshold, fire: "< 10", clear: ">= 12"}}}
"""


class Post:
    """A way to send that keeps what arrived; the receivers in `refusing` take nothing, for good."""

    def __init__(self, *refusing: str) -> None:
        self.refusing = set(refusing)
        self.taken: list[tuple[str, Message, Rendered]] = []

    def __call__(self, receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        if receiver in self.refusing:
            raise DeliveryError(f"{receiver} answered 410 (Gone)", permanent=True)
        self.taken.append((receiver, message, rendered))

    @property
    def words(self) -> list[tuple[str, tuple[str, ...]]]:
        """Receiver and words of each message that is no opening brief."""
        return [
            (receiver, tuple(item.word for item in message.items))
            for receiver, message, _ in self.taken
            if message.kind == "alert"
        ]


@pytest.fixture(name="opened")
def _opened(home: Callable[..., Home]) -> Iterator[Callable[..., Desk]]:
    """Opens a home from WATCH with some of it replaced; its opening brief has been said."""
    desks: list[Any] = []

    def made(old: str = "", new: str = "", *, name: str = "home") -> Desk:
        assert old in WATCH
        context = pipeline.open_desk(home(WATCH.replace(old, new) if old else WATCH, name=name), ManualClock(MONDAY))
        desks.append(context)
        desk = context.__enter__()
        pipeline.evaluate(desk)
        pipeline.deliver(desk, send=Post())
        return desk

    yield made
    for context in desks:
        context.__exit__(None, None, None)


def _value(desk: Desk, value: str, post: Post, after: timedelta = HOUR) -> Any:
    """A new value, decided and spoken of an hour later."""
    assert isinstance(desk.clock, ManualClock)
    desk.clock.advance(after)
    pipeline.record_value(desk, "growth", value)
    pipeline.evaluate(desk)
    return pipeline.deliver(desk, send=post)


def test_another_receiver_gets_it_and_is_told_why(opened: Callable[..., Desk]) -> None:
    """In the same pass; under an id of its own, with one line that says for whom it was."""
    desk, post = opened(), Post("pager")

    done = _value(desk, "4x", post)

    assert (done.dead, done.sent) == (("pager: pager answered 410 (Gone)",), ("mail",))
    ((receiver, message, rendered),) = post.taken
    assert (receiver, message.instead_of) == ("mail", "pager")
    line = "For pager, who does not have it: pager answered 410 (Gone)"
    assert f"({line})" in rendered.text
    assert line in rendered.html
    assert line in rendered.markdown
    with desk.store.read() as connection:
        dead, other = [one for one in db.outbox.deliveries(connection) if one.kind == "alert"]
    assert (dead.state, other.state) == ("dead", "sent")
    assert dead.id != other.id


def test_what_comes_later_goes_there_too(opened: Callable[..., Desk]) -> None:
    """Who was told that it fires is told that it is over; who never had it, is not."""
    desk, post = opened(), Post("pager")
    _value(desk, "4x", post)
    post.refusing.clear()

    _value(desk, "20x", post)

    assert post.words == [("mail", ("firing",)), ("mail", ("resolved",))]


def test_the_next_episode_goes_where_it_was_meant_to_go(opened: Callable[..., Desk]) -> None:
    """A fallback is for what was refused, not for ever."""
    desk, post = opened(), Post("pager")
    _value(desk, "4x", post)
    _value(desk, "20x", post)
    post.refusing.clear()

    _value(desk, "4x", post)
    _value(desk, "20x", post)

    assert post.words[2:] == [("pager", ("firing",)), ("pager", ("resolved",))]


def test_a_fallback_of_a_fallback_ends(opened: Callable[..., Desk]) -> None:
    """What came to `mail` in another's place and is refused there goes no further; its own post does."""
    desk, post = opened(), Post("pager", "mail")

    done = _value(desk, "4x", post)

    assert len(done.dead) == 2
    assert post.taken == []
    other = opened("[pager]", "[mail]", name="other")
    _value(other, "4x", post)
    assert post.words == [("folder", ("firing",))]


def test_nobody_hears_twice(opened: Callable[..., Desk]) -> None:
    """A fallback that the rule speaks to anyway has heard it already."""
    desk, post = opened("[pager]", "[mail, pager]"), Post("pager")

    _value(desk, "4x", post)
    _value(desk, "20x", post)

    assert post.words == [("mail", ("firing",)), ("mail", ("resolved",))]


def test_what_fails_for_now_waits_for_its_own_receiver(opened: Callable[..., Desk]) -> None:
    """Only what is given up goes elsewhere: after the last try, in the transaction that ends it."""
    desk, tries = opened(), []

    def send(receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        tries.append(receiver)
        if receiver == "pager":
            raise DeliveryError("pager is asleep", retry_after=2 * HOUR)

    pipeline.record_value(desk, "growth", "4x")
    pipeline.evaluate(desk)
    assert isinstance(desk.clock, ManualClock)
    for hours in range(4):
        pipeline.deliver(desk, send=send, backoff=[timedelta(minutes=1)])
        assert "mail" not in tries or hours == 2
        if "mail" in tries:
            break
        desk.clock.advance(HOUR)
    assert tries == ["pager", "pager", "mail"]


def test_quiet_hours_of_the_other_receiver_are_kept(opened: Callable[..., Desk]) -> None:
    """It waits there until they end; what is over by then is never said."""
    quiet = '[desk@example.org], quiet: [{from: "12:00", to: "18:00"}]'
    desk, post = opened("[desk@example.org]", quiet), Post("pager")

    _value(desk, "4x", post)
    assert post.words == []
    _value(desk, "20x", post)
    _value(desk, "4x", post)
    assert post.words == []
    assert isinstance(desk.clock, ManualClock)
    desk.clock.advance(4 * HOUR)
    pipeline.deliver(desk, send=post)

    assert post.words == [("mail", ("firing",))]


def test_the_digest_says_what_did_not_arrive(opened: Callable[..., Desk]) -> None:
    """With receiver and reason, in the week in which it was given up, and only there."""
    desk, post = opened(), Post("pager")
    _value(desk, "4x", post)
    _value(desk, "20x", post)
    _value(desk, "4x", post)

    text = pipeline.digest(desk, "2026-W34", "text")

    assert "2 undeliverable" in text
    (line,) = [line for line in text.splitlines() if "pager answered 410" in line]
    assert "pager: 2 messages" in line
    assert "mail has it instead" in text
    assert "pager answered" not in pipeline.digest(desk, "2026-W33", "text")


def test_what_is_given_up_in_the_next_week_stands_there(opened: Callable[..., Desk]) -> None:
    """The week in which it was written only knows that it waits, also when it is drawn again later."""
    desk = opened()
    assert isinstance(desk.clock, ManualClock)
    desk.clock.advance(6 * DAY)

    def send(receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        if receiver == "pager":
            raise DeliveryError("pager is asleep")

    pipeline.record_value(desk, "growth", "4x")
    pipeline.evaluate(desk)
    pipeline.deliver(desk, send=send)
    desk.clock.advance(3 * DAY)
    pipeline.deliver(desk, send=send)
    desk.clock.advance(7 * DAY)

    before, after = (pipeline.digest(desk, week, "text") for week in ("2026-W34", "2026-W35"))
    assert "0 undeliverable" in before
    assert "1 waiting" in before
    assert "1 undeliverable" in after
    assert "pager is asleep" in after


@pytest.mark.parametrize(("meant", "arrives"), [("[pager]", 1), ("[pager, mail]", 0)], ids=["alone", "both"])
def test_a_digest_that_is_refused_goes_to_who_has_none(opened: Callable[..., Desk], meant: str, arrives: int) -> None:
    """Drawn as it was, with the line above it."""
    desk, post = opened("digest: {receivers: [folder]}", f"digest: {{receivers: {meant}}}"), Post("pager")
    assert isinstance(desk.clock, ManualClock)
    desk.clock.advance(7 * DAY)
    pipeline.send_digest(desk, "2026-W34")

    pipeline.deliver(desk, send=post)

    instead = [rendered for _, message, rendered in post.taken if message.instead_of]
    assert len(instead) == arrives
    for rendered in instead:
        assert rendered.text.startswith("(For pager, who does not have it: pager answered 410 (Gone))\n\n")
        assert "<p>For pager, who does not have it" in rendered.html
    assert [receiver for receiver, _, _ in post.taken] == ["mail"]
