"""What was taken back before it was spoken is not spoken: an event nobody reports any more, a value that does not count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from tracker import alerts as room
from tracker import db, timing
from tracker.db import Connection, Writing
from tracker.model.observed import KIND_OF_STATUS, Kind
from tracker.model.told import Alert
from tracker.pipeline.known.instances import BY_PEOPLE
from tracker.pipeline.opening import Desk
from tracker.pipeline.saying.brief import brief

_TARGETS: tuple[Kind, ...] = ("target",)
_WORDS = ("event", "confirmed", "denied")


def take_back(desk: Desk, tx: Writing) -> None:
    """Supersede what waits in the outbox and no longer stands; what else its message says stays in it."""
    lines = db.outbox.said(tx.connection, state="queued")
    alerts = {alert.id: alert for alert in db.alerts.numbered(tx.connection, {line.alert for line in lines})}
    claims = _claims(desk, tx.connection, alerts.values())
    unfounded = _unfounded(desk, tx.connection, alerts.values())
    gone = [(line.delivery, line.alert) for line in lines if line.alert in unfounded and line.word != "resolved"]
    for line in lines:
        # Whoever had heard nothing is told of a confirmation as of the event.
        word = alerts[line.alert].word if line.ordinal == alerts[line.alert].ordinal else line.word
        if line.alert in claims and not _holds(word, claims[line.alert]):
            gone.append((line.delivery, line.alert))
    leave_out(desk, tx, gone)
    for alert in sorted({alert for _, alert in gone}):
        db.alerts.unsettle(tx, alert)  # should somebody report it again, it is news


def leave_out(desk: Desk, tx: Writing, lines: Iterable[tuple[str, int]]) -> None:
    """Take alerts out of messages that nobody has begun to send; what else these say stays in them."""
    gone: dict[str, set[int]] = {}
    for delivery, alert in lines:
        gone.setdefault(delivery, set()).add(alert)
    for one in db.outbox.deliveries(tx.connection, ids=gone) if gone else ():
        items = tuple(item for item in one.message.items if item.alert not in gone[one.id])
        if items or one.message.brief:
            message = replace(
                one.message,
                items=items,
                thread=items[0].thread if items else one.kind,
                brief=brief(desk, tx) if one.message.brief else (),
            )
            db.outbox.shorten(tx, one.id, gone[one.id], message, room.render(message))
        else:
            db.outbox.supersede(tx, [one.id])


def reconsider(tx: Writing, events: Iterable[str]) -> None:
    """Look at the alerts of these events again: a denial that is taken back leaves what it denied to be told."""
    for key in events:
        for alert in db.alerts.alerts(tx.connection, key=key):
            db.alerts.unsettle(tx, alert.id)


def net(desk: Desk, connection: Connection, alerts: Iterable[Alert]) -> tuple[list[Alert], set[int]]:
    """The alerts of which something stands, with the word that stands; and the ids of those with another word than theirs."""
    given = list(alerts)
    claims, unfounded = _claims(desk, connection, given), _unfounded(desk, connection, given)
    standing, withdrawn = [], set()
    for alert in given:
        if alert.id in unfounded:
            continue
        if alert.id not in claims or _holds(alert.word, claims[alert.id]):
            standing.append(alert)
        elif _holds("event", claims[alert.id]):
            # The word before its newest one: should that be reported again, it is the next.
            standing.append(replace(alert, word="event", ordinal=alert.ordinal - 1))
            withdrawn.add(alert.id)
    return standing, withdrawn


def _unfounded(desk: Desk, connection: Connection, alerts: Iterable[Alert]) -> set[int]:
    """The ids of those that fire on a row that was withdrawn, until they are decided on anew; and of those that wait for a
    day for which nobody has a target any more."""
    resting = [(alert, set(alert.evidence.get("seqs", ()))) for alert in alerts if alert.state != "inactive"]
    gone = db.observations.withdrawn(connection, set().union(*(seqs for _, seqs in resting)))
    return {alert.id for alert, seqs in resting if seqs & gone and not (alert.key and _aimed(desk, connection, alert))}


def _aimed(desk: Desk, connection: Connection, alert: Alert) -> bool:
    """Whether somebody still names a target for the day of this alert."""
    rows = db.observations.believed(connection, subject=alert.subject, indicator=alert.indicator, kinds=_TARGETS)
    days = {timing.local_date(row.by.end - timedelta.resolution, desk.zone) for row in rows if row.by is not None}
    return alert.key in {day.isoformat() for day in days}


def _claims(desk: Desk, connection: Connection, alerts: Collection[Alert]) -> Mapping[int, set[Kind]]:
    """What the reports of its event that nobody took back claim, by alert of an event rule."""
    declared = desk.declaration.indicators
    of_events = [
        alert
        for alert in alerts
        if alert.key and alert.word in _WORDS and alert.indicator in declared and declared[alert.indicator].types
    ]
    if not of_events:
        return {}
    known = db.news.events(connection, keys={alert.key for alert in of_events}, hidden=False)
    mentions = {one.event.key: one.mentions for one in known}
    claims: dict[int, set[Kind]] = {}
    for alert in of_events:
        sources = declared[alert.indicator].sources
        told = [one for one in mentions.get(alert.key, ()) if not sources or one.source in (*sources, *BY_PEOPLE)]
        claims[alert.id] = {KIND_OF_STATUS[one.status] for one in told}
    return claims


def _holds(word: str, claims: set[Kind]) -> bool:
    if word == "denied":
        return "denial" in claims
    return "actual" in claims if word == "confirmed" else bool(claims - {"denial"})
