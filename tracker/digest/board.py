"""The key indicators: what is known now, what was known at the beginning, and how it stands in an analyst's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker import quantity, timing
from tracker.digest import words
from tracker.digest.facts import Change, Facts, Goal, Known, Tracked, Watch
from tracker.digest.page import Line, Table
from tracker.digest.standing import NOT_WATCHED, Name, Stand, of
from tracker.model.observed import KnownEvent
from tracker.timing import Period
from tracker.tongue import listed, many, say

_TOLD = ("event", "confirmed")
#: Rules that weigh a number; the others follow events and dates.
_TELLING = ("event", "due")


def table(facts: Facts, stands: Mapping[Name, Stand]) -> Table:
    """All indicators with rules in declared order; context only where something new is known of it."""
    keys = [one for one in facts.tracked if one.key]
    number, lines = 0, []
    for one in facts.tracked:
        if not one.key and not _moved(one):
            continue
        number += one.key
        stood = state(facts, one, stands)
        cells = (
            str(number) if one.key else "·",
            _name(facts, one),
            _now(facts, one),
            _then(facts, one),
            stood.words,
        )
        lines.append(Line(group=one.indicator.group, cells=cells, drawing=one.drawing, tone=stood.tone))
    few = 1 < len(keys) <= 12
    heading = say("The {number}", number=words.counted(len(keys))) if few else say("Key indicators")
    columns = ("", "", say("now"), say("then ({before})", before=facts.previous), say("state"))
    return Table(heading=heading, columns=columns, lines=tuple(lines))


def own_subjects(facts: Facts) -> set[str]:
    """Those with the most key indicators; the others are peers and partners."""
    counts: dict[str, int] = {}
    for one in facts.tracked:
        counts[one.subject] = counts.get(one.subject, 0) + one.key
    most = max(counts.values(), default=0)
    return {subject for subject, count in counts.items() if count == most and count}


def _name(facts: Facts, one: Tracked) -> str:
    """The subject is named where it is not the one that the watch is about."""
    if own_subjects(facts) == {one.subject}:
        return one.indicator.name
    return facts.label(one.indicator.key, one.subject)


def _moved(one: Tracked) -> bool:
    """Whether context is worth a line: something is known now that was not known then."""
    if one.then is None:
        return False
    if one.now.value is not None:
        return one.then.value is None or words.shown(one.now.value) != words.shown(one.then.value)
    return {event.event.key for event in one.now.events} != {event.event.key for event in one.then.events}


# --- now and then


def _now(facts: Facts, one: Tracked) -> str:
    if not facts.lived:  # "none in 365 days" would be a finding
        return "nothing known"
    fresh = [
        event for event in one.now.events if facts.fresh(event.mentions[0].recorded_at) and not event.mentions[0].late
    ]
    if fresh and one.key:
        newest = max(fresh, key=lambda event: (event.event.occurred.end, event.event.seq))
        return _of_event(newest)
    text = _known(facts, one, one.now, facts.at)
    goal = next((goal for goal in facts.goals if _ahead(facts, goal, one)), None)
    return say("{now}; {due}", now=text, due=_countdown(facts, goal)) if goal and not one.now.events else text


def _of_event(one: KnownEvent) -> str:
    """The news itself: the sum where there is one, else the title."""
    event = one.event
    amount = event.amount
    what = quantity.as_said(amount.lo, amount.hi, amount.op, amount.unit) if amount else event.title
    return listed([what, event.occurred.text])


def _then(facts: Facts, one: Tracked) -> str:
    if one.then is None:
        return say("not watched yet")
    now, then = one.now.value, one.then.value
    text = _known(facts, one, one.then, facts.period.start)
    if text == _known(facts, one, one.now, facts.at):
        return say("same")
    change = words.percent(then, now) if then is not None and now is not None else ""
    return say("{then}, now {change}", then=text, change=change) if change else text


def _known(facts: Facts, one: Tracked, known: Known, at: datetime) -> str:
    indicator = one.indicator
    if indicator.types:
        return _counts(facts, one, known, at)
    if indicator.mentions:
        return many(known.named, "{n} text names it", "{n} texts name it") if known.named else say("no text names it")
    if known.value is None:
        return say("no figure ever")
    part = known.value.series.labels
    whole = not part or not one.key or any(tuple(sorted(watch.rule.labels.items())) == part for watch in one.watches)
    shown = words.shown(known.value)
    return shown if whole else say("no figure for the whole; {part}", part=shown)


def _counts(facts: Facts, one: Tracked, known: Known, at: datetime) -> str:
    """How many are known, and where a rule counts, how many surely and possibly lie in its window."""
    held = [event for event in known.events if event.status(at) not in ("denied", "lapsed")]
    window = next((watch.window for watch in one.watches if watch.window), None)
    last = max(held, key=lambda event: (event.event.occurred.end, event.event.seq), default=None)
    seen = [say("last {day}", day=last.event.occurred.text)] if last else []
    if window is None:
        return listed([say("{n} known", n=len(held)), *seen]) if held else say("none known")
    dated = [event.event.occurred for event in held if event.event.kind == "actual"]
    sure, possible = count(dated, at, window)
    if sure == possible:
        told = say("{n} in {days} days", n=sure or say("none"), days=window.days)
    else:
        vague = "{n} for certain, up to {most} in {days} days"
        told = say(vague, n=sure or say("none"), most=possible, days=window.days)
    return listed([told, *seen])


def count(periods: Iterable[Period], at: datetime, window: timedelta) -> tuple[int, int]:
    """How many periods surely and possibly lie in (at - window, at]: vague dates make it an interval."""
    start = at - window
    spans = list(periods)
    sure = sum(one.start > start and one.end <= at for one in spans)
    return sure, sum(one.end > start and one.start <= at for one in spans)


def _ahead(facts: Facts, goal: Goal, one: Tracked) -> bool:
    return (goal.indicator, goal.subject) == (one.indicator.key, one.subject) and goal.by.end > facts.at


def _countdown(facts: Facts, goal: Goal) -> str:
    left = words.days(days_left(facts, goal))
    return say("{goal} due in {left}", goal=words.goal(goal), left=left)


def days_left(facts: Facts, goal: Goal) -> int:
    """Local days from the last one that is told to the last one of the target."""
    last = timing.local_date(goal.by.end - timedelta.resolution, facts.zone)
    return (last - timing.local_date(facts.at, facts.zone)).days


# --- state


@dataclass(frozen=True, slots=True)
class Stood:
    """How an indicator stands, in words, and how grave that looks: alarm, late, unknown or calm."""

    words: str
    tone: str = "calm"


def state(facts: Facts, one: Tracked, stands: Mapping[Name, Stand]) -> Stood:
    """NEW, overdue, active, cleared, cannot tell, watching or steady: the first of them that holds."""
    if not one.key:
        return Stood(say("context"))
    if not facts.lived:
        return Stood(say("not watched yet"))
    own = list(of(one, stands))
    for found in (_news(facts, own), _firing(facts, own), _cleared(facts, own), _blind(own)):
        if found:
            return found
    weighs = any(watch.rule.kind not in _TELLING for watch, _ in own)
    known = one.now.value is not None or one.now.events or one.now.named
    return Stood(say("steady") if weighs and known else say("watching"))


def _news(facts: Facts, own: list[tuple[Watch, Stand]]) -> Stood | None:
    said = [
        alert.last.transition.what
        for _, stand in own
        for alert in stand.alerts.values()
        if facts.fresh(alert.last.recorded_at)
    ]
    if any(what in _TOLD for what in said):
        return Stood(say("NEW"), "alarm")
    return Stood(say("denied"), "alarm") if "denied" in said else None


def _firing(facts: Facts, own: list[tuple[Watch, Stand]]) -> Stood | None:
    found = [(watch, alert) for watch, stand in own for alert in stand.open() if _stands(facts, alert.last)]
    if not found:
        return None
    late = [
        (watch, alert)
        for watch, alert in found
        if watch.rule.kind == "stale" or alert.last.transition.what == "overdue"
    ]
    if late:
        since = min(alert.last.transition.evidence.since or alert.began.transition.at for _, alert in late)
        return Stood(say("overdue since {day}", day=words.day(since, facts.zone)), "late")
    alert = max((alert for _, alert in found), key=lambda alert: words.rank(alert.last.transition.severity))
    one = alert.last.transition
    if one.what in ("unknown", "missed"):
        told = "missed: target of {day}" if one.what == "missed" else "unknown: target of {day}"
        return Stood(say(told, day=one.key), "late")
    since_day, severity = words.day(alert.began.transition.at, facts.zone), say(one.severity)
    if facts.fresh(alert.began.recorded_at):
        return Stood(say("active ({severity}) since {day}, new", severity=severity, day=since_day), "alarm")
    return Stood(say("active ({severity}) since {day}", severity=severity, day=since_day), "alarm")


def _stands(facts: Facts, last: Change) -> bool:
    """A missed target is the last word on it: it is told once."""
    return last.transition.what != "missed" or facts.fresh(last.recorded_at)


def _cleared(facts: Facts, own: list[tuple[Watch, Stand]]) -> Stood | None:
    found = [stand.resolved for _, stand in own if stand.resolved and facts.fresh(stand.resolved.recorded_at)]
    if not found:
        return None
    return Stood(say("cleared on {day}", day=words.day(max(one.transition.at for one in found), facts.zone)))


def _blind(own: list[tuple[Watch, Stand]]) -> Stood | None:
    """What keeps the rules from deciding: an error, a lack of figures, a window that was not watched whole."""
    broken = next((stand for _, stand in own if stand.health == "error"), None)
    if broken is not None:
        return Stood(say("cannot tell (error: {why})", why=words.readable(broken.reason)), "unknown")
    lacking = [stand.reason for _, stand in own if stand.health == "nodata" and stand.reason != NOT_WATCHED]
    if lacking:
        if lacking[0] in ("", "cannot tell", "no value yet"):
            return Stood(say("cannot tell"), "unknown")
        return Stood(say("cannot tell ({why})", why=words.readable(lacking[0])), "unknown")
    for watch, stand in own:
        if stand.health == "nodata":
            if not watch.watched:
                return Stood(say("watching"))
            covered, whole = watch.watched
            return Stood(say("watching ({covered} of {days} days covered)", covered=covered, days=whole))
    return None
