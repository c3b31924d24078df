"""Events that people write down, into the database: each is a report, of an event that is known or of a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tracker import db
from tracker.db import Writing
from tracker.extraction import Text
from tracker.extraction.folding import title_key
from tracker.model.observed import Entry, Event, KnownEvent, Mention
from tracker.pipeline.opening import Desk
from tracker.pipeline.reading.accounts import page_of, written
from tracker.pipeline.reading.placing import place, role_of
from tracker.pipeline.reading.readers import reader_of


@dataclass(slots=True)
class Telling:
    """One batch of them. What one file lists under two titles are two events: it is compared with what was known before."""

    desk: Desk
    tx: Writing
    batch: str
    late: bool
    known: dict[tuple[str, str], Mapping[str, KnownEvent]] = field(default_factory=dict)

    def tell(self, event: Event, mention: Mention, *, keyed: bool) -> int:
        """Store one report; its seq, 0 when it only repeats what the same source said of the event last.

        `keyed`: the event is the one of this key. Without it, it is the one that its title tells of.
        """
        found, why = (event.key, "same key") if self._is_known(event) else ("", "")
        if not found and not keyed:
            found, why = self._placed(event, mention)
        if not found:
            event = event if self.late else self._detailed(event)
            db.news.add_event(self.tx, event, mention.published_at)
            return self._add(event, replace(mention, why="first report"))
        standing = db.news.events(self.tx.connection, keys=[found], hidden=False)
        if not standing:  # all that was said of it was taken back
            return self._add(event, replace(mention, event=found, why=why))
        if _repeats(mention, standing[0]):
            return 0
        role = role_of(standing[0], mention.status, self.tx.at)
        return self._add(event, replace(mention, event=found, role=role, why=why))

    def _is_known(self, event: Event) -> bool:
        """Whether the key stands for this event already; DataRejected when it stands for another one."""
        return db.news.event(self.tx.connection, event.key) is not None and not db.news.add_event(self.tx, event)

    def _placed(self, event: Event, mention: Mention) -> tuple[str, str]:
        """The event that was known before this batch, and what ties the report to it."""
        about = (event.subject, event.type)
        if about not in self.known:
            listed = db.news.events(self.tx.connection, subject=event.subject, types=[event.type], hidden=False)
            self.known[about] = {
                one.event.key: one for one in listed if any(told.batch != self.batch for told in one.mentions)
            }
        known = [
            one
            for one in self.known[about].values()
            if one.event.kind == event.kind and (one.event.labels == event.labels or not one.event.labels)
        ]
        if not known:
            return "", ""
        reader = reader_of(self.desk.declaration)
        report = replace(
            written(event, reader, self.desk.zone), link=page_of(mention.url), title=title_key(event.title)
        )
        found = place(self.desk.declaration, reader, report, known, self.desk.zone)
        return (found.key, found.why) if found else ("", "")

    def _detailed(self, event: Event) -> Event:
        """With the people, roles, products and other sides that its title names, as if a source had told it."""
        subject = self.desk.declaration.subjects[event.subject]
        day = event.occurred.start.astimezone(self.desk.zone)
        # Who writes down what happened to a subject need not name it again.
        for title in (event.title, f"{subject.name} {event.title}"):
            reading = reader_of(self.desk.declaration).read(Text(title=title, date=day))
            for one in reading.events:
                if (one.type, one.subject) == (event.type, event.subject):
                    return replace(
                        event, people=one.people, role=one.role, products=one.products, counterparty=one.counterparty
                    )
        return event

    def _add(self, event: Event, mention: Mention) -> int:
        """What is recorded by hand makes an entry too, so that every event can be traced to a text."""
        entry = Entry(
            source=mention.source, key=f"{self.batch}:{event.key}", title=event.title, link=mention.url,
            summary=mention.note, published_at=mention.published_at, subjects=(event.subject,),
        )  # fmt: skip
        stored = db.news.add_entries(self.tx, [entry])
        made = replace(mention, entry=stored[0].id if stored else None, batch=self.batch, late=self.late)
        return db.news.add_mention(self.tx, made)


def _repeats(mention: Mention, known: KnownEvent) -> bool:
    """Whether the newest word of the same voice on the event says just this."""
    voice = [one for one in known.mentions if (one.source, one.citation) == (mention.source, mention.citation)]
    return bool(voice) and all(
        getattr(voice[-1], name) == getattr(mention, name) for name in ("status", "title", "url", "note")
    )
