"""The JSON Schema of indicators.yaml, out of the models, for editors: completion, hover texts, unknown keys.

It takes what `load` takes. Names that must be declared, conditions of one key on another, and an empty key (which `load`
passes over) are left to `check`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from tracker import timing
from tracker.indicators.kinds import Kinds
from tracker.indicators.reading import frame
from tracker.model.declared import Declaration, Indicator, Receiver, Rule, Source, Subject, Target
from tracker.model.described import descriptions

Schema = dict[str, Any]
_DURATION = r"^\s*\d+(\.\d+)?\s*[smhdw](\s*\d+(\.\d+)?\s*[smhdw])*\s*$"
_BETWEEN = re.compile(r",\n\s+")
#: Sections that map keys to things of their own definition.
_SECTIONS = {"receivers": "receiver", "subjects": "subject", "sources": "source", "indicators": "indicator"}


def json_schema(kinds: Kinds) -> Schema:
    """The whole file; each kind's own keys are asked for where that kind is named."""
    defs: Schema = {}
    root = _model(Declaration, defs)
    for section, name in _SECTIONS.items():
        root["properties"][section] = _map_of(f"#/$defs/{name}", root["properties"][section])
    defs["subject"] = _subject(defs)
    defs["indicator"] = _indicator(defs)
    for model, name, known in (
        (Receiver, "receiver", kinds.receivers), (Source, "source", kinds.sources), (Rule, "rule", kinds.rules),
    ):  # fmt: skip
        defs[name] = _by_kind(model, name, known, defs)
    defs["source"]["properties"]["emit"] = _one_or_more(defs["source"]["properties"]["emit"])
    root["description"] = "What is watched, where it comes from, and when to speak."
    described = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "indicators.yaml", **root}
    return {**described, "$defs": dict(sorted(defs.items()))}


def schema_text(kinds: Kinds) -> str:
    """The same as the text of a file, short lists on one line."""
    text = json.dumps(json_schema(kinds), ensure_ascii=False, indent=2)
    return re.sub(r"\[\n\s+([^\[\]{}]*?)\n\s+\]", lambda found: f"[{_BETWEEN.sub(', ', found[1])}]", text) + "\n"


def _subject(defs: Schema) -> Schema:
    """A person may be a text: the name alone."""
    made = _model(Subject, defs)
    person = made["properties"]["people"]["items"]
    made["properties"]["people"]["items"] = {"anyOf": [{"type": "string"}, person]}
    return made


def _indicator(defs: Schema) -> Schema:
    """One target needs no list, and one without a day is a warning of `check`; one subject may stand alone."""
    made = _model(Indicator, defs)
    own = made["properties"]
    own["targets"] = _one_or_more(own["targets"])
    defs[Target.__name__]["required"].remove("by")
    own["subjects"] = {
        "anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}, {"type": ["string", "null"]}],
        "description": "Keys of subjects, or `all`.",
    }
    own["rules"] = _map_of("#/$defs/rule", own["rules"])
    return made


def _one_or_more(listed: Schema) -> Schema:
    """A list, or one of its items alone."""
    item = listed["items"]
    told = {"description": listed["description"]} if "description" in listed else {}
    return {**told, "if": {"type": "array"}, "then": {"items": item}, "else": item}


def _map_of(ref: str, described: Schema) -> Schema:
    kept = {"description": described["description"]} if "description" in described else {}
    return {**kept, "type": ["object", "null"], "additionalProperties": {"$ref": ref}}


def _by_kind(model: type[BaseModel], name: str, kinds: Mapping[str, Any], defs: Schema) -> Schema:
    """The frame for all, and per kind its own keys; `then` refuses what neither knows."""
    made = _model(model, defs)
    made.pop("additionalProperties")
    made["description"] = f"A {name}: its kind decides which other keys it takes."
    made["properties"]["kind"] = {"enum": list(kinds), "description": f"Kind of {name}."}
    cases = []
    for key, kind in kinds.items():
        own = _model(kind.Params, defs, prefix=f"{name}_{key}_")
        ours: Schema = dict.fromkeys(made["properties"], True)
        own["properties"] = {**own.get("properties", {}), **ours}
        defs[f"{name}_{key}"] = own
        named = {"properties": {"kind": {"const": key}}, "required": ["kind"]}
        cases.append({"if": named, "then": {"$ref": f"#/$defs/{name}_{key}"}})
    return {**made, "allOf": cases}


def _model(model: type[BaseModel], defs: Schema, *, prefix: str = "") -> Schema:
    """One model without what we fill in; the models inside it become definitions."""
    template = f"#/$defs/{prefix}{{model}}"
    made = model.model_json_schema(ref_template=template, schema_generator=_Generator)
    inner = made.pop("$defs", {})
    ours = frame(model)
    made["properties"] = {key: one for key, one in made.get("properties", {}).items() if key in ours}
    used = set(_named(made["properties"], prefix))
    while more := {name for one in used for name in _named(inner[one], prefix)} - used:
        used |= more
    defs.update({f"{prefix}{name}": _tidy(inner[name]) for name in used})
    return _tidy(made)


def _named(schema: Any, prefix: str) -> Iterator[str]:
    """The definitions that a schema refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield str(schema["$ref"]).removeprefix(f"#/$defs/{prefix}")
        for one in schema.values():
            yield from _named(one, prefix)
    elif isinstance(schema, list):
        for one in schema:
            yield from _named(one, prefix)


def _tidy(model: Schema) -> Schema:
    """Only what helps: no titles, no defaults that say nothing, docstrings in one line."""
    model.pop("title", None)
    model["properties"] = {key: _short(one) for key, one in model.get("properties", {}).items()}
    for part in [model, *model["properties"].values()]:
        if "description" in part:
            part["description"] = " ".join(part["description"].split())
        if "default" in part and not isinstance(part["default"], str | int | float):
            del part["default"]
        if part.get("default") == "":
            del part["default"]
    return model


def _short(schema: Any) -> Any:
    """`anyOf` of plain types as one list of types: an editor shows it in one line, and its message is exact."""
    if isinstance(schema, list):
        return [_short(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _short(one) for key, one in schema.items()}
    branches = made.get("anyOf")
    if branches is None:
        return made
    types = [_types(one) for one in branches]
    rich = [one for one in branches if set(one) - {"type"}]
    disjoint = len({one for each in types for one in each}) == sum(map(len, types))
    if len(rich) > 1 or not all(types) or not disjoint or any("enum" in one or "const" in one for one in rich):
        return made
    del made["anyOf"]
    return {**made, **(rich[0] if rich else {}), "type": [one for each in types for one in each]}


def _types(schema: Schema) -> list[str]:
    named = schema.get("type", [])
    return [named] if isinstance(named, str) else list(named)


class _Generator(GenerateJsonSchema):
    """Durations and numbers as people write them in YAML, and what each key means."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """The docstrings under the fields as descriptions."""
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for name, told in descriptions(model).items():
            key = model.model_fields[name].alias or name
            if key in made.get("properties", {}):
                made["properties"][key]["description"] = told
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Keys speak for themselves."""
        return False

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> JsonSchemaValue:
        """`90s`, `15m`, `1d 12h`."""
        return {"type": "string", "pattern": _DURATION, "examples": ["90s", "15m", "12h", "1d", "2w"]}

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """A number that is meant as a text needs no quotation marks: `edition: 2025`."""
        made = super().str_schema(schema)
        return made if "pattern" in made else {**made, "type": ["string", "number"]}

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A plain number, or one that is written out."""
        return {"type": ["number", "string"]}

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """Before a list stands what makes one alone a list."""
        made = super().function_before_schema(schema)
        return {"anyOf": [made["items"], made]} if made.get("type") == "array" and "items" in made else made

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """No duration at all cannot be written, so it is not offered."""
        if schema.get("default") == timedelta(0):
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def encode_default(self, dft: Any) -> Any:
        """`1h`, not `PT1H`."""
        return timing.format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)
