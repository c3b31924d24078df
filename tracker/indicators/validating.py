"""One node against one pydantic model: its value, or every mistake in it, said in the words of the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from tracker.indicators.findings import Findings, nearest, suggest
from tracker.indicators.positions import Node, Path

M = TypeVar("M", bound=BaseModel)
_DURATION = "a duration such as 90s, 15m, 12h, 1d or 2w"
#: Type of pydantic's error -> what was expected.
_EXPECTED: Mapping[str, str] = {
    "string_type": "a text",
    "tuple_type": "a list", "list_type": "a list", "set_type": "a list", "frozen_set_type": "a list",
    "dict_type": "a map (key: value)", "model_type": "a map (key: value)", "model_attributes_type": "a map (key: value)",
    "bool_type": "true or false", "bool_parsing": "true or false",
    "int_type": "a whole number", "int_parsing": "a whole number", "int_from_float": "a whole number",
    "int_parsing_size": "a whole number", "float_type": "a number", "float_parsing": "a number",
    "decimal_type": "a number", "decimal_parsing": "a number", "finite_number": "a number",
    "time_delta_type": _DURATION, "time_delta_parsing": _DURATION,
    "url_type": "a URL", "url_parsing": "a URL", "url_scheme": "a URL that begins with https:// or http://",
}  # fmt: skip


def validate(
    findings: Findings,
    model: type[M],
    node: Node,
    path: Path,
    *,
    only: Collection[str] | None = None,
    given: Mapping[str, Any] | None = None,
    silent: Collection[str] = (),
) -> M | None:
    """The model made of a map's keys (`only` those) and of what is `given`; None after a mistake.

    Required keys that are `silent` are not called missing: a misspelt one was said already.
    """
    fields = spellings(model)
    sound = True
    for key, (_, child) in node.keys.items():
        if only is not None and key not in only:
            continue
        info = fields.get(key)
        if child.is_null() and info is not None:
            if info.is_required():
                findings.add((*path, key), f"{key!r} has no value", on="key", code="missing")
                sound = False
            continue
        if key in _booleans(model):
            sound &= _true_or_false(findings, child, (*path, key))
    try:
        made = model.model_validate({**(given or {}), **written(model, node, only=only)})
    except ValidationError as error:
        empty = {key for key, (_, child) in node.keys.items() if child.is_null()}
        _report(findings, model, error, path, silent=empty | set(silent))
        return None
    return made if sound else None


def written(model: type[BaseModel], node: Node, *, only: Collection[str] | None = None) -> dict[str, Any]:
    """What a map says to a model (of its keys `only` those), as the model takes it; keys without a value are left out."""
    fields, anything = spellings(model), _anything(model)
    return {
        key: child.value() if key in anything else without_nulls(child.declared())
        for key, (_, child) in node.keys.items()
        if (only is None or key in only) and not (child.is_null() and key in fields)
    }


def without_nulls(value: Any) -> Any:
    """A key without a value says nothing: it is as good as left out, at any depth."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    return value


@lru_cache(maxsize=256)
def spellings(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Each field by the key that people write: `for`, not `for_`."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


@lru_cache(maxsize=256)
def _anything(model: type[BaseModel]) -> frozenset[str]:
    """Keys that take a value of any type, as YAML resolves it."""
    return frozenset(key for key, info in spellings(model).items() if _mentions(info.annotation, Any))


@lru_cache(maxsize=256)
def _booleans(model: type[BaseModel]) -> frozenset[str]:
    """Keys that take true or false, and no text."""
    return frozenset(
        key
        for key, info in spellings(model).items()
        if _mentions(info.annotation, bool) and not _mentions(info.annotation, str)
    )


def _true_or_false(findings: Findings, node: Node, path: Path) -> bool:
    """YAML 1.2 has two booleans; `yes`, `on` and `NO` are texts, and a model would take them all the same."""
    if node.kind != "scalar" or isinstance(node.value(), bool):
        return True
    findings.add(path, f"expected true or false, got {node.text!r}")
    return False


def _mentions(annotation: Any, wanted: Any) -> bool:
    return any(part is wanted for part in _parts(annotation))


def _parts(annotation: Any) -> Iterator[Any]:
    """An annotation and everything inside it."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _report(
    findings: Findings, model: type[BaseModel], error: ValidationError, path: Path, silent: Collection[str]
) -> None:
    """Pydantic's errors as problems: those of union branches that were not meant are dropped, each place is said once."""
    details = error.errors(include_url=False)
    real = [_real(findings, path, tuple(one["loc"])) for one in details]
    known = [spellings_at(model, tuple(one["loc"][:-1])) for one in details]
    last = [str(one["loc"][-1]) if one["loc"] else "" for one in details]
    meant = {
        nearest(name, names)
        for one, name, names in zip(details, last, known, strict=True)
        if one["type"] == "extra_forbidden"
    }
    said: set[Path] = set()
    for one, place, name, names in zip(details, real, last, known, strict=True):
        deeper = any(len(other) > len(place) and other[: len(place)] == place for other in real)
        if one["type"] == "missing":
            if name not in silent and name not in meant:
                findings.add(place, f"{name!r} is missing", on="key", code="missing")
        elif one["type"] == "extra_forbidden":
            findings.unknown(place, "key", name, names, on="key")
        elif place not in said and not (deeper and one["type"].endswith("_type")):
            said.add(place)
            message, hint = _words(one)
            findings.add(place, message, hint=hint, on="key" if name == "[key]" else "value")


def _real(findings: Findings, path: Path, loc: tuple[str | int, ...]) -> Path:
    """The path in the file: steps that only name a branch of a union are left out."""
    here = path
    for step in loc:
        if findings.document.node((*here, step)) is not None:
            here = (*here, step)
    return here


def spellings_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The keys that are known at a place inside a model."""
    models = [model]
    for step in loc:
        annotations = [info.annotation for one in models for key, info in spellings(one).items() if key == step]
        inner = [
            part
            for one in annotations
            for part in _parts(one)
            if isinstance(part, type) and issubclass(part, BaseModel)
        ]
        models = inner or models
    return [key for one in models for key in spellings(one)]


def _words(detail: Any) -> tuple[str, str]:
    """What is wrong with a value, and what to do."""
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, got {_shown(value)}", ""
    if kind == "literal_error":
        options = [part.strip().strip("'") for part in str(context["expected"]).replace(" or ", ", ").split(",")]
        hint = suggest(str(value), options) if isinstance(value, str) else ""
        return f"{_shown(value)} is not one of {', '.join(options)}", hint if hint.startswith("did") else ""
    if kind in ("value_error", "assertion_error"):
        return str(detail["msg"]).partition(", ")[2] or str(detail["msg"]), ""
    if kind == "string_pattern_mismatch":
        return f"{_shown(value)} does not have the form that is wanted here", _form(str(context["pattern"]))
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        return f"{_shown(value)}: {str(detail['msg']).removeprefix('Input ')}", ""
    if kind.startswith(("too_", "string_too")):
        return f"{str(detail['msg'])[:1].lower()}{str(detail['msg'])[1:]}", ""
    return f"{_shown(value)}: {str(detail['msg'])[:1].lower()}{str(detail['msg'])[1:]}", ""


def _form(pattern: str) -> str:
    return 'write HH:MM, such as "08:00"' if "[0-5]" in pattern else f"it must match {pattern}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…'"
