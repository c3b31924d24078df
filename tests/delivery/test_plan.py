"""The plan of one moment: who is told what, together with what, what is taken back, and when to look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracker import delivery
from tracker.delivery import Inhibition, Policy, Voice
from tracker.model.declared import Flap, Rule
from tracker.model.told import Ack, Alert, Mute, Said

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=number)


def voice(
    number: int = 1,
    changed: float = 0,
    *,
    receivers: Sequence[str] = ("mail",),
    repeat: str | None = None,
    **alert: Any,
) -> Voice:
    """An alert of the rule `i.r<number>` with who hears it; firing unless it says otherwise."""
    values: dict[str, Any] = {"state": "firing", "word": "firing", "episode": 1, "ordinal": 1, "subject": "x", **alert}
    rule = Rule(kind="threshold", indicator="i", name=f"r{number}", repeat=repeat)  # type: ignore[arg-type]
    made = Alert(id=number, indicator="i", rule=rule.name, changed_at=day(changed), since=day(changed), **values)
    return Voice(alert=made, rule=rule, receivers=tuple(receivers))


def said(word: str, made: float = 0, *, number: int = 1, state: str = "sent", **rest: Any) -> Said:
    """A delivery of one word; sent at the instant at which it was made, when it was sent."""
    values: dict[str, Any] = {
        "delivery": f"{word}@{made}", "receiver": "mail", "episode": 1, "ordinal": 1, "severity": "warning",
        "sent_at": day(made) if state == "sent" else None, **rest,
    }  # fmt: skip
    return Said(word=word, alert=number, state=state, created_at=day(made), **values)  # type: ignore[arg-type]


def told(plan: delivery.Plan) -> list[str]:
    """`receiver: word rule:subject, …` of each message."""
    return [
        f"{batch.receiver}: " + ", ".join(f"{one.word} {one.alert.rule}:{one.alert.subject}" for one in batch.items)
        for batch in plan.batches
    ]


def planned(
    voices: Sequence[Voice], before: Sequence[Said] = (), now: float = 0, policy: Policy | None = None, **rest: Any
) -> delivery.Plan:
    """The plan at a day."""
    return delivery.plan(voices, before, rest.pop("acks", {}), policy or Policy(), day(now), **rest)


@pytest.mark.parametrize(("receivers", "words"), [(("mail",), ["mail: firing r1:x"]), ((), [])])
def test_what_continues_a_firing_that_died_is_taken_back(receivers: tuple[str, ...], words: list[str]) -> None:
    """Its receiver hears of the firing as it stands, if that is for it at all; nothing is taken back while the firing waits."""
    now = voice(severity="critical", ordinal=2, receivers=receivers)
    update = said("update", 1, state="queued", ordinal=2, severity="critical")

    made = planned([now], [said("firing", state="dead"), update], 2)

    assert (told(made), made.superseded) == (words, (("update@1", 1),))
    assert told(planned([now], [said("firing", state="dead"), replace(update, state="superseded")], 2)) == words
    for state in ("queued", "sending", "sent"):
        assert planned([now], [said("firing", state=state), update], 2).superseded == ()
        if state != "queued":  # the receiver has it, or is about to
            assert not planned([now], [said("firing", state="dead"), replace(update, state=state)], 2).superseded


@pytest.mark.parametrize(
    ("word", "waits", "words"),
    [
        ("confirmed", "confirmed", ["mail: event r1:x"]),
        ("denied", "denied", []),
        ("denied", "confirmed", []),
        ("event", "confirmed", ["mail: event r1:x"]),  # whose confirmation was taken back in the meantime
    ],
)
def test_what_continues_an_event_that_died_is_taken_back(word: str, waits: str, words: list[str]) -> None:
    """Its receiver hears of the event as new, and nothing of the denial of what it never heard of."""
    now = voice(word=word, state="inactive", key="a", ordinal=2, changed=1)
    second = said(waits, 1, state="queued", ordinal=2)

    made = planned([now], [said("event", state="dead"), second], 2)

    assert (told(made), made.superseded) == (words, ((f"{waits}@1", 1),))
    for state in ("queued", "sending", "sent"):
        assert not planned([now], [said("event", state=state), second], 2).superseded
    for state in ("sending", "sent"):
        assert not planned([now], [said("event", state="dead"), replace(second, state=state)], 2).superseded


@pytest.mark.parametrize(
    ("alert", "before", "words"),
    [
        ({}, [], "firing"),
        ({}, [said("firing")], ""),
        ({}, [said("firing", state="queued")], ""),
        ({}, [said("firing", state="sending")], ""),
        ({}, [said("firing", state="dead")], ""),
        ({}, [said("firing", state="superseded")], "firing"),
        ({"state": "recovering"}, [], "firing"),
        ({"severity": "critical"}, [said("firing")], "update"),
        ({"severity": "info"}, [said("firing")], "update"),
        ({"severity": "critical"}, [said("firing", state="dead")], "firing"),
        ({"episode": 2, "ordinal": 3}, [said("firing"), said("resolved", 1)], "firing"),
        ({"episode": 2, "ordinal": 3}, [said("firing")], "firing"),
        # Whoever heard while the second one was pending that the first is over.
        ({"episode": 2, "ordinal": 4}, [said("firing"), said("resolved", 1, episode=2)], "firing"),
        ({"ordinal": 4}, [said("firing"), said("resolved", 1)], "firing"),
        ({"severity": "critical"}, [said("firing"), said("update", 1, severity="critical")], ""),
        ({"state": "inactive", "word": "resolved", "ordinal": 2}, [said("firing")], "resolved"),
        ({"state": "inactive", "word": "resolved", "ordinal": 2}, [said("firing", state="sending")], "resolved"),
        ({"state": "inactive", "word": "resolved", "ordinal": 2}, [said("firing", state="dead")], ""),
        ({"state": "inactive", "word": "resolved", "ordinal": 2}, [], ""),
        ({"state": "inactive", "word": "resolved", "ordinal": 2}, [said("firing"), said("resolved", 1)], ""),
        ({"state": "inactive", "word": "resolved", "ordinal": 4, "episode": 2},
         [said("firing"), said("resolved", 1), said("firing", 2, state="dead", episode=2)], ""),
        ({"state": "inactive", "word": "cancelled", "ordinal": 2}, [], ""),
    ],
)  # fmt: skip
def test_what_should_have_been_said_against_what_was_said(
    alert: dict[str, Any], before: list[Said], words: str
) -> None:
    """An alert that is a state: each level of each episode once, and resolved where the firing was delivered."""
    assert told(planned([voice(changed=2, **alert)], before, 2)) == ([f"mail: {words} r1:x"] if words else [])


@pytest.mark.parametrize(
    ("word", "before", "words"),
    [
        ("event", [], "event"),
        ("event", [said("event")], ""),
        ("event", [said("event", state="dead")], ""),
        ("event", [said("event", state="superseded")], "event"),
        ("confirmed", [], "event"),
        ("confirmed", [said("event")], "confirmed"),
        ("confirmed", [said("event", state="queued")], "confirmed"),
        ("confirmed", [said("event", state="dead")], "event"),
        ("confirmed", [said("event", state="superseded")], "event"),
        ("confirmed", [said("event"), said("confirmed", 1, ordinal=2)], ""),
        ("denied", [], ""),
        ("denied", [said("event")], "denied"),
        ("denied", [said("event", state="dead")], ""),
        ("late", [], ""),
        ("closed", [], ""),
        ("upcoming", [], "upcoming"),
        ("met", [said("upcoming")], "met"),
    ],
)
def test_an_event_and_a_target_are_told_once_per_word(word: str, before: list[Said], words: str) -> None:
    """Whoever never heard of an event hears of it as new, and nothing of a denial."""
    ordinal = 1 if word == "event" else 2
    # What has no key is told the same; but a target always has one, its day.
    for key in ("k", "") if word in ("event", "confirmed", "denied", "late") else ("k",):
        alert = voice(changed=2, word=word, state="inactive", key=key, episode=0, ordinal=ordinal)
        assert told(planned([alert], before, 2)) == ([f"mail: {words} r1:x"] if words else [])


def test_an_event_whose_denial_is_withdrawn_is_no_news() -> None:
    """Everybody has heard of it."""
    again = voice(changed=2, word="event", state="inactive", key="k", episode=0, ordinal=3)

    assert told(planned([again], [said("event"), said("denied", 1, ordinal=2)], 2)) == []


@pytest.mark.parametrize(
    ("alert", "before", "word", "count"),
    [
        ({"key": "k", "word": "event"}, [], "event", 0),
        ({"key": "k", "word": "event"}, [said("event", state="superseded")], "event", 1),
        ({"key": "k", "word": "event"}, [said("event", state="superseded"), said("event", 1, state="superseded")], "event", 2),
        ({"key": "k", "word": "confirmed", "ordinal": 2}, [said("event", state="superseded")], "event", 0),
        ({}, [said("firing", state="superseded")], "firing", 1),
        ({"severity": "critical"}, [said("firing"), said("update", 1, state="superseded")], "update", 1),
        ({"severity": "critical"}, [said("firing")], "update", 0),
        ({}, [said("firing"), said("repeat", 7, state="superseded")], "repeat", 2),
        ({}, [said("firing", state="superseded"), said("firing", 1, state="dead")], "firing", 2),
    ],
)  # fmt: skip
def test_what_was_taken_back_and_stands_again_is_another_message(
    alert: dict[str, Any], before: list[Said], word: str, count: int
) -> None:
    """Else the outbox would hold it for the one that it has."""
    (batch,) = planned([voice(repeat="7d", **alert)], before, 20).batches

    assert [(item.word, item.count) for item in batch.items] == [(word, count)]


def test_late_is_for_ever() -> None:
    """Also when something is said of the event later."""
    alert = voice(word="confirmed", state="inactive", key="k", late=True, ordinal=2)

    plan = planned([alert])

    assert (plan.batches, plan.settled, plan.held) == ((), (1,), ())


def test_an_unsent_firing_that_clears_is_taken_back() -> None:
    """One that is under way is not: it may have been heard."""
    cleared = voice(changed=2, state="inactive", word="resolved", ordinal=2)

    queued = planned([cleared], [said("firing", state="queued")], 2)
    later = planned([cleared], [said("firing"), said("update", 1, state="queued")], 2)

    assert (queued.batches, queued.superseded, queued.settled) == ((), (("firing@0", 1),), (1,))
    assert (told(later), later.superseded) == (["mail: resolved r1:x"], (("update@1", 1),))


def test_an_end_that_was_held_back_is_of_the_episode_that_was_heard() -> None:
    """Another one came and went meanwhile, of which nobody was told."""
    over = {"changed": 9, "state": "inactive", "word": "resolved", "ordinal": 4}

    (own,) = planned([voice(episode=1, **over)], [said("firing")], 9).batches
    (earlier,) = planned([voice(episode=2, **over)], [said("firing"), said("update", 1)], 9).batches
    twice = [said("firing"), said("resolved", 1), said("firing", 2, episode=2)]
    (second,) = planned([voice(episode=2, **over)], twice, 9).batches

    assert [item.ends for item in (*own.items, *earlier.items, *second.items)] == ["", "update@1", ""]


@pytest.mark.parametrize(
    ("before", "words", "taken_back"),
    [
        # The end of what was heard is on its way: only what was not heard is taken back.
        ([said("firing"), said("resolved", 1, state="queued"), said("firing", 2, state="queued", episode=2)], [], ["firing@2"]),
        ([said("firing"), said("resolved", 1, state="sending"), said("firing", 2, state="queued", episode=2)], [], ["firing@2"]),
        ([said("firing"), said("resolved", 1), said("firing", 2, state="sending", episode=2)], ["resolved"], []),
        # What was heard and not ended is ended, whatever came after it.
        ([said("firing"), said("firing", 2, state="queued", episode=2)], ["resolved"], ["firing@2"]),
        ([said("firing"), said("firing", 2, state="dead", episode=2)], ["resolved"], []),
        ([said("firing"), said("resolved", 1, state="dead"), said("firing", 2, state="queued", episode=2)], ["resolved"], ["firing@2"]),
        ([said("firing"), said("resolved", 1, state="dead")], [], []),
    ],
)  # fmt: skip
def test_of_two_episodes_in_the_outbox_what_was_heard_is_ended_once(
    before: list[Said], words: list[str], taken_back: list[str]
) -> None:
    """A receiver that refuses for a while may have both before it."""
    cleared = voice(changed=3, state="inactive", word="resolved", episode=2, ordinal=4)

    plan = planned([cleared], before, 3)

    assert told(plan) == [f"mail: {word} r1:x" for word in words]
    assert plan.superseded == tuple((delivery, 1) for delivery in taken_back)


def test_what_is_only_pending_fires_for_nobody() -> None:
    """Whoever heard of an episode before hears its end; nobody else hears anything, and nothing is settled."""
    pending = voice(changed=3, state="pending", word="pending", episode=2, ordinal=3)

    assert told(planned([pending], [said("firing")], 3)) == ["mail: resolved r1:x"]
    assert (told(planned([pending], [], 3)), planned([pending], [], 3).settled) == ([], ())


def test_each_receiver_is_compared_with_what_it_heard_itself() -> None:
    """In the order in which they are declared; who heard of the episode hears its end, also when no longer chosen."""
    alerts = [
        voice(receivers=("mail", "hook")),
        voice(2, state="inactive", word="resolved", ordinal=2, receivers=("hook",)),
    ]

    plan = planned(alerts, [said("firing", receiver="mail"), said("firing", receiver="old", number=2)])

    assert told(plan) == ["hook: firing r1:x", "old: resolved r2:x"]


def test_who_is_no_longer_chosen_hears_nothing_of_a_new_episode() -> None:
    """Of the one that it heard of, it hears the rest: also a level that speaks to others."""
    before = [said("firing", receiver="pager"), said("resolved", 1, receiver="pager")]

    assert told(planned([voice(episode=2, ordinal=3)], before, 2)) == ["mail: firing r1:x"]
    milder = voice(severity="info", ordinal=2)
    assert told(planned([milder], before[:1], 2)) == ["mail: firing r1:x", "pager: update r1:x"]


def test_a_message_has_the_id_of_what_it_says() -> None:
    """The same in every try; another word, episode or receiver is another message."""
    once = planned([voice()]).batches[0].id

    assert planned([voice(changed=1)], now=5).batches[0].id == once
    others = [
        planned([voice(episode=2)]), planned([voice(ordinal=2)]), planned([voice(receivers=("hook",))]), planned([voice(2)]),
        planned([voice(severity="critical")], [said("firing")]),
    ]  # fmt: skip
    ids = {once, *(plan.batches[0].id for plan in others)}
    assert len(ids) == 6


# ------------------------------------------------------------------------------------------------ repeat and ack


def _repeats(
    now: float, before: Sequence[Said], acked: Ack | None = None, **alert: Any
) -> tuple[list[str], datetime | None]:
    plan = planned([voice(repeat="7d", **alert)], before, now, acks={1: acked} if acked else {})
    return told(plan), plan.wake


def test_a_repeat_counts_from_the_last_success() -> None:
    """Not from the first try, and not while one is under way."""
    late = said("firing", 0, sent_at=day(2))

    assert _repeats(8.9, [late]) == ([], day(9))
    assert _repeats(9, [late]) == (["mail: repeat r1:x"], None)
    assert _repeats(99, [said("firing"), said("repeat", 7, state="queued")]) == ([], None)
    assert _repeats(13, [said("firing"), said("repeat", 7)]) == ([], day(14))
    assert told(planned([voice()], [said("firing")], 99)) == []


def test_what_was_refused_is_tried_again_at_its_next_time() -> None:
    """As a repeat where the firing was heard, as a firing where it was not."""
    assert _repeats(13, [said("firing"), said("repeat", 7, state="dead")]) == ([], day(14))
    assert _repeats(14, [said("firing"), said("repeat", 7, state="dead")])[0] == ["mail: repeat r1:x"]
    assert _repeats(7, [said("firing", state="dead")])[0] == ["mail: firing r1:x"]


@pytest.mark.parametrize(
    ("ack", "before", "repeats"),
    [
        (None, [said("firing")], True),
        (Ack(alert=1, episode=1, at=day(1)), [said("firing")], False),
        (Ack(alert=1, episode=2, at=day(1)), [said("firing")], True),
        (Ack(alert=1, episode=1, at=day(1)), [said("firing"), said("repeat", 2)], False),
        (Ack(alert=1, episode=1, at=day(1)), [said("firing", severity="info"), said("update", 2)], True),
        (Ack(alert=1, episode=1, at=day(2)), [said("firing", severity="info"), said("update", 2)], False),
        (Ack(alert=1, episode=1, at=day(1)), [said("firing", severity="critical"), said("update", 2)], False),
        (Ack(alert=1, episode=1, at=day(1)),
         [said("firing", severity="critical"), said("update", 2, severity="info"), said("update", 3)], True),
    ],
)  # fmt: skip
def test_an_ack_stops_repeats_until_a_graver_level_or_a_new_episode(
    ack: Ack | None, before: list[Said], repeats: bool
) -> None:
    """A milder level does not end it."""
    assert _repeats(20, before, ack)[0] == (["mail: repeat r1:x"] if repeats else [])


def test_an_ack_stops_repeats_only() -> None:
    """A graver level, and the end, are said."""
    acks = {1: Ack(alert=1, episode=1, at=day(1))}

    assert told(planned([voice(severity="critical")], [said("firing")], 2, acks=acks)) == ["mail: update r1:x"]
    resolved = voice(changed=2, state="inactive", word="resolved", ordinal=2)
    assert told(planned([resolved], [said("firing")], 2, acks=acks)) == ["mail: resolved r1:x"]


# ------------------------------------------------------------------------------------------------ gates


def _mute(start: float, end: float, **what: Any) -> Mute:
    return Mute(start=day(start), end=day(end), **what)


@pytest.mark.parametrize(
    ("mutes", "wake"),
    [
        ([_mute(0, 5)], 5),
        ([_mute(0, 5, rule="i.r1")], 5),
        ([_mute(0, 5, subject="x")], 5),
        ([_mute(0, 5, rule="i.r1", subject="x")], 5),
        ([_mute(0, 5), _mute(1, 9)], 9),
        ([_mute(0, 5, rule="i.r2")], None),
        ([_mute(0, 5, subject="y")], None),
        ([_mute(0, 5, rule="i.r1", subject="y")], None),
        ([_mute(0, 2)], None),
        ([_mute(2, 5)], 5),
        ([_mute(2.1, 5)], None),
    ],
)
def test_a_mute_holds_what_it_names_until_its_end(mutes: list[Mute], wake: float | None) -> None:
    """From its first instant on, to its last; the alert stays unsettled."""
    plan = planned([voice()], now=2, policy=Policy(mutes=mutes))

    assert told(plan) == ([] if wake else ["mail: firing r1:x"])
    assert plan.wake == (day(wake) if wake else None)
    assert plan.held == ((1,) if wake else ())


def _quiet(start: float, end: float, receiver: str = "mail") -> Policy:
    def until(name: str, severity: str, now: datetime) -> datetime | None:
        return day(end) if name == receiver and day(start) <= now < day(end) else None

    return Policy(quiet=until)


def test_resolved_passes_mutes_and_inhibition_and_waits_for_quiet_hours() -> None:
    """And is not settled before it is said."""
    cleared = voice(changed=2, state="inactive", word="resolved", ordinal=2)
    source = voice(2)
    held_back = Policy(mutes=[_mute(0, 9, rule="i.r1")], inhibitions=[Inhibition("i.r2", "i.r1")])

    assert "mail: resolved r1:x" in told(planned([cleared, source], [said("firing")], 2, held_back))
    quiet = planned([cleared], [said("firing")], 2, _quiet(0, 3))
    assert (told(quiet), quiet.wake, quiet.settled) == ([], day(3), ())
    assert planned([cleared], [said("firing")], 3, _quiet(0, 3)).settled == (1,)


def test_quiet_hours_are_those_of_the_receiver() -> None:
    """The other one is told at once."""
    plan = planned([voice(receivers=("mail", "hook"))], now=1, policy=_quiet(0, 3))

    assert (told(plan), plan.wake, plan.held) == (["hook: firing r1:x"], day(3), (1,))


@pytest.mark.parametrize(
    ("source", "inhibition", "spoken"),
    [
        ({}, ("i.r2", "i.r1"), False),
        ({"state": "pending"}, ("i.r2", "i.r1"), True),
        ({"state": "inactive"}, ("i.r2", "i.r1"), True),
        ({"subject": "y"}, ("i.r2", "i.r1"), True),
        ({}, ("i.r1", "i.r1"), True),
        ({}, ("i.r3", "i.r1"), True),
        ({}, ("i.r2", "i.r3"), True),
    ],
)
def test_a_firing_rule_keeps_another_of_its_subject_quiet(
    source: dict[str, Any], inhibition: tuple[str, str], spoken: bool
) -> None:
    """Never itself; without a time, until something changes."""
    heard = said("firing", number=2)

    plan = planned([voice(), voice(2, **source)], [heard], 0, Policy(inhibitions=[Inhibition(*inhibition)]))

    assert ("mail: firing r1:x" in told(plan)) is spoken
    assert plan.held == (() if spoken else (1,))
    assert plan.wake is None


# ------------------------------------------------------------------------------------------------ groups


@pytest.mark.parametrize(
    ("group_by", "messages"),
    [
        ("rule", ["mail: firing r1:x, firing r1:y", "mail: firing r2:x"]),
        ("subject", ["mail: firing r1:x, firing r2:x", "mail: firing r1:y"]),
        ("all", ["mail: firing r1:x, firing r1:y, firing r2:x"]),
    ],
)
def test_what_shares_a_message(group_by: Any, messages: list[str]) -> None:
    """By rule, by subject, or all."""
    pair = voice()
    other = Voice(alert=Alert(**{**_fields(pair.alert), "id": 3, "subject": "y"}), rule=pair.rule, receivers=("mail",))

    assert told(planned([pair, other, voice(2)], policy=Policy(group_by=group_by))) == messages


def _fields(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in Alert.__slots__}


def test_the_opening_brief_is_one_message_per_receiver() -> None:
    """Whatever the groups and their waits."""
    policy = Policy(group_by="rule", group_wait=timedelta(days=1))

    assert told(planned([voice(), voice(2)], policy=policy, together=True)) == ["mail: firing r1:x, firing r2:x"]


WAITING = Policy(group_by="all", group_wait=timedelta(days=1), group_interval=timedelta(days=5))


@pytest.mark.parametrize(
    ("changed", "last", "due"),
    [
        (2, {}, 6),
        (2, {"state": "queued"}, 6),
        (5.5, {}, 6.5),
        (8, {}, 9),
        (2, {"state": "dead"}, 3),
        (2, {"receiver": "hook"}, 3),
    ],
)
def test_a_group_waits_for_company_and_between_its_messages(changed: float, last: dict[str, Any], due: float) -> None:
    """`group_wait` after its first new word, `group_interval` after the receiver's last message that stands."""
    over = voice(9, state="inactive", word="resolved", ordinal=2, receivers=())
    receiver = last.get("receiver", "mail")
    before = [said("firing", -9, number=9, receiver=receiver), said("resolved", 1, number=9, **last)]

    early = planned([voice(changed=changed), over], before, due - 0.01, WAITING)
    there = planned([voice(changed=changed), over], before, due, WAITING)

    assert (told(early), early.wake) == ([], day(due))
    assert told(there) == ["mail: firing r1:x"]


def test_a_message_that_was_taken_back_holds_nobody_up() -> None:
    """It was never said."""
    over = voice(9, state="inactive", word="resolved", ordinal=2)

    plan = planned([voice(changed=2), over], [said("firing", 1, number=9, state="superseded")], 3, WAITING)

    assert told(plan) == ["mail: firing r1:x"]


def test_who_comes_while_the_group_waits_goes_with_it() -> None:
    """The first of them sets the time."""
    alerts = [voice(changed=2), voice(2, changed=2.9)]

    assert planned(alerts, now=2.9, policy=WAITING).wake == day(3)
    assert told(planned(alerts, now=3, policy=WAITING)) == ["mail: firing r1:x, firing r2:x"]


def test_what_goes_on_does_not_wait_for_company() -> None:
    """A resolved, an update and a repeat wait for the interval alone."""
    policy = Policy(group_wait=timedelta(days=1))
    resolved = voice(changed=2, state="inactive", word="resolved", ordinal=2)

    assert told(planned([resolved], [said("firing")], 2, policy)) == ["mail: resolved r1:x"]
    assert told(planned([voice(changed=2, severity="critical")], [said("firing")], 2, policy)) == ["mail: update r1:x"]
    assert told(planned([voice(repeat="7d")], [said("firing")], 7, policy)) == ["mail: repeat r1:x"]
    assert planned([resolved], [said("firing")], 2, WAITING).wake == day(5)


def test_the_plan_looks_again_at_the_first_thing_that_waits() -> None:
    """Whatever it waits for."""
    alerts = [voice(repeat="7d"), voice(2), voice(3)]
    policy = Policy(mutes=[_mute(0, 4, rule="i.r2"), _mute(0, 6, rule="i.r3")])

    plan = planned(alerts, [said("firing")], 1, policy)

    assert (plan.batches, plan.wake, plan.held, plan.settled) == ((), day(4), (1, 2, 3), ())


def test_what_is_over_and_said_is_settled() -> None:
    """What fires never is: it may be repeated, and must be resolved."""
    over = voice(2, changed=2, state="inactive", word="resolved", ordinal=2)

    plan = planned([voice(), over], [said("firing"), said("firing", number=2), said("resolved", 2, number=2)], 3)

    assert (plan.batches, plan.settled, plan.wake) == ((), (2,), None)


# ------------------------------------------------------------------------------------------------ corners


def test_the_first_word_of_an_alert_is_the_zeroth_repeat_and_its_message_has_a_short_id() -> None:
    """Repeats count from there."""
    (batch,) = planned([voice()]).batches

    assert batch.items[0].count == 0
    assert len(batch.id) == 32


def test_what_is_taken_back_in_a_mute_is_settled() -> None:
    """There is nothing to hold."""
    mute = Mute(start=day(0), end=day(9))
    unsent = [said("firing", 0, state="queued")]

    plan = planned([voice(changed=1, state="inactive", word="resolved")], unsent, 1, Policy(mutes=[mute]))

    assert (plan.superseded, plan.settled, plan.held) == ((("firing@0", 1),), (1,), ())


def test_a_group_that_waits_holds_no_other_and_a_repeat_that_is_not_due_goes_with_none() -> None:
    """Also within one group."""
    wait = Policy(group_wait=timedelta(days=2))
    voices = [voice(1, 4), voice(2, 1)]
    repeating = [voice(1, 0, repeat="9d"), voice(2, 5)]

    assert told(planned(voices, (), 4, wait)) == ["mail: firing r2:x"]
    assert told(planned(repeating, [said("firing", 0)], 5, Policy(group_by="all"))) == ["mail: firing r2:x"]


def test_what_an_inhibition_holds_waits_for_no_time() -> None:
    """While something else does; and what was said of an alert that is over is not asked for."""
    policy = Policy(
        inhibitions=[Inhibition("i.r1", "i.r2")],
        mutes=[Mute(start=day(0), end=day(9), rule="i.r3")],
    )

    plan = planned([voice(1), voice(2), voice(3)], [said("firing", 0), said("firing", 0, number=7)], 1, policy)

    assert (plan.held, plan.wake) == ((2, 3), day(9))


@pytest.mark.parametrize(
    ("before", "word"),
    [
        ([], "firing"),
        ([said("firing", 1), said("update", 2), said("resolved", 3)], "flapping"),
        ([said("firing", 1), said("repeat", 2), said("resolved", 3)], "firing"),
        ([said("firing", 1), said("update", 2, state="dead"), said("resolved", 3)], "firing"),
        ([said("firing", -7), said("update", 2), said("resolved", 3)], "firing"),
        ([said("firing", -6), said("update", 2), said("resolved", 3)], "firing"),
        ([said("firing", -5.9), said("update", 2), said("resolved", 3)], "flapping"),
    ],
)
def test_changes_in_the_window_flap(before: list[Said], word: str) -> None:
    """Those that were delivered; the window is open at its beginning."""
    alert = voice(changed=4, episode=2, ordinal=9)
    flapping = replace(alert, rule=alert.rule.model_copy(update={"flap": Flap(window=timedelta(days=10), enter=3)}))

    assert told(planned([flapping], before, 4)) == [f"mail: {word} r1:x"]
    assert told(planned([alert], before, 4)) == ["mail: firing r1:x"]


@pytest.mark.parametrize(
    ("state", "now", "words"),
    [
        ("firing", 13.9, []),
        ("firing", 14, ["mail: firing r1:x"]),
        ("recovering", 14, ["mail: firing r1:x"]),
        ("inactive", 14, ["mail: resolved r1:x"]),
    ],
)
def test_what_flapped_is_settled_after_a_calm_window(state: str, now: float, words: list[str]) -> None:
    """Told as firing or as resolved, whatever was heard before."""
    alert = voice(changed=4, state=state, ordinal=9)
    flapping = replace(alert, rule=alert.rule.model_copy(update={"flap": Flap(window=timedelta(days=10), enter=3)}))
    before = [said("firing", 1), said("resolved", 2), said("flapping", 3)]

    assert told(planned([flapping], before, now)) == words


def test_a_repeat_is_no_change_that_flaps() -> None:
    """However much changed before it."""
    alert = voice(repeat="2d")
    flapping = replace(alert, rule=alert.rule.model_copy(update={"flap": Flap(window=timedelta(days=10), enter=2)}))
    before = [said("firing"), said("update", 1, severity="info"), said("update", 2)]

    assert told(planned([flapping], before, 4)) == ["mail: repeat r1:x"]


def test_what_flapped_under_a_rule_that_no_longer_says_so_ends_as_anything_else() -> None:
    """The declaration was edited meanwhile."""
    before = [said("firing", 1), said("flapping", 3)]

    assert told(planned([voice(changed=4)], before, 4)) == []
    assert told(planned([voice(changed=4, state="inactive", word="resolved", ordinal=9)], before, 4)) == [
        "mail: resolved r1:x"
    ]
