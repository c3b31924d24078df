"""What stands beside the values of one indicator: its limits, its targets, what was said of it, and its line in the file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tracker import db
from tracker.errors import DeclarationError
from tracker.model.declared import Indicator, Severity
from tracker.model.observed import Kind, Observation
from tracker.pipeline.known.targets import Aim, aims, first_sights
from tracker.pipeline.opening import Desk
from tracker.quantity import Op
from tracker.timing import Period

Place = tuple[str, str]
_TARGET: tuple[Kind, ...] = ("target",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit of a rule that compares the value itself."""

    rule: str
    severity: Severity
    text: str
    limit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A target: what, until when, and who set it."""

    lo: Decimal | None
    hi: Decimal | None
    op: Op
    unit: str
    by: datetime
    day: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that an alert did."""

    at: datetime
    what: str
    rule: str
    severity: Severity
    told: str


def limits(indicator: Indicator, subject: str) -> list[Limit]:
    """The limits of its threshold rules for a subject, the mildest of each rule first."""
    found = []
    for rule in indicator.rules.values():
        if rule.kind != "threshold" or rule.subject not in (None, subject):
            continue
        for severity, fire in rule.params.band.levels:
            found.append(
                Limit(
                    rule=rule.name,
                    severity=severity or rule.severity,
                    text=f"{fire.op} {fire.limit:f}",
                    limit=fire.limit,
                )
            )
    return found


def goals(desk: Desk, *, of: Indicator | None = None, at: datetime | None = None) -> dict[Place, list[Goal]]:
    """By (indicator, subject): the targets, declared and recorded, as they were known then (now), the next first."""
    then = at or desk.clock.now()
    found: defaultdict[Place, list[Goal]] = defaultdict(list)
    with desk.store.read() as connection:
        sights = first_sights(connection)
        said = db.observations.believed(
            connection, as_of=then, indicator=of.key if of else None, kinds=_TARGET
        )  # fmt: skip
    for indicator in [of] if of else desk.declaration.indicators.values():
        for aim in aims(indicator, sights, desk.zone, unseen=desk.clock.now()):
            for subject in desk.declaration.subjects_of(indicator) if aim.known <= then else ():
                found[indicator.key, subject].append(_declared(indicator, aim))
    for one in said:
        if one.by is not None and not one.series.labels:
            found[one.series.indicator, one.series.subject].append(_said(one, one.by))
    return {place: sorted(each, key=lambda one: one.by) for place, each in found.items()}


def _declared(indicator: Indicator, aim: Aim) -> Goal:
    number = aim.number
    return Goal(
        lo=number.lo, hi=number.hi, op=number.op, unit=number.unit or indicator.unit or "", by=aim.by.end,
        day=aim.target.by, source=aim.target.source or "indicators.yaml",
    )  # fmt: skip


def _said(one: Observation, by: Period) -> Goal:
    return Goal(
        lo=one.lo, hi=one.hi, op=one.op, unit=one.series.unit, by=by.end, day=by.text, source=one.citation or one.source
    )


def steps(desk: Desk, indicator: str, subject: str, at: datetime | None = None) -> list[Step]:
    """What its alerts did until then, oldest first."""
    with desk.store.read() as connection:
        every = db.alerts.transitions(connection, at or desk.clock.now(), subject=subject)
    return [
        Step(at=one.at, what=one.what, rule=one.rule, severity=one.severity, told=one.evidence.compared or one.reason)
        for one in every
        if one.indicator == indicator
    ]


def line_of(desk: Desk, indicator: str) -> int | None:
    """The line of indicators.yaml on which an indicator is declared; None where the file is not readable."""
    try:
        text = desk.home.declaration.read_text(encoding="utf-8")
        document = _document(text)
    except (OSError, ValueError, DeclarationError):
        return None
    path = ("indicators", indicator)
    return None if document.node(path) is None else int(document.place(path, on="key").line)


@lru_cache(maxsize=2)
def _document(text: str) -> Any:
    from tracker.indicators import positions

    return positions.read(text, "indicators.yaml")
