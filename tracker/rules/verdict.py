"""What one look at the facts says, before any memory: breach, clear, hold, no data or error."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from tracker.model.declared import Severity
from tracker.model.told import Evidence
from tracker.rules.conditions import Band

Outcome = Literal["breach", "clear", "hold", "nodata", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome at one instant, what it rests on, and when it may change though nothing arrives.

    `dated` and `row` are the date and the seq of the value that was compared, `target` the seq of the target: a later
    clear verdict on the same date is a revision, on the same row with another target a revised target. `rests` are the
    seqs of all rows but targets that it rests on: with others under the same row, something older was revised.
    """

    outcome: Outcome
    severity: Severity | None = None
    reason: str = ""
    evidence: Evidence = field(default_factory=Evidence)
    dated: datetime | None = None
    row: int = 0
    target: int = 0
    rests: tuple[int, ...] = ()
    wake: datetime | None = None


def nodata(reason: str, wake: datetime | None = None) -> Verdict:
    """Nothing to compare, and why."""
    return Verdict(outcome="nodata", reason=reason, wake=wake)


def error(reason: str, wake: datetime | None = None) -> Verdict:
    """Something that cannot be compared, and why."""
    return Verdict(outcome="error", reason=reason, wake=wake)


def weigh(
    band: Band,
    lo: Decimal | None,
    hi: Decimal | None,
    default: Severity,
    **rest: object,
) -> Verdict:
    """The verdict on an interval: the gravest level that surely holds; else clear, hold, or cannot tell."""
    severity, certain = band.level(lo, hi, default)
    if severity is not None:
        return Verdict(outcome="breach", severity=severity, **rest)  # type: ignore[arg-type]
    if not certain:
        return Verdict(outcome="nodata", reason="cannot tell", **rest)  # type: ignore[arg-type]
    return Verdict(outcome="clear" if band.clears(lo, hi) else "hold", **rest)  # type: ignore[arg-type]
