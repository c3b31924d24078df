"""Which declared subjects a text names: by name, alias or person; a blocker that contains an alias wins over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.extraction.lexicon import Found, Lexicon
from tracker.extraction.readings import Hit
from tracker.model.declared import Person, Subject

_UTC = ZoneInfo("UTC")
_BLOCKED, _UNSURE = "!", "?"
#: What stands beside the name of a company and not beside a common word.
_BEFORE = re.compile(
    r"(?:startup|start-up|company|firm|lab|maker|developer|unicorn|rival|backed|chinese|china's|beijing's|shanghai's|based|ai)\s$"
)
_DOES = (
    "rais(?:es|ed|ing)|secur(?:es|ed)|clos(?:es|ed)|complet(?:es|ed)|lands|nabs|seeks|plans|targets|weighs|considers|eyes|files|"
    "launch(?:es|ed)|releas(?:es|ed)|unveil(?:s|ed)|introduc(?:es|ed)|open-sourc(?:es|ed)|announc(?:es|ed)|appoints|hires|names|"
    r"signs|acquires|denies|says|said|in talks|ceo|cto|founder|co-founder|valued|valuation|ai\b"
)
_HAS = r"'s\s(?:\w+\s){0,2}(?:round|valuation|funding|ipo|ceo|cto|model|app|chatbot|founder)"
_BEHIND = re.compile(rf"{_HAS}|,?\s(?:also\s|has\s|reportedly\s|just\s)?(?:{_DOES})")


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
            self._named[key + _UNSURE] = (key, None)
            phrases += [(name, key + _UNSURE) for name in subject.ambiguous]
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
        found = self._lexicon.scan(folded)
        sure = {mark.partition("#")[0] for one in found for mark in one.marks if not mark.endswith(_UNSURE)}
        for one in found:
            for mark in one.marks:
                if mark == _BLOCKED or not self._counts(mark, at):
                    continue
                key, person = self._named[mark]
                if mark.endswith(_UNSURE) and key not in sure and not _of_a_company(original, folded, one):
                    continue
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


def _of_a_company(original: str, folded: str, name: Found) -> bool:
    """Whether an ordinary word is a company's name here: it has a capital, and a word beside it that says so."""
    if not original[name.start : name.start + 1].isupper() and original[name.start : name.start + 1].isascii():
        return False
    before, behind = folded[max(0, name.start - 24) : name.start], folded[name.end : name.end + 60]
    return bool(_BEFORE.search(before) or _BEHIND.match(behind))
