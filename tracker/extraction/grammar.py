"""Phrase classes and rules, compiled once. A mistake in somebody's own `phrases:` says where it is and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from tracker.errors import UsageError
from tracker.extraction.lexicon import Lexicon
from tracker.extraction.readings import Modality

Where = Literal["before", "after", "either", "near"]

#: Classes that the reader makes itself.
MADE = frozenset(
    {
        "MONEY",
        "VALUED",
        "PERSON",
        "NAME",
        "PRODUCT",
        "VERSION",
        "SUBJECT",
        "ROLE",
        "QUOTED",
        "COINED",
        "TITLED",
        "VEHICLE",
    }
)
_KEYS = ("all", "any", "not", "within", "notwithin", "order", "subject", "modality", "ends")
_WHERE = ("before", "after", "either", "near")
_MODALITIES = ("actual", "rumour", "target")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way in which a text says that something of a type took place."""

    type: str
    parts: tuple[tuple[str, ...], ...]  # each: one of these classes; the first part says what happened
    extra: tuple[str, ...]  # one of these must be near, in any order; () for none
    vetoes: tuple[tuple[str, int], ...]  # each: a class, and how near it must stand to forbid
    within: int
    ordered: bool
    where: Where
    modality: Modality
    ends: bool  # it says that such a thing is over
    text: str  # as explain prints it


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """Everything that a reader looks for."""

    lexicon: Lexicon
    rules: tuple[Rule, ...]
    roles: Mapping[str, str]  # mark of a role word -> the role
    fields: Mapping[str, str]  # word -> what an office is about
    types: tuple[str, ...]
    declared_only: frozenset[str]  # types that are not told of somebody who is not declared
    by_head: Mapping[str, tuple[int, ...]]  # mark of a first part -> the places of its rules

    def rules_for(self, marks: Iterable[str]) -> list[Rule]:
        """The rules of whose first part one of these marks is there, in their order."""
        return [self.rules[number] for number in sorted({n for mark in marks for n in self.by_head.get(mark, ())})]


def compile_grammar(built_in: Mapping[str, Any], declared: Mapping[str, Any] | None = None) -> Grammar:
    """The built-in phrases with what a declaration adds: words join the classes, rules join the types."""
    words: dict[str, list[str]] = {name: _texts(value, f"words.{name}") for name, value in built_in["words"].items()}
    written: dict[str, list[Any]] = {name: list(rules) for name, rules in built_in["types"].items()}
    for name, given in (declared or {}).items():
        rules, more = _own(name, given)
        written.setdefault(name, []).extend(rules)
        for klass, phrases in more.items():
            words.setdefault(klass, []).extend(_texts(phrases, f"phrases.{name}.words.{klass}"))
    phrases = [(phrase, klass) for klass, listed in words.items() for phrase in listed]
    roles = {}
    for role, listed in built_in.get("roles", {}).items():
        roles[f"ROLE {role}"] = role
        phrases += [(phrase, mark) for phrase in _texts(listed, f"roles.{role}") for mark in ("ROLE", f"ROLE {role}")]
    fields = {
        word: field
        for field, listed in built_in.get("fields", {}).items()
        for word in _texts(listed, f"fields.{field}")
    }
    known = MADE | set(words)
    rules = []
    for name, listed_rules in written.items():
        for number, given in enumerate(listed_rules):
            rules.append(_rule(name, given, f"phrases.{name}[{number}]", known))
    literals = {
        mark
        for rule in rules
        for part in (*rule.parts, rule.extra, [mark for mark, _ in rule.vetoes])
        for mark in part
        if mark not in known
    }
    phrases += [(mark, mark) for mark in sorted(literals)]
    heads: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for mark in rule.parts[0]:
            heads.setdefault(mark, []).append(number)
    return Grammar(
        lexicon=Lexicon(phrases), rules=tuple(rules), roles=roles, fields=fields, types=tuple(written),
        declared_only=frozenset(built_in.get("declared_only", ())) - set(declared or {}),
        by_head={mark: tuple(numbers) for mark, numbers in heads.items()},
    )  # fmt: skip


def _own(name: str, given: Any) -> tuple[list[Any], Mapping[str, Any]]:
    """Rules and words of one declared type: a rule, a list of rules, or {rules, words}."""
    if isinstance(given, list):
        return given, {}
    if not isinstance(given, Mapping):
        raise UsageError(
            f"phrases.{name}: write a rule such as {{all: [opens, plant], within: 20}}, or a list of rules"
        )
    if "all" in given:
        return [given], {}
    if unknown := set(given) - {"rules", "words"}:
        raise UsageError(f"phrases.{name}: unknown key {sorted(unknown)[0]!r}; here stand `rules` and `words`")
    rules = given.get("rules", [])
    return (rules if isinstance(rules, list) else [rules]), given.get("words", {})


def _rule(type_: str, given: Any, place: str, known: Iterable[str]) -> Rule:
    if not isinstance(given, Mapping) or not given.get("all"):
        raise UsageError(f"{place}: a rule needs `all`, the words that must stand together")
    if unknown := [key for key in given if key not in _KEYS]:
        raise UsageError(f"{place}: unknown key {unknown[0]!r}; a rule has {', '.join(_KEYS)}")
    parts = [_alternatives(item, f"{place}.all", known) for item in _texts(given["all"], f"{place}.all")]
    extra = [_alternatives(item, f"{place}.any", known) for item in _texts(given.get("any", []), f"{place}.any")]
    vetoes = [_veto(item, f"{place}.not", known) for item in _texts(given.get("not", []), f"{place}.not")]
    notwithin = _count(given.get("notwithin", 30), f"{place}.notwithin")
    return Rule(
        type=type_,
        parts=tuple(parts),
        extra=tuple(mark for part in extra for mark in part),
        vetoes=tuple((mark, notwithin if near is None else near) for part, near in vetoes for mark in part),
        within=_count(given.get("within", 20), f"{place}.within"),
        ordered=_one_of(given.get("order", "free"), ("free", "kept"), f"{place}.order") == "kept",
        where=cast(Where, _one_of(given.get("subject", "before"), _WHERE, f"{place}.subject")),
        modality=cast(Modality, _one_of(given.get("modality", "actual"), _MODALITIES, f"{place}.modality")),
        ends=given.get("ends") is True,
        text=" + ".join("|".join(part) for part in parts),
    )


def _alternatives(item: str, place: str, known: Iterable[str]) -> tuple[str, ...]:
    marks = tuple(mark.strip() for mark in item.split("|") if mark.strip())
    for mark in marks:
        if mark not in known and len(mark) > 3 and mark.isascii() and mark.isupper() and mark.isidentifier():
            classes = ", ".join(sorted(name for name in known if name[:2] == mark[:2])) or "see `words`"
            raise UsageError(
                f"{place}: there is no class {mark} ({classes}); words stand in small letters or under `words`"
            )
    return marks


def _veto(item: str, place: str, known: Iterable[str]) -> tuple[tuple[str, ...], int | None]:
    """`CLASS` forbids within the rule's `notwithin`, `CLASS@6` only within six characters."""
    marks, _, near = item.rpartition("@")
    if not (marks and near.isdigit()):
        return _alternatives(item, place, known), None
    return _alternatives(marks, place, known), _count(int(near), place)


def _texts(value: Any, place: str) -> list[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(item, str | int | float) for item in listed):
        raise UsageError(f"{place}: write a text or a list of texts")
    return [str(item) for item in listed]


def _count(value: Any, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 500:
        raise UsageError(f"{place}: {value!r} is no number of characters; write 0 to 500")
    return value


def _one_of(value: Any, allowed: tuple[str, ...], place: str) -> str:
    if value not in allowed:
        raise UsageError(f"{place}: {value!r} is none of {', '.join(allowed)}")
    return str(value)
