"""What was said of some alerts and to whom, what is held back and by what, at an instant. It decides nothing: delivery does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker import db, delivery, timing
from tracker.db import Connection
from tracker.delivery.gates import Policy, inhibited, muted_until
from tracker.delivery.wanted import Want, wanted
from tracker.model.declared import Rule
from tracker.model.told import Ack, Alert, Mute, Said
from tracker.pipeline.opening import Desk
from tracker.pipeline.saying.speaking import policy_of
from tracker.pipeline.saying.withdrawing import net

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Everything that decides what goes out about one rule, as it stood at an instant."""

    rule: Rule
    alerts: Sequence[Alert]
    standing: Sequence[Alert]  # of them those that may be spoken of: of an event that was taken back nothing is said
    said: Sequence[Said]
    acks: Mapping[int, Ack]
    policy: Policy
    mutes: Sequence[Mute]
    firing: frozenset[tuple[str, str]]  # (indicator.rule, subject) of all that fires
    tries: Mapping[str, db.outbox.Delivery]  # of what is not sent, or never will be
    at: datetime
    latest: bool  # whether this is how things stand now


def ears(
    desk: Desk, connection: Connection, rule: Rule, alerts: Sequence[Alert],
    firing: frozenset[tuple[str, str]], at: datetime, *, latest: bool,
) -> Ears:  # fmt: skip
    """What was said by then of these alerts, and the answers and gates of then."""
    ids = [alert.id for alert in alerts]
    said = db.outbox.said(connection, ids) if ids else []
    waiting = {one.delivery for one in said if one.state in ("queued", "sending", "dead")}
    tries = db.outbox.deliveries(connection, ids=waiting) if waiting else []
    acks = sorted((ack for ack in db.alerts.acks(connection) if ack.at <= at), key=lambda ack: ack.at)
    return Ears(
        rule=rule, alerts=alerts, standing=net(desk, connection, alerts)[0] if latest else alerts,
        said=[_then(one, at) for one in said if one.created_at <= at],
        acks={ack.alert: ack for ack in acks}, policy=desk.policy or policy_of(desk, connection),
        mutes=db.alerts.mutes(connection), firing=firing, tries={one.id: one for one in tries}, at=at, latest=latest,
    )  # fmt: skip


def _then(one: Said, at: datetime) -> Said:
    return replace(one, state="queued", sent_at=None) if one.sent_at is not None and one.sent_at > at else one


def told(there: Ears) -> list[Row]:
    """Every word, oldest first: to whom, when, how far it is; of what failed the reason and the next try."""
    keys = {alert.id: alert.key for alert in there.alerts}
    return [
        {
            "at": one.created_at, "sent_at": one.sent_at, "receiver": one.receiver, "word": one.word,
            "key": keys[one.alert] or None, "severity": one.severity, "episode": one.episode, "state": one.state,
        } | _try(one, there)
        for one in sorted(there.said, key=lambda each: each.created_at)
    ]  # fmt: skip


def _try(one: Said, there: Ears) -> Row:
    found = there.tries.get(one.delivery) if one.state != "sent" else None
    if found is None:
        return {"error": None, "next_try": None}
    return {"error": found.error, "next_try": _next_try(found, there) if one.state == "queued" else None}


def _next_try(mine: db.outbox.Delivery, there: Ears) -> datetime:
    """Nothing overtakes an older message to the same receiver: it waits as long as that one."""
    older = (
        one.next_at
        for one in there.tries.values()
        if (one.receiver, one.state) == (mine.receiver, "queued") and one.position < mine.position
    )
    return max((mine.next_at, *older))


def gates(desk: Desk, there: Ears) -> list[Row]:
    """What is in force now that keeps messages back: mutes, acknowledgements, inhibition, flapping, quiet hours."""
    found: list[Row] = []
    for alert in there.alerts or [Alert(indicator=there.rule.indicator, rule=there.rule.name, subject="")]:
        found += _mutes(alert, there)
        ack = there.acks.get(alert.id)
        if ack is not None and ack.episode == alert.episode and alert.state != "inactive":
            why = f"{ack.author or 'somebody'} has seen it{f' ({ack.judgement})' if ack.judgement else ''}"
            found.append(_gate("ack", alert, why=f"{why}: {ack.why}" if ack.why else why))
        for one in there.policy.inhibitions:
            if inhibited(alert, there.firing, [one]):
                found.append(_gate("inhibit", alert, why=f"{one.source} fires"))
        for receiver in desk.declaration.receivers_of(there.rule, alert.severity):
            found += _of_receiver(alert, receiver, there)
    return [row for number, row in enumerate(found) if row not in found[:number]]


def _mutes(alert: Alert, there: Ears) -> Iterator[Row]:
    for mute in there.mutes:
        if muted_until(alert, [mute], there.at) is not None:
            yield _gate("mute", alert, until=mute.end, why=f"{mute.author or 'somebody'}: {mute.why}", number=mute.id)


def _of_receiver(alert: Alert, receiver: str, there: Ears) -> Iterator[Row]:
    quiet = there.policy.quiet(receiver, alert.severity, there.at)
    if quiet is not None:
        yield _gate("quiet", alert, receiver=receiver, until=quiet, why="quiet hours")
    heard = [one for one in there.said if (one.receiver, one.alert) == (receiver, alert.id)]
    flap = there.rule.flap
    if flap is not None and heard and heard[-1].word == "flapping" and alert.changed_at is not None:
        yield _gate(
            "flapping", alert, receiver=receiver, until=alert.changed_at + flap.window, why="it changes too often"
        )


def _gate(
    gate: str, alert: Alert, *, receiver: str | None = None, until: datetime | None = None, why: str, number: int | None = None
) -> Row:  # fmt: skip
    return {"gate": gate, "id": number, "key": alert.key or None, "receiver": receiver, "until": until, "why": why}


def held(desk: Desk, there: Ears) -> list[Row]:
    """Every word that is due or will be, to whom, until when it waits and for what."""
    found: list[Row] = []
    for alert in there.standing:
        receivers = desk.declaration.receivers_of(there.rule, alert.severity)
        voice = delivery.Voice(alert=alert, rule=there.rule, receivers=receivers)
        if not _open(alert, there) or (alert.state == "pending" and not alert.key):
            continue
        others = [one.receiver for one in there.said if one.alert == alert.id]
        for receiver in dict.fromkeys((*receivers, *others)):
            heard = [one for one in there.said if (one.receiver, one.alert) == (receiver, alert.id)]
            want = wanted(voice, receiver, heard, there.acks.get(alert.id))
            if want is not None and want.word:
                until, why = _why(voice, want, receiver, there)
                found.append({
                    "key": alert.key or None, "receiver": receiver, "word": want.word, "since": want.since, "until": until,
                    "why": why,
                })  # fmt: skip
    return found


def _open(alert: Alert, there: Ears) -> bool:
    """Whether something may still have to be said of it; of the past only what was open then is known."""
    if there.latest:
        return alert.settled < alert.ordinal
    return alert.state != "inactive" or any(one.alert == alert.id and one.state == "queued" for one in there.said)


def _why(voice: delivery.Voice, want: Want, receiver: str, there: Ears) -> tuple[datetime | None, str]:
    """In the order in which delivery asks."""
    alert, policy, now = voice.alert, there.policy, there.at
    if want.since > now:
        settling = there.rule.flap is not None and want.word != "repeat"
        return want.since, "it is quiet until it settles" if settling else "it repeats then, while it lasts"
    if want.word != "resolved":
        if inhibited(alert, there.firing, policy.inhibitions):
            return None, "another rule that fires keeps it quiet"
        if (until := muted_until(alert, policy.mutes, now)) is not None:
            return until, "it is muted"
    if (until := policy.quiet(receiver, alert.severity, now)) is not None:
        return until, "quiet hours"
    if policy.group_wait and want.since + policy.group_wait > now and want.word not in ("resolved", "update", "repeat"):
        return (
            want.since + policy.group_wait,
            f"it waits {timing.format_duration(policy.group_wait)} for others of its group",
        )
    return None, "it goes out with the next pass"
