"""What one rule could see for one subject at an instant: each row with its source and its three times, hidden ones marked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from tracker import db, quantity, rules, timing
from tracker.db import Connection
from tracker.model.observed import TIERS
from tracker.pipeline.known.instances import Instance
from tracker.pipeline.known.knowing import indicator_of, peers_of
from tracker.pipeline.opening import Desk

Row = dict[str, Any]
#: Where a row comes from, and why it was taken back.
Origin = tuple[str, str]


def grounds(
    desk: Desk, connection: Connection, one: Instance, known: rules.Knowledge, at: datetime, used: Collection[int]
) -> list[Row]:
    """Everything that was known by then, in the order in which it became known; `used`: the rows that the verdict rests on."""
    origins = dict(_origins(desk, connection, one))
    rows = [
        *(_row(fact, "own", one.subject, origins, at, used) for fact in known.own if fact.known <= at),
        *(_row(fact, "target", one.subject, origins, at, used) for fact in known.targets if fact.known <= at),
        *(
            _row(fact, "peer", peer, origins, at, used)
            for peer, facts in known.others.items()
            for fact in facts
            if fact.known <= at
        ),
    ]
    return sorted(rows, key=lambda row: (row["recorded_at"], row["seq"]))


def asked(known: rules.Knowledge, at: datetime) -> list[Row]:
    """The rules that this one asks, and whether each held; null when it could not tell."""
    return [{"rule": name, "holds": known.holds(name, at)} for name in known.children]


def _origins(desk: Desk, connection: Connection, one: Instance) -> Iterator[tuple[int, Origin]]:
    own = [indicator_of(desk.declaration, one, name) for name in ("series", "target")]
    places = {(one.subject, indicator.key) for indicator in own}
    places |= {(peer, one.indicator.key) for peer in peers_of(desk.declaration, one)}
    for subject, indicator in places:
        for row in db.observations.vintages(connection, subject=subject, indicator=indicator):
            yield row.seq, (row.citation or row.source, row.reason)
    types = {type_ for indicator in own for type_ in indicator.types}
    for event in db.news.events(connection, subject=one.subject, types=types) if types else ():
        for mention in event.mentions:
            yield mention.seq, (mention.citation or mention.source, mention.reason)
    if any(indicator.mentions for indicator in own):
        for entry in db.news.naming(connection, one.subject):
            yield entry.seq, (entry.source, "")


def _row(
    fact: rules.Fact, role: str, subject: str, origins: dict[int, Origin], at: datetime, used: Collection[int]
) -> Row:
    source, reason = origins.get(fact.seq, ("indicators.yaml", ""))
    hidden = fact.hidden if fact.hidden is not None and fact.hidden <= at else None
    return {
        "seq": fact.seq, "role": role, "subject": subject, "what": _what(fact), "kind": fact.kind, "key": fact.key or None,
        "occurred_start": None if fact.start <= timing.BEGINNING else fact.start,
        "occurred_end": None if fact.end >= timing.END else fact.end,
        "published_at": fact.published, "recorded_at": fact.known, "source": source, "tier": TIERS[fact.tier],
        "late": fact.late, "hidden_at": hidden, "hidden": (reason or "corrected by a newer row") if hidden else None,
        "used": fact.seq in used,
    }  # fmt: skip


def _what(fact: rules.Fact) -> str:
    if fact.key:
        return fact.title
    if fact.op == "invalid":
        return f"not a number: {fact.title}"
    return quantity.as_said(fact.lo, fact.hi, fact.op, fact.unit)
