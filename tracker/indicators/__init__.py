"""Reads indicators.yaml, the only room that does: YAML 1.2 -> Declaration, or every mistake in it with its place.

`load_file` is what the commands use; `examine` is `check`, which also says what can hardly be meant. `json_schema`
describes the file to an editor, and `starter` holds the home that `tracker init` makes.
"""

from __future__ import annotations

from tracker.indicators import starter
from tracker.indicators.kinds import Kinds
from tracker.indicators.linting import lint
from tracker.indicators.load import examine, load, load_file, read_text
from tracker.indicators.positions import plain
from tracker.indicators.rendering import render_problem
from tracker.indicators.schema import json_schema, schema_text

__all__ = [
    "Kinds",
    "examine",
    "json_schema",
    "lint",
    "load",
    "load_file",
    "plain",
    "read_text",
    "render_problem",
    "schema_text",
    "starter",
]
