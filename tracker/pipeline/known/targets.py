"""The targets that are declared, and since when each is known: the one reading for board, rules, digest and brief."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tracker import db, quantity, timing
from tracker.db import Connection, Writing
from tracker.model.declared import Declaration, Indicator, Target
from tracker.quantity import Quantity
from tracker.timing import Period

_PREFIX = "target:"

#: When this database first saw a declared target, and the seq of that, by the key of `meta`.
Sights = Mapping[str, tuple[datetime, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A declared target that is known, read."""

    target: Target
    known: datetime
    seq: int
    number: Quantity
    by: Period


def target_key(indicator: Indicator, target: Target) -> str:
    """Another value or day is another target."""
    return f"{_PREFIX}{indicator.key}:{target.by}:{target.value}"


def first_sights(connection: Connection) -> Sights:
    """All of them, in one question."""
    kept = {key: json.loads(text) for key, text in db.meta.under(connection, _PREFIX).items()}
    return {key: (datetime.fromisoformat(seen["at"]), int(seen["seq"])) for key, seen in kept.items()}


def note_sights(tx: Writing, declaration: Declaration) -> None:
    """Write down the targets that no pass has seen before this one."""
    seen = set(first_sights(tx.connection))
    for indicator in declaration.indicators.values():
        for target in indicator.targets:
            key = target_key(indicator, target)
            if key not in seen:
                seen.add(key)
                db.meta.put(tx, key, json.dumps({"at": tx.at.isoformat(), "seq": tx.seq()}))


def aims(indicator: Indicator, sights: Sights, zone: ZoneInfo, *, unseen: datetime | None = None) -> list[Aim]:
    """The declared targets of an indicator, each known from its `published` on, else from the first pass that saw it.

    One that no pass has seen yet is seen now, when `unseen` says when that is; else it is left out.
    """
    found = []
    for target in indicator.targets:
        at, seq = sights.get(target_key(indicator, target), (unseen, 0))
        if at is None:
            continue
        found.append(
            Aim(
                target=target,
                known=at if target.published is None else min(at, timing.parse_instant(target.published, zone)),
                seq=seq,
                number=quantity.parse(target.value, indicator.unit),
                by=timing.parse_period(target.by, zone),
            )
        )
    return found
