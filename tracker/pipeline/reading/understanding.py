"""Texts that were just stored, understood: each event that they report gets a mention; what nobody reported before, an event.

Everything happens in the transaction that stores the texts. Texts are read in the order of their publication, and a key is
minted once: reading the same texts again, or in other portions, finds the events that are there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from tracker import db, timing
from tracker.db import Writing
from tracker.extraction import EventReading, Reader, stories
from tracker.model.declared import Declaration, Source
from tracker.model.observed import ENDS, Amount, Entry, Event, KnownEvent, Mention, Status
from tracker.pipeline.opening import Desk
from tracker.pipeline.reading.accounts import page_of
from tracker.pipeline.reading.figures import store_figures
from tracker.pipeline.reading.placing import Role, place, role_of
from tracker.pipeline.reading.readers import EXTRACTOR, reader_of, text_of

#: What a report claims by the way it speaks. What is only planned is talked about, no more; an opinion reports nothing.
_CLAIMS: dict[str, Status] = {"actual": "reported", "rumour": "rumoured", "target": "rumoured", "denied": "denied"}
#: Who speaks for the subject itself: its reports need no second word.
_SURE = ("official", "filing")
_LONGEST = 500
_NO_WORD = re.compile(r"[^\w.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the texts gave."""

    events: tuple[str, ...] = ()  # keys of what nobody had reported before
    mentions: int = 0
    values: int = 0  # numbers that became values
    waiting: int = 0  # and those that wait for a person


@dataclass(slots=True, kw_only=True)
class _Reading:
    """The work on the texts of one source."""

    declaration: Declaration
    tx: Writing
    source: Source
    first: bool
    reader: Reader
    zone: ZoneInfo
    minted: list[str] = field(default_factory=list)
    mentions: int = 0


def understand(desk: Desk, tx: Writing, source: Source, entries: Sequence[Entry], first: bool) -> Understood:
    """Read each text that names a declared subject; `first`: of the source's first good pass, old events are late."""
    declaration = desk.declaration
    zone = timing.zone(source.timezone or declaration.timezone)
    work = _Reading(
        declaration=declaration, tx=tx, source=source, first=first, reader=reader_of(declaration), zone=zone
    )
    values = waiting = 0
    for entry in sorted(entries, key=lambda one: (one.published_at, one.seq)):
        if entry.subjects:
            _read(work, entry)
            stored, doubtful = store_figures(tx, declaration, source, work.reader, entry)
            values, waiting = values + stored, waiting + doubtful
    return Understood(events=tuple(work.minted), mentions=work.mentions, values=values, waiting=waiting)


def _read(work: _Reading, entry: Entry) -> None:
    for reading in work.reader.read(text_of(work.declaration, work.source, entry)).events:
        status = _CLAIMS.get(reading.modality)
        if status is None or reading.subject is None or reading.type not in work.reader.grammar.types:
            continue
        if status == "reported" and work.source.tier in _SURE:
            status = "confirmed"
        _tell(work, entry, reading, status)


def _tell(work: _Reading, entry: Entry, reading: EventReading, status: Status) -> None:
    """The mention of one reading; its event is minted where no known one fits."""
    day = timing.local_date(entry.published_at, work.zone)
    report = stories.account(
        reading, entry.title, (day, day), link=page_of(entry.link), subjects=work.declaration.subjects
    )
    known = [
        one
        for one in db.news.events(work.tx.connection, subject=reading.subject, types=[reading.type], hidden=False)
        if (ENDS in one.event.labels) == reading.ends
    ]
    found = place(work.declaration, work.reader, report, known, work.zone)
    if found is None:
        event = _minted(work, entry, reading, day)
        db.news.add_event(work.tx, event, entry.published_at)
        work.minted.append(event.key)
        _mention(work, entry, reading, event.key, status, role="first", why="first report")
        return
    said = next(one for one in known if one.event.key == found.key)
    if not _said_before(work, entry, said, status):
        role = role_of(said, status, work.tx.at)
        _mention(work, entry, reading, found.key, status, role=role, why=found.why)


def _said_before(work: _Reading, entry: Entry, known: KnownEvent, status: Status) -> bool:
    """Whether this text, or an earlier version of it, has said the same of the event already."""
    same = [one for one in known.mentions if one.source == entry.source and one.status == status and one.entry]
    if any(one.entry == entry.id for one in same):
        return True
    if entry.version == 1 or not same:
        return False
    texts = db.news.entries(work.tx.connection, ids=[one.entry for one in same if one.entry])
    return any(text.key == entry.key for text in texts)


def _minted(work: _Reading, entry: Entry, reading: EventReading, day: date) -> Event:
    """The event as its first report tells it; the key is free of every key that is taken."""
    assert reading.subject is not None
    occurred = timing.day_period(reading.occurred or day, work.zone)
    stem = f"{reading.type}:{reading.subject}:{occurred.text}{':ended' if reading.ends else ''}{_slug(reading)}"
    key, number = stem, 1
    while db.news.event(work.tx.connection, key) is not None:
        number += 1
        key = f"{stem}-{number}"
    amount = reading.amount
    return Event(
        key=key, type=reading.type, subject=reading.subject, title=_title(entry, reading), occurred=occurred,
        amount=Amount(lo=amount.lo, hi=amount.hi, op=amount.op, unit=amount.unit) if amount else None,
        people=reading.people, products=reading.products, role=reading.role, counterparty=reading.counterparty,
        labels=(ENDS,) if reading.ends else (),
    )  # fmt: skip


def _slug(reading: EventReading) -> str:
    """What tells this event from others of its day: its product or person. It does not depend on who told it first."""
    slugs = (_NO_WORD.sub("-", name.lower()).strip("-") for name in (*reading.products, *reading.people))
    return next((f":{slug[:40]}" for slug in slugs if slug), "")


def _title(entry: Entry, reading: EventReading) -> str:
    """The headline, unless it tells of other things too or of something else: then the sentence that was read."""
    whole = reading.in_title and 2 * len(reading.quote) >= len(entry.title)
    title = entry.title if whole else reading.quote[:_LONGEST]
    return f"ended: {title}" if reading.ends else title


def _mention(
    work: _Reading, entry: Entry, reading: EventReading, key: str, status: Status, *, role: Role, why: str
) -> None:
    work.mentions += 1
    mention = Mention(
        event=key, entry=entry.id, role=role, status=status, why=why, title=entry.title, source=work.source.key,
        url=entry.link, tier=work.source.tier, quote=reading.quote[:_LONGEST], extractor=EXTRACTOR,
        late=work.first and entry.published_at < work.tx.at - work.source.lookback,
        published_at=entry.published_at, declaration=work.declaration.hash,
    )  # fmt: skip
    db.news.add_mention(work.tx, mention)
