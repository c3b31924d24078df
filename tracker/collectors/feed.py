"""kind: feed. RSS and Atom, as broken as they come: what a reader would see is an entry; nothing in it is obeyed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tracker.collectors import dates, documents, identity, plaintext
from tracker.collectors.decoding import decode
from tracker.collectors.fields import Url
from tracker.collectors.kind import Context, Harvest, Kind, RawEntry
from tracker.collectors.links import absolute
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source
from tracker.model.observed import Page
from tracker.network import Answer

MOST_ENTRIES = 2000
_TITLE, _SUMMARY, _FROM_TEXT = 2000, 1000, 80
#: What is kept of a text whose summary breaks off: the list of headlines of a daily, not all that follows.
_WHOLE = 6000
_CUT = ("…", "...", "[…]", "[...]", "[&#8230;]")
_LONGEST_TEXT = 200_000
#: A date outside is a mistake of the newsroom; the entry is then dated by when it was first seen.
_OLDEST_YEAR = 1990
_AHEAD = timedelta(hours=36)
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


class Params(Frozen):
    """A news feed."""

    url: Url
    """Address of the RSS or Atom document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One item as text; `at` None where the document gives no usable date."""

    marks: identity.Marks
    summary: str
    at: datetime | None


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Ask with the validators of last time; parse only what has changed."""
    kept = context.pages.get(params.url, Page(url=params.url))
    answer = context.door.get(
        params.url, headers={"Accept": _ACCEPT}, etag=kept.etag, last_modified=kept.last_modified,
        allow_private=source.allow_private,
    )  # fmt: skip
    digest = kept.body_hash if answer.status == 304 else hashlib.blake2b(answer.body, digest_size=16).hexdigest()
    page = _page(kept, answer, digest)
    moved = f"moved for good to {answer.moved}: change its url" if answer.moved else ""
    if digest == kept.body_hash:
        return Harvest(state="unchanged", confirmed=True, pages=(page,), note=moved)
    harvest = read(answer, source, context)
    if harvest.failure is None:  # else it is asked for whole next time
        harvest = replace(harvest, pages=(page,))
    return replace(harvest, note="; ".join(part for part in (moved, harvest.note) if part))


def _page(kept: Page, answer: Answer, digest: str) -> Page:
    """A 304 may bring new validators; those it does not repeat stay."""
    if answer.status != 304:
        return replace(kept, etag=answer.etag, last_modified=answer.last_modified, body_hash=digest)
    return replace(kept, etag=answer.etag or kept.etag, last_modified=answer.last_modified or kept.last_modified)


def read(answer: Answer, source: Source, context: Context) -> Harvest:
    """Every entry of a document, oldest first."""
    document = documents.prepare(decode(answer.body, answer.headers.get("content-type", "")))
    parsed = _parsed(document.text)
    if not parsed.get("version") and not parsed.entries:
        raise SourceError("not a feed: there is no RSS or Atom in this document")
    language = str(parsed.feed.get("language") or "")[:35]
    literal = parsed.get("version") in ("atom10", "atom")
    read_items = [_item(raw, answer.url, context, language, literal=literal) for raw in parsed.entries]
    items = [item for item in read_items if item.marks.guid or item.marks.link or item.marks.title]
    keys = identity.keys([item.marks for item in items])
    by_key: dict[str, RawEntry] = {}
    for key, item in zip(keys, items, strict=True):
        entry = RawEntry(
            source=source.key, key=key, title=item.marks.title, link=item.marks.link, summary=item.summary,
            language=language, published_at=item.at or context.now, date_known=item.at is not None,
        )  # fmt: skip
        by_key.setdefault(key, entry)  # listed twice: the first is the newer text
    entries = list(by_key.values())
    known = [entry.published_at for entry in entries if entry.date_known]
    kept = _ordered(entries)[-MOST_ENTRIES:]
    note = _note(entries, silent=len(read_items) - len(items))
    harvest = Harvest(entries=tuple(kept), reached_back=min(known, default=None), note=note)
    if not document.cut:
        return harvest
    sentence = f"cut short: the document ends in the middle; {len(kept)} whole entries were read"
    return replace(harvest, state="partial", failure=SourceError(sentence, state="partial"))


def _parsed(text: str) -> Any:
    import feedparser

    # Only ever a stream: a text that looks like a path or an address would be opened.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        return feedparser.parse(stream, response_headers=headers, sanitize_html=False)
    except Exception as error:  # it promises none, and breaks off on a few documents all the same
        raise SourceError(f"not a feed that can be read: the parser gave up ({type(error).__name__})") from error


def _item(raw: Mapping[str, Any], base: str, context: Context, language: str, *, literal: bool) -> _Item:
    summary = _text(raw, "summary", literal=literal) or _content(raw, literal=literal)
    title = plaintext.shortened(_text(raw, "title", literal=literal), _TITLE)
    guid = plaintext.clean(str(raw.get("id") or ""))
    link = str(raw.get("link") or "")
    if link == guid and not link.lower().startswith(("http://", "https://")):
        link = ""  # a guid that was taken for a permalink
    return _Item(
        marks=identity.Marks(
            guid=guid, link=absolute(link, base), title=title or plaintext.shortened(summary, _FROM_TEXT), text=summary
        ),
        summary=_kept(raw, summary, literal=literal),
        at=_date(raw, context, language),
    )


def _kept(raw: Mapping[str, Any], summary: str, *, literal: bool) -> str:
    """The summary; where the document cut it off itself and brings the text too, the beginning of the text."""
    if summary.endswith(_CUT):
        whole = _content(raw, literal=literal)
        if len(whole) > len(summary):
            return plaintext.shortened(whole, _WHOLE)
    return plaintext.shortened(summary, _SUMMARY)


def _text(raw: Mapping[str, Any], name: str, *, literal: bool) -> str:
    return _plain(raw.get(name), raw.get(f"{name}_detail"), literal=literal)


def _content(raw: Mapping[str, Any], *, literal: bool) -> str:
    parts = raw.get("content") or ()
    return _plain(parts[0].get("value"), parts[0], literal=literal) if parts else ""


def _plain(value: Any, detail: Any, *, literal: bool) -> str:
    """Atom says what is text; elsewhere everybody writes HTML, escaped or not."""
    said = str(value or "")[:_LONGEST_TEXT]
    if literal and detail and detail.get("type") == "text/plain":
        return plaintext.clean(said)
    return plaintext.to_text(said)


def _date(raw: Mapping[str, Any], context: Context, language: str) -> datetime | None:
    """The first usable of what the item says: published, else updated or created."""
    said = dict(raw)  # past feedparser's own look-up, which gives one date for another
    for name in ("published", "updated", "created"):
        at = dates.parse(str(said.get(name) or ""), context.zone, language)
        if at is not None and at.year >= _OLDEST_YEAR and at <= context.now + _AHEAD:
            return min(at, context.now)  # a mistaken zone: nothing is read before anybody could
    return None


def _ordered(entries: Iterable[RawEntry]) -> Sequence[RawEntry]:
    """Oldest first; documents list the newest first, also where dates are equal or missing."""
    return sorted(reversed(list(entries)), key=lambda entry: entry.published_at)


def _note(entries: Sequence[RawEntry], silent: int) -> str:
    undated = sum(not entry.date_known for entry in entries)
    notes = [f"{silent} of {silent + len(entries)} entries say nothing and were left out"] if silent else []
    if undated:
        notes.append(
            f"{undated} of {len(entries)} entries give no usable date and are dated by when they were first seen"
        )
    if len(entries) > MOST_ENTRIES:
        notes.append(f"{len(entries):,} entries in the document; the newest {MOST_ENTRIES:,} were read")
    return "; ".join(notes)


KIND = Kind(Params=Params, collect=collect)
