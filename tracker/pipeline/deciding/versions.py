"""A rule as it is declared, in the words of its file; and the name that was meant where no rule has the name that was given."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from tracker import timing
from tracker.model.declared import Declaration, Rule

#: What the frame knows of itself.
_FILLED = ("indicator", "name", "kind", "params", "hash")


def spelt(rule: Rule) -> dict[str, Any]:
    """Every key that was given, `kind` first, then those of the kind, then those of every rule."""
    frame = {key: value for key, value in _given(rule) if key not in _FILLED}
    params = dict(_given(rule.params)) if isinstance(rule.params, BaseModel) else {}
    return {"kind": rule.kind, **params, **frame}


def _given(model: BaseModel) -> Iterator[tuple[str, Any]]:
    for name, field in type(model).model_fields.items():
        if name in model.model_fields_set:
            yield field.alias or name, _plain(getattr(model, name))


def _plain(value: Any) -> Any:
    match value:
        case timedelta():
            return timing.format_duration(value)
        case Decimal():
            return format(value, "f")
        case BaseModel():
            return dict(_given(value))
        case Mapping():
            return {key: _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case None | bool() | int() | float() | str():
            return value
    return str(value)


def nearest_rule(declaration: Declaration, name: str, other: str = "") -> str:
    """A hint: the rules whose names are like this one, or those of an indicator of this name; else what `other` says."""
    rules = [rule.id for indicator in declaration.indicators.values() for rule in indicator.rules.values()]
    if name in declaration.indicators:
        own = [rule.id for rule in declaration.indicators[name].rules.values()]
        return f"its rules are {', '.join(own)}" if own else f"the indicator {name} has no rules"
    bare = [rule for rule in rules if rule.partition(".")[2] == name]
    near = bare or difflib.get_close_matches(name, rules, n=3)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return other or f"there is: {', '.join(rules) or 'none'}"
