"""What is no mistake but can hardly be meant: rules that nothing feeds, that nobody hears, or that cannot clear.

Only what the declaration itself shows is said; what a person may still record by hand is not called missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tracker.errors import Problem
from tracker.indicators.findings import Findings, nearest
from tracker.indicators.positions import Document, Node, Path, Place
from tracker.model.declared import SEVERITIES, Declaration, Emit, Indicator, Rule, Source
from tracker.quantity.words import CODES, NAMES

#: A feed brings entries, and what they say; the API of a `json` source brings only what `emit` takes out of it.
_ENTRIES, _ROWS = "feed", "json"
_NEVER_NEGATIVE = {"velocity": "a count of events", "anomaly": "a distance from the median"}
_OF_VALUES = ("threshold", "change", "pace", "anomaly", "stale", "due")
#: What texts are read for without `phrases`; compared by a test with the phrases themselves.
READ_TYPES = (
    "funding", "contract", "partnership", "departure", "arrival", "release", "benchmark", "ipo", "acquisition", "layoff",
)  # fmt: skip
#: A word that is a weight before it is money.
_NO_MONEY = ("pounds",)
_NOWHERE = Document(file="", text="", root=Node("map", Place(1, 1)))


def lint(declaration: Declaration, document: Document = _NOWHERE) -> list[Problem]:
    """Every warning, in the order of the file; the places are those of the document that was read."""
    return _Lint(declaration, Findings(document)).all()


class _Lint:
    """One look at a declaration that has no mistakes."""

    def __init__(self, declaration: Declaration, findings: Findings) -> None:
        self.declaration, self.findings = declaration, findings

    def all(self) -> list[Problem]:
        self._sources()
        self._receivers()
        for key, indicator in self.declaration.indicators.items():
            path: Path = ("indicators", key)
            self._undated(path)
            self._spelling(path, indicator)
            if indicator.rules:
                self._fed(path, indicator)
            for name, rule in indicator.rules.items():
                self._rule((*path, "rules", name), rule, indicator)
        return self.findings.problems()

    def _warn(self, path: Path, message: str, hint: str, code: str, *, on_key: bool = False) -> None:
        self.findings.add(path, message, on="key" if on_key else "value", hint=hint, code=code, level="warning")

    def _sources(self) -> None:
        for key, source in self.declaration.sources.items():
            if source.kind == _ROWS and not source.emit:
                self._warn(("sources", key), f"nothing is taken out of {key!r}", "add `emit`", "unused", on_key=True)
            if source.kind == _ENTRIES and source.emit:
                message = "a feed brings entries, and its `emit` is not read"
                self._warn(("sources", key, "emit"), message, "take it out", "unused", on_key=True)

    def _receivers(self) -> None:
        used = set(self._heard())
        used |= {one.fallback for key, one in self.declaration.receivers.items() if one.fallback and key in used}
        for key in self.declaration.receivers:
            if used and key not in used:
                message = f"nothing is ever sent to {key!r}"
                hint = "name it in `receivers` of a rule, the defaults or the digest, or take it out"
                self._warn(("receivers", key), message, hint, "unused", on_key=True)

    def _heard(self) -> Iterator[str]:
        """Each receiver that some rule or the digest names, or may reach by default."""
        if (digest := self.declaration.digest) is not None:
            yield from self.declaration.receivers if digest.receivers is None else digest.receivers
        for indicator in self.declaration.indicators.values():
            for rule in indicator.rules.values():
                for severity in SEVERITIES:
                    yield from self.declaration.receivers_of(rule, severity)

    def _undated(self, path: Path) -> None:
        """The model has only targets with a day: the others are in the file alone."""
        node = self.findings.document.node((*path, "targets"))
        for number, target in enumerate(node.items if node is not None and node.kind == "list" else []):
            if "by" not in target.keys or target.keys["by"][1].is_null():
                self._warn((*path, "targets", number), "this target has no date: it is never due", *_DATE)
        if node is not None and node.kind == "map" and ("by" not in node.keys or node.keys["by"][1].is_null()):
            self._warn((*path, "targets"), "this target has no date: it is never due", *_DATE)

    def _spelling(self, path: Path, indicator: Indicator) -> None:
        """A type that nobody reads is fed by hand, a unit is free text: what looks like a slip of one that is known is said."""
        brought = {emit.event for source in self.declaration.sources.values() for emit in source.emit if emit.event}
        known = {*READ_TYPES, *self.declaration.phrases, *brought}
        node = self.findings.document.node((*path, "event"))
        for number, type_ in enumerate(indicator.types):
            if type_ not in known and (near := nearest(type_, known)):
                place = (*path, "event", number) if node is not None and node.kind == "list" else (*path, "event")
                self._warn(
                    place, f"no text is read for {type_!r}, and no source brings it", f"did you mean {near!r}?", "unfed"
                )
        money, slash, per = (indicator.unit or "").partition("/")
        word = money.strip().lower()
        code = CODES.get(word) or ("" if word in _NO_MONEY else NAMES.get(word, ""))
        if code and code != money:
            message = f"{money!r} is written {code} in every value: as it stands, no value is in this unit"
            self._warn((*path, "unit"), message, f"write {code + slash + per}", "unit")

    def _fed(self, path: Path, indicator: Indicator) -> None:
        """The sources that it names must be able to bring what it measures."""
        named = [self.declaration.sources[key] for key in indicator.sources or () if key in self.declaration.sources]
        readers = named if indicator.sources else list(self.declaration.sources.values())
        place = (*path, "sources") if indicator.sources else path
        if indicator.mentions and not any(source.kind != _ROWS for source in readers):
            hint = "add a feed: what is recorded by hand is no mention"
            self._warn(
                place,
                f"no source brings entries, and {indicator.key!r} counts nothing else",
                hint,
                "unfed",
                on_key=True,
            )
        elif (
            named
            and indicator.event
            and not any(source.kind != _ROWS or _brings(source, indicator) for source in named)
        ):
            types = " or ".join(indicator.types)
            hint = f"name a feed, or add `emit: {{event: {indicator.types[0]}, …}}` to one of them"
            self._warn(place, f"none of these sources brings events of type {types}", hint, "unfed", on_key=True)
        elif named and indicator.unit and indicator.check is None and not self._emits(indicator):
            hint = f"add `emit: {{indicator: {indicator.key}, value: …}}` to one of them, or take `sources` out"
            self._warn(place, f"none of these sources brings values for {indicator.key!r}", hint, "unfed", on_key=True)

    def _emits(self, indicator: Indicator) -> list[Emit]:
        every = [
            emit for source in self.declaration.sources.values() for emit in source.emit if source.kind != _ENTRIES
        ]
        return [emit for emit in every if emit.indicator == indicator.key]

    def _rule(self, path: Path, rule: Rule, indicator: Indicator) -> None:
        band = getattr(rule.params, "band", None)
        if band is not None:
            self._clears(path, rule, band)
        if rule.kind in ("pace", "due"):
            self._aims(path, rule, indicator)
        if rule.kind in _OF_VALUES and indicator.unit:
            self._labels(path, rule, indicator)
        if rule.kind == "event":
            self._grades(path, rule, indicator)
        if self.declaration.digest is None and not any(
            self.declaration.receivers_of(rule, one) for one in _levels(rule, band)
        ):
            message = f"nobody hears this rule: {rule.severity} has no receiver, and there is no digest"
            self._warn(path, message, "name a receiver, or declare a `digest`", "unheard", on_key=True)

    def _clears(self, path: Path, rule: Rule, band: Any) -> None:
        """`fire: "< 80"` with `clear: "> 70"` fires between the two; a count is never below zero."""
        fire, clear = band.levels[0][1], band.clear
        written = rule.params.clear is not None
        place = (*path, "clear") if written else (*path, "fire" if rule.params.fire is not None else "levels")
        what = _NEVER_NEGATIVE.get(rule.kind)
        if what and not _possible(clear):
            why = "it clears" if written else "it would clear"
            self._warn(place, f"this can never clear: {why} at {clear}, and {what} is never negative", "", "clear")
        elif what and not _possible(band.levels[-1][1]):
            never = band.levels[-1][1]
            at = (*path, "fire") if rule.params.fire is not None else (*path, "levels")
            self._warn(at, f"this can never fire at {never}: {what} is never negative", "", "clear")
        elif _overlap(fire, clear):
            message = f"`clear` cannot be reached as it is written: while {fire} holds too, the rule fires"
            self._warn(place, message, f'write "{fire.opposite()}", or a limit beyond it', "clear")

    def _aims(self, path: Path, rule: Rule, indicator: Indicator) -> None:
        """What is measured against a target needs one, and what is measured needs a unit."""
        own = self.declaration.indicators.get(getattr(rule.params, "target", None) or indicator.key)
        series = self.declaration.indicators.get(getattr(rule.params, "series", None) or indicator.key)
        if series is not None and series.unit is None and series is not indicator:
            self._warn((*path, "series"), f"{series.key!r} has no `unit`: it has no values", "name another", "unfed")
        if own is None or own.targets or any(emit.kind == "target" for emit in self._emits(own)):
            return
        undated = self.findings.document.node(("indicators", own.key, "targets"))
        if undated is None:
            message = f"{own.key!r} declares no target: until one is recorded this rule says nothing"
            self._warn(path, message, "add `targets: [{value: …, by: …}]`", "unfed", on_key=True)

    def _labels(self, path: Path, rule: Rule, indicator: Indicator) -> None:
        """A rule reads one series; it must be one that the sources bring, unless a person looks after it."""
        read = self.declaration.indicators.get(getattr(rule.params, "series", None) or indicator.key, indicator)
        brought = [frozenset() if emit.aggregate else frozenset(emit.labels) for emit in self._emits(read)]
        if not brought or read.check is not None or frozenset(rule.labels) in brought:
            return
        names = ", ".join(sorted(min(brought, key=sorted)))
        if rule.labels:
            message = f"no source brings a series of {read.key!r} with the labels " + ", ".join(sorted(rule.labels))
            self._warn((*path, "labels"), message, f"its labels: {names or 'none'}", "unfed", on_key=True)
        else:
            message = (
                f"this reads the series of {read.key!r} without labels, and its sources bring values with labels only"
            )
            self._warn(path, message, f"add `labels:` ({names}), or an `aggregate` to the `emit`", "unfed", on_key=True)

    def _grades(self, path: Path, rule: Rule, indicator: Indicator) -> None:
        """A condition on people or partners that nobody declared never holds."""
        subjects = self.declaration.subjects
        own = [subjects[key] for key in self.declaration.subjects_of(indicator) if key in subjects]
        classes = {(subject.klass or "").lower() for subject in subjects.values()}
        for number, grade in enumerate(rule.params.grade):
            place = (*path, "grade", number)
            if grade.people is not None and not any(subject.people for subject in own):
                self._warn(
                    (*place, "people"), "no `people` are declared", "add them to the subject", "unfed", on_key=True
                )
            if grade.counterparty and classes.isdisjoint(grade.counterparty):
                message = "no declared subject has one of these classes"
                hint = f"add `class: {grade.counterparty[0]}` to a subject"
                self._warn((*place, "counterparty"), message, hint, "unfed", on_key=True)


_DATE = ("add `by:`, such as `by: 2026-12-31`", "undated")


def _brings(source: Source, indicator: Indicator) -> bool:
    return any(emit.event in indicator.types for emit in source.emit if emit.event)


def _levels(rule: Rule, band: Any) -> Sequence[Any]:
    """Every severity with which a rule may speak."""
    by_band = [severity for severity, _ in band.levels if severity] if band is not None else []
    return [*(by_band or [rule.severity]), *(grade.severity for grade in getattr(rule.params, "grade", ()))]


def _possible(condition: Any) -> bool:
    """Whether a number that is never negative can meet it."""
    return not condition.low_side or condition.limit > 0 or (condition.op == "<=" and condition.limit == 0)


def _overlap(fire: Any, clear: Any) -> bool:
    """Whether some value is both in breach and in the clear."""
    if fire.limit == clear.limit:
        return len(fire.op) == len(clear.op) == 2
    return bool(clear.limit < fire.limit if fire.low_side else clear.limit > fire.limit)
