"""The tables of docs/rules.md are the models: every key with its form, its default and the text that an editor shows."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tests.support.command import ROOT
from tracker import rules, timing
from tracker.indicators.reading import FILLED
from tracker.model.declared import Flap, Grouping, Inhibit, Quiet, Rule
from tracker.model.described import descriptions
from tracker.rules.conditions import Banded, Condition
from tracker.rules.event import Grade
from tracker.rules.expression import Expression
from tracker.rules.velocity import Poisson

DOCUMENT = ROOT / "docs" / "rules.md"
REGION = re.compile(r"(<!-- keys: (\w+) -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)
PARTS: dict[str, type[BaseModel]] = {
    "rule": Rule,
    "flap": Flap,
    "banded": Banded,
    "poisson": Poisson,
    "grade": Grade,
    "grouping": Grouping,
    "inhibit": Inhibit,
    "quiet": Quiet,
}
_FORMS: dict[Any, str] = {
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
        return _form(next(one for one in inner if one is not NoneType))
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
    value = field.default
    if isinstance(value, timedelta):
        return f"`{timing.format_duration(value)}`"
    return "" if value in (None, (), "") or value == {} else f"`{value}`"


def _rows(model: type[BaseModel], without: type[BaseModel] | None = None) -> list[str]:
    told = descriptions(model)
    left_out = FILLED.get(model, frozenset()) | set(without.model_fields if without else ())
    return [
        f"| `{field.alias or name}` | {_form(field.annotation)} | {_default(field)} | {' '.join(told[name].split())} |"
        for name, field in model.model_fields.items()
        if name not in left_out
    ]


def _region(name: str) -> str:
    """What stands between the marks: of a kind its sentence and its own keys."""
    if name in PARTS:
        lines, rows = [], _rows(PARTS[name])
    else:
        params = rules.KINDS[name].Params
        lines = [" ".join((params.__doc__ or "").split()), ""]
        rows = _rows(params, Banded if issubclass(params, Banded) else None)
    head = ["| key | is written as | default | |", "|---|---|---|---|"] if rows else []
    return "\n".join([*lines, *head, *rows]).strip() + "\n"


def _written() -> str:
    text = DOCUMENT.read_text(encoding="utf-8")
    return REGION.sub(lambda found: f"{found[1]}{_region(found[2])}{found[4]}", text)


def test_the_tables_are_what_the_models_say() -> None:
    """`TRACKER_GOLDEN=write` writes them."""
    if os.environ.get("TRACKER_GOLDEN") == "write":
        DOCUMENT.write_text(_written(), encoding="utf-8")

    assert DOCUMENT.read_text(encoding="utf-8") == _written()


def test_every_kind_and_every_part_has_its_table() -> None:
    """Once, and the kinds that compare a number are those that are said to."""
    text = DOCUMENT.read_text(encoding="utf-8")

    assert sorted(found[1] for found in re.findall(r"(<!-- keys: (\w+) -->)", text)) == sorted([*rules.KINDS, *PARTS])
    banded = {name for name, kind in rules.KINDS.items() if issubclass(kind.Params, Banded)}
    said = re.search(r"^(.*) give one number and take these keys:$", text, re.MULTILINE)
    assert said is not None
    assert set(re.split(r", | and ", said[1])) == banded


def test_no_key_of_a_rule_is_without_a_word() -> None:
    """Neither of the frame, nor of a kind, nor of what stands in them."""
    for model in (*PARTS.values(), *(kind.Params for kind in rules.KINDS.values())):
        silent = set(model.model_fields) - set(descriptions(model)) - FILLED.get(model, frozenset())
        assert silent == set(), model
