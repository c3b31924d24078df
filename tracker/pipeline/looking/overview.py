"""The board: every indicator and subject with its value, state, target and next check, as of any instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tracker import db, quantity
from tracker.db import Connection
from tracker.model.declared import Indicator
from tracker.model.observed import Clock, Kind, KnownEvent, Observation
from tracker.pipeline.known.ailing import ailing, unfed
from tracker.pipeline.known.checks import next_checks
from tracker.pipeline.known.instances import BY_PEOPLE
from tracker.pipeline.known.standing import standings
from tracker.pipeline.known.targets import Aim, aims, first_sights
from tracker.pipeline.opening import Desk

Row = dict[str, Any]

#: Which kind of value stands for an indicator when it has several of one series: what is, before what is said to be.
_TARGET: tuple[Kind, ...] = ("target",)
_SHOWN: tuple[Kind, ...] = ("denial", "rumour", "estimate", "actual")


def board(
    desk: Desk, *, as_of: datetime | None = None, clock: Clock = "recorded", of: Indicator | None = None
) -> list[Row]:
    """One row per indicator (or `of` one) and subject, in declared order; keys as `list -o json` gives them, and two for
    people: the `labels` of the series that stands for it, and from when a value `counts` whose period has not ended."""
    at = as_of or desk.clock.now()
    with desk.store.read() as connection:
        newest = standing_values(connection, at, clock, picks_of(desk), of.key if of else None)
        happened = _happened(connection, at, clock)
        named = _named(desk, connection, at, clock)
        said = _said_targets(connection, at, clock, of.key if of else None)
        sights, now = first_sights(connection), desk.clock.now()
        # What was decided and looked up is of this database alone: it has no place on the published clock.
        own_clock = clock == "recorded"
        stand = standings(desk, connection, at) if own_clock else {}
        checks = next_checks(desk, connection, at) if own_clock else {}
        sick = ailing(desk.declaration, connection, at) if own_clock else {}
        rows = []
        for indicator in [of] if of else desk.declaration.indicators.values():
            own = desk.declaration.subjects_of(indicator)
            # A row may speak of a declared subject that the indicator does not name.
            others = [one for one in desk.declaration.subjects if one not in own and (one, indicator.key) in newest]
            known_aims = [aim for aim in aims(indicator, sights, desk.zone, unseen=now) if aim.known <= at]
            for subject in (*own, *others):
                row = _empty(indicator, subject)
                if indicator.types:
                    row |= _of_events([one for type_ in indicator.types for one in happened[subject, type_]], at, clock)
                elif indicator.mentions:
                    row |= _of_mentions(named.get(subject, []))
                elif (found := newest.get((subject, indicator.key))) is not None:
                    row |= _of_value(found, at)
                told = said.get((subject, indicator.key), ())
                row |= _target(known_aims if subject in own else (), told, at)
                if own_clock:
                    row["state"], health = stand.get((indicator.key, subject), ("inactive", "ok"))
                    # Its rules still hold what was known before; whether that is so, its sources cannot say now.
                    missing = health == "ok" and indicator.rules and unfed(desk.declaration, indicator, sick)
                    row["health"] = "nodata" if missing else health
                    row["next_check"] = checks.get((indicator.key, subject))
                rows.append(row)
        return rows


def _empty(indicator: Indicator, subject: str) -> Row:
    row = dict.fromkeys(
        ("indicator", "name", "group", "subject", "unit", "kind", "value", "lo", "hi", "op", "occurred", "published_at",
         "recorded_at", "source", "state", "health", "age_days", "target", "due", "next_check", "labels", "counts_from"),
    )  # fmt: skip
    return row | {
        "indicator": indicator.key, "name": indicator.name, "group": indicator.group, "subject": subject, "unit": indicator.unit
    }  # fmt: skip


def standing_values(
    connection: Connection,
    at: datetime,
    clock: Clock = "recorded",
    picks: Mapping[str, str] | None = None,
    indicator: str | None = None,
) -> dict[tuple[str, str], Observation]:
    """The row that stands for each (subject, indicator): the series without labels first, then what is before what is said.

    A part of the whole (a series with labels) stands for it only as an actual: the case of a scenario is no value. Where
    one is to be picked (`picks`: best or lowest, by indicator), labels make no difference.
    """
    picks = picks or {}
    best: dict[tuple[str, str], Observation] = {}
    for one in db.observations.newest(connection, as_of=at, clock=clock, indicator=indicator, kinds=_SHOWN):
        if one.series.labels and one.kind != "actual":
            continue
        slot = (one.series.subject, one.series.indicator)
        pick = picks.get(one.series.indicator, "")
        if slot not in best or _rank(one, pick) > _rank(best[slot], pick):
            best[slot] = one
    return best


def picks_of(desk: Desk) -> Mapping[str, str]:
    """Which of several values stands for an indicator, where its declaration says so."""
    return {one.key: one.pick for one in desk.declaration.indicators.values() if one.pick is not None}


def _rank(one: Observation, pick: str) -> tuple[bool, int, datetime, Decimal, int]:
    score = (
        (-one.hi if pick == "lowest" else one.lo) if pick and one.lo is not None and one.hi is not None else Decimal(0)
    )
    return not one.series.labels or bool(pick), _SHOWN.index(one.kind), one.occurred.end, score, one.seq


def _happened(connection: Connection, at: datetime, clock: Clock) -> Mapping[tuple[str, str], list[KnownEvent]]:
    found: defaultdict[tuple[str, str], list[KnownEvent]] = defaultdict(list)
    for one in db.news.events(connection, as_of=at, clock=clock, hidden=False):
        found[one.event.subject, one.event.type].append(one)
    return found


def _named(desk: Desk, connection: Connection, at: datetime, clock: Clock) -> dict[str, list[Any]]:
    wanted = {
        subject
        for indicator in desk.declaration.indicators.values()
        if indicator.mentions
        for subject in desk.declaration.subjects_of(indicator)
    }
    return {
        subject: [
            entry
            for entry in db.news.naming(connection, subject, as_of=at, clock=clock)
            if entry.source not in BY_PEOPLE
        ]
        for subject in wanted
    }


def _of_value(one: Observation, at: datetime) -> Row:
    return {
        "unit": one.series.unit, "kind": one.kind, "value": plain(one), "lo": text(one.lo), "hi": text(one.hi), "op": one.op,
        "occurred": one.occurred.text, "published_at": one.published_at, "recorded_at": one.recorded_at,
        "source": one.citation or one.source, "age_days": _age(one.occurred.end, at),
        "labels": dict(one.series.labels), "counts_from": one.occurred.end if one.occurred.end > at else None,
    }  # fmt: skip


def _of_events(known: list[KnownEvent], at: datetime, clock: Clock) -> Row:
    """How many are known and not denied, and when the newest was. What is only projected counts where nothing happened."""
    standing = [one for one in known if one.status(at, clock) not in ("denied", "lapsed")]
    kind = next(
        (kind for kind in ("actual", "estimate", "target") if any(one.event.kind == kind for one in standing)), "actual"
    )
    held = [one for one in standing if one.event.kind == kind]
    row: Row = {"value": str(len(held)), "lo": str(len(held)), "hi": str(len(held)), "op": "eq", "kind": kind}
    if held:
        last = max(held, key=lambda one: (one.event.occurred.end, one.event.key))
        first = last.mentions[0]
        row |= {
            "occurred": last.event.occurred.text, "published_at": first.published_at, "recorded_at": first.recorded_at,
            "source": first.citation or first.source, "age_days": _age(last.event.occurred.end, at),
        }  # fmt: skip
    return row


def _of_mentions(entries: list[Any]) -> Row:
    count = str(len(entries))
    row: Row = {"value": count, "lo": count, "hi": count, "op": "eq", "kind": "actual"}
    if entries:
        last = max(entries, key=lambda entry: entry.published_at)
        row |= {"published_at": last.published_at, "recorded_at": last.recorded_at, "source": last.source}
    return row


def _age(end: datetime, at: datetime) -> int:
    return max((at - end).days, 0)


def _said_targets(
    connection: Connection, at: datetime, clock: Clock, indicator: str | None
) -> Mapping[tuple[str, str], list[Observation]]:
    """The targets that somebody recorded, by subject and indicator."""
    found: defaultdict[tuple[str, str], list[Observation]] = defaultdict(list)
    for row in db.observations.believed(connection, as_of=at, clock=clock, indicator=indicator, kinds=_TARGET):
        if row.by is not None and not row.series.labels:
            found[row.series.subject, row.series.indicator].append(row)
    return found


def _target(declared: Sequence[Aim], said: Sequence[Observation], at: datetime) -> Row:
    """The target that is due next (the last one, when all have passed)."""
    known = [(aim.by.end, quantity.as_recorded(aim.number), aim.by.text) for aim in declared]
    known += [(row.by.end, plain(row) or "", row.by.text) for row in said if row.by is not None]
    if not known:
        return {}
    ahead = [one for one in known if one[0] > at]
    _, value, day = min(ahead) if ahead else max(known)
    return {"target": value, "due": day}


def plain(one: Observation) -> str | None:
    """The value as `record` takes it, in the unit itself; None for what was no number."""
    if one.op == "invalid":
        return None
    return quantity.as_recorded(quantity.Quantity(lo=one.lo, hi=one.hi, op=one.op, unit=one.series.unit))


def text(number: Any) -> str | None:
    """A decimal as text without exponent."""
    return None if number is None else f"{number:f}"


def values(
    desk: Desk, indicator: str, *, vintages: bool = False, as_of: datetime | None = None, clock: Clock = "recorded"
) -> list[Row]:
    """What is believed of one indicator, oldest first; with `vintages` also what was superseded or withdrawn."""
    at = as_of or desk.clock.now()
    with desk.store.read() as connection:
        if vintages:
            found: Iterable[Observation] = db.observations.vintages(
                connection, as_of=at, clock=clock, indicator=indicator
            )
        else:
            found = db.observations.believed(connection, as_of=at, clock=clock, indicator=indicator)
        return [value_row(one) for one in found]


def value_row(one: Observation) -> Row:
    """A value as the lists give it."""
    start, end = one.occurred.start, one.occurred.end
    return {
        "subject": one.series.subject, "indicator": one.series.indicator, "labels": dict(one.series.labels),
        "edition": one.series.edition, "value": plain(one), "lo": text(one.lo), "hi": text(one.hi), "op": one.op,
        "unit": one.series.unit, "kind": one.kind, "tier": one.tier,
        "occurred_start": None if one.occurred.open_start else start, "occurred_end": None if one.occurred.open_end else end,
        "published_at": one.published_at, "recorded_at": one.recorded_at, "source": one.citation or one.source, "url": one.url,
        "quote": one.quote, "batch": one.batch, "withdrawn": one.reason or None, "note": one.note,
    }  # fmt: skip
