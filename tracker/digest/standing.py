"""Where every rule stood at the end of the period, folded from the transitions that were written by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tracker.digest.facts import Change, Facts, Tracked, Watch
from tracker.model.declared import SEVERITIES

#: Words after which an alert is open.
FIRING = ("firing", "escalated", "downgraded", "unknown", "overdue", "missed")
_HEALTH = {"nodata": "nodata", "error": "error", "data_back": "ok"}
#: A velocity rule says so; it is no lack of figures, only of watching.
NOT_WATCHED = "the window was not watched whole"

Name = tuple[str, str, str]


@dataclass(slots=True)
class Alert:
    """One thing that can be open: its newest change and the one with which this episode began."""

    last: Change
    began: Change

    @property
    def open(self) -> bool:
        """Whether it fires, or its target's day has passed without an answer."""
        return self.last.transition.what in FIRING


@dataclass(slots=True)
class Stand:
    """One rule and subject: its health, and its alerts by key."""

    health: str = "ok"
    reason: str = ""
    since: Change | None = None  # of the health
    alerts: dict[str, Alert] = field(default_factory=dict)
    resolved: Change | None = None  # the newest

    def open(self) -> list[Alert]:
        """The open ones, the gravest first."""
        found = [alert for alert in self.alerts.values() if alert.open]
        return sorted(found, key=lambda alert: -SEVERITIES.index(alert.last.transition.severity))


def standings(facts: Facts) -> Mapping[Name, Stand]:
    """By indicator, rule and subject."""
    stands: dict[Name, Stand] = {}
    for change in facts.history:
        one = change.transition
        stand = stands.setdefault((one.indicator, one.rule, one.subject), Stand())
        if one.what in _HEALTH:
            stand.health, stand.reason, stand.since = _HEALTH[one.what], one.reason, change
            continue
        before = stand.alerts.get(one.key)
        goes_on = before is not None and before.open and one.what in FIRING
        stand.alerts[one.key] = Alert(last=change, began=before.began if goes_on and before else change)
        if one.what == "resolved":
            stand.resolved = change
    return stands


def of(tracked: Tracked, stands: Mapping[Name, Stand]) -> Iterator[tuple[Watch, Stand]]:
    """The rules of one line with where they stand; why one cannot decide may have changed since it was written down."""
    for watch in tracked.watches:
        stand = stands.get((watch.rule.indicator, watch.rule.name, watch.subject), Stand())
        yield watch, replace(stand, reason=watch.reason or stand.reason)
