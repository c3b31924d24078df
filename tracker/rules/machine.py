"""The state machine of one rule and subject: a verdict and a memory in, transitions and a new memory out. Pure.

State (inactive, pending, firing, recovering) and health (ok, nodata, error) are two things: missing or broken data
change the health only, unless the rule's policy says otherwise. The laws stand in `docs/rules.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tracker.model.declared import SEVERITIES, Rule, Severity
from tracker.model.told import Health, State, What
from tracker.rules.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One transition as the machine sees it; the caller knows which alert it is of."""

    what: What
    severity: Severity | None
    episode: int
    reason: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the machine must remember between two looks."""

    state: State = "inactive"
    health: Health = "ok"
    reason: str = ""
    severity: Severity | None = None
    episode: int = 0
    active_since: datetime | None = None  # start of the breach, shifted by the gaps in which data were missing
    frozen_at: datetime | None = None  # since when data are missing while pending
    breach_dates: tuple[datetime, ...] = ()
    clear_since: datetime | None = None
    clear_dates: tuple[datetime, ...] = ()
    breach: tuple[datetime | None, int, int] = (None, 0, 0)  # dated, row, target of the last breach
    rests: tuple[int, ...] = ()  # the rows that it rested on


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The new memory, what changed, and when a timer runs out."""

    memory: Memory
    changes: Sequence[Change] = ()
    timer: datetime | None = None


@dataclass(slots=True)
class _Log:
    changes: list[Change] = field(default_factory=list)

    def add(self, memory: Memory, what: What, **rest: object) -> None:
        self.changes.append(Change(what=what, severity=memory.severity, episode=memory.episode, **rest))  # type: ignore[arg-type]


def step(rule: Rule, memory: Memory, verdict: Verdict, at: datetime, *, retracted: bool) -> Step:
    """Take one verdict at one instant. `retracted` says that a row of the last breach was withdrawn."""
    log = _Log()
    if retracted:  # as if it had never been known: it confirms nothing
        memory = replace(memory, breach_dates=tuple(one for one in memory.breach_dates if one != memory.breach[0]))
    outcome = verdict.outcome
    policy = {"nodata": rule.on_nodata, "error": rule.on_error}.get(outcome, "")
    memory = _health(memory, verdict, at, log, freeze=policy == "keep")
    if policy == "keep":
        return Step(memory=memory, changes=log.changes)
    if policy:
        outcome = "clear" if policy == "ok" else "breach"
    if outcome == "breach":
        memory = _breach(rule, memory, verdict, at, log)
    elif outcome == "clear" or memory.state == "pending":
        # A dead-band keeps what fires; what is only pending does not breach there, so its `for` begins anew.
        memory = _clear(rule, memory, verdict, at, log, retracted=retracted)
    elif memory.state == "recovering":
        memory = replace(memory, state="firing", clear_since=None, clear_dates=())
    return Step(memory=memory, changes=log.changes, timer=_timer(rule, memory))


def _health(memory: Memory, verdict: Verdict, at: datetime, log: _Log, *, freeze: bool) -> Memory:
    """Health first: its change is a transition of its own, and a pending clock stands still while data are missing."""
    health: Health = verdict.outcome if verdict.outcome in ("nodata", "error") else "ok"
    if health != memory.health:
        log.add(memory, "data_back" if health == "ok" else health)
    memory = replace(memory, health=health, reason=verdict.reason)
    if memory.state != "pending":
        return memory
    if freeze:
        return replace(memory, frozen_at=memory.frozen_at or at)
    if memory.frozen_at is not None and memory.active_since is not None:
        gap = at - memory.frozen_at
        return replace(memory, active_since=memory.active_since + gap, frozen_at=None)
    return memory


def _breach(rule: Rule, memory: Memory, verdict: Verdict, at: datetime, log: _Log) -> Memory:
    # A breach without a value of its own (missing data that count as one) is no graver and no milder than what fires.
    severity = verdict.severity or (memory.severity if memory.state != "inactive" else None) or rule.severity
    memory = replace(memory, breach=(verdict.dated, verdict.row, verdict.target), rests=verdict.rests)
    if memory.state in ("firing", "recovering"):
        memory = replace(memory, state="firing", clear_since=None, clear_dates=())
        if severity != memory.severity:
            graver = SEVERITIES.index(severity) > SEVERITIES.index(memory.severity or rule.severity)
            memory = replace(memory, severity=severity)
            log.add(memory, "escalated" if graver else "downgraded")
        return memory
    fresh = memory.state == "inactive"
    if fresh:
        memory = replace(memory, state="pending", episode=memory.episode + 1, active_since=at)
    memory = replace(
        memory, severity=severity, breach_dates=_with(memory.breach_dates, verdict.dated or memory.active_since)
    )
    if memory.active_since is not None and _ripe(at, memory.active_since, rule, memory):
        memory = replace(memory, state="firing")
        log.add(memory, "firing", since=verdict.evidence.since)
    elif fresh:
        log.add(memory, "pending", since=verdict.evidence.since)
    return memory


def _ripe(at: datetime, since: datetime, rule: Rule, memory: Memory) -> bool:
    return at - since >= rule.for_ and len(memory.breach_dates) >= rule.for_count


def _clear(rule: Rule, memory: Memory, verdict: Verdict, at: datetime, log: _Log, *, retracted: bool) -> Memory:
    if memory.state == "inactive":
        return memory
    if memory.state == "pending":
        log.add(memory, "cancelled")
        return replace(memory, state="inactive", active_since=None, breach_dates=())
    if memory.state == "firing":
        memory = replace(memory, state="recovering", clear_since=at)
    memory = replace(memory, clear_dates=_with(memory.clear_dates, verdict.dated or memory.clear_since))
    assert memory.clear_since is not None
    if at - memory.clear_since >= rule.keep_firing_for and len(memory.clear_dates) >= rule.clear_count:
        log.add(memory, "resolved", reason=_why_clear(memory, verdict, retracted=retracted))
        return replace(memory, state="inactive", active_since=None, clear_since=None, clear_dates=(), breach_dates=())
    return memory


def _why_clear(memory: Memory, verdict: Verdict, *, retracted: bool) -> str:
    dated, row, target = memory.breach
    if retracted:
        return "retracted"
    if not verdict.row:
        return ""
    if verdict.row != row:
        return "revised" if dated is not None and verdict.dated == dated else ""
    if verdict.target != target:
        return "target_revised"
    return "revised" if verdict.rests != memory.rests else ""


def _timer(rule: Rule, memory: Memory) -> datetime | None:
    if memory.state == "pending" and memory.active_since is not None:
        return memory.active_since + rule.for_ if len(memory.breach_dates) >= rule.for_count else None
    if memory.clear_since is not None:  # recovering
        return memory.clear_since + rule.keep_firing_for if len(memory.clear_dates) >= rule.clear_count else None
    return None


def _with(dates: tuple[datetime, ...], date: datetime | None) -> tuple[datetime, ...]:
    return dates if date is None or date in dates else (*dates, date)
