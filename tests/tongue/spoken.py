"""Every sentence that the code says to people, found in its source: what `say`, `many` and the templates are given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import tracker
from tracker.model.declared import SEVERITIES, Cadence, KindOfValue
from tracker.model.observed import Status
from tracker.model.told import What

PACKAGE = Path(tracker.__file__).parent
_IN_TEMPLATE = re.compile(r"""\bsay\(\s*"([^"]+)\"""")
#: Names of tables whose values are said.
_TABLES = re.compile(r"_(OPENINGS|CLEARED|LIMITS|LABELS|CAUSES|WORDS|SINCE|JUDGEMENTS|BEFORE|ANSWERS)$|^TIER_WORDS$")


def sentences() -> set[str]:
    """All of them, in English."""
    found = {*SEVERITIES, *get_args(Cadence), *get_args(KindOfValue), *get_args(Status)} | _of_engine()
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.ImportFrom) and node.module == "tracker.tongue" for node in ast.walk(tree)):
            found |= set(_said(tree))
    for file in PACKAGE.glob("alerts/templates/*"):
        found |= set(_IN_TEMPLATE.findall(file.read_text(encoding="utf-8")))
    return {one for one in found if re.search("[A-Za-z]", one) and not one.startswith("`")}


def _of_engine() -> set[str]:
    """Words of an alert that are shown as they are."""
    shown = set(get_args(What)) - {"pending", "cancelled", "nodata", "error", "data_back", "late", "closed"}
    return shown


def _said(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("say", "many", "_counted")
        ):
            yield from _texts(node.args)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if _TABLES.search(name) and isinstance(node.value, ast.Dict):
                yield from _texts(node.value.values)
            elif name == "_SAID_BY_STATE":
                yield from _texts([node.value])
    # A long sentence stands in a name of its own before it is said.
    yield from (text for text in _texts([tree]) if "{" in text and re.search(r"\{[a-z]\w*\}", text))


def _texts(nodes: list[ast.expr] | list[ast.Module]) -> Iterator[str]:
    """Texts in an expression, but for those that are keys, formats or parts of f-strings."""
    for node in nodes:
        parts = {id(part) for one in ast.walk(node) if isinstance(one, ast.JoinedStr) for part in ast.walk(one)}
        parts |= {id(one.test) for one in ast.walk(node) if isinstance(one, ast.IfExp)}
        tests = {id(part) for one in ast.walk(node) if isinstance(one, ast.IfExp) for part in ast.walk(one.test)}
        slices = {id(part) for one in ast.walk(node) if isinstance(one, ast.Subscript) for part in ast.walk(one.slice)}
        for one in ast.walk(node):
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in parts | tests | slices:
                yield one.value
