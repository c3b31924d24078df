"""`a and not (b or c.d)` over names of rules, in three-valued (Kleene) logic. Source: Kleene (1938), strong connectives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tracker.rules.facts import Truth

_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its text, the names in it, and how to evaluate it."""

    text: str
    names: tuple[str, ...]
    evaluate: Callable[[Callable[[str], Truth]], Truth]

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Expression:
    """ValueError for anything but names, `and`, `or`, `not` and parentheses."""
    tokens = _TOKEN.findall(text)
    if not tokens:
        raise ValueError(f"{text!r} is no condition over rules")
    reader = _Reader(text, tokens)
    evaluate = reader.either(0)
    if reader.place != len(tokens):
        raise ValueError(f"{text!r}: {tokens[reader.place]!r} is not expected here; write names with and, or, not")
    return Expression(text, tuple(dict.fromkeys(reader.names)), evaluate)


_Node = Callable[[Callable[[str], Truth]], Truth]


class _Reader:
    """Recursive descent: `or` binds least, `not` most."""

    def __init__(self, text: str, tokens: list[str]) -> None:
        self.text, self.tokens, self.place = text, tokens, 0
        self.names: list[str] = []

    def either(self, depth: int) -> _Node:
        parts = [self.both(depth)]
        while self._taken("or"):
            parts.append(self.both(depth))
        return lambda truth: _or(part(truth) for part in parts)

    def both(self, depth: int) -> _Node:
        parts = [self.one(depth)]
        while self._taken("and"):
            parts.append(self.one(depth))
        return lambda truth: _and(part(truth) for part in parts)

    def one(self, depth: int) -> _Node:
        if depth > _DEEPEST:
            raise ValueError("the condition is nested too deeply")
        if self._taken("not"):
            inner = self.one(depth + 1)
            return lambda truth: _not(inner(truth))
        if self._taken("("):
            node = self.either(depth + 1)
            if not self._taken(")"):
                raise ValueError(f"{self.text!r}: a parenthesis is not closed")
            return node
        name = self.tokens[self.place] if self.place < len(self.tokens) else ""
        if not name or name in ("and", "or", ")"):
            raise ValueError(f"{self.text!r}: a rule's name is missing {f'before {name!r}' if name else 'at the end'}")
        self.place += 1
        self.names.append(name)
        return lambda truth: truth(name)

    def _taken(self, word: str) -> bool:
        if self.place < len(self.tokens) and self.tokens[self.place] == word:
            self.place += 1
            return True
        return False


def _not(value: Truth) -> Truth:
    return None if value is None else not value


def _and(values: Iterator[Truth]) -> Truth:
    found = list(values)
    return False if False in found else None if None in found else True


def _or(values: Iterator[Truth]) -> Truth:
    found = list(values)
    return True if True in found else None if None in found else False
