"""Which declared subjects a text names: by name, alias or person; a blocker that contains an alias wins over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.extraction.lexicon import Lexicon
from tracker.extraction.readings import Hit
from tracker.model.declared import Person, Subject

_UTC = ZoneInfo("UTC")
_BLOCKED = "!"


class SubjectFinder:
    """Names of all declared subjects, compiled once."""

    def __init__(self, subjects: Mapping[str, Subject]) -> None:
        self._named: dict[str, tuple[str, Person | None]] = {}
        self._since: dict[str, datetime] = {}
        phrases: list[tuple[str, str]] = []
        for key, subject in subjects.items():
            self._named[key] = (key, None)
            phrases += [(name, key) for name in (subject.name, *subject.aliases)]
            phrases += [(name, _BLOCKED) for name in subject.blockers]
            for number, person in enumerate(subject.people):
                mark = f"{key}#{number}"
                self._named[mark] = (key, person)
                phrases += [(name, mark) for name in person.names]
                if person.since:
                    self._since[mark] = timing.parse_instant(person.since, _UTC)
        self._lexicon = Lexicon(phrases)

    def find(self, folded: str, original: str, at: datetime | None) -> tuple[Hit, ...]:
        """Every place that names a subject, in order. Without a date of the text every person counts."""
        hits: list[Hit] = []
        for one in self._lexicon.scan(folded):
            for mark in one.marks:
                if mark == _BLOCKED or not self._counts(mark, at):
                    continue
                key, person = self._named[mark]
                hits.append(
                    Hit(
                        subject=key,
                        start=one.start,
                        end=one.end,
                        name=original[one.start : one.end],
                        person=person.names[0] if person else "",
                        role=person.role if person else "",
                    )
                )
        return tuple(hits)

    def _counts(self, mark: str, at: datetime | None) -> bool:
        since = self._since.get(mark)
        return since is None or at is None or at.astimezone(UTC) >= since
