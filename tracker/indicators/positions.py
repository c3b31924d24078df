"""Text -> tree of nodes, each with its place. One pass over the parser's events; every scalar keeps its text.

Refused, each with its place: tabs, a second document, keys that are no text, merge keys, tags, unknown anchors, and
aliases that blow the file up. Keys that are given twice are noted and the first one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tracker.errors import DeclarationError, Problem
from tracker.indicators import scalars
from tracker.indicators.grammar import explain
from tracker.indicators.scalars import Scalar

#: A declaration of 5,000 rules has about 100,000 nodes; what is larger once aliases are written out is an attack or a slip.
MOST_NODES = 200_000
DEEPEST = 40
#: libyaml reads some twenty times faster; a build of the library may lack it. Events only: the meaning of a scalar is ours.
_FAST: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAGS = ("tag:yaml.org,2002:str", "!")

Step = str | int
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: line and column from 1, length in code points on that line, and over how many lines."""

    line: int
    column: int
    length: int = 1
    lines: int = 1


@dataclass(slots=True, eq=False)
class Node:
    """A scalar, a list or a map. `plain` scalars are resolved by the core schema, all others are texts."""

    kind: Literal["scalar", "list", "map"]
    place: Place
    text: str = ""
    plain: bool = False
    items: list[Node] = field(default_factory=list)
    keys: dict[str, tuple[Place, Node]] = field(default_factory=dict)
    size: int = 1
    depth: int = 1

    def value(self) -> Any:
        """The resolved value: int, float, bool, None, text, list or dict."""
        return self._build(as_text=False)

    def declared(self) -> Any:
        """The same with each number as the text that was written: a model that wants a number reads it from there."""
        return self._build(as_text=True)

    def is_null(self) -> bool:
        """Whether it says nothing: `key:`, `~`, `null`."""
        return self.kind == "scalar" and self.plain and scalars.resolve(self.text) is None

    def _build(self, *, as_text: bool) -> Any:
        if self.kind == "map":
            return {key: node._build(as_text=as_text) for key, (_, node) in self.keys.items()}
        if self.kind == "list":
            return [node._build(as_text=as_text) for node in self.items]
        return self._scalar(as_text)

    def _scalar(self, as_text: bool) -> Scalar:
        if not self.plain or (as_text and scalars.is_number(self.text)):
            return self.text
        return scalars.resolve(self.text)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its tree, and the mistakes that did not stop the reading."""

    file: str
    text: str
    root: Node
    problems: tuple[Problem, ...] = ()

    def node(self, path: Path) -> Node | None:
        """The node at a path."""
        here: Node | None = self.root
        for step in path:
            here = _child(here, step) if here is not None else None
        return here

    def place(self, path: Iterable[Step], *, on: Literal["key", "value"] = "value") -> Place:
        """The place of what a path names; steps that are not in the file (a missing key, a tag of a union) are passed over."""
        here, place, key = self.root, self.root.place, self.root.place
        for step in path:
            found = _child(here, step)
            if found is None:
                continue
            key = here.keys[step][0] if isinstance(step, str) else found.place
            here, place = found, found.place
        return key if on == "key" else place


def _child(node: Node, step: Step) -> Node | None:
    if isinstance(step, str):
        return node.keys[step][1] if step in node.keys else None
    return node.items[step] if step < len(node.items) else None


def read(text: str, file: str) -> Document:
    """The tree of a file. A file that is no YAML at all is one DeclarationError with the first mistake's place."""
    try:
        builder = _built(text, file, _FAST)
    except (yaml.YAMLError, UnicodeError):
        builder = _slowly(text, file)  # the one in Python says better what is wrong
    if builder.root is None:
        message, hint = "the file is empty", "`tracker init` writes a first declaration"
        raise DeclarationError([Problem(message=message, file=file, hint=hint, code="empty")], text)
    return Document(file, text, builder.root, tuple(builder.problems))


def plain(text: str, file: str) -> Any:
    """A YAML file as values, for files that ship with the package."""
    return read(text, file).root.value()


def _slowly(text: str, file: str) -> _Builder:
    try:
        return _built(text, file, yaml.SafeLoader)
    except DeclarationError:
        raise
    except Exception as error:  # the parser has several trees of errors, and odd input finds plain ones too
        raise explain(error, file, text) from error


def _built(text: str, file: str, loader: type[Any]) -> _Builder:
    builder = _Builder(file, text)
    for event in yaml.parse(text, Loader=loader):
        builder.take(event)
    return builder


@dataclass(slots=True)
class _Open:
    """A collection that is being read; `key` is a map's key that waits for its value."""

    node: Node
    anchor: str | None
    key: tuple[Place, str] | None = None


class _Builder:
    """Takes the parser's events one by one, without recursion."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._documents = 0

    def take(self, event: Event) -> None:
        """One event of the parser."""
        match event:
            case ScalarEvent():
                self._tag(event)
                plain = event.style in (None, "") and event.tag is None
                self._add(Node("scalar", _place(event), event.value, plain), event.anchor)
            case MappingStartEvent() | SequenceStartEvent():
                self._tag(event)
                kind: Literal["map", "list"] = "map" if isinstance(event, MappingStartEvent) else "list"
                if len(self._open) >= DEEPEST:
                    raise self._stop(_place(event), f"more than {DEEPEST} levels deep")
                self._open.append(_Open(Node(kind, _place(event)), event.anchor))
            case MappingEndEvent() | SequenceEndEvent():
                done = self._open.pop()
                self._add(done.node, done.anchor)
            case AliasEvent():
                self._alias(event)
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise self._stop(_place(event), "a second document begins here", "one file is one declaration")
            case _:
                pass

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if parent.node.kind == "list":
            parent.node.items.append(node)
        elif parent.key is None:
            parent.key = (node.place, self._key(node))
        else:
            (place, key), parent.key = parent.key, None
            self._pair(parent.node, place, key, node)
        self._grow(parent.node, node)

    def _grow(self, parent: Node, node: Node) -> None:
        """Sizes count what aliases stand for, so that a few lines cannot stand for billions of nodes."""
        parent.size += node.size
        parent.depth = max(parent.depth, node.depth + 1)
        if parent.size > MOST_NODES:
            raise self._stop(node.place, f"more than {MOST_NODES} values after the aliases are written out")
        if parent.depth + len(self._open) > DEEPEST + 1:
            raise self._stop(node.place, f"more than {DEEPEST} levels deep")

    def _key(self, node: Node) -> str:
        if node.kind != "scalar":
            raise self._stop(node.place, "a key must be a text", "quote it if it contains [ ] { } or :")
        if node.text == "<<" and node.plain:
            raise self._stop(node.place, "merge keys (<<) are not part of YAML 1.2", "write the keys out")
        return node.text

    def _pair(self, parent: Node, place: Place, key: str, node: Node) -> None:
        if key not in parent.keys:
            parent.keys[key] = (place, node)
            return
        first = parent.keys[key][0].line
        message = f"{key!r} is given twice; the first is in line {first}"
        self.problems.append(self._problem(place, message, "take one of the two out", "duplicate"))

    def _alias(self, event: AliasEvent) -> None:
        target = self._anchors.get(str(event.anchor))
        if target is None:
            raise self._stop(_place(event), f"nothing is called &{event.anchor} before this alias")
        self._add(replace(target, place=_place(event)), None)

    def _tag(self, event: Any) -> None:
        if event.tag is not None and event.tag not in _TEXT_TAGS:
            shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            raise self._stop(_place(event), f"the tag {shown} has no meaning here", "write the value alone")

    def _stop(self, place: Place, message: str, hint: str = "") -> DeclarationError:
        return DeclarationError([*self.problems, self._problem(place, message, hint, "syntax")], self.text)

    def _problem(self, place: Place, message: str, hint: str, code: str) -> Problem:
        return Problem(
            message=message,
            file=self.file,
            line=place.line,
            column=place.column,
            length=place.length,
            hint=hint,
            code=code,
        )


def _place(event: Event) -> Place:
    start: Any = event.start_mark
    end: Any = event.end_mark
    if isinstance(event, MappingStartEvent | SequenceStartEvent | DocumentStartEvent):
        return Place(start.line + 1, start.column + 1)
    lines = end.line - start.line + (1 if end.column else 0)
    length = end.column - start.column if end.line == start.line else 1
    return Place(start.line + 1, start.column + 1, max(1, length), max(1, lines))


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node below and including this one, with its path."""
    yield path, node
    children: Sequence[tuple[Step, Node]] = (
        [(key, value) for key, (_, value) in node.keys.items()] if node.kind == "map" else list(enumerate(node.items))
    )
    for step, child in children:
        yield from walk(child, (*path, step))
