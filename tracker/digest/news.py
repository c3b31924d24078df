"""What is new in the period: what needs attention, and what else changed and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from tracker import timing
from tracker.digest import words
from tracker.digest.events import EVENTS, row_of_event
from tracker.digest.facts import Change, Facts, Goal, Tracked
from tracker.digest.page import Row
from tracker.digest.standing import Alert, Name, Stand
from tracker.model.declared import Rule

_DUE = ("upcoming", "unknown", "overdue", "missed", "met")
_GRAVE = ("warning", "critical")
#: A beginning of something that an analyst has to look at, unless it is info.
_LOUD = ("event", "confirmed", "denied", "firing", "escalated", "upcoming", "unknown", "overdue", "missed")
#: Steps on the way that say nothing by themselves.
_SILENT = ("pending", "cancelled", "nodata", "error", "data_back", "late", "closed")
_LABELS = {
    "event": "new", "firing": "active", "escalated": "graver", "downgraded": "eased", "resolved": "cleared",
    "upcoming": "due", "unknown": "due", "overdue": "overdue",
}  # fmt: skip


def attention(facts: Facts, stands: Mapping[Name, Stand]) -> Iterator[Row]:
    """What began in the period, the gravest first; then what began before and is still open."""
    fresh = [change for change in _fresh(facts) if _is_loud(change) and _is_last(change, stands)]
    fresh.sort(key=lambda change: (-words.rank(change.transition.severity), change.transition.what not in EVENTS))
    for change in fresh:
        yield _row(facts, change, stands)
    for name, stand in stands.items():
        if facts.names.get(name[0]) is None or name[1] not in facts.names[name[0]].rules:
            continue
        for alert in stand.open():
            one = alert.last.transition
            if one.severity in _GRAVE and one.what != "missed" and not facts.fresh(alert.last.recorded_at):
                yield _still_open(facts, alert, stands)


def _fresh(facts: Facts) -> list[Change]:
    return [change for change in facts.history if facts.fresh(change.recorded_at)]


def _is_loud(change: Change) -> bool:
    return change.transition.what in _LOUD and change.transition.severity in _GRAVE


def _is_last(change: Change, stands: Mapping[Name, Stand]) -> bool:
    """Whether nothing came after it: only the net state of a period is told."""
    one = change.transition
    alert = stands[one.indicator, one.rule, one.subject].alerts.get(one.key)
    return alert is None or alert.last is change


def changes(facts: Facts, stands: Mapping[Name, Stand]) -> Iterator[Row]:
    """Everything else that changed, with the cause: info is told here only."""
    for change in _fresh(facts):
        one = change.transition
        if one.what in _SILENT or not _is_last(change, stands) or _is_loud(change):
            continue
        row = _row(facts, change, stands)
        yield Row(label=row.label, parts=(*row.parts, f"because of {cause(facts, change)}"), link=row.link)
    for tracked in facts.tracked:
        if (row_of_value := _moved(facts, tracked)) is not None:
            yield row_of_value


def _moved(facts: Facts, one: Tracked) -> Row | None:
    """A key figure that is another one than at the beginning of the period."""
    if not one.key or one.then is None or one.now.value is None:
        return None
    now, then = one.now.value, one.then.value
    if then is not None and words.shown(then) == words.shown(now):
        return None
    revised = then is not None and then.series == now.series and then.date == now.date
    was = f"was {words.shown(then)}" if then else "the first figure"
    why = "because of a revision" if revised else "because of news"
    percent = words.percent(then, now) if then else ""
    about = facts.label(one.indicator.key, one.subject)
    return Row(
        label="figure",
        parts=words.joined((f"{about}: {words.shown(now)}", was, percent, why, _voice(now.citation or now.source))),
    )


def _voice(source: str) -> str:
    return f"source: {source}" if source else ""


def cause(facts: Facts, change: Change) -> str:
    """News, a revision, an edited rule, or only time."""
    one = change.transition
    if one.reason in ("revised", "retracted", "target_revised"):
        return {"revised": "a revision", "retracted": "a withdrawal", "target_revised": "a revised target"}[one.reason]
    before = [
        other.transition
        for other in facts.history
        if (other.transition.indicator, other.transition.rule, other.transition.subject)
        == (one.indicator, one.rule, one.subject)
        and other.transition.ordinal < one.ordinal
    ]
    if before and one.rule_hash and before[-1].rule_hash and before[-1].rule_hash != one.rule_hash:
        return "an edit of the rule"
    return "time" if one.evidence.since is not None or one.what in _DUE else "news"


# --- the rows


def _row(facts: Facts, change: Change, stands: Mapping[Name, Stand]) -> Row:
    one = change.transition
    happening = next(
        (found for found in facts.happenings if one.what in EVENTS and found.event.event.key == one.key), None
    )
    told_here = "told here only" if one.severity == "info" else ""
    muted = "muted" if change.muted else ""
    if happening is not None:
        return row_of_event(facts, happening, _LABELS.get(one.what, one.what), told_here, muted)
    parts = (*_facts_of(facts, change, stands), told_here, muted)
    return Row(label=_LABELS.get(one.what, one.what), parts=words.joined(parts))


def _facts_of(facts: Facts, change: Change, stands: Mapping[Name, Stand]) -> tuple[str, ...]:
    """What one transition of a weighing rule or a target says."""
    one = change.transition
    about = facts.label(one.indicator, one.subject)
    rule = _rule(facts, change)
    basis = f"basis: {rule.basis}" if rule and rule.basis else ""
    if one.what in _DUE:
        return (f"{about}: {_target(facts, change)}", basis)
    said = _silence(facts, change) if rule is not None and rule.kind == "stale" else words.compared(one.evidence)
    alert = stands[one.indicator, one.rule, one.subject].alerts.get(one.key)
    since = alert.began.transition.at if alert and alert.open else one.at
    return (
        f"{about}: {said}",
        f"{one.severity}, {'on' if one.what == 'resolved' else 'since'} {words.day(since, facts.zone)}",
        basis,
    )


def _rule(facts: Facts, change: Change) -> Rule | None:
    indicator = facts.names.get(change.transition.indicator)
    return indicator.rules.get(change.transition.rule) if indicator else None


def _silence(facts: Facts, change: Change) -> str:
    one = change.transition
    if one.what == "resolved":
        return "a new figure came"
    last = (
        f"the last one is dated {words.day(one.evidence.occurred, facts.zone)}"
        if one.evidence.occurred
        else "there never was one"
    )
    since = one.evidence.since or one.at
    return f"no new figure; {last}, overdue since {words.day(since, facts.zone)}"


def _target(facts: Facts, change: Change) -> str:
    one = change.transition
    goal = next((goal for goal in facts.goals if _is_of(facts, goal, change)), None)
    text = f"target {words.goal(goal)} by {one.key}" if goal else words.compared(one.evidence)
    if one.what == "upcoming":
        days = (date.fromisoformat(one.key) - timing.local_date(facts.at, facts.zone)).days
        return f"{text}, due in {words.many(days, 'day')}" if days >= 0 else text
    if one.what in ("met", "missed"):
        return f"{text} {one.what}, with {words.readable(one.evidence.value)} {one.evidence.unit}".rstrip()
    since = f", overdue since {words.day(one.evidence.since or one.at, facts.zone)}" if one.what == "overdue" else ""
    return f"{text} has passed, no figure{since}"


def _is_of(facts: Facts, goal: Goal, change: Change) -> bool:
    one = change.transition
    day = words.day(goal.by.start, facts.zone)
    return (goal.indicator, goal.subject, day) == (one.indicator, one.subject, one.key)


def _still_open(facts: Facts, alert: Alert, stands: Mapping[Name, Stand]) -> Row:
    return Row(label="open", parts=words.joined(_facts_of(facts, alert.last, stands)))
