"""The rules as the digest sees them at a past instant: how well their window was watched, and what they will say next.

The future is played through the same rules as if nothing more were learned and the watch went on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tracker import rules, timing
from tracker.digest import Level, Saying, Watch
from tracker.model.declared import SEVERITIES
from tracker.model.told import Transition
from tracker.pipeline.known.instances import Instance
from tracker.pipeline.known.knowing import knowledge
from tracker.pipeline.known.shelf import Shelf
from tracker.pipeline.opening import Desk
from tracker.rules.verdict import Verdict

#: How far the future is played, and in how many steps at most.
_FAR = timedelta(days=400)
_STEPS = 100
#: Kinds whose limits are in the unit of the value, or count.
_COMPARABLE = ("threshold", "velocity")


def watch(
    desk: Desk, shelf: Shelf, one: Instance, at: datetime, born: datetime | None, severity: str | None,
    pending: datetime | None = None,
) -> Watch:  # fmt: skip
    """One rule at an instant; `born` None: it did not exist then; `severity` is that of its open alert.

    `pending` is since when it breaches without having lasted as long as its `for`.
    """
    window = getattr(one.rule.params, "window", None) if one.rule.kind == "velocity" else None
    made = Watch(rule=one.rule, subject=one.subject, levels=_levels(one), window=window)
    if born is None or one.rule.kind == "event":
        return made
    known = known_at(desk, shelf, one, at)
    kind = rules.KINDS[one.rule.kind]
    if kind.tell:
        return replace(made, next=_next_word(one, kind, known, at))
    covered = _covered(known, window, at, desk) if window else None
    assert kind.judge is not None
    verdict = kind.judge(one.rule, one.rule.params, known, at, born)
    coming = _ripening(one, verdict, at, pending) or _next_breach(one, kind, known, verdict, at, born, severity)
    return replace(made, watched=covered, reason=verdict.reason, next=coming)


def _ripening(one: Instance, verdict: Verdict, at: datetime, pending: datetime | None) -> Saying | None:
    """When a breach that goes on has lasted long enough; one that waits for more dates waits for somebody to learn them."""
    if pending is None or verdict.outcome != "breach" or one.rule.for_count > 1 or pending + one.rule.for_ <= at:
        return None
    severity = verdict.severity or one.rule.severity
    return Saying(at=pending + one.rule.for_, what=f"firing ({severity})", evidence=verdict.evidence)


def pending_since(own: Iterable[Transition]) -> datetime | None:
    """Since when a rule breaches without firing yet, by its transitions; the time for which data were missing is left out."""
    since = gone = None
    for each in own:
        if each.what in ("nodata", "error"):
            gone = gone or each.at
        elif each.what == "data_back":
            since, gone = since + (each.at - gone) if since and gone else since, None
        else:
            since = each.at if each.what == "pending" else None
    return since


def _levels(one: Instance) -> tuple[Level, ...]:
    band = getattr(one.rule.params, "band", None)
    if band is None or one.rule.kind not in _COMPARABLE:
        return ()
    return tuple(
        Level(severity=severity or one.rule.severity, op=fire.op, limit=fire.limit) for severity, fire in band.levels
    )


def known_at(desk: Desk, shelf: Shelf, one: Instance, at: datetime) -> rules.Knowledge:
    """What the rule saw at that instant, with the spans that were open then going on for ever."""
    known = knowledge(desk.declaration, shelf.connection, one, desk.zone, shelf=shelf)
    return replace(
        known,
        own=list(_then(known.own, at)),
        targets=list(_then(known.targets, at)),
        others={peer: list(_then(facts, at)) for peer, facts in known.others.items()},
        children={name: [one for one in truths if one[0] <= at] for name, truths in known.children.items()},
        watched=replace(known.watched, spans=[(_going_on(spans, slack, at), slack) for spans, slack in known.watched.spans]),
    )  # fmt: skip


def _then(facts: Iterable[rules.Fact], at: datetime) -> Iterator[rules.Fact]:
    for fact in facts:
        if fact.known <= at:
            hidden = fact.hidden is not None and fact.hidden <= at
            yield fact if hidden else replace(fact, hidden=None, hidden_seq=0)


def _going_on(
    spans: Iterable[tuple[datetime, datetime]], slack: timedelta, at: datetime
) -> list[tuple[datetime, datetime]]:
    past = [(start, end) for start, end in spans if start <= at]
    if past and past[-1][1] + slack >= at:
        past[-1] = (past[-1][0], timing.END - slack)
    return past


def _covered(known: rules.Knowledge, window: timedelta, at: datetime, desk: Desk) -> tuple[int, int]:
    """How many of the local days of the window were watched."""
    last = timing.local_date(at, desk.zone)
    days = [timing.day_period(last - timedelta(days=number), desk.zone) for number in range(window.days)]
    return sum(known.watched.covered(day.start, day.end - timedelta.resolution)[0] for day in days), window.days


def _next_word(one: Instance, kind: rules.Kind, known: rules.Knowledge, at: datetime) -> Saying | None:
    """The next word of a target."""
    assert kind.tell is not None
    telling = kind.tell(one.rule, one.rule.params, known, at, {})
    for _ in range(_STEPS):
        wake = telling.wake
        if wake is None or wake > at + _FAR:
            return None
        telling = kind.tell(one.rule, one.rule.params, known, wake, telling.memory)
        if telling.told:
            return Saying(at=wake, what=telling.told[0].what, evidence=telling.told[0].evidence)
    return None


def _next_breach(
    one: Instance,
    kind: rules.Kind,
    known: rules.Knowledge,
    verdict: Verdict,
    at: datetime,
    born: datetime,
    severity: str | None,
) -> Saying | None:
    """When it will fire, or fire graver than it does."""
    assert kind.judge is not None
    # What breaches already waits for its `for` (see above) or for another date; what fires is spoken.
    heard = severity or (verdict.severity or one.rule.severity if verdict.outcome == "breach" else None)
    for _ in range(_STEPS):
        wake = verdict.wake
        if wake is None or wake > at + _FAR:
            return None
        verdict = kind.judge(one.rule, one.rule.params, known, wake, born)
        graver = verdict.severity or one.rule.severity
        if verdict.outcome == "breach" and (heard is None or SEVERITIES.index(graver) > SEVERITIES.index(heard)):
            return Saying(
                at=wake + one.rule.for_,
                what=f"{'graver' if heard else 'firing'} ({graver})",
                evidence=verdict.evidence,
            )
    return None
