"""The key indicators: what is known now, what was known at the beginning, and how it stands in an analyst's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from tracker import timing
from tracker.digest import words
from tracker.digest.facts import Change, Facts, Goal, Known, Tracked, Watch
from tracker.digest.page import Line, Table
from tracker.digest.standing import NOT_WATCHED, Name, Stand, of
from tracker.model.observed import KnownEvent
from tracker.timing import Period

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
        cells = (
            str(number) if one.key else "·",
            _name(facts, one),
            _now(facts, one),
            _then(facts, one),
            state(facts, one, stands),
        )
        lines.append(Line(group=one.indicator.group, cells=cells))
    heading = f"The {words.counted(len(keys))}" if 1 < len(keys) <= 12 else "Key indicators"
    return Table(heading=heading, columns=("", "", "now", f"then ({facts.previous})", "state"), lines=tuple(lines))


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
    return f"{text}; {_countdown(facts, goal)}" if goal and not one.now.events else text


def _of_event(one: KnownEvent) -> str:
    """The news itself: the sum where there is one, else the title."""
    event = one.event
    what = words.amount(event.amount).partition(" (")[0] if event.amount else event.title
    return f"{what}, {event.occurred.text}"


def _then(facts: Facts, one: Tracked) -> str:
    if one.then is None:
        return "not watched yet"
    now, then = one.now.value, one.then.value
    text = _known(facts, one, one.then, facts.period.start)
    if text == _known(facts, one, one.now, facts.at):
        return "same"
    change = words.percent(then, now) if then is not None and now is not None else ""
    return f"{text}, now {change}" if change else text


def _known(facts: Facts, one: Tracked, known: Known, at: datetime) -> str:
    indicator = one.indicator
    if indicator.types:
        return _counts(facts, one, known, at)
    if indicator.mentions:
        return (
            words.many(known.named, "text") + (" names it" if known.named == 1 else " name it")
            if known.named
            else "no text names it"
        )
    if known.value is None:
        return "no figure ever"
    part = known.value.series.labels
    whole = not part or not one.key or any(tuple(sorted(watch.rule.labels.items())) == part for watch in one.watches)
    return words.shown(known.value) if whole else f"no figure for the whole; {words.shown(known.value)}"


def _counts(facts: Facts, one: Tracked, known: Known, at: datetime) -> str:
    """How many are known, and where a rule counts, how many surely and possibly lie in its window."""
    held = [event for event in known.events if event.status(at) not in ("denied", "lapsed")]
    window = next((watch.window for watch in one.watches if watch.window), None)
    last = max(held, key=lambda event: (event.event.occurred.end, event.event.seq), default=None)
    seen = f", last {last.event.occurred.text}" if last else ""
    if window is None:
        return f"{len(held)} known{seen}" if held else "none known"
    dated = [event.event.occurred for event in held if event.event.kind == "actual"]
    sure, possible = count(dated, at, window)
    length = f"in {window.days} days"
    if sure == possible:
        return f"{sure or 'none'} {length}{seen}"
    return f"{sure or 'none'} for certain, up to {possible} {length}{seen}"


def count(periods: Iterable[Period], at: datetime, window: timedelta) -> tuple[int, int]:
    """How many periods surely and possibly lie in (at - window, at]: vague dates make it an interval."""
    start = at - window
    spans = list(periods)
    sure = sum(one.start > start and one.end <= at for one in spans)
    return sure, sum(one.end > start and one.start <= at for one in spans)


def _ahead(facts: Facts, goal: Goal, one: Tracked) -> bool:
    return (goal.indicator, goal.subject) == (one.indicator.key, one.subject) and goal.by.end > facts.at


def _countdown(facts: Facts, goal: Goal) -> str:
    return f"{words.goal(goal)} due in {words.many(days_left(facts, goal), 'day')}"


def days_left(facts: Facts, goal: Goal) -> int:
    """Local days from the last one that is told to the last one of the target."""
    last = timing.local_date(goal.by.end - timedelta.resolution, facts.zone)
    return (last - timing.local_date(facts.at, facts.zone)).days


# --- state


def state(facts: Facts, one: Tracked, stands: Mapping[Name, Stand]) -> str:
    """NEW, overdue, active, cleared, cannot tell, watching or steady: the first of them that holds."""
    if not one.key:
        return "context"
    if not facts.lived:
        return "not watched yet"
    own = list(of(one, stands))
    for found in (_news(facts, own), _firing(facts, own), _cleared(facts, own), _blind(own)):
        if found:
            return found
    weighs = any(watch.rule.kind not in _TELLING for watch, _ in own)
    known = one.now.value is not None or one.now.events or one.now.named
    return "steady" if weighs and known else "watching"


def _news(facts: Facts, own: list[tuple[Watch, Stand]]) -> str:
    said = [
        alert.last.transition.what
        for _, stand in own
        for alert in stand.alerts.values()
        if facts.fresh(alert.last.recorded_at)
    ]
    if any(what in _TOLD for what in said):
        return "NEW"
    return "denied" if "denied" in said else ""


def _firing(facts: Facts, own: list[tuple[Watch, Stand]]) -> str:
    found = [(watch, alert) for watch, stand in own for alert in stand.open() if _stands(facts, alert.last)]
    if not found:
        return ""
    late = [
        (watch, alert)
        for watch, alert in found
        if watch.rule.kind == "stale" or alert.last.transition.what == "overdue"
    ]
    if late:
        since = min(alert.last.transition.evidence.since or alert.began.transition.at for _, alert in late)
        return f"overdue since {words.day(since, facts.zone)}"
    alert = max((alert for _, alert in found), key=lambda alert: words.rank(alert.last.transition.severity))
    one = alert.last.transition
    if one.what in ("unknown", "missed"):
        return f"{one.what}: target of {one.key}"
    new = ", new" if facts.fresh(alert.began.recorded_at) else ""
    return f"active ({one.severity}) since {words.day(alert.began.transition.at, facts.zone)}{new}"


def _stands(facts: Facts, last: Change) -> bool:
    """A missed target is the last word on it: it is told once."""
    return last.transition.what != "missed" or facts.fresh(last.recorded_at)


def _cleared(facts: Facts, own: list[tuple[Watch, Stand]]) -> str:
    found = [stand.resolved for _, stand in own if stand.resolved and facts.fresh(stand.resolved.recorded_at)]
    return f"cleared on {words.day(max(one.transition.at for one in found), facts.zone)}" if found else ""


def _blind(own: list[tuple[Watch, Stand]]) -> str:
    """What keeps the rules from deciding: an error, a lack of figures, a window that was not watched whole."""
    broken = next((stand for _, stand in own if stand.health == "error"), None)
    if broken is not None:
        return f"cannot tell (error: {words.readable(broken.reason)})"
    lacking = [stand.reason for _, stand in own if stand.health == "nodata" and stand.reason != NOT_WATCHED]
    if lacking:
        return "cannot tell" if lacking[0] in ("", "cannot tell", "no value yet") else f"cannot tell ({lacking[0]})"
    for watch, stand in own:
        if stand.health == "nodata":
            return f"watching ({watch.watched[0]} of {watch.watched[1]} days covered)" if watch.watched else "watching"
    return ""
