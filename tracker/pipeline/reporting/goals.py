"""The targets that were known at an instant: those of the YAML and those that somebody reported."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker import db, digest
from tracker.db import Connection
from tracker.model.observed import Kind
from tracker.pipeline.known.targets import aims, first_sights
from tracker.pipeline.opening import Desk

_TARGETS: tuple[Kind, ...] = ("target",)


def goals(desk: Desk, connection: Connection, at: datetime) -> list[digest.Goal]:
    """Targets of the YAML and reported ones; of several with one due date the newest counts, as for the rules."""
    newest: dict[tuple[str, str, datetime], tuple[datetime, int, digest.Goal]] = {}
    for known, seq, goal in (*_declared(desk, connection, at), *_reported(desk, connection, at)):
        slot = (goal.indicator, goal.subject, goal.by.end)
        if slot not in newest or (known, seq) > newest[slot][:2]:
            newest[slot] = (known, seq, goal)
    return [goal for _, _, goal in newest.values()]


def _declared(desk: Desk, connection: Connection, at: datetime) -> Iterable[tuple[datetime, int, digest.Goal]]:
    sights = first_sights(connection)
    for indicator in desk.declaration.indicators.values():
        for aim in aims(indicator, sights, desk.zone):
            if aim.known > at:
                continue
            number = aim.number
            for subject in desk.declaration.subjects_of(indicator):
                yield aim.known, aim.seq, digest.Goal(
                    indicator=indicator.key, name=indicator.name, subject=subject, lo=number.lo, hi=number.hi, op=number.op,
                    unit=indicator.unit or number.unit, by=aim.by, source=aim.target.source,
                )  # fmt: skip


def _reported(desk: Desk, connection: Connection, at: datetime) -> Iterable[tuple[datetime, int, digest.Goal]]:
    for row in db.observations.believed(connection, as_of=at, kinds=_TARGETS):
        indicator = desk.declaration.indicators.get(row.series.indicator)
        if indicator is not None and row.by is not None and row.recorded_at is not None and not row.series.labels:
            yield row.recorded_at, row.seq, digest.Goal(
                indicator=indicator.key, name=indicator.name, subject=row.series.subject, lo=row.lo, hi=row.hi, op=row.op,
                unit=row.series.unit, by=row.by, source=row.citation or row.source,
            )  # fmt: skip
