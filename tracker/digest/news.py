"""What is new in the period: what needs attention, and what else changed and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from tracker import quantity, timing
from tracker.digest import words
from tracker.digest.events import EVENTS, row_of_event
from tracker.digest.facts import Change, Facts, Goal, Tracked
from tracker.digest.page import Row
from tracker.digest.standing import Alert, Name, Stand
from tracker.model.declared import Rule
from tracker.tongue import say

_DUE = ("upcoming", "unknown", "overdue", "missed", "met")
_GRAVE = ("warning", "critical")
#: A beginning of something that an analyst has to look at, unless it is info.
_LOUD = ("event", "confirmed", "denied", "firing", "escalated", "upcoming", "unknown", "overdue", "missed")
#: Steps on the way that say nothing by themselves.
_SILENT = ("pending", "cancelled", "nodata", "error", "data_back", "late", "closed")
_CAUSES = {"revised": "a revision", "retracted": "a withdrawal", "target_revised": "a revised target"}
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
        yield Row(
            label=row.label, parts=(*row.parts, say("because of {cause}", cause=cause(facts, change))), link=row.link
        )
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
    was = say("was {value}", value=words.shown(then)) if then else say("the first figure")
    why = say("because of {cause}", cause=say("a revision") if revised else say("news"))
    percent = words.percent(then, now) if then else ""
    about = facts.label(one.indicator.key, one.subject)
    return Row(
        label=say("figure"),
        parts=words.joined(
            (
                say("{about}: {now}", about=about, now=words.shown(now)),
                was,
                percent,
                why,
                _voice(now.citation or now.source),
            )
        ),
    )


def _voice(source: str) -> str:
    return say("source: {source}", source=source) if source else ""


def cause(facts: Facts, change: Change) -> str:
    """News, a revision, an edited rule, or only time."""
    one = change.transition
    if one.reason in _CAUSES:
        return say(_CAUSES[one.reason])
    before = [
        other.transition
        for other in facts.history
        if (other.transition.indicator, other.transition.rule, other.transition.subject)
        == (one.indicator, one.rule, one.subject)
        and other.transition.ordinal < one.ordinal
    ]
    if before and one.rule_hash and before[-1].rule_hash and before[-1].rule_hash != one.rule_hash:
        return say("an edit of the rule")
    return say("time") if one.evidence.since is not None or one.what in _DUE else say("news")


# --- the rows


def _row(facts: Facts, change: Change, stands: Mapping[Name, Stand]) -> Row:
    one = change.transition
    happening = next(
        (found for found in facts.happenings if one.what in EVENTS and found.event.event.key == one.key), None
    )
    told_here = say("told here only") if one.severity == "info" else ""
    muted = say("muted") if change.muted else ""
    label = say(_LABELS.get(one.what, one.what))
    if happening is not None:
        return row_of_event(facts, happening, label, told_here, muted)
    parts = (*_facts_of(facts, change, stands), told_here, muted)
    return Row(label=label, parts=words.joined(parts))


def _facts_of(facts: Facts, change: Change, stands: Mapping[Name, Stand]) -> tuple[str, ...]:
    """What one transition of a weighing rule or a target says."""
    one = change.transition
    about = facts.label(one.indicator, one.subject)
    rule = _rule(facts, change)
    basis = say("basis: {basis}", basis=rule.basis) if rule and rule.basis else ""
    if one.what in _DUE:
        return (say("{about}: {now}", about=about, now=_target(facts, change)), basis)
    said = _silence(facts, change) if rule is not None and rule.kind == "stale" else words.compared(one.evidence)
    alert = stands[one.indicator, one.rule, one.subject].alerts.get(one.key)
    since = alert.began.transition.at if alert and alert.open else one.at
    dated = "{severity}, on {day}" if one.what == "resolved" else "{severity}, since {day}"
    lasts = say(dated, severity=say(one.severity), day=words.day(since, facts.zone))
    return (say("{about}: {now}", about=about, now=said), lasts, basis)


def _rule(facts: Facts, change: Change) -> Rule | None:
    indicator = facts.names.get(change.transition.indicator)
    return indicator.rules.get(change.transition.rule) if indicator else None


def _silence(facts: Facts, change: Change) -> str:
    one = change.transition
    if one.what == "resolved":
        return say("a new figure came")
    late = words.day(one.evidence.since or one.at, facts.zone)
    if not one.evidence.occurred:
        return say("no new figure; there never was one, overdue since {day}", day=late)
    last = words.day(one.evidence.occurred, facts.zone)
    return say("no new figure; the last one is dated {last}, overdue since {day}", last=last, day=late)


def _target(facts: Facts, change: Change) -> str:
    one = change.transition
    goal = next((goal for goal in facts.goals if _is_of(facts, goal, change)), None)
    text = say("target {goal} by {day}", goal=words.goal(goal), day=one.key) if goal else words.compared(one.evidence)
    if one.what == "upcoming":
        days = (date.fromisoformat(one.key) - timing.local_date(facts.at, facts.zone)).days
        return say("{target}, due in {left}", target=text, left=words.days(days)) if days >= 0 else text
    if one.what in ("met", "missed"):
        number = quantity.parse(one.evidence.value, one.evidence.unit)
        known = quantity.as_said(number.lo, number.hi, number.op, one.evidence.unit)
        return say(
            "{target} met, with {known}" if one.what == "met" else "{target} missed, with {known}",
            target=text,
            known=known,
        )
    if one.what == "overdue":
        late = words.day(one.evidence.since or one.at, facts.zone)
        return say("{target} has passed, no figure, overdue since {day}", target=text, day=late)
    return say("{target} has passed, no figure", target=text)


def _is_of(facts: Facts, goal: Goal, change: Change) -> bool:
    one = change.transition
    day = words.day(goal.by.start, facts.zone)
    return (goal.indicator, goal.subject, day) == (one.indicator, one.subject, one.key)


def _still_open(facts: Facts, alert: Alert, stands: Mapping[Name, Stand]) -> Row:
    return Row(label=say("open"), old=True, parts=words.joined(_facts_of(facts, alert.last, stands)))
