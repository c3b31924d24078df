"""What the rules of one evaluation or digest read: once for all of them, and values no further back than they look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from tracker import db, rules
from tracker.db.history import BEST, LOWEST, Hiding, Key, Line
from tracker.model.observed import Clock, Coverage, Entry, KnownEvent
from tracker.pipeline.known.targets import Sights, first_sights
from tracker.timing import Period

#: So many of the newest rows of a series are read at least: a rule that saw one of them before needs no more.
_NEWEST = 8
#: Series of one statement.
_AT_ONCE = 500


class Shelf:
    """Facts by series, and what else rules see. What was not put on it is fetched whole when it is asked for."""

    def __init__(
        self, connection: db.Connection, seen: int = 0, clock: Clock = "recorded", *, whole: Iterable[Key] = ()
    ) -> None:
        """`seen`: up to which number every rule knows everything; what is newer is always shown.

        `whole`: series that are fetched now; then the events of a subject, too, are read all at once.
        """
        self.connection, self._seen, self._clock = connection, seen, clock
        self._events: dict[tuple[str, tuple[str, ...] | None], list[KnownEvent]] = {}
        self._named: dict[str, list[Entry]] = {}
        self._facts: dict[Key, list[rules.Fact]] = {}
        self._floors: dict[Key, datetime] = {}
        self._news: Mapping[int, datetime] | None = None
        keys = sorted(set(whole))
        self._at_once = bool(keys)
        for first in range(0, len(keys), _AT_ONCE):
            self._fetch(dict.fromkeys(keys[first : first + _AT_ONCE]))

    def put(self, wanted: Mapping[Key, timedelta | None]) -> None:
        """Fetch these series and forget all others; each as far back as is said before its newest values, None: whole."""
        self._facts.clear()
        self._floors.clear()
        self._fetch(wanted)

    def values(self, key: Key) -> Sequence[rules.Fact]:
        """The facts of a series, in no order."""
        if key not in self._facts:
            self._fetch({key: None})
        return self._facts[key]

    def events(self, subject: str, types: Sequence[str]) -> list[KnownEvent]:
        """Every event of these types."""
        asked = None if self._at_once else tuple(types)
        if (subject, asked) not in self._events:
            self._events[subject, asked] = db.news.events(self.connection, subject=subject, types=asked)
        return [one for one in self._events[subject, asked] if one.event.type in types]

    def named(self, subject: str) -> list[Entry]:
        """Every text that names the subject."""
        if subject not in self._named:
            self._named[subject] = db.news.naming(self.connection, subject)
        return self._named[subject]

    @cached_property
    def sights(self) -> Sights:
        """When each declared target was first seen."""
        return first_sights(self.connection)

    @cached_property
    def coverage(self) -> list[Coverage]:
        """When somebody was watching."""
        return db.sources.coverage(self.connection)

    def floor(self, key: Key) -> datetime | None:
        """From which date on the facts are complete; None: from ever."""
        return self._floors.get(key)

    def whole(self, key: Key) -> None:
        """Fetch the rest of a series."""
        del self._floors[key]
        self._fetch({key: None})

    def _fetch(self, wanted: Mapping[Key, timedelta | None]) -> None:
        self._facts |= {key: [] for key in wanted}
        lines = {line.id: line for line in db.history.lines(self.connection, list(wanted), _NEWEST)}
        floors = {number: self._back(line, wanted[line.key]) for number, line in lines.items()}
        for number, floor in floors.items():
            if floor is not None:
                key = lines[number].key
                self._floors[key] = max(floor, self._floors.get(key, floor))
        for row, hidden in db.history.rows(self.connection, floors):
            line = lines[row.series_id]
            self._facts[line.key].append(_fact(row, line, hidden, self._clock))

    def _back(self, line: Line, reach: timedelta | None) -> datetime | None:
        """Where the rows of one series may begin: before its newest ones, and before all that is new."""
        if reach is None or line.back is None:
            return None
        if self._news is None:
            self._news = db.history.oldest_news(self.connection, self._seen)
        return min(line.back - reach, self._news.get(line.id, line.back))


def _fact(row: Any, line: Line, by: Hiding | None, clock: Clock) -> rules.Fact:
    known, hidden = row.recorded_at, by.recorded_at if by else None
    if clock == "published":
        known, hidden = row.published_at, by.published_at if by else None
    return rules.Fact(
        seq=row.seq, known=known, start=row.occurred_start, end=row.occurred_end, lo=row.lo, hi=row.hi, op=row.op,
        kind=row.kind, unit=line.unit, edition=line.edition, tier=row.tier_rank, published=row.published_at,
        by=None if row.by_end is None else Period(row.by_start, row.by_end, row.by_text), title=row.quote,
        named_end=row.period_end if row.period_end != row.occurred_end else None,
        hidden=hidden, hidden_seq=by.seq if by else 0, retracted=bool(by and by.reason),
        entrant=line.labels if line.key[2] in (BEST, LOWEST) else "", lower=line.key[2] == LOWEST,
    )  # fmt: skip


def widest(wanted: Iterable[tuple[Key, timedelta | None]]) -> dict[Key, timedelta | None]:
    """Of several reaches into one series the widest counts."""
    found: dict[Key, timedelta | None] = {}
    for key, reach in wanted:
        other = found.get(key, timedelta(0))
        found[key] = None if reach is None or other is None else max(reach, other)
    return found
