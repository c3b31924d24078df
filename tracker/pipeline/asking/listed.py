"""Events that a source lists itself, with a key and a date: each is told once, and is the event of others who told it before.

A list holds one release many times: packed otherwise, as a base model, issued again under a date. These are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableSequence, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tracker import db, timing
from tracker.collectors import EmittedEvent
from tracker.db import Writing
from tracker.model.declared import Emit
from tracker.model.observed import Event, KnownEvent, Mention
from tracker.pipeline.asking.jobs import Job
from tracker.pipeline.asking.products import Told, product_of, products_of
from tracker.pipeline.opening import Desk

_BY_KEY = "listed by the source under this key"
#: `owner/name`, which is one thing in every list.
_OWNED = re.compile(r"[\w.-]+/[\w.-]+")


def store_listed(desk: Desk, tx: Writing, job: Job, found: Sequence[EmittedEvent], lines: MutableSequence[str]) -> int:
    """Store what this source has not told before; how many events nobody had told."""
    work = _Telling(desk, tx, job, lines)
    for one, product in _distinct(job, found):
        work.tell(one, product)
    return work.new


def _distinct(job: Job, found: Sequence[EmittedEvent]) -> list[tuple[EmittedEvent, str]]:
    """Of all files of one release the oldest, with its product; everything else as it is listed."""
    kept: dict[tuple[int, str, str], tuple[EmittedEvent, str]] = {}
    for one, product in _with_products(job, found):
        place = (one.emit, one.subject, product or one.key)
        if place not in kept or (_start(one) or timing.END) < (_start(kept[place][0]) or timing.END):
            kept[place] = (one, product)
    return list(kept.values())


def _with_products(job: Job, found: Sequence[EmittedEvent]) -> Iterator[tuple[EmittedEvent, str]]:
    """ "" where it is no release."""
    lists: dict[tuple[int, str], list[EmittedEvent]] = {}
    for one in found:
        lists.setdefault((one.emit, one.subject), []).append(one)
    for (emit, _), ones in lists.items():
        if job.source.emit[emit].event == "release":
            listed = [(product_of(one.title, _house(job)), _start(one)) for one in ones]
            yield from zip(ones, products_of(listed), strict=True)
        else:
            yield from ((one, "") for one in ones)


def _house(job: Job) -> str:
    """What a tag like `v1.0.0` is a version of."""
    repo = getattr(job.source.params, "repo", None) or ""
    return str(repo).rpartition("/")[2] or job.source.key


def _start(one: EmittedEvent) -> datetime | None:
    return one.at.start if one.at is not None and not one.at.open_start else None


@dataclass(slots=True)
class _Known:
    """What is known of one subject and type: by key, what this source has told of it, and what it has not."""

    source: str
    house: str
    events: dict[str, KnownEvent]
    keys: set[str] = field(default_factory=set)
    products: Told = field(default_factory=Told)
    others: dict[str, KnownEvent] = field(init=False)

    def __post_init__(self) -> None:
        self.others = dict(self.events)
        for each in self.events.values():
            for mention in each.mentions:
                if mention.source == self.source:
                    self.add(each.event, mention)

    def add(self, event: Event, mention: Mention) -> None:
        """This source has told of it."""
        self.keys |= {event.key, mention.note}
        self.others.pop(event.key, None)
        if event.type == "release":
            self.products.add(product_of(mention.title, self.house), event.occurred.start)

    def told(self, event: Event, before: str) -> bool:
        """Whether this source has: under its key, its key of `before`, as a report of another event, or as another file."""
        if event.key in self.keys or before in self.keys:
            return True
        return any(self.products.has(product, event.occurred.start) for product in event.products)


@dataclass(slots=True)
class _Telling:
    desk: Desk
    tx: Writing
    job: Job
    lines: MutableSequence[str]
    new: int = 0
    known: dict[tuple[str, str], _Known] = field(default_factory=dict)

    def tell(self, one: EmittedEvent, product: str) -> None:
        """One listed event: its own, or another report of one that others have told."""
        event = _event(self.desk, self.job, one, product)
        known, before = self._known(event), f"{event.type}:{one.key}"
        if known.told(event, before):
            return
        published = min(event.occurred.end, self.job.at) if one.at else self.job.at
        key, why = self._same(event, before, known)
        first = not key
        if first:
            key, why = event.key, _BY_KEY
            db.news.add_event(self.tx, event, published)
            self.new += 1
        mention = _mention(self.desk, self.job, event, published, key=key, why=why, first=first)
        db.news.add_mention(self.tx, mention)
        known.add(event if first else known.events[key].event, mention)
        self.lines.append(f"{event.type} of {event.subject}: {event.title} ({event.occurred.text})")

    def _known(self, event: Event) -> _Known:
        place = (event.subject, event.type)
        if place not in self.known:
            listed = db.news.events(self.tx.connection, subject=event.subject, types=[event.type])
            by_key = {each.event.key: each for each in listed}
            self.known[place] = _Known(self.job.source.key, _house(self.job), by_key)
        return self.known[place]

    def _same(self, event: Event, before: str, known: _Known) -> tuple[str, str]:
        """The event of others that it is, and what ties them; a key of `before` is of whoever wrote it, no other list's."""
        if event.key in known.others:
            return event.key, _BY_KEY
        old = known.others.get(before)
        if old is not None and all(one.source not in self.desk.declaration.sources for one in old.mentions):
            return before, _BY_KEY
        return self._placed(event, known)

    def _placed(self, event: Event, known: _Known) -> tuple[str, str]:
        """What one list holds under two names are two events: what this source has told is no other's."""
        others = [one for one in known.others.values() if one.event.kind == event.kind]
        if not others:
            return "", ""
        from tracker.pipeline.reading.accounts import written
        from tracker.pipeline.reading.placing import place
        from tracker.pipeline.reading.readers import reader_of

        reader = reader_of(self.desk.declaration)
        found = place(self.desk.declaration, reader, written(event, reader, self.desk.zone), others, self.desk.zone)
        return (found.key, found.why) if found else ("", "")


def _event(desk: Desk, job: Job, one: EmittedEvent, product: str) -> Event:
    emit = job.source.emit[one.emit]
    subject = one.subject or _subject_of(desk, emit)
    kind = emit.kind if emit.kind in ("estimate", "target") else "actual"
    made = Event(
        key=_key(job, one, emit.event or "", subject), type=emit.event or "", subject=subject, title=one.title,
        occurred=one.at or job.today(desk), kind=kind,
    )  # fmt: skip
    if not product:
        return made
    # Whose it is is said by the subject: `acme/Star-3` is Star-3 in every list.
    return replace(made, title=one.title.rpartition("/")[2] or one.title, products=(product,))


def _key(job: Job, one: EmittedEvent, type_: str, subject: str) -> str:
    """Two sources may both have a `v1.0.0`; `owner/name` is the same to all."""
    own = one.key if _OWNED.fullmatch(one.key) else f"{job.source.key}:{one.key}"
    return f"{type_}:{subject}:{own}"


def _subject_of(desk: Desk, emit: Emit) -> str:
    return emit.subject or next(iter(desk.declaration.subjects), "")


def _mention(desk: Desk, job: Job, event: Event, published: datetime, *, key: str, why: str, first: bool) -> Mention:
    return Mention(
        event=key, entry=None, role="first" if first else "echo", status="reported", title=event.title,
        source=job.source.key, url=getattr(job.source.params, "url", ""), tier=job.source.tier,
        late=job.first and published < job.at - job.source.lookback, published_at=published,
        why=why, declaration=desk.declaration.hash, note=event.key if key != event.key else "",
    )  # fmt: skip
