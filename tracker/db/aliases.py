"""What else an entry was known by: one that comes back under another key is the old entry, perhaps edited, and not new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection, insert, select

from tracker.db.tables import entry_alias
from tracker.model.observed import Entry

_MANY = 10_000
#: Before a key that is an alias; the others are digests.
_KEY = "key:"
Place = tuple[str, str]  # source and key


def under_their_keys(
    connection: Connection, given: Mapping[Place, Entry], known: Collection[Place]
) -> dict[Place, Entry]:
    """The same entries, those with an unknown key and a known alias under the key that they had before.

    The new key is then an alias too, for the day on which the title is edited. Where the document still lists the old key,
    the two are two.
    """
    strangers = {one.source: [] for place, one in given.items() if place not in known}  # type: dict[str, list[str]]
    for place, one in given.items():
        if place not in known:
            strangers[one.source] += _names(one)
    keys = {
        (source, alias): key for source, wanted in strangers.items() for alias, key in _keys(connection, source, wanted)
    }
    renamed: dict[Place, Entry] = {}
    for place, one in given.items():
        old = next((keys[one.source, alias] for alias in _names(one) if (one.source, alias) in keys), None)
        if place in known or old is None or (one.source, old) in given or (one.source, old) in renamed:
            renamed.setdefault(place, one)
        else:
            renamed[one.source, old] = replace(one, key=old, aliases=_names(one))
    return renamed


def _names(one: Entry) -> tuple[str, ...]:
    """All that an entry with an unknown key may be known by, the key before what it says."""
    return _KEY + one.key, *one.aliases


def _keys(connection: Connection, source: str, wanted: list[str]) -> Iterable[tuple[str, str]]:
    for start in range(0, len(wanted), _MANY):
        some = entry_alias.c.alias.in_(wanted[start : start + _MANY])
        for row in connection.execute(
            select(entry_alias.c.alias, entry_alias.c.key).where(entry_alias.c.source == source, some)
        ):
            yield row.alias, row.key


def note(connection: Connection, entries: Iterable[Entry], fresh: Collection[Place]) -> None:
    """Keep the aliases of what is new, edited or known again; the first entry that was known by one keeps it."""
    rows = {
        (one.source, alias): one.key
        for one in entries
        if (one.source, one.key) in fresh or (one.aliases and one.aliases[0].startswith(_KEY))
        for alias in one.aliases
    }
    by_source: dict[str, list[str]] = {}
    for source, alias in rows:
        by_source.setdefault(source, []).append(alias)
    taken = {(source, alias) for source, wanted in by_source.items() for alias, _ in _keys(connection, source, wanted)}
    new = [
        {"source": source, "alias": alias, "key": key}
        for (source, alias), key in rows.items()
        if (source, alias) not in taken
    ]
    if new:
        connection.execute(insert(entry_alias), new)
