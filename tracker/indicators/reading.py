"""The tree of a declaration -> the models: the frame by our models, the rest by the model of the kind that is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel

from tracker.indicators.findings import Findings, nearest, suggest
from tracker.indicators.kinds import Kinds
from tracker.indicators.positions import Node, Path
from tracker.indicators.validating import spellings, validate, without_nulls, written
from tracker.model.declared import (
    Declaration,
    Defaults,
    DigestPlan,
    Grouping,
    Indicator,
    Receiver,
    Rule,
    Source,
    Subject,
)
from tracker.model.frozen import OfKind

M = TypeVar("M", bound=BaseModel)
K = TypeVar("K", bound=OfKind)
#: Fields that we fill in: in the file they are keys like any other, and belong to the kind if it knows them.
FILLED: Mapping[type[BaseModel], frozenset[str]] = {
    Declaration: frozenset({"hash"}),
    Subject: frozenset({"key"}),
    Source: frozenset({"key", "params", "hash"}),
    Rule: frozenset({"indicator", "name", "params", "hash"}),
    Indicator: frozenset({"key"}),
    Receiver: frozenset({"key", "params"}),
}
_PLAIN = ("watch", "timezone", "language", "baseline", "inhibit", "phrases")


@lru_cache(maxsize=32)
def frame(model: type[BaseModel]) -> Mapping[str, Any]:
    """The keys of a model that people write."""
    return {key: info for key, info in spellings(model).items() if key not in FILLED.get(model, ())}


def fingerprint(node: Node) -> str:
    """16 hex digits of what a node declares; order of keys, comments and quotation marks do not matter."""
    canonical = json.dumps(node.declared(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def read(findings: Findings, kinds: Kinds, digest: str) -> Declaration:
    """Everything that is sound; what is not is in the findings and left out."""
    root = findings.document.root
    if root.kind != "map":
        findings.add((), "a declaration is a map of keys, beginning with `watch:`")
        return Declaration.model_construct(watch="", receivers={})
    for key in root.keys:
        if key not in frame(Declaration):
            findings.unknown((key,), "key", key, frame(Declaration), on="key")
    reader = _Reader(findings, kinds)
    plain = validate(findings, Declaration, root, (), only=_PLAIN, given={"receivers": {}})
    defaults = reader.one("defaults", Defaults) or Defaults()
    zone = plain.timezone if plain else "UTC"
    return Declaration.model_construct(
        watch=plain.watch if plain else "",
        timezone=zone,
        language=plain.language if plain else "en",
        baseline=plain.baseline if plain else None,
        phrases=plain.phrases if plain else {},
        receivers=reader.many("receivers", reader.receiver),
        defaults=defaults,
        digest=reader.one("digest", DigestPlan),
        delivery=reader.one("delivery", Grouping) or Grouping(),
        inhibit=plain.inhibit if plain else (),
        subjects=reader.many("subjects", reader.subject),
        sources=reader.many("sources", lambda node, key, path: reader.source(node, key, path, defaults, zone)),
        indicators=reader.many("indicators", reader.indicator),
        hash=digest,
    )


class _Reader:
    def __init__(self, findings: Findings, kinds: Kinds) -> None:
        self.findings, self.kinds = findings, kinds

    def one(self, section: str, model: type[M]) -> M | None:
        """A section that is one model, None when it is not there."""
        node = self.findings.document.node((section,))
        if node is None or node.is_null() or not self._is_map(node, (section,)):
            return None
        return validate(self.findings, model, node, (section,))

    def many(self, section: str, make: Callable[[Node, str, Path], M | None]) -> dict[str, M]:
        """A section that maps keys to models."""
        made = {key: make(node, key, path) for key, node, path in self._entries((section,))}
        return {key: one for key, one in made.items() if one is not None}

    def subject(self, node: Node, key: str, path: Path) -> Subject | None:
        """A person may be a text: the name alone."""
        meant = self._unknown(node, path, frame(Subject))
        given: dict[str, Any] = {"key": key}
        people = node.keys.get("people")
        if people is not None and people[1].kind == "list":
            declared = people[1].declared()
            given["people"] = [{"name": one} if isinstance(one, str) else one for one in declared]
        return validate(
            self.findings, Subject, node, path, only=frame(Subject).keys() - given.keys(), given=given, silent=meant
        )

    def source(self, node: Node, key: str, path: Path, defaults: Defaults, zone: str) -> Source | None:
        """`every` and `timezone` come from the defaults and the watch."""
        given: dict[str, Any] = {"key": key, "hash": fingerprint(node)}
        if "every" not in node.keys:
            given["every"] = defaults.every
        if "timezone" not in node.keys:
            given["timezone"] = zone
        emit = node.keys.get("emit")
        if emit is not None and emit[1].kind == "map":  # one alone needs no list
            given["emit"] = [without_nulls(emit[1].declared())]
        return self._of_kind(Source, "source", self.kinds.sources, node, path, given)

    def receiver(self, node: Node, key: str, path: Path) -> Receiver | None:
        """A receiver has no frame of its own but its kind."""
        return self._of_kind(Receiver, "receiver", self.kinds.receivers, node, path, {"key": key})

    def rule(self, node: Node, key: str, path: Path) -> Rule | None:
        """The rule knows whose it is."""
        given = {"indicator": str(path[1]), "name": key, "hash": fingerprint(node)}
        return self._of_kind(Rule, "rule", self.kinds.rules, node, path, given)

    def indicator(self, node: Node, key: str, path: Path) -> Indicator | None:
        """Its rules are read one by one, so that a mistake in one hides none in the others."""
        meant = self._unknown(node, path, frame(Indicator))
        rules = {name: self.rule(one, name, below) for name, one, below in self._entries((*path, "rules"))}
        given: dict[str, Any] = {"key": key, "rules": {name: rule for name, rule in rules.items() if rule is not None}}
        chosen = node.keys.get("subjects")
        if chosen is not None and chosen[1].kind == "scalar" and chosen[1].text != "all" and not chosen[1].is_null():
            given["subjects"] = (chosen[1].text,)
        targets = node.keys.get("targets")
        if targets is not None and not targets[1].is_null():
            given["targets"] = _dated(targets[1].declared())
        return validate(
            self.findings, Indicator, node, path, only=frame(Indicator).keys() - given.keys(), given=given, silent=meant
        )

    def _of_kind(
        self, model: type[K], what: str, kinds: Mapping[str, Any], node: Node, path: Path, given: dict[str, Any]
    ) -> K | None:
        """The frame by our model, every other key by the model of the kind."""
        ours = frame(model)
        named = node.keys.get("kind")
        if named is None:
            self.findings.add(path, f"this {what} has no `kind`", on="key", hint=suggest("", kinds), code="missing")
            return None
        kind = kinds.get(named[1].text) if named[1].kind == "scalar" else None
        if kind is None:
            self.findings.unknown((*path, "kind"), f"kind of {what}", named[1].text, kinds)
            validate(self.findings, model, node, path, only=ours.keys() - given.keys(), given=given)
            return None
        theirs = spellings(kind.Params)
        meant = self._unknown(node, path, {**ours, **theirs})
        own = theirs.keys() - ours.keys()
        params = validate(self.findings, kind.Params, node, path, only=own, silent=meant)
        given = {**given, "params": params}
        made = validate(self.findings, model, node, path, only=ours.keys() - given.keys(), given=given, silent=meant)
        if made is not None:
            made._written = written(kind.Params, node, only=own)
        return made  # without its parameters too: the rest of it is looked over all the same

    def _unknown(self, node: Node, path: Path, known: Collection[str]) -> set[str]:
        """Say each key that nobody knows; the keys that were probably meant."""
        unknown = [key for key in node.keys if key not in known]
        for key in unknown:
            self.findings.unknown((*path, key), "key", key, known, on="key")
        return {meant for key in unknown if (meant := nearest(key, known))}

    def _entries(self, path: Path) -> Iterator[tuple[str, Node, Path]]:
        """The entries of a section; one that is no map is a mistake."""
        section = self.findings.document.node(path)
        if section is None or section.is_null() or not self._is_map(section, path):
            return
        for key, (_, node) in section.keys.items():
            if self._is_map(node, (*path, key)):
                yield key, node, (*path, key)

    def _is_map(self, node: Node, path: Path) -> bool:
        if node.kind == "map":
            return True
        got = "a list" if node.kind == "list" else "nothing" if node.is_null() else f"{node.text!r}"
        self.findings.add(path, f"expected a map (key: value), got {got}", on="key" if node.is_null() else "value")
        return False


def _dated(targets: Any) -> Any:
    """A target without a day is never due: `check` warns of it, and it is left out here. One alone needs no list."""
    if isinstance(targets, dict):
        targets = [targets]
    if not isinstance(targets, list):
        return targets
    return [without_nulls(one) for one in targets if not isinstance(one, dict) or one.get("by") is not None]
