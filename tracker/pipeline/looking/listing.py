"""The other lists: events, entries, alerts, sources. Keys as the command line prints them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tracker import db
from tracker.model.declared import Indicator
from tracker.model.observed import Clock, KnownEvent, SourceState
from tracker.model.told import Alert, Mute, Transition
from tracker.pipeline.known.ailing import Ailing, ailing, unfed
from tracker.pipeline.known.alerting import after, changes_health
from tracker.pipeline.known.standing import fold
from tracker.pipeline.opening import Desk

Row = dict[str, Any]


def events(
    desk: Desk, *, as_of: datetime | None = None, clock: Clock = "recorded", of: Indicator | None = None
) -> list[Row]:
    """Every event, oldest first; `of` an indicator, those of its types and subjects."""
    at = as_of or desk.clock.now()
    subjects = desk.declaration.subjects_of(of) if of else ()
    with desk.store.read() as connection:
        known = db.news.events(connection, as_of=at, clock=clock, types=of.types if of else None, hidden=False)
    return [event_row(one, at, clock) for one in known if of is None or one.event.subject in subjects]


def event_row(one: KnownEvent, at: datetime, clock: Clock) -> Row:
    """An event as the lists give it, with its status at an instant of a clock."""
    event = one.event
    amount = event.amount
    return {
        "key": event.key, "type": event.type, "subject": event.subject, "title": event.title,
        "occurred_start": None if event.occurred.open_start else event.occurred.start,
        "occurred_end": None if event.occurred.open_end else event.occurred.end,
        "status": one.status(at, clock),
        "amount": None if amount is None else {
            "lo": None if amount.lo is None else f"{amount.lo:f}", "hi": None if amount.hi is None else f"{amount.hi:f}",
            "op": amount.op, "unit": amount.unit,
        },
        "mentions": len(one.mentions),
    }  # fmt: skip


def entries(desk: Desk, *, as_of: datetime | None = None, clock: Clock = "recorded") -> list[Row]:
    """Every entry once, in its newest version, oldest first."""
    at = as_of or desk.clock.now()
    with desk.store.read() as connection:
        found = db.news.entries(connection, as_of=at, clock=clock)
    return [
        {
            "key": one.key, "source": one.source, "title": one.title, "link": one.link, "published_at": one.published_at,
            "recorded_at": one.recorded_at, "subjects": list(one.subjects),
        }
        for one in found
    ]  # fmt: skip


def alerts(desk: Desk, *, as_of: datetime | None = None) -> list[Row]:
    """Every alert that there was, oldest first; what fires stands in `state`."""
    at = as_of or desk.clock.now()
    with desk.store.read() as connection:
        known = db.alerts.alerts(connection)
        transitions = db.alerts.transitions(connection, at)
        said = db.outbox.said(connection)
        acks = [one for one in db.alerts.acks(connection) if one.at <= at]
        mutes = db.alerts.mutes(connection)
        sick = ailing(desk.declaration, connection, at)
    if as_of is not None:
        known = _as_they_stood(known, transitions)
    _, healths = fold(transitions)
    rows = []
    for alert in known:
        sent = [
            one.sent_at for one in said
            if one.alert == alert.id and one.episode == alert.episode and one.sent_at and one.sent_at <= at
        ]  # fmt: skip
        rows.append({
            "id": alert.id, "indicator": alert.indicator, "rule": alert.rule, "subject": alert.subject, "key": alert.key,
            "state": alert.state, "health": _health(desk, alert, healths, sick),
            "severity": alert.severity, "episode": alert.episode, "since": alert.since,
            "first_sent": min(sent, default=None), "value": alert.value or None, "summary": alert.summary or alert.word,
            "acked": any(ack.alert == alert.id and ack.episode == alert.episode for ack in acks),
            "muted": _muted(alert, mutes, at), "as_of": at, "word": alert.word,
        })  # fmt: skip
    return rows


def _health(desk: Desk, alert: Alert, healths: Mapping[tuple[str, str, str], str], sick: Mapping[str, Ailing]) -> str:
    """As its rule decided; nodata too while a source that feeds it is not well, for then nobody knows whether it still is so."""
    health = healths.get((alert.indicator, alert.rule, alert.subject), "ok")
    indicator = desk.declaration.indicators.get(alert.indicator)
    return "nodata" if health == "ok" and indicator and unfed(desk.declaration, indicator, sick) else health


def _as_they_stood(known: Sequence[Alert], transitions: Sequence[Transition]) -> list[Alert]:
    """The alerts after these transitions; those that none of them speaks of did not exist yet."""
    then: dict[tuple[str, ...], Alert] = {}
    for one in transitions:
        place = (one.indicator, one.rule, one.subject, one.key)
        if not changes_health(one):
            new = Alert(indicator=one.indicator, rule=one.rule, subject=one.subject, key=one.key, severity=one.severity)
            then[place] = after(then.get(place, new), one)
    ids = {(one.indicator, one.rule, one.subject, one.key): one.id for one in known}
    return sorted((replace(one, id=ids[place]) for place, one in then.items() if place in ids), key=lambda one: one.id)


def _muted(alert: Alert, mutes: list[Mute], at: datetime) -> bool:
    from tracker.delivery.gates import muted_until

    return muted_until(alert, mutes, at) is not None


def sources(desk: Desk, *, as_of: datetime | None = None) -> list[Row]:
    """Every declared source: how its last pass went and when the next is due.

    Of the past only the good passes and the entries are remembered: as of an instant before the last pass a source was
    `ok` or `never` asked with success, and what was due next is not known.
    """
    with desk.store.read() as connection:
        states = {one.source: one for one in db.sources.states(connection)}
        due = {row.key: row.next_due for row in db.schedule.rows(connection)}
        counts = db.sources.counts(connection) if as_of is None else _counted(connection, as_of)
        rows = []
        for source in desk.declaration.sources.values():
            state = states.get(source.key, SourceState(source=source.key))
            next_due = due.get(f"source:{source.key}")
            if as_of is not None and state.last_try is not None and state.last_try > as_of:
                state, next_due = _state_then(connection, source.key, as_of), None
            rows.append({
                "source": source.key, "kind": source.kind, "state": state.state, "last_ok": state.last_ok,
                "last_error": state.last_error, "next_due": next_due, "entries": counts.get(source.key, 0),
                "note": state.note,
            })  # fmt: skip
        return rows


def _counted(connection: db.Connection, as_of: datetime) -> Mapping[str, int]:
    return Counter(one.source for one in db.news.entries(connection, as_of=as_of))


def _state_then(connection: db.Connection, source: str, at: datetime) -> SourceState:
    """What the spans in which it was watched tell of a source at a past instant."""
    spans = [one for one in db.sources.coverage(connection, source) if one.start <= at]
    last = max((min(one.end, at) for one in spans), default=None)
    return SourceState(source=source, state="ok" if last else "never", last_ok=last)
