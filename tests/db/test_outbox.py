"""Alerts, transitions and answers; and the outbox: once, in order, also across a crash."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.db.making import DAY, HOUR, NOON, RENDERED, alert, message, said
from tracker import db
from tracker.db import Store, outbox
from tracker.errors import StoreError
from tracker.model.told import Ack, Evidence, Mute, RuleState, Transition


def test_the_memory_of_a_rule(store: Store) -> None:
    state = RuleState(
        indicator="stars", rule="low", subject="stepfun", memory={"state": "firing", "dates": ["2026-08-01"], "n": 1},
        born=NOON, deadline=NOON + DAY, watermark=2**40,
    )  # fmt: skip
    with store.write(NOON) as tx:
        db.alerts.save_rule_state(tx, RuleState(indicator="stars", rule="low", subject="stepfun"))
        db.alerts.save_rule_state(tx, state)
        assert db.alerts.rule_states(tx.connection) == [state]


def test_an_alert_keeps_its_id(store: Store) -> None:
    with store.write(NOON) as tx:
        first = db.alerts.save_alert(tx, alert())
        other = db.alerts.save_alert(tx, alert(key="2026-12-31"))
        assert db.alerts.save_alert(tx, alert(state="inactive", evidence={"seqs": [1]}, ordinal=2)) == first != other
        found = db.alerts.alerts(tx.connection, state="inactive")
        assert found == [alert(id=first, state="inactive", evidence={"seqs": [1]}, ordinal=2)]
        assert len(db.alerts.alerts(tx.connection)) == 2
        with pytest.raises(TypeError, match="colour"):
            db.alerts.alerts(tx.connection, colour="red")


def test_who_has_heard_enough(store: Store) -> None:
    with store.write(NOON) as tx:
        first = db.alerts.save_alert(tx, alert())
        db.alerts.settle(tx, first)
        assert db.alerts.unsettled(tx.connection) == []
        db.alerts.save_alert(tx, replace(db.alerts.alerts(tx.connection)[0], ordinal=2))
        assert [one.id for one in db.alerts.unsettled(tx.connection)] == [first]


def transition(ordinal: int, at: datetime = NOON) -> Transition:
    evidence = Evidence(value="45", unit="x", compared="45 < 50", seqs=(3, 4), since=NOON - DAY)
    return Transition(
        indicator="stars", rule="low", subject="stepfun", at=at, what="firing", severity="critical", episode=1,
        ordinal=ordinal, evidence=evidence, as_of=7, reason="r",
    )  # fmt: skip


def test_transitions_are_written_once_in_order(store: Store) -> None:
    given = [transition(2, NOON + HOUR), transition(1)]
    with store.write(NOON) as tx:
        db.alerts.add_transitions(tx, given)
        db.alerts.add_transitions(tx, [transition(3, NOON + DAY)])
    with store.read() as connection:
        assert db.alerts.transitions(connection) == [*given, transition(3, NOON + DAY)]
        assert [at for at, _ in db.alerts.written(connection)] == [NOON] * 3
    with pytest.raises(StoreError), store.write(NOON) as tx:
        db.alerts.add_transitions(tx, [transition(3)])


def test_answers_and_mutes(store: Store) -> None:
    with store.write(NOON) as tx:
        number = db.alerts.save_alert(tx, alert())
        ack = Ack(alert=number, episode=1, at=NOON, judgement="noise", why="known")
        db.alerts.save_ack(tx, ack)
        assert db.alerts.acks(tx.connection) == [ack]
        mute = Mute(start=NOON, end=NOON + DAY, rule="stars.low", author="me", why="holiday")
        first = db.alerts.save_mute(tx, mute)
        second = db.alerts.save_mute(tx, mute)
        assert db.alerts.mutes(tx.connection) == [replace(mute, id=first), replace(mute, id=second)]
    with store.write(NOON + HOUR) as tx:
        assert db.alerts.end_mute(tx, second)
        assert not db.alerts.end_mute(tx, second)
        assert not db.alerts.end_mute(tx, 99)
        assert db.alerts.mutes(tx.connection)[1].end == NOON + HOUR


def queue(store: Store, *ids: str, receiver: str = "desk", at: datetime = NOON, name: str = "") -> int:
    """Enqueue messages about one alert, in order."""
    with store.write(at) as tx:
        number = db.alerts.save_alert(tx, alert(key=name))
        for id in ids:
            assert outbox.enqueue(tx, message(id, receiver), RENDERED, [said(number, id)])
    return number


def due(store: Store, now: datetime = NOON) -> list[str]:
    with store.read() as connection:
        return [one.id for one in outbox.due(connection, now)]


def test_a_message_comes_back_as_it_was(store: Store) -> None:
    queue(store, "m1")
    given = message(kind="opening", id="m2", brief=(("What is due", ("devices", "revenue")),), period="2026-W33")
    with store.write(NOON) as tx:
        assert outbox.enqueue(tx, given, RENDERED, [])
        assert not outbox.enqueue(tx, message("m1"), RENDERED, [])
        first, second = outbox.deliveries(tx.connection)
    assert (first.message, first.rendered, first.state) == (message("m1"), RENDERED, "queued")
    assert second.message == given
    assert (second.created_at, second.next_at, second.attempts) == (NOON, NOON, 0)


def test_what_was_said(store: Store) -> None:
    first = queue(store, "m1", "m2")
    queue(store, "m3", name="other", receiver="folder")
    with store.write(NOON + HOUR) as tx:
        outbox.claim(tx, "m1", "me", NOON + DAY)
        outbox.sent(tx, "m1")
    with store.read() as connection:
        assert outbox.said(connection, [first]) == [
            said(first, "m1", state="sent", sent_at=NOON + HOUR),
            said(first, "m2"),
        ]
        assert [one.receiver for one in outbox.said(connection)] == ["desk", "desk", "folder"]
        assert outbox.said(connection, []) == []


def test_nothing_overtakes_an_older_message_about_the_same_alert(store: Store) -> None:
    queue(store, "m1", "m2")
    queue(store, "other", name="other")
    queue(store, "folder", receiver="folder")
    assert due(store) == ["m1", "other", "folder"]
    with store.write(NOON) as tx:
        assert outbox.claim(tx, "m1", "me", NOON + HOUR)
    assert due(store) == ["other", "folder"]
    with store.write(NOON) as tx:
        assert outbox.retry(tx, "m1", 1, NOON + DAY, "451 try later")
    assert due(store, NOON + HOUR) == ["other", "folder"]
    assert due(store, NOON + DAY) == ["m1", "other", "folder"]
    with store.write(NOON + DAY) as tx:
        assert outbox.claim(tx, "m1", "me", NOON + 2 * DAY)
        assert outbox.dead(tx, "m1", 2, "550 no such user")
        assert outbox.state(tx.connection, "m1") == "dead"
        assert [one.id for one in outbox.died(tx.connection, NOON + DAY, NOON + DAY)] == ["m1"]
        assert outbox.died(tx.connection, NOON, NOON + HOUR) == []
        (first, *_) = outbox.deliveries(tx.connection)
        assert outbox.counts(tx.connection, NOON + DAY) == {"dead": 1, "waiting": 3}
        assert outbox.counts(tx.connection, NOON + DAY - HOUR) == {"waiting": 4}
        assert outbox.counts(tx.connection, NOON - HOUR) == {}
    assert (first.state, first.attempts, first.error) == ("dead", 2, "550 no such user")
    assert first.ended_at == NOON + DAY
    assert due(store, NOON + DAY) == ["m2", "other", "folder"]


def test_one_sender_per_message(store: Store) -> None:
    queue(store, "m1")
    with store.write(NOON) as tx:
        assert outbox.claim(tx, "m1", "me", NOON + HOUR)
        assert not outbox.claim(tx, "m1", "you", NOON + HOUR)
        assert outbox.next(tx.connection) == NOON + HOUR
    with store.write(NOON) as tx:
        assert outbox.sent(tx, "m1")
        assert outbox.next(tx.connection) is None
        assert not outbox.sent(tx, "m1")
        assert not outbox.retry(tx, "m1", 1, NOON, "late")


def test_a_crash_after_sending_sends_once_more_under_the_same_id(store: Store) -> None:
    queue(store, "m1")
    with store.write(NOON) as tx:
        outbox.claim(tx, "m1", "dead", NOON + HOUR)
    assert due(store, NOON) == []
    assert due(store, NOON + HOUR) == ["m1"]
    with store.write(NOON + HOUR) as tx:
        assert outbox.claim(tx, "m1", "alive", NOON + 2 * HOUR)
        assert outbox.sent(tx, "m1")
        assert not outbox.dead(tx, "m1", 1, "the first one wakes up")
    assert due(store, NOON + DAY) == []


def test_who_was_overtaken_cannot_say_that_it_failed(store: Store) -> None:
    """The second try is under way, or has its own outcome; a failure of the first one is about the past."""
    queue(store, "m1")
    with store.write(NOON) as tx:
        assert outbox.claim(tx, "m1", "slow", NOON + HOUR) == 1
    with store.write(NOON + HOUR) as tx:
        assert outbox.claim(tx, "m1", "quick", NOON + 2 * HOUR) == 2
        assert not outbox.retry(tx, "m1", 1, NOON + DAY, "too slow")
        assert not outbox.dead(tx, "m1", 1, "too slow")
        assert outbox.state(tx.connection, "m1") == "sending"
        assert outbox.retry(tx, "m1", 2, NOON + DAY, "451 try later")


@pytest.mark.parametrize("waits", [False, True], ids=["being sent", "waiting"])
def test_who_was_overtaken_can_say_that_it_was_sent(store: Store, waits: bool) -> None:
    """It is true, and it keeps the message from going out once more; it counts once."""
    queue(store, "m1")
    with store.write(NOON) as tx:
        outbox.claim(tx, "m1", "slow", NOON + HOUR)
    with store.write(NOON + HOUR) as tx:
        outbox.claim(tx, "m1", "quick", NOON + 2 * HOUR)
        assert not waits or outbox.retry(tx, "m1", 2, NOON + DAY, "451 try later")
    with store.write(NOON + 2 * HOUR) as tx:
        assert outbox.sent(tx, "m1")
        assert not outbox.sent(tx, "m1")
        assert not outbox.retry(tx, "m1", 2, NOON + DAY, "451 try later")
    assert due(store, NOON + 2 * DAY) == []


def test_a_message_may_have_to_wait_from_the_start(store: Store) -> None:
    with store.write(NOON) as tx:
        assert outbox.enqueue(tx, message("m1"), RENDERED, [], not_before=NOON + HOUR)
        assert outbox.next(tx.connection) == NOON + HOUR
    assert due(store, NOON) == []
    assert due(store, NOON + HOUR) == ["m1"]


def test_what_waits_behind_another_one_wakes_nobody(store: Store) -> None:
    """A receiver that refuses for a day is not asked each second, because something newer is ready behind what it refuses."""
    queue(store, "m1", "m2")
    with store.write(NOON) as tx:
        outbox.claim(tx, "m1", "me", NOON + HOUR)
        assert outbox.next(tx.connection) == NOON + HOUR
        outbox.retry(tx, "m1", 1, NOON + DAY, "451 try later")
        assert outbox.next(tx.connection) == NOON + DAY
    assert due(store, NOON + HOUR) == []
    assert due(store, NOON + DAY) == ["m1"]


def test_a_restart_takes_over_at_once(store: Store) -> None:
    queue(store, "m1")
    with store.write(NOON) as tx:
        outbox.claim(tx, "m1", "gone", NOON + DAY)
        assert outbox.take_over(tx, lambda owner: False) == 0
        assert outbox.take_over(tx, lambda owner: owner == "gone") == 1
    assert due(store) == ["m1"]


def test_only_what_nobody_began_to_send_is_superseded(store: Store) -> None:
    queue(store, "m1", "m2")
    with store.write(NOON) as tx:
        outbox.claim(tx, "m1", "me", NOON + HOUR)
        assert outbox.supersede(tx, ["m1", "m2"]) == 1
        assert outbox.supersede(tx, []) == 0
        assert [one.state for one in outbox.deliveries(tx.connection)] == ["sending", "superseded"]


def test_deliveries_of_a_span(store: Store) -> None:
    queue(store, "m1")
    queue(store, "m2", at=NOON + DAY, name="other")
    with store.read() as connection:
        assert [one.id for one in outbox.deliveries(connection, until=NOON + DAY)] == ["m1"]
        assert [one.id for one in outbox.deliveries(connection, since=NOON + DAY)] == ["m2"]
