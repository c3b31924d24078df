"""Which entry is which: by its guid where that tells it from the others, else by its link, else by what it says."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tracker.collectors.links import normalised

_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What one item of a document has to be told apart by."""

    guid: str
    link: str
    title: str
    text: str


def keys(items: Sequence[Marks]) -> list[str]:
    """One key per item. Two items of one key are one entry that the document lists twice."""
    by_guid: defaultdict[str, set[str]] = defaultdict(set)
    by_link: defaultdict[str, set[str]] = defaultdict(set)
    titles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for item in items:
        link = normalised(item.link)
        by_guid[item.guid].add(link or item.title)
        by_link[link].add(item.guid or item.title)
        titles[item.guid, link].add(item.title)
    # Two titles under one guid and link are one entry and its edit; more are a newsroom that marks nothing.
    return [
        _key(item, by_guid, by_link) if len(titles[item.guid, normalised(item.link)]) <= 2 else _by_text(item)
        for item in items
    ]


def aliases(key: str, item: Marks, day: str) -> tuple[str, ...]:
    """What an entry is known by although its key changes: its title and day, with its address or the path of its key.

    A newsroom moves to another host or scheme, or gives its old entries new guids: they are not news. `day` is the date
    of the entry, "" when it has none: the same headline under the same address on another day is another entry. A guid that
    is no address was made to tell its entry from others: under another one only the same text is the same entry.
    """
    if not item.title:
        return ()
    link = normalised(item.link) if _path(item.link) else ""
    told_apart = bool(item.guid) and not item.guid.lower().startswith(("http://", "https://"))
    places = [_path(key), "" if told_apart else link, link and f"{link}\n{item.text}"]
    return tuple(_digest(f"{place}\n{item.title}\n{day}") for place in dict.fromkeys(places) if place)


def _path(url: str) -> str:
    """What an address says behind its host, "" where that is nothing of its own."""
    if not url.lower().startswith(("http://", "https://")):
        return ""
    try:
        parts = urlsplit(normalised(url))
    except ValueError:
        return ""
    said = f"{parts.path}?{parts.query}#{parts.fragment}"
    return said if len(said) > len("/?#") else ""


def part_key(key: str, title: str) -> str:
    """The key of one story of an entry that holds several: an edit of its text leaves it as it is."""
    return _bounded(f"{key}#{_digest(title)[:16]}")


def _key(item: Marks, by_guid: dict[str, set[str]], by_link: dict[str, set[str]]) -> str:
    link = normalised(item.link)
    if item.guid and len(by_guid[item.guid]) == 1:
        return _bounded(item.guid)
    if link and (len(by_link[link]) == 1 or (item.guid and by_link[link] == {item.guid})):
        return _bounded(link)
    return _by_text(item)


def _by_text(item: Marks) -> str:
    return "text:" + _digest(f"{item.title}\n{item.text[:500]}")


def _bounded(key: str) -> str:
    return key if len(key) <= _LONGEST else "long:" + _digest(key)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
