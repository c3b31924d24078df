"""Which entry is which: by its guid where that tells it from the others, else by its link, else by what it says."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

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
