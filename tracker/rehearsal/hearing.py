"""What receivers would have heard of some transitions: the plan of delivery, with a receiver that always listens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tracker import delivery
from tracker.model.declared import Declaration, Rule
from tracker.model.told import Alert, Said, Transition
from tracker.pipeline.known.alerting import after, changes_health

Place = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message: when, who, and what of which subject and key."""

    at: datetime
    receiver: str
    items: tuple[tuple[str, str, str], ...]


def hear(
    declaration: Declaration, policy: delivery.Policy, rule: Rule, transitions: Sequence[Transition], end: datetime
) -> list[Heard]:
    """Every message about one rule up to the end; the other transitions only keep it quiet."""
    room = _Room(declaration, policy, rule)
    waiting = list(transitions)
    at = waiting[0].at if waiting else None
    while at is not None and at <= end:
        while waiting and waiting[0].at <= at:
            room.take(waiting.pop(0))
        times = [time for time in (room.speak(at), waiting[0].at if waiting else None) if time is not None]
        at = min(times, default=None)
    return room.heard


@dataclass(slots=True)
class _Room:
    declaration: Declaration
    policy: delivery.Policy
    rule: Rule
    heard: list[Heard] = field(default_factory=list)
    _alerts: dict[Place, Alert] = field(default_factory=dict)
    _open: dict[int, Place] = field(default_factory=dict)  # of whom something may still be said
    _said: dict[int, list[Said]] = field(default_factory=dict)

    def take(self, one: Transition) -> None:
        """One change of an alert."""
        if changes_health(one):
            return
        place = (one.indicator, one.rule, one.subject, one.key)
        new = Alert(
            id=len(self._alerts) + 1, indicator=one.indicator, rule=one.rule, subject=one.subject, key=one.key,
            severity=one.severity,
        )  # fmt: skip
        alert = self._alerts[place] = after(self._alerts.get(place, new), one)
        self._open[alert.id] = place

    def speak(self, now: datetime) -> datetime | None:
        """Say what is due now, and when to ask again."""
        plan = self._plan(now)
        if plan.batches:
            for batch in plan.batches:
                self._send(batch, now)
            plan = self._plan(now)  # what was said sets when it is to be repeated
        for alert in plan.settled:
            del self._open[alert]
        return plan.wake if plan.wake is not None and plan.wake > now else None

    def _plan(self, now: datetime) -> delivery.Plan:
        voices = [self._voice(self._alerts[self._open[number]]) for number in sorted(self._open)]
        said = [one for number in self._open for one in self._said.get(number, ())]
        return delivery.plan([voice for voice in voices if voice is not None], said, {}, self.policy, now)

    def _voice(self, alert: Alert) -> delivery.Voice | None:
        if alert.state == "pending" and not alert.key:
            return None
        rule = self.declaration.indicators[alert.indicator].rules[alert.rule]
        own = rule.id == self.rule.id
        receivers = self.declaration.receivers_of(rule, alert.severity) if own else ()
        return delivery.Voice(alert=alert, rule=rule, receivers=receivers)

    def _send(self, batch: delivery.Batch, now: datetime) -> None:
        for item in batch.items:
            alert = item.alert
            self._said.setdefault(alert.id, []).append(
                Said(
                    delivery=batch.id, receiver=batch.receiver, alert=alert.id, episode=alert.episode, ordinal=alert.ordinal,
                    word=item.word, severity=alert.severity, state="sent", created_at=now, sent_at=now,
                )
            )  # fmt: skip
        items = tuple((item.word, item.alert.subject, item.alert.key) for item in batch.items)
        self.heard.append(Heard(at=now, receiver=batch.receiver, items=items))


def without_mutes(policy: delivery.Policy) -> delivery.Policy:
    """A mute is an answer to what was said; a rule that is tried was not answered."""
    return replace(policy, mutes=())
