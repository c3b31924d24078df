"""One event with every report of it, and one alert with every step, message and answer: what a list leaves out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tracker import db
from tracker.errors import UsageError
from tracker.model.observed import Mention
from tracker.pipeline.looking.listing import alerts, event_row
from tracker.pipeline.opening import Desk

Row = dict[str, Any]


def event(desk: Desk, key: str) -> Row:
    """An event as `events` gives it, its `reports` oldest first; UsageError for a key that nothing was told of."""
    with desk.store.read() as connection:
        found = db.news.events(connection, keys=[key], hidden=True)
    if not found:
        raise UsageError(f"there is no event {key!r}")
    now = desk.clock.now()
    return event_row(found[0], now, "recorded") | {"reports": [_report(one, now) for one in found[0].mentions]}


def _report(one: Mention, now: datetime) -> Row:
    gone = one.hidden_recorded is not None and one.hidden_recorded <= now
    return {
        "title": one.title, "source": one.citation or one.source, "url": one.url, "tier": one.tier, "role": one.role,
        "status": one.status, "why": one.why, "quote": one.quote, "published_at": one.published_at,
        "recorded_at": one.recorded_at, "late": one.late, "withdrawn": (one.reason or "withdrawn") if gone else None,
        "note": one.note,
    }  # fmt: skip


def alert(desk: Desk, number: int) -> Row:
    """An alert as `alerts` gives it, with its `steps`, the `messages` as they were sent, `answers` and `mutes` in force."""
    row = next((one for one in alerts(desk) if one["id"] == number), None)
    if row is None:
        raise UsageError(f"there is no alert {number}")
    with desk.store.read() as connection:
        steps = db.alerts.transitions(connection, rule=f"{row['indicator']}.{row['rule']}", subject=row["subject"])
        said = {one.delivery: one for one in db.outbox.said(connection, [number])}
        sent = db.outbox.deliveries(connection, ids=said) if said else []
        answers = [one for one in db.alerts.acks(connection) if one.alert == number]
    rule = f"{row['indicator']}.{row['rule']}"
    return row | {
        "steps": [
            {
                "at": one.at, "what": one.what, "severity": one.severity, "episode": one.episode,
                "told": one.evidence.compared or one.reason,
            }
            for one in steps
            if one.key in ("", row["key"])
        ],
        "messages": [
            {
                "receiver": one.receiver, "word": said[one.id].word, "state": one.state, "at": one.created_at,
                "sent_at": one.sent_at, "attempts": one.attempts, "error": one.error, "subject": one.rendered.subject,
                "text": one.rendered.text,
            }
            for one in sent
        ],
        "answers": [
            {"at": one.at, "judgement": one.judgement, "why": one.why, "author": one.author, "episode": one.episode}
            for one in answers
        ],
        "mutes": [
            one for one in mutes(desk) if one["rule"] in (None, rule) and one["subject"] in (None, row["subject"])
        ],
    }  # fmt: skip


def mutes(desk: Desk) -> list[Row]:
    """The mutes in force: what each covers (None: everything), until when, who made it and why."""
    now = desk.clock.now()
    with desk.store.read() as connection:
        held = [one for one in db.alerts.mutes(connection) if one.start <= now < one.end]
    return [
        {"id": one.id, "rule": one.rule, "subject": one.subject, "until": one.end, "why": one.why, "author": one.author}
        for one in held
    ]
