"""Every name that is used was declared, every key can be a file name, and each thing says whom it is about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from tracker.indicators.findings import Findings
from tracker.indicators.positions import Path
from tracker.model.declared import Declaration, Emit, Indicator, Rule

_KEY = re.compile(r"\w[\w-]*")
_OURS = ("hand", "import", "baseline")  # who brings what no source brings
#: What an indicator must have for rules of these kinds to mean anything.
_WANTS: Mapping[str, tuple[str, ...]] = {
    "event": ("event",),
    "velocity": ("event", "mentions"),
    "threshold": ("unit",),
    "change": ("unit",),
    "pace": ("unit",),
    "due": ("unit",),
    "peers": ("unit",),
    "anomaly": ("unit",),
}


#: Kinds that tell of single events or dates; they have no state that another rule could ask.
_TELLING = ("event", "due")


def check(findings: Findings, declaration: Declaration) -> None:
    """Say every name that is wrong."""
    _Names(findings, declaration).check()


class _Names:
    """Names count as declared even where their declaration has a mistake: that mistake is said once, at its place."""

    def __init__(self, findings: Findings, declaration: Declaration) -> None:
        self.findings, self.declaration = findings, declaration
        self.subjects = self._keys(("subjects",))
        self.receivers = self._keys(("receivers",))
        self.indicators = self._keys(("indicators",))
        self.sources = self._keys(("sources",))

    def check(self) -> None:
        if not self.receivers:
            self.findings.add(
                ("receivers",), "there is no receiver: nobody would hear anything", on="key",
                hint="add `receivers: {folder: {kind: markdown}}`", code="missing",
            )  # fmt: skip
        self._spelling()
        self._receivers()
        self._inhibitions()
        for key, subject in self.declaration.subjects.items():
            if subject.partner_of is not None:
                self._one(("subjects", key, "partner_of"), "subject", subject.partner_of, self.subjects)
                if subject.partner_of == key:
                    self.findings.add(("subjects", key, "partner_of"), "a subject is no partner of itself")
        for key, indicator in self.declaration.indicators.items():
            self._indicator(("indicators", key), indicator)
        for key, source in self.declaration.sources.items():
            named = bool(getattr(source.params, "names_subjects", False))
            if named:
                for subject in source.params.models:
                    self._one(("sources", key, "models", subject), "subject", subject, self.subjects, on="key")
            for number, emit in enumerate(source.emit):
                self._emit(("sources", key, "emit", number), emit, named=named)

    def _keys(self, path: Path) -> list[str]:
        node = self.findings.document.node(path)
        return list(node.keys) if node is not None else []

    def _one(
        self, path: Path, what: str, name: str, known: Collection[str], *, on: Literal["key", "value"] = "value"
    ) -> bool:
        if name in known:
            return True
        self.findings.unknown(path, what, name, known, on=on)
        return False

    def _each(self, path: Path, what: str, names: Collection[str] | None, known: Collection[str]) -> None:
        for number, name in enumerate(names or ()):
            self._one((*path, number), what, name, known)

    def _spelling(self) -> None:
        """Keys become file names, addresses and parts of an identity such as funding.quiet_year."""
        rules = [("indicators", key, "rules") for key in self.indicators]
        for path in [("subjects",), ("receivers",), ("sources",), ("indicators",), *rules]:
            folded: dict[str, str] = {}
            for key in self._keys(path):
                if not _KEY.fullmatch(key):
                    self.findings.add(
                        (*path, key), f"{key!r} cannot be a key", on="key", hint="use letters, digits, _ and -"
                    )
                elif folded.setdefault(key.casefold(), key) != key:
                    message = f"{key!r} and {folded[key.casefold()]!r} differ in letter case only"
                    self.findings.add((*path, key), message, on="key", code="duplicate")
        for key in self.sources:
            if key in _OURS:
                self.findings.add(
                    ("sources", key), f"a source cannot be called {key!r}: the tracker uses that name", on="key"
                )

    def _receivers(self) -> None:
        chosen = self.declaration.defaults.receivers
        if isinstance(chosen, Mapping):
            for severity, names in chosen.items():
                self._each(("defaults", "receivers", severity), "receiver", names, self.receivers)
        else:
            self._each(("defaults", "receivers"), "receiver", chosen, self.receivers)
        if self.declaration.digest is not None:
            self._each(("digest", "receivers"), "receiver", self.declaration.digest.receivers, self.receivers)

    def _inhibitions(self) -> None:
        known = {rule.id for indicator in self.declaration.indicators.values() for rule in indicator.rules.values()}
        for number, one in enumerate(self.declaration.inhibit):
            for name, rule in (("source", one.source), ("target", one.target)):
                self._one(("inhibit", number, name), "rule", rule, known)
            if one.source == one.target:
                self.findings.add(("inhibit", number, "target"), "a rule cannot inhibit itself")
        for key, receiver in self.declaration.receivers.items():
            if receiver.fallback is None:
                continue
            path = ("receivers", key, "fallback")
            if self._one(path, "receiver", receiver.fallback, self.receivers) and receiver.fallback == key:
                self.findings.add(path, "a receiver is no fallback for itself")

    def _indicator(self, path: Path, indicator: Indicator) -> None:
        self._measures(path, indicator)
        own = self._own_subjects(path, indicator)
        self._each((*path, "sources"), "source", indicator.sources, self.sources)
        for name, rule in indicator.rules.items():
            self._rule((*path, "rules", name), rule, indicator, own)

    def _measures(self, path: Path, indicator: Indicator) -> None:
        """One of unit, event, mentions; events and mentions are counted apart."""
        if indicator.unit is None and not indicator.event and not indicator.mentions:
            message = "an indicator needs one of `unit`, `event` and `mentions`"
            self.findings.add(path, message, on="key", hint="what does it measure or follow?", code="missing")
        if indicator.event and indicator.mentions:
            self.findings.add((*path, "mentions"), "an indicator follows events or counts mentions, not both", on="key")

    def _own_subjects(self, path: Path, indicator: Indicator) -> tuple[str, ...]:
        if indicator.subject is not None and indicator.subjects is not None:
            self.findings.add(
                (*path, "subjects"), "`subject` and `subjects` are both given", on="key", hint="choose one"
            )
        if indicator.subject is not None:
            self._one((*path, "subject"), "subject", indicator.subject, self.subjects)
            return (indicator.subject,)
        if indicator.subjects == "all" or indicator.subjects is None:
            if indicator.subjects is None and len(self.subjects) != 1:
                message = "it does not say whose indicator this is" if self.subjects else "no subject is declared"
                hint = (
                    "add `subject:`, `subjects: [...]` or `subjects: all`"
                    if self.subjects
                    else "declare one under `subjects:`"
                )
                self.findings.add(path, message, on="key", hint=hint, code="missing")
            return tuple(self.subjects)
        self._each((*path, "subjects"), "subject", indicator.subjects, self.subjects)
        if not indicator.subjects:
            self.findings.add((*path, "subjects"), "the list is empty", hint="name at least one subject")
        return indicator.subjects

    def _rule(self, path: Path, rule: Rule, indicator: Indicator, own: tuple[str, ...]) -> None:
        self._each((*path, "receivers"), "receiver", rule.receivers, self.receivers)
        if (
            rule.subject is not None
            and self._one((*path, "subject"), "subject", rule.subject, self.subjects)
            and rule.subject not in own
        ):
            message = f"{rule.subject!r} is not a subject of {indicator.key!r}"
            self.findings.add((*path, "subject"), message, hint="its subjects: " + ", ".join(own))
        has = {"unit": indicator.unit is not None, "event": bool(indicator.event), "mentions": indicator.mentions}
        wants = _WANTS.get(rule.kind, ())
        if wants and any(has.values()) and not any(has[one] for one in wants):
            needed = " or ".join(f"`{one}`" for one in wants)
            message = f"a rule of kind {rule.kind!r} needs an indicator with {needed}"
            self.findings.add((*path, "kind"), message, hint=f"{indicator.key!r} has {_list(has)}")
        for name in ("series", "target"):
            other = getattr(rule.params, name, None)
            if isinstance(other, str):
                self._one((*path, name), "indicator", other, self.indicators)
        self._each((*path, "peers"), "subject", getattr(rule.params, "peers", None), self.subjects)
        for name in getattr(rule.params, "children", ()):
            self._child((*path, "when"), rule, name, own)

    def _child(self, path: Path, rule: Rule, name: str, own: tuple[str, ...]) -> None:
        """A rule that another one asks: it exists, fires and clears, runs for the same subjects, and asks not in a circle."""
        child = self.declaration.rule_named(name, rule.indicator)
        if child is None:
            known = [one.id for indicator in self.declaration.indicators.values() for one in indicator.rules.values()]
            self.findings.unknown(path, "rule", name, known)
            return
        if child.kind in _TELLING:
            self.findings.add(
                path, f"{name!r} tells of single things and never fires", hint="ask rules that fire and clear"
            )
        runs = (
            (child.subject,)
            if child.subject
            else self.declaration.subjects_of(self.declaration.indicators[child.indicator])
        )
        if missing := [one for one in ((rule.subject,) if rule.subject else own) if one not in runs]:
            self.findings.add(path, f"{name!r} does not run for {missing[0]}", hint=f"it runs for {', '.join(runs)}")
        if rule.id in self._asked(child, ()):
            self.findings.add(path, f"{name!r} asks this rule in turn: a circle decides nothing", code="circle")

    def _asked(self, rule: Rule, above: tuple[str, ...]) -> set[str]:
        """Every rule that a rule asks, directly or through others, and itself."""
        if rule.id in above:
            return {rule.id}
        asked = {rule.id}
        for name in getattr(rule.params, "children", ()):
            child = self.declaration.rule_named(name, rule.indicator)
            asked |= self._asked(child, (*above, rule.id)) if child is not None else set()
        return asked

    def _emit(self, path: Path, emit: Emit, *, named: bool) -> None:
        """`named`: each row of the source says whose it is."""
        if (emit.indicator is None) == (emit.event is None):
            self.findings.add(path, "give either `indicator` or `event`: what does this bring?", on="key")
            return
        if emit.subject is not None:
            self._one((*path, "subject"), "subject", emit.subject, self.subjects)
        if emit.indicator is None:
            if emit.subject is None and len(self.subjects) != 1 and not named:
                self.findings.add(
                    path, "it does not say whose events these are", on="key", hint="add `subject:`", code="missing"
                )
            return
        if not self._one((*path, "indicator"), "indicator", emit.indicator, self.indicators):
            return
        if emit.value is None and emit.aggregate != "count":
            hint = "add `value:`, a JMESPath on the row"
            self.findings.add(path, "it does not say where the value is", on="key", hint=hint, code="missing")
        target = self.declaration.indicators.get(emit.indicator)
        if target is None:
            return
        if target.unit is None:
            message = f"{emit.indicator!r} has no unit: it takes events or mentions, no values"
            self.findings.add((*path, "indicator"), message, hint="give the indicator a `unit`, or emit an `event`")
        if emit.subject is None and len(self.declaration.subjects_of(target)) != 1 and not named:
            message = f"{emit.indicator!r} has several subjects"
            self.findings.add(path, message, on="key", hint="say whose value this is: add `subject:`", code="missing")


def _list(has: Mapping[str, bool]) -> str:
    return ", ".join(_said(has)) or "none of them"


def _said(has: Mapping[str, bool]) -> Iterator[str]:
    return (f"`{name}`" for name, given in has.items() if given)
