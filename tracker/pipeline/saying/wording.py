"""An alert as an analyst reads it: what happened, how sure it is, whose threshold, what comes next."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tracker import db, quantity, timing
from tracker.db import Connection, Writing
from tracker.model.declared import Indicator, Rule
from tracker.model.observed import TIERS, KnownEvent, Mention, Observation
from tracker.model.told import Alert, Item
from tracker.pipeline.opening import Desk

TIER_WORDS = {
    "filing": "a filing",
    "official": "official",
    "press": "named press",
    "anonymous": "unnamed people",
    "aggregator": "an aggregator",
}

#: Why it is clear, where it is not that the world has changed.
_CLEARED = {
    "retracted": ": the figure that it fired on was withdrawn;",
    "revised": ": the figure that it fired on was corrected;",
    "target_revised": ": the target was changed;",
}


def item(desk: Desk, tx: Writing, alert: Alert, word: str) -> Item:
    """Every fact of one alert that its message needs; what is not known stays empty and is left out."""
    declaration = desk.declaration
    indicator = declaration.indicators[alert.indicator]
    rule = indicator.rules[alert.rule]
    subject = declaration.subjects[alert.subject].name if alert.subject in declaration.subjects else alert.subject
    event = _event(tx.connection, indicator, alert)
    value = None if event else _value(tx.connection, alert)
    first = event.mentions[0] if event else None
    return Item(
        alert=alert.id, thread=thread(alert, desk.zone), word=word, severity=alert.severity, indicator=indicator.key,
        indicator_name=indicator.name, rule=rule.name, subject=alert.subject, subject_name=subject, at=tx.at,
        headline=headline(indicator, rule, alert, subject, word, desk.zone, tx.at),
        surety=_surety_of_event(event, tx.at) if event else _surety_of_value(value),
        quote=(first.quote or first.title) if first else "",
        quote_source=_source(first) if first else "",
        link=first.url if first else (value.url if value else ""),
        occurred=event.event.occurred.text if event else (value.occurred.text if value else ""),
        published=_stamp(first.published_at if first else (value.published_at if value else None), desk.zone),
        reached_us=_stamp(first.recorded_at if first else (value.recorded_at if value else None), desk.zone),
        basis=rule.basis, last_value=_amount(event) if event else _last_value(value), clears_when=_clears(rule),
        speaks_next=_next(rule, alert, word), answer=f"tracker ack {alert.id} --as useful|noise|wrong",
        since=_stamp(_when(alert, "since") or alert.since, desk.zone), reason="",
    )  # fmt: skip


def thread(alert: Alert, zone: ZoneInfo) -> str:
    """The stable name of an episode, an event or a target: its file and its mail thread."""
    assert alert.since is not None
    day = timing.local_date(alert.since, zone)
    number = alert.episode or alert.id
    return f"{day}-{alert.indicator}.{alert.rule}-{alert.subject}-{number}"


def headline(
    indicator: Indicator, rule: Rule, alert: Alert, subject: str, word: str, zone: ZoneInfo, now: datetime
) -> str:
    """What happened, in one sentence."""
    about = f"{indicator.name} ({subject})"
    if word in ("event", "confirmed", "denied"):
        said = {"event": "", "confirmed": "Confirmed: ", "denied": "Denied: "}[word]
        return f"{said}{alert.value or about} — {subject}"
    if rule.kind == "due":
        return _of_target(about, indicator, alert, word, zone, now)
    if word == "resolved":
        why = _CLEARED.get(str(alert.evidence.get("reason", "")), "")
        return f"{about}: back in the clear{why}{',' if alert.summary and not why else ''} {alert.summary}".rstrip()
    if rule.kind == "stale":
        since, last = _when(alert, "since"), _when(alert, "occurred")
        seen = f"the last one is dated {timing.local_date(last, zone)}" if last else "there never was one"
        return f"{about}: no new figure; {seen}, overdue since {timing.local_date(since, zone) if since else '?'}"
    again = {"repeat": "Still: ", "update": "Now: "}.get(word, "")
    return f"{again}{about}: {alert.summary}"


def _of_target(about: str, indicator: Indicator, alert: Alert, word: str, zone: ZoneInfo, now: datetime) -> str:
    goal = alert.summary
    if word == "upcoming":
        return f"{about}: {goal}, {due_in(date.fromisoformat(alert.key), now, zone)}"
    if word in ("met", "missed"):
        number = quantity.parse(alert.value, indicator.unit)
        return f"{about}: {goal} {word}, with {quantity.as_said(number.lo, number.hi, number.op, indicator.unit or '')}"
    if word == "overdue":
        since = _when(alert, "since")
        return (
            f"{about}: {goal} has passed and no figure is known; overdue since {timing.local_date(since or now, zone)}"
        )
    return f"{about}: {goal} has passed, no figure is known yet"


def due_in(last_day: date, now: datetime, zone: ZoneInfo) -> str:
    """How far ahead the day is at whose end something is due, counted in local days."""
    days = (last_day - timing.local_date(now, zone)).days
    return f"due in {days} day{'' if days == 1 else 's'}" if days else "due today"


def _when(alert: Alert, name: str) -> datetime | None:
    text = alert.evidence.get(name)
    return datetime.fromisoformat(str(text)) if text else None


def _event(connection: Connection, indicator: Indicator, alert: Alert) -> KnownEvent | None:
    if not indicator.types or not alert.key:
        return None
    return next(iter(db.news.events(connection, keys=[alert.key], hidden=False)), None)


def _value(connection: Connection, alert: Alert) -> Observation | None:
    """The newest row that the verdict rests on."""
    rows = db.observations.named(connection, alert.evidence.get("seqs", ()))
    about = (alert.subject, alert.indicator)
    found = [row for row in rows if (row.series.subject, row.series.indicator) == about and row.kind != "target"]
    return max(found, key=lambda row: (row.occurred.end, row.seq), default=None)


def independent_sources(mentions: tuple[Mention, ...]) -> int:
    """How many different sources report an event."""
    return len({mention.citation if mention.source in ("hand", "import") else mention.source for mention in mentions})


def _surety_of_event(event: KnownEvent, now: datetime) -> str:
    best = max((mention.tier for mention in event.mentions), key=TIERS.index)
    count = independent_sources(event.mentions)
    return f"{event.status(now)} · {count} source{'s' if count > 1 else ''} · {TIER_WORDS[best]}"


def _surety_of_value(value: Observation | None) -> str:
    if value is None:
        return ""
    said_by = value.citation or value.source
    return f"{value.kind} · {TIER_WORDS[value.tier]} · {said_by}"


def _source(mention: Mention) -> str:
    return mention.citation or mention.source


def _amount(event: KnownEvent) -> str:
    amount = event.event.amount
    return quantity.as_said(amount.lo, amount.hi, amount.op, amount.unit) if amount else ""


def _last_value(value: Observation | None) -> str:
    if value is None:
        return ""
    return f"{said(value)} ({value.kind}, {value.occurred.text})"


def said(value: Observation) -> str:
    """A value for people, with its unit and its operator in words."""
    return quantity.as_said(value.lo, value.hi, value.op, value.series.unit)


def _clears(rule: Rule) -> str:
    band = getattr(rule.params, "band", None)
    if band is not None:
        return f"{band.clear}"
    return "a new figure" if rule.kind == "stale" else ""


def _next(rule: Rule, alert: Alert, word: str) -> str:
    if word == "resolved":
        return "when it fires again"
    if rule.kind == "event":
        return "when it is confirmed or denied"
    if rule.kind == "due":
        return (
            "on the target's day, or when a figure is known" if alert.word == "upcoming" else "when a figure is known"
        )
    if rule.repeat is not None:
        return f"again after {timing.format_duration(rule.repeat)} while it lasts"
    return "when it gets graver or clears"


def _stamp(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
