"""event: each event once, by its key; a rumour that comes true and a denial are said of what was spoken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import field_validator

from tracker.model.declared import Duration, Frozen, Rule, Severity, Texts
from tracker.model.told import Evidence, What
from tracker.rules.facts import Fact, Knowledge
from tracker.rules.kind import Kind, Telling, Told


class Grade(Frozen):
    """A severity, and when it is used; every part that is given must hold."""

    severity: Severity
    """The severity of such an event."""
    match: Texts = ()
    """Texts of which one stands in the title, letter case aside."""
    people: Literal["declared"] | None = None
    """Somebody who is declared under the subject's `people`."""
    role: Texts = ()
    """Role of the person: founder, CEO, CTO, chief scientist, chairman."""
    counterparty: Texts = ()
    """Class of another declared subject in it: carmaker, bank, …"""

    @field_validator("role", "counterparty", mode="after")
    @classmethod
    def _lower(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word.lower() for word in words)

    def holds(self, fact: Fact) -> bool:
        """Whether an event meets every given part."""
        return (
            (not self.match or _matches(self.match, fact.title))
            and (self.people is None or fact.people_declared)
            and (not self.role or fact.role.lower() in self.role)
            and (not self.counterparty or any(word.lower() in self.counterparty for word in fact.counterparty))
        )


class Params(Frozen):
    """Each event once, by its key; then that a rumour was confirmed, and that what was said was denied."""

    match: Texts = ()
    """Texts of which one must stand in the title, letter case aside; default every event."""
    grade: tuple[Grade, ...] = ()
    """Conditions, of which the first that holds sets the severity; default the rule's."""
    max_event_age: Duration = timedelta(days=30)
    """An event that we learn of more than this after its date is late: noted, not sent."""


def tell(rule: Rule, params: Params, known: Knowledge, at: datetime, memory: Mapping[str, Any]) -> Telling:
    """Walk through what was learned since `memory`, in order; `memory` holds the word said last of each key."""
    words: dict[str, str] = dict(memory.get("words", {}))
    seen = int(memory.get("seen", 0))
    told: list[Told] = []
    fresh = sorted((fact for fact in known.own if fact.seq > seen and fact.known <= at), key=lambda fact: fact.seq)
    for fact in fresh:
        seen = fact.seq
        what = _word(rule, params, fact, words.get(fact.key), at)
        if what is None:
            continue
        # A rumour that was spoken is remembered as such, so that its confirmation is news and a repetition is not.
        words[fact.key] = "rumour" if what == "event" and fact.kind == "rumour" else what
        evidence = Evidence(value=fact.title, seqs=(fact.seq,), occurred=fact.start)
        told.append(Told(what=what, key=fact.key, severity=_severity(rule, params, fact), evidence=evidence))
    return Telling(told=told, memory={"words": words, "seen": seen})


def _word(rule: Rule, params: Params, fact: Fact, last: str | None, at: datetime) -> What | None:
    """What one report adds to what was said of its event; None = nothing."""
    if not fact.visible(at):
        return None
    if fact.late and last is not None:
        return None  # what was history when we learned it, or was said of another event before, says nothing aloud
    if fact.kind == "denial":
        return "denied" if last in ("rumour", "event", "confirmed") else None
    unmatched = not _matches(params.match, fact.title) if params.match else fact.ending
    if fact.kind not in KIND.kinds(rule) or unmatched:
        return None
    if last is None:
        return "late" if fact.late or fact.known - _newest_date(fact) > params.max_event_age else "event"
    return "confirmed" if fact.kind == "actual" and last in ("rumour", "denied") else None


def _newest_date(fact: Fact) -> datetime:
    """The latest date that an event can have: what is vague gets the benefit of the doubt."""
    return min(fact.end, fact.known)


def _severity(rule: Rule, params: Params, fact: Fact) -> Severity:
    return next((grade.severity for grade in params.grade if grade.holds(fact)), rule.severity)


def _matches(texts: tuple[str, ...], title: str) -> bool:
    folded = title.casefold()
    return any(text.casefold() in folded for text in texts)


KIND = Kind(Params=Params, tell=tell, reads=("actual", "rumour"))
