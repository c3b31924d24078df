"""A text in, a reading out: subjects, events, numbers, each with its place and its reasons. Pure; compiled once.

Only the first READ_LIMIT code points are read for events and numbers: news is at the top, and the time of one text stays bounded.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from tracker import quantity
from tracker.extraction import details, merging, periods
from tracker.extraction.attribution import Attribution, Owner
from tracker.extraction.dates import old_year
from tracker.extraction.figures import Figure, figures_of
from tracker.extraction.folding import fold, plain
from tracker.extraction.grammar import Grammar, compile_grammar
from tracker.extraction.matching import Match, Page, Scene, matches
from tracker.extraction.modality import denials, modality_of, told_as_past
from tracker.extraction.names import product_key
from tracker.extraction.readings import EventReading, Hit, Reading, Text
from tracker.extraction.scenes import scene_of
from tracker.extraction.segments import Layout, Segment, lay_out
from tracker.extraction.subjects import SubjectFinder
from tracker.model.declared import Subject
from tracker.quantity import Found

READ_LIMIT = 20_000
#: Behind these a text may be cut.
_SENTENCE_ENDS = ("。", "！", "？", "；", "\n", ". ", "! ", "? ")
#: A number so near to a cut inside a sentence may be cut in two.
_TORN = 40
#: A subject that the body of an ordinary text names late is background.
_LEAD = 300


class Reader:
    """Reads texts for the declared subjects. `types` is the mapping of `phrases.yaml`; `declared` the `phrases:` of a watch."""

    def __init__(
        self, subjects: Mapping[str, Subject], types: Mapping[str, Any], declared: Mapping[str, Any] | None = None
    ) -> None:
        self.subjects = subjects
        self.grammar: Grammar = compile_grammar(types, declared)
        self._finder = SubjectFinder(subjects)

    def subjects_in(self, text: Text) -> tuple[Hit, ...]:
        """The places that name a declared subject, in the whole text."""
        whole = text.whole
        return self._finder.find(fold(whole), whole, text.date)

    def figures(self, text: Text) -> tuple[Figure, ...]:
        """The numbers that the text says of declared subjects, in order."""
        whole = text.whole
        hits = self._finder.find(fold(whole), whole, text.date)
        return _Reading(self, text, _top(whole), hits, any_subject=False).figures() if hits else ()

    def read(self, text: Text, any_subject: bool = False) -> Reading:
        """Everything that the text says; with `any_subject` also the events of those who are not declared."""
        whole = text.whole
        hits = self._finder.find(fold(whole), whole, text.date)
        reading = _Reading(self, text, _top(whole), hits, any_subject=any_subject)
        return reading.read()


def _top(whole: str) -> str:
    """What is read of a text: to the last end of a sentence within the limit; of one endless sentence, less what may be torn."""
    if len(whole) <= READ_LIMIT:
        return whole
    end = max(whole.rfind(mark, 0, READ_LIMIT) + len(mark) for mark in _SENTENCE_ENDS)
    if end > READ_LIMIT // 2:
        return whole[:end]
    numbers = quantity.find(whole[: READ_LIMIT + _TORN])
    torn = [one.start for one in numbers if one.start < READ_LIMIT and one.end > READ_LIMIT - _TORN]
    return whole[: min([READ_LIMIT, *torn])]


class _Reading:
    """One text on its way through the reader."""

    def __init__(self, reader: Reader, text: Text, read: str, hits: tuple[Hit, ...], *, any_subject: bool) -> None:
        self.reader, self.text, self.hits, self.any_subject = reader, text, hits, any_subject
        self.page = Page(
            original=read, cased=plain(read), folded=fold(read), date=text.date,
            subjects=reader.subjects, roles=reader.grammar.roles, fields=reader.grammar.fields,
        )  # fmt: skip
        self.quantities: tuple[Found, ...] = quantity.find(read)
        self._names = [hit.start for hit in hits]
        self._sums = [number.start for number in self.quantities]
        self.layout: Layout = lay_out(self.page.cased, min(len(text.title), len(read)))
        self.vetoes: list[str] = []
        self.titled: list[str] = []  # products named in the title

    def read(self) -> Reading:
        """The segments in order; the title first, because it says whose text it is."""
        events: list[EventReading] = []
        for segment, scene, topic, opinion in self._scenes():
            events += self._events(segment, scene, topic, opinion=opinion and not segment.in_title)
        return Reading(
            subjects=self.hits,
            events=merging.merge(events),
            quantities=self.quantities,
            products=tuple(dict.fromkeys(self.titled)),
            vetoes=tuple(self.vetoes),
        )

    def _scenes(self) -> Iterator[tuple[Segment, Scene, Hit | None, bool]]:
        """What is read of the text, in order, with the subject of the title; whether the title asks or judges."""
        titled = [hit for hit in self.hits if hit.end <= len(self.text.title)]
        topic = next((hit for hit in titled if not hit.person), None)
        opinion = False
        for segment in self.layout.segments:
            if not segment.in_title and not segment.alone and not self._belongs(segment, topic):
                continue
            scene = self._scene(segment)
            if segment.in_title and not self.layout.digest:
                opinion = opinion or ("OPINION" in scene.places and "MONEY" not in scene.places)
            yield segment, scene, topic, opinion

    def figures(self) -> tuple[Figure, ...]:
        """Likewise the numbers that are said of a subject."""
        told: list[Figure] = []
        day = self.text.date.date() if self.text.date else None
        dated = periods.find(self.page.folded, day) if day else ()
        for segment, scene, topic, opinion in self._scenes():
            inherited = None if segment.alone or segment.in_title else topic
            place = (segment.start, segment.end)
            owners = Attribution(self.page.cased, self.page.folded, place, scene, inherited, self.reader.subjects)
            near = [one for one in dated if segment.start <= one.start < segment.end]
            told += figures_of(segment, scene, self.page, inherited, owners, near, opinion=opinion)
        return tuple(told)

    def _belongs(self, segment: Segment, topic: Hit | None) -> bool:
        """In an ordinary text only the lead is read, and only for who stands in the title."""
        near = segment.start - len(self.text.title) <= _LEAD
        return near and (topic is not None or (self.any_subject and not self.text.title))

    def _scene(self, segment: Segment) -> Scene:
        hits = self.hits[bisect_left(self._names, segment.start) : bisect_left(self._names, segment.end)]
        numbers = self.quantities[bisect_left(self._sums, segment.start) : bisect_left(self._sums, segment.end)]
        scene = scene_of(segment, self.page, self.reader.grammar.lexicon, hits, numbers)
        if segment.in_title:
            self.titled += (product_key(self.page.cased[a:b]) for a, b in scene.places.get("VERSION", ()))
        return scene

    def _events(self, segment: Segment, scene: Scene, topic: Hit | None, *, opinion: bool) -> list[EventReading]:
        inherited = None if segment.alone or segment.in_title else topic
        place, subjects = (segment.start, segment.end), self.reader.subjects
        owners = Attribution(self.page.cased, self.page.folded, place, scene, inherited, subjects)
        events: list[EventReading] = []
        for rule in self.reader.grammar.rules_for(scene.places):
            for match in matches(rule, scene):
                said = f"{rule.type}: {rule.text} ({self._words(match)}; widest gap {match.gap} of {rule.within})"
                if forbidden := self._forbidden(match, segment, scene):
                    self.vetoes.append(f"{said}: {forbidden}")
                    continue
                events += self._told(match, said, segment, scene, owners.owners(match), opinion=opinion)
        if not events and (self.any_subject or scene.hits):
            events += self._denial(segment, scene)
        return events

    def _forbidden(self, match: Match, segment: Segment, scene: Scene) -> str:
        """Why a match is not what it seems to be; "" where nothing speaks against it."""
        if match.veto:
            return f"forbidden by {match.veto}"
        if told_as_past(match, scene, self.page.folded):
            return "told as past"
        day = self.text.date.date() if self.text.date else None
        year = old_year(self.page.folded[segment.start : match.head[0]], day) if day else ""
        return f"told of {year}" if year else ""

    def _told(
        self, match: Match, said: str, segment: Segment, scene: Scene, owners: list[Owner], *, opinion: bool
    ) -> Iterator[EventReading]:
        """The event, once for each whose it is."""
        modality, word = modality_of(match, scene, opinion=opinion)
        for owner in owners:
            if owner.hit is None and not (self.any_subject and self._of_anybody(match)):
                self.vetoes.append(f"{said}: {owner.why}")
                continue
            yield EventReading(
                type=match.rule.type,
                subject=owner.hit.subject if owner.hit else None,
                modality=modality,
                ends=match.rule.ends,
                start=match.start,
                end=match.end,
                quote=self.page.original[segment.start : segment.end].strip(),
                why=f"{said}; {owner.why}" + (f"; {modality} by {word}" if word else ""),
                in_title=segment.in_title,
                **details.of(match, segment, scene, self.page, owner),
            )

    def _of_anybody(self, match: Match) -> bool:
        """Whether such a thing is told also of somebody who is not declared."""
        return not match.rule.ends and match.rule.type not in self.reader.grammar.declared_only

    def _words(self, match: Match) -> str:
        return " + ".join(self.page.original[a:b] for a, b in match.picks)

    def _denial(self, segment: Segment, scene: Scene) -> list[EventReading]:
        """Somebody denies something that is no known type: still a denial."""
        for start, end in denials(scene):
            hit = next((hit for hit in scene.hits if hit.start < start), None)
            if hit is None and not self.any_subject:
                continue
            return [
                EventReading(
                    type="other",
                    subject=hit.subject if hit else None,
                    modality="denied",
                    start=start,
                    end=end,
                    quote=self.page.original[segment.start : segment.end].strip(),
                    why=f"denied: {self.page.original[start:end]}",
                    in_title=segment.in_title,
                )
            ]
        return []
