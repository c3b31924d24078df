"""Who hears of it and how: the frames of `receivers:`, `delivery:`, `inhibit:`, `defaults:` and `digest:`."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from tracker.model.frozen import Duration, Frozen, OfKind, Severity, Texts, Weekday

_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class Quiet(Frozen):
    """Hours in which a receiver is left alone; at their end it hears how things stand then."""

    from_: str = Field(alias="from", pattern=_TIME)
    """When they begin, on local clocks: `"22:00"`."""
    to: str = Field(pattern=_TIME)
    """When they end; not later than `from`, it is on the next day."""
    days: tuple[Weekday, ...] = ()
    """Days on which they begin; default every day."""
    timezone: str = ""
    """IANA zone of the clocks; default the watch's."""
    bypass: tuple[Severity, ...] = ()
    """Severities that are said all the same."""


class Receiver(OfKind):
    """Where messages go."""

    key: str = ""
    kind: str
    """How: one of the kinds of receivers.md."""
    quiet: tuple[Quiet, ...] = ()
    """Hours in which it is left alone."""
    fallback: str | None = None
    """Another receiver, which gets what this one refuses for good."""


class Grouping(Frozen):
    """How messages are batched."""

    group_by: Literal["rule", "subject", "all"] = "rule"
    """What shares a message: alerts of one rule, of one subject, or all."""
    group_wait: Duration = timedelta(0)
    """How long a new alert waits for others of its group; what clears meanwhile is never said."""
    group_interval: Duration = timedelta(0)
    """How long after a message of its group a latecomer waits."""


class Inhibit(Frozen):
    """While `source` fires for a subject, `target` of the same subject is not spoken. Both are `indicator.rule`."""

    source: str
    """The rule whose firing says enough."""
    target: str
    """The rule that is then kept quiet."""


class Defaults(Frozen):
    """What a source or a rule takes where it says nothing itself."""

    every: Duration = timedelta(hours=1)
    """How often a source is asked."""
    receivers: dict[Severity, Texts] | Texts | None = None
    """Who hears of what, all alike or by severity; default everybody."""


class DigestPlan(Frozen):
    """When the weekly digest is drawn and where it goes."""

    on: Weekday = "monday"
    """The day on which the week before is told."""
    at: str = Field(default="08:00", pattern=_TIME)
    """When on that day, on the clocks of the watch."""
    receivers: Texts | None = None
    """Who gets it; default everybody."""
