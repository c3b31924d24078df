"""kind: feed. RSS and Atom, as broken as they come: what a reader would see is an entry; nothing in it is obeyed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from tracker.collectors import dates, identity, plaintext, remembering
from tracker.collectors.fields import Url
from tracker.collectors.items import FROM_TEXT, SUMMARY, Item, Parsed
from tracker.collectors.kind import Context, Harvest, Kind, RawEntry
from tracker.collectors.links import absolute
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source
from tracker.model.observed import Page
from tracker.network import Answer, fresh_for, origin

if TYPE_CHECKING:
    from tracker.collectors.reading import Reading

MOST_ENTRIES = 2000
#: A date outside is a mistake of the newsroom; the entry is then dated by when it was first seen.
_OLDEST_YEAR = 1990
_AHEAD = timedelta(hours=36)
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


class Params(Frozen):
    """A news feed."""

    url: Url
    """Address of the RSS, Atom or JSON Feed document."""
    split: Literal["headings"] | None = None
    """headings: an entry that holds many stories is split where its headings stand, each story an entry."""
    adaptive: bool = False
    """Ask a quiet feed less often: after half the usual time between its news, at most three quarters of `every` (or 45
    minutes) late."""


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Ask with the validators of last time; parse only what has changed."""
    memory = remembering.of(context.memory, params.url)
    kept = context.pages.get(params.url, Page(url=params.url))
    answer, memory = _asked(source, params, context, kept, memory)
    elsewhere = remembering.home(memory, params.url) != params.url
    digest = kept.body_hash if answer.status == 304 else hashlib.blake2b(answer.body, digest_size=16).hexdigest()
    page = _page(kept, answer, digest)
    memory = remembering.moved(memory, params.url, answer.moved, context.now)
    memory = remembering.asked(
        memory, context.now, whole=answer.status != 304, at=answer.url, fresh=fresh_for(answer.headers, answer.status)
    )
    moved = remembering.notice(memory, params.url)
    if digest == kept.body_hash:
        pages = (page,) if page != kept else ()
        harvest = Harvest(state="unchanged", confirmed=True, pages=pages, note=moved, memory=memory)
        return _resting(harvest, source, params, context)
    try:
        harvest, document = _read(answer, source, context)
    except SourceError:
        if not elsewhere:
            raise
        return collect(source, params, replace(context, pages={}, memory=remembering.unmoved(memory)))
    note = "; ".join(part for part in (moved, harvest.note) if part)
    if harvest.failure is not None:  # it is asked for whole next time
        return replace(harvest, note=note)
    memory = remembering.changed(memory, document.rhythm, _content(harvest.entries), context.now)
    harvest = replace(harvest, pages=(page,), note=note, memory=memory)
    return _resting(harvest, source, params, context)


def _asked(
    source: Source, params: Params, context: Context, kept: Page, memory: dict[str, Any]
) -> tuple[Answer, dict[str, Any]]:
    """The answer; where a believed move has led astray, that of the declared address."""
    home = remembering.home(memory, params.url)
    whole = remembering.wants_whole(memory, context.now)
    try:
        answer = _get(home, source, params, context, Page(url=home) if whole else kept)
    except SourceError as error:
        if home == params.url or error.whole_host:
            raise
        memory = remembering.unmoved(memory)
        answer = _get(params.url, source, params, context, Page(url=params.url))
    if answer.status == 304 and memory.get("at", answer.url) != answer.url:  # another document's validators
        answer = _get(home, source, params, context, Page(url=home))
    return answer, memory


def _get(url: str, source: Source, params: Params, context: Context, kept: Page) -> Answer:
    return context.door.get(
        url, headers={"Accept": _ACCEPT}, etag=kept.etag, last_modified=kept.last_modified,
        allow_private=source.allow_private and origin(url) == origin(params.url),
    )  # fmt: skip


def _content(entries: Iterable[RawEntry]) -> str:
    """Tells whether a document says something else than before; a new date of its making is nothing."""
    said = "\n".join(f"{one.key}\t{one.title}" for one in entries)
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _resting(harvest: Harvest, source: Source, params: Params, context: Context) -> Harvest:
    """How long it asks to be left alone, also by a 304; never so long that its silence would be missed."""
    most = source.every + max(source.every, timedelta(hours=1)) * 3 / 4
    wait = remembering.rest(harvest.memory or {}, context.now, every=source.every, most=most, adaptive=params.adaptive)
    if not wait:
        return harvest
    asks = f"it is asked again after {wait // timedelta(minutes=1)} minutes, as it wishes"
    return replace(harvest, rest=wait, note="; ".join(part for part in (harvest.note, asks) if part))


def _page(kept: Page, answer: Answer, digest: str) -> Page:
    """A 304 may bring new validators; those it does not repeat stay."""
    if answer.status != 304:
        return replace(kept, etag=answer.etag, last_modified=answer.last_modified, body_hash=digest)
    return replace(kept, etag=answer.etag or kept.etag, last_modified=answer.last_modified or kept.last_modified)


def read(answer: Answer, source: Source, context: Context) -> Harvest:
    """Every entry of a document, oldest first."""
    return _read(answer, source, context)[0]


def _read(answer: Answer, source: Source, context: Context) -> tuple[Harvest, Reading]:
    from tracker.collectors import reading as parsers

    split = getattr(source.params, "split", None) == "headings"
    reading = parsers.read(answer.body, answer.headers.get("content-type", ""), split=split)
    entries = _entries(reading.parsed, answer.url, source, context)
    known = [entry.published_at for entry in entries if entry.date_known]
    kept = _ordered(entries)[-MOST_ENTRIES:]
    harvest = Harvest(
        entries=tuple(kept), reached_back=min(known, default=None), note=_note(entries, reading.parsed.found)
    )
    if not reading.cut:
        return harvest, reading
    sentence = f"cut short: the document ends in the middle; {len(kept)} whole entries were read"
    return replace(harvest, state="partial", failure=SourceError(sentence, state="partial")), reading


def _entries(parsed: Parsed, base: str, source: Source, context: Context) -> list[RawEntry]:
    """In the order of the document. What it lists twice is one entry: the first is the newer text."""
    marks = [
        identity.Marks(
            guid=item.guid, link=absolute(item.link, base), title=_title(item), text=item.summary or item.rest
        )
        for item in parsed.items
    ]
    by_key: dict[str, RawEntry] = {}
    for key, mark, item in zip(identity.keys(marks), marks, parsed.items, strict=True):
        at = _date(item.dates, context, parsed.language)
        entry = RawEntry(
            source=source.key, key=key, title=mark.title, link=mark.link, summary=item.summary,
            language=parsed.language, published_at=at or context.now, date_known=at is not None,
            aliases=identity.aliases(key, mark, at.date().isoformat() if at else ""),
        )  # fmt: skip
        for one in _parts(entry, item, base):
            by_key.setdefault(one.key, one)
    return list(by_key.values())


def _title(item: Item) -> str:
    return item.title or plaintext.shortened(item.summary, FROM_TEXT)


def _parts(entry: RawEntry, item: Item, base: str) -> list[RawEntry]:
    """The stories of an entry, each an entry of its own; the entry itself where it is not split."""
    return [
        replace(
            entry, key=identity.part_key(entry.key, part.title), title=part.title, aliases=(),
            link=absolute(part.link, base) or entry.link, summary=plaintext.shortened(part.text, SUMMARY),
        )
        for part in item.parts
    ] or [entry]  # fmt: skip


def _date(said: Iterable[str], context: Context, language: str) -> datetime | None:
    """The first usable of what the item says: published, else updated or created."""
    for text in said:
        at = dates.parse(text, context.zone, language)
        if at is not None and at.year >= _OLDEST_YEAR and at <= context.now + _AHEAD:
            return min(at, context.now)  # a mistaken zone: nothing is read before anybody could
    return None


def _ordered(entries: Iterable[RawEntry]) -> Sequence[RawEntry]:
    """Oldest first; documents list the newest first, also where dates are equal or missing."""
    return sorted(reversed(list(entries)), key=lambda entry: entry.published_at)


def _note(entries: Sequence[RawEntry], found: int) -> str:
    undated = sum(not entry.date_known for entry in entries)
    notes: list[str] = []
    if undated:
        notes.append(
            f"{undated} of {len(entries)} entries give no usable date and are dated by when they were first seen"
        )
    if len(entries) > MOST_ENTRIES:
        notes.append(f"{found:,} entries in the document; the newest {MOST_ENTRIES:,} were read")
    return "; ".join(notes)


KIND = Kind(Params=Params, collect=collect)
