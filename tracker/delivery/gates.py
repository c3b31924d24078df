"""What holds a word back: mutes, inhibition, quiet hours, grouping. Pure; each gate says until when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from tracker.model.declared import Severity
from tracker.model.told import Alert, Mute


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While `source` fires for a subject, `target` of the same subject is not spoken. Both are `indicator.rule`."""

    source: str
    target: str


def _never_quiet(receiver: str, severity: Severity, now: datetime) -> datetime | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How messages are batched and held, for every receiver."""

    group_by: Literal["rule", "subject", "all"] = "rule"
    group_wait: timedelta = timedelta(0)
    group_interval: timedelta = timedelta(0)
    mutes: Sequence[Mute] = ()
    inhibitions: Sequence[Inhibition] = ()
    #: The end of the quiet hours of a receiver for a severity, when it is in them.
    quiet: Callable[[str, Severity, datetime], datetime | None] = field(default=_never_quiet)

    def group_of(self, alert: Alert) -> tuple[str, ...]:
        """Alerts with the same key share a message."""
        if self.group_by == "all":
            return ()
        return (alert.subject,) if self.group_by == "subject" else (alert.indicator, alert.rule)


def muted_until(alert: Alert, mutes: Sequence[Mute], now: datetime) -> datetime | None:
    """When the last mute that covers the alert now ends; None when nothing mutes it."""
    ends = [
        mute.end
        for mute in mutes
        if mute.start <= now < mute.end
        and mute.rule in (None, f"{alert.indicator}.{alert.rule}")
        and mute.subject in (None, alert.subject)
    ]
    return max(ends, default=None)


def inhibited(alert: Alert, firing: Collection[tuple[str, str]], inhibitions: Sequence[Inhibition]) -> bool:
    """Whether a firing alert of the same subject inhibits this one; `firing` holds (indicator.rule, subject)."""
    name = f"{alert.indicator}.{alert.rule}"
    return any(
        one.target == name and one.source != one.target and (one.source, alert.subject) in firing for one in inhibitions
    )
