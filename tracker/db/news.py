"""Texts, the events that they report, and the mentions that tie the two. An edited text is a new version of its key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, exists, func, insert, or_, select

from tracker.db import aliases, believing, hiding, observations
from tracker.db.codec import entry_of, event_of, event_row, mention_of, mention_row
from tracker.db.store import Writing
from tracker.db.tables import entry, entry_subject, mention, withdrawal
from tracker.db.tables import event as happened
from tracker.errors import DataRejected
from tracker.model.observed import Clock, Entry, Event, KnownEvent, Mention
from tracker.timing import Period

#: Keys per query, below SQLite's limit of parameters.
_MANY = 10_000
#: A text that alternates (a counter, an advertisement) is not kept for ever: the versions after these say nothing new.
MOST_VERSIONS = 25


def content_hash(one: Entry) -> str:
    """What decides whether a text was edited: what a reader sees, not when or how it was found."""
    parts = "\x1f".join((one.title, one.summary, one.link))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def add_entries(
    tx: Writing, entries: Iterable[Entry], naming: Callable[[Entry], tuple[str, ...]] | None = None
) -> list[Entry]:
    """Store what is new or edited, and return only that, as stored. An edit keeps the first version's published_at.

    Where one call names a key twice, its first text counts: two texts under one key must not edit each other for ever.
    `naming` says whom a text names; it is asked only for what is stored.
    """
    given: dict[tuple[str, str], Entry] = {}
    for one in entries:
        given.setdefault((one.source, one.key), one)
    before = _newest_versions(tx.connection, given)
    given = aliases.under_their_keys(tx.connection, given, before)
    before |= _newest_versions(tx.connection, {place: one for place, one in given.items() if place not in before})
    fresh = []
    for place, one in given.items():
        version, digest, published_at, date_known = before.get(place, (0, "", one.published_at, one.date_known))
        if content_hash(one) != digest and version < MOST_VERSIONS:
            dated = replace(one, version=version + 1, published_at=published_at, date_known=date_known)
            subjects = naming(dated) if naming else one.subjects
            fresh.append(replace(dated, subjects=subjects, seq=tx.seq(), recorded_at=tx.at))
    aliases.note(tx.connection, given.values(), {(one.source, one.key) for one in fresh})
    return _store_entries(tx.connection, fresh)


def _newest_versions(
    connection: Connection, given: dict[tuple[str, str], Entry]
) -> dict[tuple[str, str], tuple[int, str, datetime, bool]]:
    found: dict[tuple[str, str], tuple[int, str, datetime, bool]] = {}
    by_source: dict[str, list[str]] = {}
    for source, key in given:
        by_source.setdefault(source, []).append(key)
    for source, keys in by_source.items():
        for start in range(0, len(keys), _MANY):
            query = (
                select(entry.c.key, entry.c.version, entry.c.content_hash, entry.c.published_at, entry.c.date_known)
                .where(entry.c.source == source, entry.c.key.in_(keys[start : start + _MANY]))
                .order_by(entry.c.version)
            )
            for key, *rest in connection.execute(query):
                found[source, key] = (rest[0], rest[1], rest[2], rest[3])
    return found


def _store_entries(connection: Connection, fresh: list[Entry]) -> list[Entry]:
    if not fresh:
        return []
    base = connection.scalar(select(func.coalesce(func.max(entry.c.id), 0))) or 0
    stored = [replace(one, id=base + number) for number, one in enumerate(fresh, start=1)]
    connection.execute(insert(entry), [_entry_row(one) for one in stored])
    named = [
        {"subject": subject, "entry_id": one.id, "position": position}
        for one in stored
        for position, subject in enumerate(dict.fromkeys(one.subjects))
    ]
    if named:
        connection.execute(insert(entry_subject), named)
    return stored


def _entry_row(one: Entry) -> dict[str, Any]:
    names = (
        "id", "seq", "source", "key", "version", "title", "link", "summary", "language", "published_at", "date_known",
        "recorded_at",
    )  # fmt: skip
    return {name: getattr(one, name) for name in names} | {"content_hash": content_hash(one)}


def entries(
    connection: Connection,
    *,
    as_of: datetime | None = None,
    source: str | None = None,
    subject: str | None = None,
    ids: Collection[int] | None = None,
    clock: Clock = "recorded",
) -> list[Entry]:
    """The newest version of each text as of T, oldest first (published, then recorded); `ids`: just these versions."""
    wanted = [_known(entry, as_of, clock)]
    if ids is not None:
        wanted.append(entry.c.id.in_(sorted(ids)))
    else:
        later = entry.alias("later")
        same = and_(later.c.source == entry.c.source, later.c.key == entry.c.key)
        edited = and_(later.c.version > entry.c.version, _known(later, as_of, clock))
        wanted.append(~exists().where(same, edited))
    if source is not None:
        wanted.append(entry.c.source == source)
    if subject is not None:
        named = and_(entry_subject.c.entry_id == entry.c.id, entry_subject.c.subject == subject)
        wanted.append(exists().where(named))
    query = select(entry).where(*wanted).order_by(entry.c.published_at, entry.c.seq)
    rows = connection.execute(query).all()
    subjects = _subjects(connection, wanted)
    return [entry_of(row, subjects.get(row.id, ())) for row in rows]


def _known(version: FromClause, as_of: datetime | None, clock: Clock) -> ColumnElement[bool]:
    """Whether a version of a text was known at T. An edit keeps the first `published_at`: it was public when it was seen."""
    seen = believing.visible(version, as_of, clock)
    if clock == "recorded" or as_of is None:
        return seen
    return and_(seen, or_(version.c.version == 1, version.c.recorded_at <= as_of))


def versions(connection: Connection, one: Entry) -> set[int]:
    """The ids of this text and of its earlier versions."""
    query = select(entry.c.id).where(
        entry.c.source == one.source, entry.c.key == one.key, entry.c.version <= one.version
    )  # fmt: skip
    return set(connection.scalars(query))


def _subjects(connection: Connection, wanted: list[ColumnElement[bool]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    about = entry_subject.alias("about")
    query = (
        select(about.c.entry_id, about.c.subject)
        .join(entry, entry.c.id == about.c.entry_id)
        .where(*wanted)
        .order_by(about.c.entry_id, about.c.position)
    )
    for entry_id, subject in connection.execute(query):
        found[entry_id] = (*found.get(entry_id, ()), subject)
    return found


def naming(
    connection: Connection, subject: str, as_of: datetime | None = None, clock: Clock = "recorded"
) -> list[Entry]:
    """The texts whose newest version as of T names the subject."""
    return entries(connection, as_of=as_of, subject=subject, clock=clock)


def touched_names(connection: Connection, after_seq: int) -> set[str]:
    """Subjects that texts after a seq name, or named before they were edited."""
    fresh = entry.alias("fresh")
    query = (
        select(entry_subject.c.subject)
        .join(entry, entry.c.id == entry_subject.c.entry_id)
        .join(fresh, and_(fresh.c.source == entry.c.source, fresh.c.key == entry.c.key))
        .where(fresh.c.seq > after_seq)
        .distinct()
    )
    return set(connection.scalars(query))


def add_event(tx: Writing, new: Event, published_at: datetime | None = None) -> bool:
    """Store an event with its key, once; False when the key stands for it already. Its end is cut at publication."""
    known = event(tx.connection, new.key)
    if known is not None:
        if (known.type, known.subject) != (new.type, new.subject):
            raise DataRejected(
                f"the key {new.key} stands for a {known.type} of {known.subject} already; choose another key"
            )
        return False
    occurred, limit = new.occurred, published_at or tx.at
    if new.kind not in ("estimate", "target") and occurred.end > limit:
        occurred = Period(occurred.start, max(occurred.start, limit), occurred.text)
    row = event_row(replace(new, occurred=occurred)) | {"seq": tx.seq(), "recorded_at": tx.at}
    tx.connection.execute(insert(happened), row)
    return True


def event(connection: Connection, key: str) -> Event | None:
    """The event that a key stands for."""
    row = connection.execute(select(happened).where(happened.c.key == key)).one_or_none()
    return None if row is None else event_of(row)


def add_mention(tx: Writing, new: Mention) -> int:
    """One report of one event; its seq."""
    seq = tx.seq()
    tx.connection.execute(insert(mention), mention_row(new) | {"seq": seq, "recorded_at": tx.at})
    return seq


def withdraw_mentions(tx: Writing, seqs: Iterable[int], reason: str, *, ours: bool = True) -> int:
    """Take mentions back (an undo, a review); how many were not withdrawn before."""
    return observations.withdraw(tx, seqs, reason=reason, ours=ours)


def events(
    connection: Connection,
    *,
    as_of: datetime | None = None,
    subject: str | None = None,
    types: Collection[str] | None = None,
    keys: Collection[str] | None = None,
    clock: Clock = "recorded",
    hidden: bool = True,
) -> list[KnownEvent]:
    """The events with a mention known at T, with their mentions in order of learning; ordered by when they took place.

    Withdrawn mentions are among them, marked; without `hidden` they are left out, and so are events without any other.
    """
    wanted: list[ColumnElement[bool]] = []
    if subject is not None:
        wanted.append(happened.c.subject == subject)
    if types is not None:
        wanted.append(happened.c.type.in_(sorted(types)))
    if keys is not None:
        wanted.append(happened.c.key.in_(sorted(keys)))
    told = _mentions(connection, wanted, as_of=as_of, clock=clock, hidden=hidden)
    query = select(happened).where(*wanted).order_by(happened.c.occurred_start, happened.c.occurred_end, happened.c.seq)
    return [
        KnownEvent(event=event_of(row), mentions=tuple(told[row.key]))
        for row in connection.execute(query)
        if row.key in told
    ]


def _mentions(
    connection: Connection,
    wanted: list[ColumnElement[bool]],
    *,
    as_of: datetime | None,
    clock: Clock,
    hidden: bool,
) -> dict[str, list[Mention]]:
    """By key of the event."""
    query = select(mention).join(happened, happened.c.key == mention.c.event)
    query = query.where(believing.visible(mention, as_of, clock), *wanted).order_by(mention.c.seq)
    if clock == "published" and as_of is not None:
        early = and_(entry.c.id == mention.c.entry, ~_known(entry, as_of, clock))
        query = query.where(~exists().where(early))  # an edit brought it
    marks = hiding.of_mentions(connection, as_of=as_of, clock=clock, wanted=wanted)
    found: dict[str, list[Mention]] = {}
    for row in connection.execute(query):
        mark = marks.get(row.seq)
        if mark is None or hidden:
            found.setdefault(row.event, []).append(mention_of(row, mark))
    return found


def told(
    connection: Connection, sources: Collection[str], since: datetime, until: datetime, batch: str
) -> dict[tuple[str, str], datetime]:
    """By (subject, type), when these sources last told of an event within a span; what stands of it at its end.

    Of a batch that is history (`batch`) it counts when each report was published.
    """
    m = mention
    when = case((and_(m.c.batch == batch, m.c.batch != ""), m.c.published_at), else_=m.c.recorded_at)
    query = (
        select(happened.c.subject, happened.c.type, func.max(when))
        .join(m, m.c.event == happened.c.key)
        .where(m.c.recorded_at >= since, m.c.recorded_at <= until, m.c.source.in_(sorted(sources)))
        .where(~believing.withdrawn(m.c.seq, until, "recorded"))
        .group_by(happened.c.subject, happened.c.type)
    )
    return {(subject, type_): at for subject, type_, at in connection.execute(query)}


def touched_events(connection: Connection, after_seq: int) -> set[tuple[str, str]]:
    """(subject, type) of every event with a mention, or with one withdrawn, after a seq."""
    pair = select(happened.c.subject, happened.c.type).join(mention, mention.c.event == happened.c.key).distinct()
    queries = (
        pair.where(mention.c.seq > after_seq),
        pair.join(withdrawal, withdrawal.c.target == mention.c.seq).where(withdrawal.c.seq > after_seq),
    )
    return {(subject, type_) for query in queries for subject, type_ in connection.execute(query)}
