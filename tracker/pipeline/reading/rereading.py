"""explain ENTRY: the text read once more, with the phrases, distances, numbers and vetoes; and the events that it reports."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tracker import db
from tracker.db import Connection
from tracker.errors import UsageError
from tracker.extraction import EventReading, Reading
from tracker.model.declared import Source
from tracker.model.observed import Entry, KnownEvent, Mention
from tracker.pipeline.known.instances import BY_PEOPLE
from tracker.pipeline.opening import Desk
from tracker.pipeline.reading.becoming import figure_rows
from tracker.pipeline.reading.readers import EXTRACTOR, reader_of, text_of
from tracker.quantity import Found

Row = dict[str, Any]
#: Of so many texts with the same words in their titles each is explained; more are a slip.
_FEW = 5


def find_entries(desk: Desk, name: str, *, as_of: datetime | None = None) -> list[Entry]:
    """The texts that are meant by `source:key`, by a key, or by a part of a title; [] when there is none."""
    with desk.store.read() as connection:
        every = db.news.entries(connection, as_of=as_of)
    named = [one for one in every if f"{one.source}:{one.key}" == name]
    if found := named or [one for one in every if name in (one.key, one.link)]:
        return found
    folded = name.casefold().strip()
    found = [one for one in every if folded and folded in one.title.casefold()]
    if len(found) > _FEW:
        shown = "; ".join(f"{one.source}:{one.key}" for one in found[-3:])
        raise UsageError(f"{len(found)} entries have {name!r} in their title; say more, or name one: {shown}")
    return found


def nearest_title(desk: Desk, name: str) -> str:
    """The title that is most like a text, "" when none is."""
    with desk.store.read() as connection:
        titles = [one.title for one in db.news.entries(connection)]
    return next(iter(difflib.get_close_matches(name, titles, n=1)), "")


def explain_entry(desk: Desk, entries: Sequence[Entry], *, as_of: datetime | None = None) -> list[Row]:
    """One row per text: how it is read under this declaration, and of which events it is a mention."""
    with desk.store.read() as connection:
        return [_row(desk, connection, entry, as_of) for entry in entries]


def _row(desk: Desk, connection: Connection, entry: Entry, as_of: datetime | None) -> Row:
    by_hand = entry.source in BY_PEOPLE
    source = desk.declaration.sources.get(entry.source, Source(key=entry.source, kind="gone"))
    reading = Reading() if by_hand else reader_of(desk.declaration).read(text_of(desk.declaration, source, entry))
    # What an earlier version of a text said of an event is not said again.
    versions = db.news.versions(connection, entry)
    mentions = [
        (event, mention)
        for event in db.news.events(connection, as_of=as_of)
        for mention in event.mentions
        if mention.entry in versions
    ]
    return {
        "source": entry.source, "key": entry.key, "title": entry.title, "link": entry.link, "version": entry.version,
        "published_at": entry.published_at, "recorded_at": entry.recorded_at, "subjects": list(entry.subjects),
        "by_hand": by_hand, "extractor": EXTRACTOR,
        "names": [
            {"subject": hit.subject, "name": hit.name, "person": hit.person or None, "start": hit.start, "end": hit.end}
            for hit in reading.subjects
        ],
        "events": [_event(one, mentions) for one in reading.events],
        "quantities": [_quantity(one) for one in reading.quantities], "vetoes": list(reading.vetoes),
        "figures": [] if by_hand else list(figure_rows(desk.declaration, source, connection, entry, as_of)),
        "mentions": [_mention(event, mention) for event, mention in mentions],
    }  # fmt: skip


def _event(one: EventReading, mentions: Sequence[tuple[KnownEvent, Mention]]) -> Row:
    amount = one.amount
    same = [
        known.event.key for known, _ in mentions if (known.event.type, known.event.subject) == (one.type, one.subject)
    ]
    return {
        "type": one.type, "subject": one.subject, "modality": one.modality, "quote": one.quote, "start": one.start,
        "end": one.end, "why": one.why, "occurred": one.occurred.isoformat() if one.occurred else None,
        "amount": None if amount is None else {
            "lo": None if amount.lo is None else f"{amount.lo:f}", "hi": None if amount.hi is None else f"{amount.hi:f}",
            "op": amount.op, "unit": amount.unit,
        },
        "people": list(one.people), "products": list(one.products), "event": same[0] if same else None,
        "not_told": None if same else _not_told(one),
    }  # fmt: skip


def _not_told(one: EventReading) -> str:
    """Why a reading became no mention."""
    if one.modality == "opinion":
        return "an opinion reports nothing"
    if one.type == "other":
        return "a denial of nothing that is known by type"
    if one.subject is None:
        return "it is about nobody who is declared"
    return "it was stored under another declaration, or by another version of the reader"


def _quantity(one: Found) -> Row:
    number = one.quantity
    return {
        "lo": None if number.lo is None else f"{number.lo:f}", "hi": None if number.hi is None else f"{number.hi:f}",
        "op": number.op, "unit": number.unit, "role": one.role, "start": one.start, "end": one.end,
    }  # fmt: skip


def _mention(known: KnownEvent, mention: Mention) -> Row:
    return {
        "event": known.event.key, "type": known.event.type, "subject": known.event.subject, "title": known.event.title,
        "role": mention.role, "status": mention.status, "why": mention.why or None, "quote": mention.quote, "late": mention.late,
        "extractor": mention.extractor or None, "recorded_at": mention.recorded_at, "withdrawn": mention.reason or None,
    }  # fmt: skip
