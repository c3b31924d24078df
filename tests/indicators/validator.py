"""A small reader of JSON Schema: the keywords that ours uses, and no others, so that a new one is noticed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, Any] = {
    "string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None),
}  # fmt: skip
_SAY_NOTHING = {"$schema", "$defs", "title", "description", "default", "examples"}
Schema = dict[str, Any]


def mistakes(value: Any, schema: Schema | bool, root: Schema, path: str = "") -> Iterator[str]:
    """What is wrong with a value, each with its path."""
    if isinstance(schema, bool):
        if not schema:
            yield f"{path}: nothing may stand here"
        return
    for keyword, wanted in schema.items():
        if keyword not in _SAY_NOTHING and keyword not in ("then", "else"):
            yield from _KEYWORDS[keyword](value, wanted, schema, root, path)


def _ref(value: Any, wanted: str, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    yield from mistakes(value, root["$defs"][wanted.removeprefix("#/$defs/")], root, path)


def _type(value: Any, wanted: str | list[str], schema: Schema, root: Schema, path: str) -> Iterator[str]:
    names = [wanted] if isinstance(wanted, str) else wanted
    fits = any(isinstance(value, _TYPES[name]) and (name == "boolean") == isinstance(value, bool) for name in names)
    if not fits:
        yield f"{path}: {value!r} is no {' or '.join(names)}"


def _properties(value: Any, wanted: Schema, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    for key, one in wanted.items():
        if isinstance(value, dict) and key in value:
            yield from mistakes(value[key], one, root, f"{path}.{key}")


def _additional(value: Any, wanted: Schema | bool, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    for key in value if isinstance(value, dict) else ():
        if key not in schema.get("properties", {}):
            yield from mistakes(value[key], wanted, root, f"{path}.{key}")


def _names(value: Any, wanted: Schema, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    for key in value if isinstance(value, dict) else ():
        yield from mistakes(key, wanted, root, f"{path}.{key}")


def _required(value: Any, wanted: list[str], schema: Schema, root: Schema, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{path}: {key} is missing" for key in wanted if key not in value)


def _items(value: Any, wanted: Schema, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    for number, one in enumerate(value if isinstance(value, list) else ()):
        yield from mistakes(one, wanted, root, f"{path}[{number}]")


def _any(value: Any, wanted: list[Schema], schema: Schema, root: Schema, path: str) -> Iterator[str]:
    found = [list(mistakes(value, one, root, path)) for one in wanted]
    if all(found):
        yield from min(found, key=len)


def _all(value: Any, wanted: list[Schema], schema: Schema, root: Schema, path: str) -> Iterator[str]:
    for one in wanted:
        yield from mistakes(value, one, root, path)


def _if(value: Any, wanted: Schema, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    branch = "else" if any(mistakes(value, wanted, root, path)) else "then"
    yield from mistakes(value, schema.get(branch, True), root, path)


def _enum(value: Any, wanted: list[Any], schema: Schema, root: Schema, path: str) -> Iterator[str]:
    if value not in wanted:
        yield f"{path}: {value!r} is none of {wanted}"


def _const(value: Any, wanted: Any, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    if value != wanted:
        yield f"{path}: {value!r} is not {wanted!r}"


def _pattern(value: Any, wanted: str, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    if isinstance(value, str) and not re.search(wanted, value):
        yield f"{path}: {value!r} does not match {wanted}"


def _least(value: Any, wanted: float, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    if isinstance(value, int | float) and value < wanted:
        yield f"{path}: {value} is less than {wanted}"


def _most(value: Any, wanted: float, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    if isinstance(value, int | float) and value > wanted:
        yield f"{path}: {value} is more than {wanted}"


def _fewest(value: Any, wanted: int, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    if isinstance(value, dict | list | str) and len(value) < wanted:
        yield f"{path}: fewer than {wanted}"


_KEYWORDS: Mapping[str, Callable[..., Iterator[str]]] = {
    "$ref": _ref, "type": _type, "properties": _properties, "additionalProperties": _additional, "propertyNames": _names,
    "required": _required, "items": _items, "anyOf": _any, "allOf": _all, "if": _if, "enum": _enum, "const": _const,
    "pattern": _pattern, "minimum": _least, "maximum": _most, "minProperties": _fewest, "minItems": _fewest, "minLength": _fewest,
}  # fmt: skip
