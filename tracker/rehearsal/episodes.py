"""Transitions as episodes: from when to when something fired, how long nothing could be told, and what two versions differ in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.model.declared import SEVERITIES, Severity
from tracker.model.told import Alert, Transition
from tracker.pipeline.known.alerting import after, changes_health

_TOLD = ("event", "confirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One span in which a rule fired for a subject; of an event the instant at which it was told. `end` None: it goes on."""

    subject: str
    key: str
    start: datetime
    end: datetime | None
    severity: Severity  # the gravest of the span
    why: str

    def overlaps(self, other: Episode) -> bool:
        """Whether the two are of one thing, and share a time (or both are of one event)."""
        if (self.subject, self.key) != (other.subject, other.key):
            return False
        if self.start == self.end or other.start == other.end:
            return bool(self.key)
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)


def episodes(transitions: Iterable[Transition]) -> list[Episode]:
    """In order of their start."""
    alerts: dict[tuple[str, str], Alert] = {}
    running: dict[tuple[str, str], Episode] = {}
    found: list[Episode] = []
    for one in transitions:
        if changes_health(one):
            continue
        place = (one.subject, one.key)
        new = Alert(indicator=one.indicator, rule=one.rule, subject=one.subject, key=one.key, severity=one.severity)
        alerts[place] = after(alerts.get(place, new), one)
        fires = alerts[place].state == "firing"
        fresh = Episode(
            subject=one.subject, key=one.key, start=one.at, end=None, severity=one.severity,
            why=one.evidence.compared or one.evidence.value,
        )  # fmt: skip
        if fires and place not in running:
            running[place] = fresh
        elif fires:
            running[place] = replace(running[place], severity=_graver(running[place].severity, one.severity))
        elif place in running:
            found.append(replace(running.pop(place), end=one.at))
        elif one.what in _TOLD:
            found.append(replace(fresh, end=one.at))
    return sorted([*found, *running.values()], key=lambda each: (each.start, each.subject, each.key))


def _graver(one: Severity, other: Severity) -> Severity:
    return max(one, other, key=SEVERITIES.index)


def firing(found: Iterable[Episode], subject: str, end: datetime) -> timedelta:
    """How long a subject had something that fired; what fires twice at once counts once."""
    return _length([(one.start, one.end or end) for one in found if one.subject == subject])


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A span in which the rule could not tell for a subject, and why at its beginning."""

    subject: str
    start: datetime
    end: datetime | None
    why: str


def doubts(transitions: Iterable[Transition]) -> list[Doubt]:
    """In order of their start."""
    running: dict[str, Doubt] = {}
    found: list[Doubt] = []
    for one in transitions:
        if not changes_health(one):
            continue
        before = running.pop(one.subject, None)
        if before is not None:
            found.append(replace(before, end=one.at))
        if one.what != "data_back":
            running[one.subject] = Doubt(subject=one.subject, start=one.at, end=None, why=one.reason)
    return sorted([*found, *running.values()], key=lambda each: (each.start, each.subject))


def unknown(found: Iterable[Doubt], subject: str, end: datetime) -> timedelta:
    """How long the rule could not tell for a subject."""
    return _length([(one.start, one.end or end) for one in found if one.subject == subject])


def _length(spans: Sequence[tuple[datetime, datetime]]) -> timedelta:
    whole = timedelta(0)
    edge: datetime | None = None
    for start, end in sorted(spans):
        first = start if edge is None else max(start, edge)
        whole += max(end - first, timedelta(0))
        edge = end if edge is None else max(edge, end)
    return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The episodes of one list that the other has not, and those that it has at other times or in another severity."""

    only: tuple[Episode, ...]
    shifted: tuple[tuple[Episode, Episode], ...]


def difference(mine: Sequence[Episode], theirs: Sequence[Episode]) -> Difference:
    """An episode is paired with one that lies at the same time, first with one that is the same."""
    left = list(theirs)
    only: list[Episode] = []
    shifted: list[tuple[Episode, Episode]] = []
    other: list[Episode] = []
    for one in mine:
        same = next((each for each in left if replace(each, why="") == replace(one, why="")), None)
        if same is None:
            other.append(one)
        else:
            left.remove(same)
    for one in other:
        near = next((each for each in left if one.overlaps(each)), None)
        if near is None:
            only.append(one)
        else:
            left.remove(near)
            shifted.append((one, near))
    return Difference(only=tuple(only), shifted=tuple(shifted))
