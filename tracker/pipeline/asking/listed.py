"""Events that a source lists itself, with a key and a date: each is told once, and is the event of others who told it before.

A list holds one release many times: packed otherwise, as a base model, issued again under a date. These are one.
"""

from __future__ import annotations

import re
from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tracker import db, timing
from tracker.collectors import EmittedEvent
from tracker.db import Writing
from tracker.model.declared import Emit
from tracker.model.observed import Event, KnownEvent, Mention
from tracker.pipeline.asking.jobs import Job
from tracker.pipeline.opening import Desk

#: What makes another file of a model and no other model: how it is packed, what it was before tuning, when it was issued.
_VARIANT = re.compile(
    r"[-_.](?:fp\d{1,2}|bf16|nvfp4|mxfp4|int[48]|w\da\d{1,2}|[48]bit|q\d(?:_\w+)?|gguf|awq|gptq|mlx|onnx|hf|base"
    r"|20\d\d-?\d\d-?\d\d|\d{4}|\d{6})$",
    re.IGNORECASE,
)


def product_of(name: str) -> str:
    """`acme/Step-3.5-Flash-FP8` is a file of Step-3.5-Flash."""
    name = name.strip().rpartition("/")[2]
    while (shorter := _VARIANT.sub("", name)) != name:
        name = shorter
    return name


def store_listed(desk: Desk, tx: Writing, job: Job, found: Sequence[EmittedEvent], lines: MutableSequence[str]) -> int:
    """Store what this source has not told before; how many events nobody had told."""
    work = _Telling(desk, tx, job, lines)
    for one in _distinct(job, found):
        work.tell(one)
    return work.new


def _distinct(job: Job, found: Sequence[EmittedEvent]) -> list[EmittedEvent]:
    """Of all files of one release the oldest; everything else as it is listed."""
    kept: dict[tuple[int, str, str], EmittedEvent] = {}
    for one in found:
        release = job.source.emit[one.emit].event == "release"
        place = (one.emit, one.subject, product_of(one.title).lower() if release else one.key)
        if place not in kept or _start(one) < _start(kept[place]):
            kept[place] = one
    return list(kept.values())


def _start(one: EmittedEvent) -> datetime:
    return one.at.start if one.at is not None and not one.at.open_start else timing.END


@dataclass(slots=True)
class _Telling:
    desk: Desk
    tx: Writing
    job: Job
    lines: MutableSequence[str]
    new: int = 0
    known: dict[tuple[str, str], dict[str, KnownEvent]] = field(default_factory=dict)

    def tell(self, one: EmittedEvent) -> None:
        """One listed event: its own, or another report of one that others have told."""
        event = _event(self.desk, self.job, one)
        known = self._known(event)
        if any(self._told(event, other) for other in known.values()):
            return
        published = min(event.occurred.end, self.job.at) if one.at else self.job.at
        key, why = (event.key, "listed by the source under this key") if event.key in known else self._placed(event)
        first = not key
        if first:
            key, why = event.key, "listed by the source under this key"
            db.news.add_event(self.tx, event, published)
            self.new += 1
        mention = _mention(self.desk, self.job, event, published, key=key, why=why, first=first)
        db.news.add_mention(self.tx, mention)
        before = known[key].mentions if key in known else ()
        known[key] = KnownEvent(event=known[key].event if key in known else event, mentions=(*before, mention))
        self.lines.append(f"{event.type} of {event.subject}: {event.title} ({event.occurred.text})")

    def _known(self, event: Event) -> dict[str, KnownEvent]:
        place = (event.subject, event.type)
        if place not in self.known:
            listed = db.news.events(self.tx.connection, subject=event.subject, types=[event.type])
            self.known[place] = {each.event.key: each for each in listed}
        return self.known[place]

    def _told(self, event: Event, other: KnownEvent) -> bool:
        """Whether this source has told it already: under its key, or as a report of another event."""
        return any(
            mention.source == self.job.source.key and (event.key in (other.event.key, mention.note))
            for mention in other.mentions
        )

    def _placed(self, event: Event) -> tuple[str, str]:
        """The event of others that it is, and what ties them. What one list holds under two names are two events."""
        source = self.job.source.key
        others = [
            one
            for one in self._known(event).values()
            if one.event.kind == event.kind and all(mention.source != source for mention in one.mentions)
        ]
        if not others:
            return "", ""
        from tracker.pipeline.reading.accounts import written
        from tracker.pipeline.reading.placing import place
        from tracker.pipeline.reading.readers import reader_of

        reader = reader_of(self.desk.declaration)
        found = place(self.desk.declaration, reader, written(event, reader, self.desk.zone), others, self.desk.zone)
        return (found.key, found.why) if found else ("", "")


def _event(desk: Desk, job: Job, one: EmittedEvent) -> Event:
    emit = job.source.emit[one.emit]
    subject = one.subject or _subject_of(desk, emit)
    kind = emit.kind if emit.kind in ("estimate", "target") else "actual"
    made = Event(
        key=f"{emit.event}:{one.key}", type=emit.event or "", subject=subject, title=one.title,
        occurred=one.at or job.today(desk), kind=kind,
    )  # fmt: skip
    if emit.event != "release":
        return made
    # Whose it is is said by the subject: `acme/Star-3` is Star-3 in every list.
    return replace(made, title=one.title.rpartition("/")[2] or one.title, products=(product_of(one.title),))


def _subject_of(desk: Desk, emit: Emit) -> str:
    return emit.subject or next(iter(desk.declaration.subjects), "")


def _mention(desk: Desk, job: Job, event: Event, published: datetime, *, key: str, why: str, first: bool) -> Mention:
    return Mention(
        event=key, entry=None, role="first" if first else "echo", status="reported", title=event.title,
        source=job.source.key, url=getattr(job.source.params, "url", ""), tier=job.source.tier,
        late=job.first and published < job.at - job.source.lookback, published_at=published,
        why=why, declaration=desk.declaration.hash, note=event.key if key != event.key else "",
    )  # fmt: skip
