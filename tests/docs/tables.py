"""Models as tables of a document: every key with its form, its default and the text that an editor shows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tracker import timing
from tracker.indicators.reading import FILLED
from tracker.model.described import descriptions
from tracker.rules.conditions import Condition
from tracker.rules.expression import Expression

_FORMS: dict[Any, str] = {
    bool: "true or false",
    timedelta: "duration",
    Decimal: "number",
    int: "whole number",
    float: "number",
    str: "text",
    Condition: "condition",
    Expression: "condition over rules",
}


def _form(annotation: Any) -> str:
    """How a value is written."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _form(inner[0])
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_form(one) for one in inner if one is not NoneType))
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin is tuple:
        return f"{_form(inner[0])}; one or several"
    if origin is dict:
        return f"{_form(inner[1])} by {'severity' if get_origin(inner[0]) is Literal else 'name'}"
    return _FORMS.get(annotation) or f"{annotation.__name__.lower()}, see below"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        given = value.model_dump(exclude_defaults=True)
        return f"`{{{', '.join(f'{name}: {one}' for name, one in given.items())}}}`" if given else ""
    if isinstance(value, tuple) and value:
        return ", ".join(f"`{one}`" for one in value)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, timedelta):
        return f"`{timing.format_duration(value)}`"
    return "" if value in (None, (), "") or value == {} else f"`{value}`"


def rows(model: type[BaseModel], without: type[BaseModel] | None = None) -> list[str]:
    told = descriptions(model)
    left_out = FILLED.get(model, frozenset()) | set(without.model_fields if without else ())
    return [
        f"| `{field.alias or name}` | {_form(field.annotation)} | {_default(field)} | {' '.join(told[name].split())} |"
        for name, field in model.model_fields.items()
        if name not in left_out
    ]
