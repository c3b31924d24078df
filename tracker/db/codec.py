"""Values of the model to rows and back, explicitly: a field that is added there must be added here."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tracker.db.hiding import Hiding
from tracker.db.types import dumps
from tracker.model.observed import TIERS, Amount, Entry, Event, Mention, Observation, Series
from tracker.model.told import Evidence, Item, Message, Rendered
from tracker.timing import Period

RANKS: Mapping[str, int] = {tier: rank for rank, tier in enumerate(TIERS)}


def labels_text(labels: tuple[tuple[str, str], ...]) -> str:
    """Canonical: the order in which labels were given is no difference."""
    return dumps(dict(labels)) if labels else "{}"


def labels_of(text: str) -> tuple[tuple[str, str], ...]:
    """Sorted by name."""
    return tuple(sorted(json.loads(text).items())) if text != "{}" else ()


def series_of(row: Any) -> Series:
    """From the columns of `series`."""
    return Series(
        subject=row.subject,
        indicator=row.indicator,
        unit=row.unit,
        labels=labels_of(row.labels),
        edition=row.edition,
    )


def observation_row(
    row: Observation,
    *,
    series_id: int,
    seq: int,
    recorded_at: Any,
    at: Callable[[datetime], Any],
    number: Callable[[Decimal], Any],
) -> tuple[Any, ...]:
    """The columns of `observation` in their order, as the driver wants them: this is where the bulk goes through."""
    occurred, by, span, lo, hi = row.occurred, row.by, row.span, row.lo, row.hi
    end = at(occurred.end)
    low = None if lo is None else number(lo)
    high = low if hi is lo else None if hi is None else number(hi)
    return (
        series_id, end, at(occurred.start), seq, occurred.text, at(row.period_end) if row.period_end else end,
        low, high,
        None if lo is None else float(lo), None if hi is None else float(hi), row.op, row.kind,
        at(by.start) if by else None, at(by.end) if by else None, by.text if by else None,
        row.tier, RANKS[row.tier], row.confidence, row.source, row.citation, row.url, row.entry, row.quote,
        span[0] if span else None, span[1] if span else None, row.extractor,
        at(row.published_at), recorded_at, row.supersedes, row.batch, row.note, row.declaration,
    )  # fmt: skip


def observation_of(row: Any, series: Series) -> Observation:
    """From the columns of `observation`; the `hidden_*` are the reader's business."""
    return Observation(
        series=series,
        occurred=Period(row.occurred_start, row.occurred_end, row.occurred_text),
        lo=row.lo,
        hi=row.hi,
        op=row.op,
        kind=row.kind,
        by=None if row.by_end is None else Period(row.by_start, row.by_end, row.by_text),
        tier=row.tier,
        confidence=row.confidence,
        source=row.source,
        citation=row.citation,
        url=row.url,
        entry=row.entry,
        quote=row.quote,
        span=None if row.span_start is None else (row.span_start, row.span_end),
        extractor=row.extractor,
        published_at=row.published_at,
        supersedes=row.supersedes,
        batch=row.batch,
        note=row.note,
        declaration=row.declaration,
        seq=row.seq,
        recorded_at=row.recorded_at,
        period_end=row.period_end if row.period_end != row.occurred_end else None,
    )


def event_row(event: Event) -> dict[str, Any]:
    """The columns of `event`, but for seq and recorded_at."""
    amount = event.amount
    return {
        "key": event.key,
        "type": event.type,
        "subject": event.subject,
        "title": event.title,
        "occurred_start": event.occurred.start,
        "occurred_end": event.occurred.end,
        "occurred_text": event.occurred.text,
        "kind": event.kind,
        "amount_lo": amount.lo if amount else None,
        "amount_hi": amount.hi if amount else None,
        "amount_op": amount.op if amount else None,
        "amount_unit": amount.unit if amount else None,
        "labels": dict(event.labels),
        "people": event.people,
        "products": event.products,
        "role": event.role,
        "counterparty": event.counterparty,
    }


def event_of(row: Any) -> Event:
    """From the columns of `event`."""
    amount = None
    if row.amount_op is not None:
        amount = Amount(lo=row.amount_lo, hi=row.amount_hi, op=row.amount_op, unit=row.amount_unit)
    return Event(
        key=row.key,
        type=row.type,
        subject=row.subject,
        title=row.title,
        occurred=Period(row.occurred_start, row.occurred_end, row.occurred_text),
        kind=row.kind,
        amount=amount,
        labels=tuple(sorted(row.labels.items())),
        people=tuple(row.people),
        products=tuple(row.products),
        role=row.role,
        counterparty=tuple(row.counterparty),
        seq=row.seq,
        recorded_at=row.recorded_at,
    )


#: Columns of `mention` that are fields of Mention under the same name.
MENTION = tuple(
    field.name for field in dataclasses.fields(Mention) if field.name not in ("hidden_recorded", "hidden_seq", "reason")
)


def mention_row(mention: Mention) -> dict[str, Any]:
    """The columns of `mention`, but for seq and recorded_at."""
    return {name: getattr(mention, name) for name in MENTION if name not in ("seq", "recorded_at")}


def mention_of(row: Any, hidden: Hiding | None) -> Mention:
    """From the columns of `mention`, marked with what hides it."""
    values = {name: getattr(row, name) for name in MENTION}
    if hidden is None:
        return Mention(**values)
    return Mention(**values, hidden_recorded=hidden.recorded_at, hidden_seq=hidden.seq, reason=hidden.reason)


def entry_of(row: Any, subjects: tuple[str, ...]) -> Entry:
    """From the columns of `entry`."""
    return Entry(
        source=row.source,
        key=row.key,
        title=row.title,
        link=row.link,
        summary=row.summary,
        language=row.language,
        published_at=row.published_at,
        date_known=row.date_known,
        subjects=subjects,
        version=row.version,
        id=row.id,
        seq=row.seq,
        recorded_at=row.recorded_at,
    )


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """What `evidence_of` reads."""
    return {
        "value": evidence.value,
        "unit": evidence.unit,
        "compared": evidence.compared,
        "seqs": list(evidence.seqs),
        "since": _iso(evidence.since),
        "occurred": _iso(evidence.occurred),
    }


def evidence_of(data: Mapping[str, Any]) -> Evidence:
    """What `evidence_json` wrote."""
    return Evidence(
        value=data["value"],
        unit=data["unit"],
        compared=data["compared"],
        seqs=tuple(data["seqs"]),
        since=_instant(data["since"]),
        occurred=_instant(data["occurred"]),
    )


def message_json(message: Message) -> dict[str, Any]:
    """What `message_of` reads."""
    data = {field.name: getattr(message, field.name) for field in dataclasses.fields(Message)}
    return data | {"at": message.at.isoformat(), "items": [_item_json(item) for item in message.items]}


def message_of(data: Mapping[str, Any]) -> Message:
    """What `message_json` wrote."""
    values = dict(data)
    values["at"] = datetime.fromisoformat(data["at"])
    values["items"] = tuple(Item(**(item | {"at": datetime.fromisoformat(item["at"])})) for item in data["items"])
    values["brief"] = tuple((heading, tuple(lines)) for heading, lines in data["brief"])
    values["front"] = tuple((name, text) for name, text in data.get("front", ()))
    values["images"] = tuple((name, svg, text) for name, svg, text in data.get("images", ()))
    return Message(**values)


def _item_json(item: Item) -> dict[str, Any]:
    data = {field.name: getattr(item, field.name) for field in dataclasses.fields(Item)}
    return data | {"at": item.at.isoformat()}


def rendered_json(rendered: Rendered) -> dict[str, Any]:
    """What `rendered_of` reads."""
    return {field.name: getattr(rendered, field.name) for field in dataclasses.fields(Rendered)}


def rendered_of(data: Mapping[str, Any]) -> Rendered:
    """What `rendered_json` wrote."""
    values = dict(data)
    values["files"] = tuple((path, whole, section) for path, whole, section in data["files"])
    values["images"] = tuple((name, svg, text) for name, svg, text in data.get("images", ()))
    return Rendered(**values)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
