"""The plan of one moment: which words go out together to whom, what is taken back, when to look again. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.delivery.gates import Policy, inhibited, muted_until
from tracker.delivery.wanted import Voice, Want, wanted
from tracker.model.told import Ack, Alert, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One word of one alert for one receiver."""

    alert: Alert
    word: str
    count: int  # of messages that said the same before, so that each has an id of its own
    ends: str = ""  # of a resolved: the delivery by which the episode was heard of, where it was an earlier one


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What goes to one receiver in one message."""

    receiver: str
    items: tuple[Utterance, ...]

    @property
    def id(self) -> str:
        """Made of what it says, so that the same message has the same id in every try."""
        said = [[item.alert.id, item.alert.episode, item.alert.ordinal, item.word, item.count] for item in self.items]
        return hashlib.sha256(json.dumps([self.receiver, said]).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Messages to enqueue now, deliveries to take back, alerts about which all is said, and when to plan again."""

    batches: tuple[Batch, ...] = ()
    superseded: tuple[tuple[str, int], ...] = ()  # (delivery, id of the alert that it has nothing more to say of)
    settled: tuple[int, ...] = ()  # ids of alerts that nobody has to hear more of until they change
    held: tuple[int, ...] = ()  # ids of alerts that a gate holds back
    wake: datetime | None = None


def plan(
    voices: Sequence[Voice],
    said: Sequence[Said],
    acks: Mapping[int, Ack],
    policy: Policy,
    now: datetime,
    *,
    together: bool = False,
) -> Plan:
    """Compare what every receiver should have heard with what it heard.

    `together` = one message per receiver, whatever the groups: the opening brief.
    """
    heard: dict[tuple[str, int], list[Said]] = defaultdict(list)
    hearers: dict[int, set[str]] = defaultdict(set)
    for one in said:
        heard[one.receiver, one.alert].append(one)
        hearers[one.alert].add(one.receiver)
    firing = {(f"{v.alert.indicator}.{v.alert.rule}", v.alert.subject) for v in voices if v.alert.state == "firing"}
    drawn = _Draft()
    for voice in voices:
        for receiver in dict.fromkeys((*voice.receivers, *sorted(hearers[voice.alert.id]))):
            want = wanted(voice, receiver, heard[receiver, voice.alert.id], acks.get(voice.alert.id))
            if want is None:
                continue
            drawn.superseded.update((delivery, voice.alert.id) for delivery in want.supersedes)
            until = _held_until(voice, want, receiver, policy, firing, now) if want.word else None
            if until is not None:
                drawn.hold([voice.alert.id], until if until > now else None)
            elif want.word:
                drawn.groups[receiver, () if together else policy.group_of(voice.alert)].append((voice, want))
    batches = _batches(drawn, voices, said, policy, now, together=together)
    settled = tuple(v.alert.id for v in voices if v.alert.id not in drawn.held and v.alert.state == "inactive")
    return Plan(
        batches=batches, superseded=tuple(sorted(drawn.superseded)), settled=settled,
        held=tuple(sorted(drawn.held)), wake=min(drawn.wakes, default=None),
    )  # fmt: skip


@dataclass(slots=True)
class _Draft:
    """A plan that is being made."""

    groups: dict[tuple[str, tuple[str, ...]], list[tuple[Voice, Want]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    superseded: set[tuple[str, int]] = field(default_factory=set)
    held: set[int] = field(default_factory=set)
    wakes: list[datetime] = field(default_factory=list)

    def hold(self, alerts: Iterable[int], until: datetime | None) -> None:
        """Something of these alerts waits; without a time, until something changes."""
        self.held.update(alerts)
        if until is not None:
            self.wakes.append(until)


def _batches(
    drawn: _Draft, voices: Sequence[Voice], said: Sequence[Said], policy: Policy, now: datetime, *, together: bool
) -> tuple[Batch, ...]:
    """The groups that may speak now; the others are held until they may."""
    groups = {voice.alert.id: policy.group_of(voice.alert) for voice in voices}
    spoken: dict[tuple[str, tuple[str, ...]], list[datetime]] = defaultdict(list)
    for one in said:
        if one.alert in groups and one.state not in ("superseded", "dead"):
            spoken[one.receiver, groups[one.alert]].append(one.created_at)
    batches = []
    for (receiver, group), pairs in drawn.groups.items():
        flush = now if together else _flush_at(pairs, spoken[receiver, group], policy)
        if flush > now:
            drawn.hold((voice.alert.id for voice, _ in pairs), flush)
            continue
        items = tuple(
            Utterance(alert=voice.alert, word=want.word, count=want.count, ends=want.ends) for voice, want in pairs
        )
        batches.append(Batch(receiver=receiver, items=items))
    return tuple(batches)


def _held_until(
    voice: Voice, want: Want, receiver: str, policy: Policy, firing: set[tuple[str, str]], now: datetime
) -> datetime | None:
    """Until when a gate holds this word; `now` itself means until something changes; None = it may go."""
    if want.since > now:  # a repeat that is not due yet
        return want.since
    if want.word != "resolved":
        if inhibited(voice.alert, firing, policy.inhibitions):
            return now
        until = muted_until(voice.alert, policy.mutes, now)
        if until is not None:
            return until
    return policy.quiet(receiver, voice.alert.severity, now)


#: Words that continue what the receiver has heard; what clears inside `group_wait` was never one of them.
_CONTINUING = ("resolved", "update", "repeat")


def _flush_at(pairs: Sequence[tuple[Voice, Want]], spoken: Sequence[datetime], policy: Policy) -> datetime:
    """When this group may speak: `group_wait` after its first new word, `group_interval` after its last message."""
    ripe = min(want.since + (timedelta(0) if want.word in _CONTINUING else policy.group_wait) for _, want in pairs)
    return max(ripe, max(spoken) + policy.group_interval) if spoken else ripe
