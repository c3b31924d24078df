"""What the database knows of an event, in the form in which a new report is compared with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.collectors import links
from tracker.extraction import EventReading, Reader, Reading, Text, stories
from tracker.extraction.folding import title_key
from tracker.extraction.stories import Account, Story
from tracker.model.declared import Declaration
from tracker.model.observed import ENDS, Event, KnownEvent, Mention
from tracker.quantity import CURRENCIES, Quantity
from tracker.timing import Period

_MOMENT = timedelta(microseconds=1)
_PERSONAL = ("departure", "arrival")


def story_windows(declaration: Declaration, type_: str, subject: str | None) -> list[timedelta | None]:
    """What the indicators that follow this type of event of this subject say of its window."""
    return [
        one.story_window
        for one in declaration.indicators.values()
        if type_ in one.types and subject in declaration.subjects_of(one)
    ]


def page_of(link: str) -> str:
    """A link as it identifies one text; "" for the front page of a site, which everything links to."""
    page = links.normalised(link)
    return page if page.count("/") > 2 or "?" in page else ""


def local_days(occurred: Period, zone: ZoneInfo) -> tuple[date, date]:
    """First and last local day of a period; the open ends of time are the first and the last day there is."""
    start = date.min if occurred.open_start else timing.local_date(occurred.start, zone)
    if occurred.open_end:
        return start, date.max
    return start, timing.local_date(max(occurred.start, occurred.end - _MOMENT), zone)


def known_story(known: KnownEvent, reader: Reader, zone: ZoneInfo) -> Story:
    """An event as it was minted, then each of its reports."""
    reports = [_reported(known.event, mention, reader, zone) for mention in known.mentions]
    return Story(key=known.event.key, accounts=(_minted(known, reader, zone), *reports))


def _minted(known: KnownEvent, reader: Reader, zone: ZoneInfo) -> Account:
    event = known.event
    if not any(mention.extractor for mention in known.mentions):
        return written(event, reader, zone)
    return _account(
        event, zone, people=event.people, products=event.products, parties=event.counterparty, reader=reader
    )


def written(event: Event, reader: Reader, zone: ZoneInfo) -> Account:
    """An event that a person wrote down: a title and a key, no more; the rest is read in the title."""
    reading = _read(reader, event.title, None)
    people = tuple(hit.person for hit in reading.subjects if hit.person and event.type in _PERSONAL)
    made = _account(
        event, zone, reader=reader, people=event.people or people,
        products=event.products or reading.products or _named_by_key(event),
        parties=event.counterparty or tuple(key for key in reading.keys if key != event.subject),
    )  # fmt: skip
    if made.amounts:
        return made
    sums = tuple(one.quantity for one in reading.quantities if one.quantity.unit in CURRENCIES)
    return replace(made, amounts=sums)


def _account(
    event: Event, zone: ZoneInfo, *, reader: Reader, people: Iterable[str], products: tuple[str, ...], parties: Iterable[str]
) -> Account:  # fmt: skip
    start, end = local_days(event.occurred, zone)
    amount = event.amount
    return Account(
        type=event.type,
        subject=event.subject,
        start=start,
        end=end,
        people=tuple(dict.fromkeys(people)),
        roles=(event.role,) if event.role and event.type in _PERSONAL else (),
        products=products,
        parties=tuple(party for party in parties if party in reader.subjects),
        amounts=(Quantity(amount.lo, amount.hi, amount.op, amount.unit),) if amount else (),
    )


def _named_by_key(event: Event) -> tuple[str, ...]:
    """`release:step-audio-2` names a product; the key of a round or of a contract does not."""
    return (event.key.rpartition(":")[2],) if event.type == "release" else ()


def _reported(event: Event, mention: Mention, reader: Reader, zone: ZoneInfo) -> Account:
    """One report; what it adds to the event is read in its quote, where that speaks of this event alone."""
    day = timing.local_date(mention.published_at, zone)
    title = mention.title if mention.quote in mention.title else ""
    told = _told(event, mention, reader, zone)
    if told is None:
        bare = title_key(title)
        return Account(
            type=event.type, subject=event.subject, start=day, end=day, link=page_of(mention.url), title=bare
        )
    return stories.account(told, title, (day, day), link=page_of(mention.url), subjects=reader.subjects)


def _told(event: Event, mention: Mention, reader: Reader, zone: ZoneInfo) -> EventReading | None:
    if not mention.extractor or not mention.quote:
        return None
    reading = _read(reader, mention.quote, mention.published_at.astimezone(zone))
    same = [
        one
        for one in reading.events
        if (one.type, one.subject, one.ends) == (event.type, event.subject, ENDS in event.labels)
    ]
    return same[0] if len(same) == 1 else None


@lru_cache(maxsize=4096)
def _read(reader: Reader, text: str, at: datetime | None) -> Reading:
    return reader.read(Text(title=text, date=at))
