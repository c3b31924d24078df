"""An alert as an analyst reads it: what happened, how sure it is, whose threshold, what comes next."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tracker import db, quantity, timing
from tracker.db import Connection, Writing
from tracker.model.declared import Indicator, Rule
from tracker.model.observed import TIERS, KnownEvent, Mention, Observation
from tracker.model.told import Alert, Item
from tracker.pipeline.known.drawings import drawings
from tracker.pipeline.opening import Desk
from tracker.tongue import many, say, speaking

TIER_WORDS = {
    "filing": "a filing",
    "official": "official",
    "press": "named press",
    "anonymous": "unnamed people",
    "aggregator": "an aggregator",
}

#: Why it is clear, where it is not that the world has changed.
_CLEARED = {
    "retracted": "{about}: back in the clear: the figure that it fired on was withdrawn",
    "revised": "{about}: back in the clear: the figure that it fired on was corrected",
    "target_revised": "{about}: back in the clear: the target was changed",
}
#: How a sentence begins that was not the first one.
_OPENINGS = {
    "confirmed": "Confirmed: {what}",
    "denied": "Denied: {what}",
    "repeat": "Still: {what}",
    "update": "Now: {what}",
}
_LIMITS = {"<": "below {limit}", "<=": "at most {limit}", ">": "above {limit}", ">=": "at least {limit}"}


def item(desk: Desk, tx: Writing, alert: Alert, word: str) -> Item:
    """Every fact of one alert that its message needs, in the language of the watch; what is not known stays empty."""
    with speaking(desk.declaration.language):
        return _item(desk, tx, alert, word)


def _item(desk: Desk, tx: Writing, alert: Alert, word: str) -> Item:
    declaration = desk.declaration
    indicator = declaration.indicators[alert.indicator]
    rule = indicator.rules[alert.rule]
    subject = declaration.subjects[alert.subject].name if alert.subject in declaration.subjects else alert.subject
    event = _event(tx.connection, indicator, alert)
    value = None if event else _value(tx.connection, alert)
    first = event.mentions[0] if event else None
    place = (alert.subject, alert.indicator)
    drawn = drawings(desk, tx.connection, {place: value}, tx.at).get(place) if value else None
    return Item(
        alert=alert.id, thread=thread(alert, desk.zone), word=word, severity=alert.severity, indicator=indicator.key,
        indicator_name=indicator.name, rule=rule.name, subject=alert.subject, subject_name=subject, at=tx.at,
        headline=headline(indicator, rule, alert, subject, word, desk.zone, tx.at),
        surety=surety_of_event(event, tx.at) if event else _surety_of_value(value),
        quote=(first.quote or first.title) if first else "",
        quote_source=_source(first) if first else "",
        link=first.url if first else (value.url if value else ""),
        occurred=event.event.occurred.text if event else (value.occurred.text if value else ""),
        published=_stamp(first.published_at if first else (value.published_at if value else None), desk.zone),
        reached_us=_stamp(first.recorded_at if first else (value.recorded_at if value else None), desk.zone),
        basis=rule.basis, last_value=_amount(event) if event else _last_value(value, tx.at, desk.zone),
        clears_when=_clears(rule, indicator),
        speaks_next=_next(rule, alert, word), answer=f"tracker ack {alert.id} --as useful|noise|wrong",
        since=_stamp((None if word == "resolved" else _when(alert, "since")) or alert.since, desk.zone), reason="",
        chart=drawn.svg if drawn else "", chart_letters=drawn.letters if drawn else "",
        chart_words=drawn.words if drawn else "",
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
    about = say("{name} ({subject})", name=indicator.name, subject=subject)
    if word in ("event", "confirmed", "denied"):
        return say(_OPENINGS.get(word, "{what}"), what=f"{alert.value or about} — {subject}")
    if rule.kind == "due":
        return _of_target(about, indicator, alert, word, zone, now)
    summary = quantity.retold(alert.summary)
    if word == "resolved":
        why = _CLEARED.get(str(alert.evidence.get("reason", "")))
        if why:
            said = say(why, about=about)
            return say("{what}; {now}", what=said, now=summary) if summary else said
        if rule.kind == "stale":
            return say("{about}: back in the clear, a new figure came", about=about)
        if summary:
            return say("{about}: back in the clear, {now}", about=about, now=summary)
        return say("{about}: back in the clear", about=about)
    if rule.kind == "stale":
        return _of_silence(about, alert, zone)
    return say(
        _OPENINGS.get(word, "{what}"),
        what=say("{about}: {now}", about=about, now=_breach(indicator, rule, alert) or summary),
    )


def _breach(indicator: Indicator, rule: Rule, alert: Alert) -> str:
    """`2.2x, below 3x`: a value and the limit of its severity that it has passed; "" where a rule compares something else."""
    band = getattr(rule.params, "band", None)
    if rule.kind != "threshold" or band is None or not alert.value:
        return ""
    number = quantity.parse(alert.value, indicator.unit)
    fire = next((fire for severity, fire in band.levels if severity == alert.severity), band.levels[0][1])
    unit = indicator.unit or ""
    limit = say(_LIMITS[fire.op], limit=quantity.as_said(fire.limit, fire.limit, "eq", unit))
    return say("{value}, {limit}", value=quantity.as_said(number.lo, number.hi, number.op, unit), limit=limit)


def _of_silence(about: str, alert: Alert, zone: ZoneInfo) -> str:
    since, last = _when(alert, "since"), _when(alert, "occurred")
    late = timing.local_date(since, zone) if since else "?"
    if last is None:
        return say("{about}: no new figure; there never was one, overdue since {day}", about=about, day=late)
    dated = timing.local_date(last, zone)
    return say(
        "{about}: no new figure; the last one is dated {last}, overdue since {day}", about=about, last=dated, day=late
    )


def _of_target(about: str, indicator: Indicator, alert: Alert, word: str, zone: ZoneInfo, now: datetime) -> str:
    goal = quantity.retold(alert.summary)
    if word == "upcoming":
        return say(
            "{about}: {goal}, {due}", about=about, goal=goal, due=due_in(date.fromisoformat(alert.key), now, zone)
        )
    if word in ("met", "missed"):
        number = quantity.parse(alert.value, indicator.unit)
        known = quantity.as_said(number.lo, number.hi, number.op, indicator.unit or "")
        told = "{about}: {goal} met, with {known}" if word == "met" else "{about}: {goal} missed, with {known}"
        return say(told, about=about, goal=goal, known=known)
    if word == "overdue":
        day = timing.local_date(_when(alert, "since") or now, zone)
        return say(
            "{about}: {goal} has passed and no figure is known; overdue since {day}", about=about, goal=goal, day=day
        )
    return say("{about}: {goal} has passed, no figure is known yet", about=about, goal=goal)


def due_in(last_day: date, now: datetime, zone: ZoneInfo) -> str:
    """How far ahead the day is at whose end something is due, counted in local days."""
    days = (last_day - timing.local_date(now, zone)).days
    return many(days, "due in {n} day", "due in {n} days") if days else say("due today")


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


def surety_of_event(event: KnownEvent, now: datetime, between: str = " · ") -> str:
    """How sure an event is: its status, how many sources report it, and the best of them."""
    best = max((mention.tier for mention in event.mentions), key=TIERS.index)
    count = many(independent_sources(event.mentions), "{n} source", "{n} sources")
    return between.join((say(event.status(now)), count, say(TIER_WORDS[best])))


def _surety_of_value(value: Observation | None) -> str:
    if value is None:
        return ""
    said_by = value.citation or value.source
    return " · ".join((say(value.kind), say(TIER_WORDS[value.tier]), said_by))


def _source(mention: Mention) -> str:
    return mention.citation or mention.source


def _amount(event: KnownEvent) -> str:
    amount = event.event.amount
    return quantity.as_said(amount.lo, amount.hi, amount.op, amount.unit) if amount else ""


def _last_value(value: Observation | None, now: datetime, zone: ZoneInfo) -> str:
    """The number with its kind, its date and, once its period is over, its age."""
    if value is None:
        return ""
    known = say("{number} ({kind}, {of})", number=said(value), kind=say(value.kind), of=value.occurred.text)
    days = (timing.local_date(now, zone) - timing.local_date(value.occurred.end, zone)).days
    return many(days, "{value}, {n} day old", "{value}, {n} days old", value=known) if days > 0 else known


def said(value: Observation) -> str:
    """A value for people, with its unit and its operator in words."""
    return quantity.as_said(value.lo, value.hi, value.op, value.series.unit)


def _clears(rule: Rule, indicator: Indicator) -> str:
    band = getattr(rule.params, "band", None)
    if band is None:
        return say("a new figure") if rule.kind == "stale" else ""
    unit = {"threshold": indicator.unit or "", "change": "%"}.get(rule.kind, "")
    return say(_LIMITS[band.clear.op], limit=quantity.as_said(band.clear.limit, band.clear.limit, "eq", unit))


def _next(rule: Rule, alert: Alert, word: str) -> str:
    if word == "resolved":
        return say("when it fires again")
    if rule.kind == "event":
        return say("when it is confirmed or denied")
    if rule.kind == "due":
        ahead = alert.word == "upcoming"
        return say("on the target's day, or when a figure is known") if ahead else say("when a figure is known")
    if rule.repeat is not None:
        return say("again after {span} while it lasts", span=quantity.retold(timing.format_duration(rule.repeat)))
    return say("when it gets graver or clears")


def _stamp(at: datetime | None, zone: ZoneInfo) -> str:
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
