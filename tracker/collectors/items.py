"""What a document of a feed says, whichever parser has read it: plain texts, links and dates as they were written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.collectors import plaintext

TITLE, SUMMARY, FROM_TEXT = 2000, 1000, 80
#: What is kept of a text whose summary breaks off: the list of headlines of a daily, not all that follows.
WHOLE = 6000
_CUT = ("…", "...", "[…]", "[...]", "[&#8230;]")
LONGEST_TEXT = 200_000
#: More entries of a document are not read: the newest of what newsrooms list stand first.
MOST_ENTRIES = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """One story of an entry that holds several."""

    title: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry, its texts plain and bounded; `link` may be relative to where the document was found."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    dates: tuple[str, ...] = ()  # as written: published, else updated, else created
    parts: tuple[Part, ...] = ()  # by its headings, where the source asks for that
    rest: str = ""  # what tells it from others when it has neither guid nor link nor text


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as one parser read it, its entries in its own order."""

    items: tuple[Item, ...] = ()
    language: str = ""
    found: int = 0  # entries in the document, also those beyond what is read


def made(
    *,
    guid: str,
    link: str,
    title: str,
    summary: str,
    whole: Callable[[], str],
    dates: tuple[str, ...],
    rest: Callable[[], str],
    parts: tuple[Part, ...] = (),
) -> Item:
    """An item of texts that are plain already; a guid that was taken for a link and is none is no link."""
    guid, link = plaintext.clean(guid), link.strip()
    if link == guid and not link.lower().startswith(("http://", "https://")):
        link = ""
    return Item(
        guid=guid, link=link, title=plaintext.shortened(title, TITLE), summary=_kept(summary, whole),
        dates=tuple(date[:200] for date in dates if date), parts=parts,
        rest="" if guid or link or title or summary else rest()[:LONGEST_TEXT],
    )  # fmt: skip


def _kept(summary: str, whole: Callable[[], str]) -> str:
    """The summary; where the document cut it off itself and brings the text too, the beginning of the text."""
    if summary.endswith(_CUT) and len(text := whole()) > len(summary):
        return plaintext.shortened(text, WHOLE)
    return plaintext.shortened(summary, SUMMARY)


def plain(said: str, *, literal: bool) -> str:
    """The text of a title or summary. Atom says what is text; elsewhere everybody writes HTML, escaped or not."""
    said = said[:LONGEST_TEXT]
    return plaintext.clean(said) if literal else plaintext.to_text(said)
