"""The facts of a digest, read from the database as the end of its period knew them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tracker import db, digest, timing
from tracker.db import Connection, between
from tracker.delivery.gates import muted_until
from tracker.model.declared import Indicator
from tracker.model.observed import KnownEvent, Observation
from tracker.model.told import Alert, Mute, Transition
from tracker.pipeline.deciding import foreseeing
from tracker.pipeline.known.checks import DueCheck, due_checks
from tracker.pipeline.known.drawings import drawings
from tracker.pipeline.known.instances import BY_PEOPLE, HAND, Instance, instances
from tracker.pipeline.known.knowing import series_of
from tracker.pipeline.known.shelf import Shelf
from tracker.pipeline.looking.overview import picks_of, standing_values
from tracker.pipeline.opening import Desk
from tracker.pipeline.reporting import periods
from tracker.pipeline.reporting.goals import goals
from tracker.pipeline.reporting.troubles import troubles
from tracker.pipeline.saying import fallback
from tracker.pipeline.saying.wording import surety_of_event
from tracker.timing import Period
from tracker.tongue import language, speaking

_FIRING = ("firing", "escalated", "downgraded")
#: What a mute can keep quiet; whoever heard that it fires hears through every mute that it is over.
_SPOKEN = (*_FIRING, "event", "confirmed", "denied", "upcoming", "met", "missed", "unknown", "overdue")


def gather(desk: Desk, connection: Connection, period: Period, now: datetime) -> digest.Facts:
    """Everything that was known at the end of a period (now, where it has not ended), and nothing that was learned later."""
    with speaking(desk.declaration.language):
        return _gather(desk, connection, period, now)


def _gather(desk: Desk, connection: Connection, period: Period, now: datetime) -> digest.Facts:
    ended = period.end <= now
    at = period.end - timedelta.resolution if ended else now
    before = period.start - timedelta.resolution
    baseline = db.meta.get(connection, "baseline") or ""
    history = _history(connection, at)
    events = db.news.events(connection, as_of=at, hidden=False)
    return digest.Facts(
        watch=desk.declaration.watch, period=period, previous=periods.previous(period, desk.zone), noun=periods.noun(period),
        language=desk.declaration.language,
        zone=desk.zone, at=at, so_far=not ended, lived=_lived(connection, at),
        subjects={key: subject.name for key, subject in desk.declaration.subjects.items()},
        names=desk.declaration.indicators,
        tracked=_tracked(desk, connection, events, history, before, at),
        history=history,
        happenings=tuple(_happening(one, before, at, baseline) for one in events),
        goals=tuple(goals(desk, connection, at)),
        disputed=tuple(between.disputed(connection, at)),
        corrections=tuple(_corrections(connection, period.start, at)),
        retracted=tuple(_retracted(connection, period.start, at)),
        troubles=tuple(troubles(desk, connection, at)),
        unread=_unread(desk, connection, period.start, at),
        checks=tuple(_check(one, desk) for one in due_checks(desk, connection, at)),
        baseline=between.rows_of(connection, baseline, period.start, at),
        post=_post(desk, connection, period.start, at),
    )  # fmt: skip


def _history(connection: Connection, at: datetime) -> tuple[digest.Change, ...]:
    mutes = [mute for mute in db.alerts.mutes(connection) if mute.start <= at]
    return tuple(
        digest.Change(transition=one, recorded_at=recorded_at, muted=_muted(one, recorded_at, mutes))
        for recorded_at, one in db.alerts.written(connection, at)
    )


def _muted(one: Transition, at: datetime, mutes: list[Mute]) -> bool:
    """Whether a mute kept quiet what would have been spoken."""
    alert = Alert(indicator=one.indicator, rule=one.rule, subject=one.subject)
    return one.what in _SPOKEN and one.severity != "info" and muted_until(alert, mutes, at) is not None


# --- the key indicators


def _tracked(
    desk: Desk,
    connection: Connection,
    events: list[KnownEvent],
    history: Iterable[digest.Change],
    before: datetime,
    at: datetime,
) -> tuple[digest.Tracked, ...]:
    """Every declared indicator for every subject that a rule runs for, or of which something is known."""
    now, then = (standing_values(connection, one, picks=picks_of(desk)) for one in (at, before))
    past = db.news.events(connection, as_of=before, hidden=False)
    named, named_then = _named(desk, connection, at), _named(desk, connection, before)
    watches = _watches(desk, connection, history, at)
    lived = _lived(connection, before)
    drawn = drawings(desk, connection, now, at)
    found = []
    for indicator in desk.declaration.indicators.values():
        for subject in desk.declaration.subjects:
            own = tuple(watch for key, subject_, watch in watches if (key, subject_) == (indicator.key, subject))
            known = _known(indicator, subject, now, events, named)
            if own or known != digest.Known():
                earlier = _known(indicator, subject, then, past, named_then) if lived else None
                found.append(
                    digest.Tracked(
                        indicator=indicator,
                        subject=subject,
                        now=known,
                        then=earlier,
                        watches=own,
                        drawing=drawn.get((subject, indicator.key)) if known.value else None,
                    )
                )
    return tuple(found)


def _named(desk: Desk, connection: Connection, at: datetime) -> Mapping[str, int]:
    """How many texts name each subject, where an indicator counts them."""
    if not any(indicator.mentions for indicator in desk.declaration.indicators.values()):
        return {}
    return {
        subject: sum(entry.source not in BY_PEOPLE for entry in db.news.naming(connection, subject, as_of=at))
        for subject in desk.declaration.subjects
    }


def _known(
    indicator: Indicator, subject: str, newest: Mapping[tuple[str, str], Observation],
    events: list[KnownEvent], named: Mapping[str, int],
) -> digest.Known:  # fmt: skip
    if indicator.types:
        own = (one for one in events if one.event.subject == subject and one.event.type in indicator.types)
        return digest.Known(events=tuple(own))
    if indicator.mentions:
        return digest.Known(named=named.get(subject, 0))
    return digest.Known(value=newest.get((subject, indicator.key)))


def _watches(
    desk: Desk, connection: Connection, history: Iterable[digest.Change], at: datetime
) -> list[tuple[str, str, digest.Watch]]:
    born = {(state.indicator, state.rule, state.subject): state.born for state in db.alerts.rule_states(connection)}
    firing: dict[tuple[str, str, str], str | None] = {}
    own: defaultdict[tuple[str, str, str], list[Transition]] = defaultdict(list)
    for change in history:
        one = change.transition
        own[one.indicator, one.rule, one.subject].append(one)
        if one.what in (*_FIRING, "resolved"):
            firing[one.indicator, one.rule, one.subject] = one.severity if one.what in _FIRING else None
    made = []
    every = list(instances(desk.declaration))
    shelf = Shelf(connection, whole=series_of(desk.declaration, every))
    for one_instance in every:
        name = _name(one_instance)
        since = born.get(name)
        since = since if since is not None and since <= at else None
        pending = foreseeing.pending_since(own[name])
        watch = foreseeing.watch(desk, shelf, one_instance, at, since, firing.get(name), pending)
        made.append((name[0], name[2], watch))
    return made


def _name(one: Instance) -> tuple[str, str, str]:
    return one.rule.indicator, one.rule.name, one.subject


def _lived(connection: Connection, at: datetime) -> bool:
    """Whether there was a home then."""
    return any(span.start <= at for span in db.sources.coverage(connection, HAND))


# --- events and corrections


def _happening(one: KnownEvent, before: datetime, at: datetime, baseline: str) -> digest.Happening:
    first = one.mentions[0]
    assert first.recorded_at is not None
    return digest.Happening(
        event=one, status=one.status(at), before=one.status(before) if first.recorded_at <= before else None,
        first_at=first.recorded_at, surety=surety_of_event(one, at, "，" if language() == "zh" else ", "),
        quote=first.quote or first.title, quote_source=first.citation or first.source, link=first.url,
        baseline=bool(baseline) and first.batch == baseline,
    )  # fmt: skip


def _corrections(connection: Connection, since: datetime, at: datetime) -> Iterable[digest.Correction]:
    """What was known before the period and was revised by its own source, superseded or withdrawn in it."""
    for row, reason in between.withdrawn(connection, since, at):
        yield digest.Correction(was=row, reason=reason)
    newest: dict[tuple[object, ...], Observation] = {}
    by_seq: dict[int, Observation] = {}
    revised: dict[tuple[object, ...], tuple[Observation, Observation]] = {}
    for row in between.revised(connection, since, at):  # in the order of learning within a series and date
        slot = (row.series, *row.date, row.kind, row.source, row.citation)
        was = by_seq.get(row.supersedes) if row.supersedes else newest.get(slot)
        by_seq[row.seq] = newest[slot] = row
        if was is not None and row.recorded_at is not None and row.recorded_at >= since:
            first = revised.get(slot, (was, row))[0]
            revised[slot] = (first, row)
    for was, now in revised.values():
        known_before = was.recorded_at is not None and was.recorded_at < since
        if known_before and (was.lo, was.hi, was.op) != (now.lo, now.hi, now.op):
            yield digest.Correction(was=was, now=now)


def _retracted(connection: Connection, since: datetime, at: datetime) -> Iterable[tuple[KnownEvent, str]]:
    for one in db.news.events(connection, as_of=at):
        gone = [m for m in one.mentions if m.hidden_recorded is not None and m.hidden_recorded >= since]
        if gone:
            yield one, gone[0].reason


# --- the watch itself


def _unread(desk: Desk, connection: Connection, since: datetime, at: datetime) -> tuple[tuple[str, int], ...]:
    """Of whom a rule wants to hear everything: an unread text about them may hide an event."""
    declared = desk.declaration
    followed = {
        subject
        for indicator in declared.indicators.values()
        if indicator.rules and (indicator.types or indicator.mentions)
        for subject in declared.subjects_of(indicator)
    }
    counts = between.unread(connection, since, at)
    return tuple((one, counts[one]) for one in declared.subjects if one in followed and counts.get(one))


def _check(one: DueCheck, desk: Desk) -> digest.Check:
    return digest.Check(
        name=one.indicator.name, subject=one.subject, cadence=one.check.by_hand,
        since=timing.local_date(one.since, desk.zone), where=one.check.where,
    )  # fmt: skip


def _post(desk: Desk, connection: Connection, since: datetime, at: datetime) -> digest.Post:
    made = [
        one
        for one in db.outbox.deliveries(connection, since=since, until=at + timedelta.resolution)
        if one.kind != "test"
    ]
    ended = Counter(one.state for one in made if one.ended_at is not None and one.ended_at <= at)
    rules = {alert.id: f"{alert.indicator}.{alert.rule}" for alert in db.alerts.alerts(connection)}
    acks = [ack for ack in db.alerts.acks(connection) if since <= ack.at <= at and ack.judgement]
    last = {(ack.alert, ack.episode): ack for ack in sorted(acks, key=lambda ack: ack.at)}
    judged = tuple((rules.get(ack.alert, "?"), ack.judgement) for ack in last.values())
    return digest.Post(
        sent=ended["sent"], waiting=len(made) - ended.total(), judged=judged,
        undelivered=tuple(_undelivered(desk, connection, since, at)),
    )  # fmt: skip


def _undelivered(desk: Desk, connection: Connection, since: datetime, at: datetime) -> Iterable[digest.Undelivered]:
    for one in db.outbox.died(connection, since, at):
        if one.kind != "test":
            yield digest.Undelivered(
                receiver=one.receiver, subject=one.rendered.subject, reason=one.error or "",
                instead=fallback.who_has(desk, connection, one),
            )  # fmt: skip
