"""What a transition makes of an alert: the same fold for the alert that is stored and for one as it stood in the past."""

from __future__ import annotations

from dataclasses import replace

from tracker.db.codec import evidence_json
from tracker.model.told import Alert, State, Transition, What

#: What a word makes of an alert's state. A passed date without its figure stays open; an event is over when it is told.
_STATES: dict[What, State] = {
    "pending": "pending", "firing": "firing", "escalated": "firing", "downgraded": "firing", "cancelled": "inactive",
    "resolved": "inactive", "upcoming": "pending", "unknown": "firing", "overdue": "firing", "missed": "firing",
}  # fmt: skip


def state_after(what: What) -> State:
    """The state that a transition leaves behind."""
    return _STATES.get(what, "inactive")


def after(alert: Alert, last: Transition) -> Alert:
    """The alert after one more transition."""
    state = state_after(last.what)
    evidence = evidence_json(last.evidence) | (
        {"reason": last.reason} if last.what == "resolved" and last.reason else {}
    )
    begins = alert.since is None or (alert.state == "inactive" and state != "inactive")
    return replace(
        alert, state=state, word=last.what, severity=last.severity, episode=last.episode, ordinal=last.ordinal,
        since=last.at if begins else alert.since, changed_at=last.at, value=last.evidence.value,
        summary=last.evidence.compared, evidence=evidence, late=alert.late or last.what == "late",
    )  # fmt: skip


def changes_health(one: Transition) -> bool:
    """Whether it is of the rule's health, which no alert carries."""
    return one.what in ("nodata", "error", "data_back")
