"""The tables of docs/rules.md are the models: every key with its form, its default and the text that an editor shows."""

from __future__ import annotations

import os
import re

from pydantic import BaseModel

from tests.docs.tables import rows as table_rows
from tests.support.command import ROOT
from tracker import rules
from tracker.indicators.reading import FILLED
from tracker.model.declared import Flap, Grouping, Inhibit, Quiet, Rule
from tracker.model.described import descriptions
from tracker.rules.conditions import Banded
from tracker.rules.event import Grade
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


def _region(name: str) -> str:
    """What stands between the marks: of a kind its sentence and its own keys."""
    if name in PARTS:
        lines, rows = [], table_rows(PARTS[name])
    else:
        params = rules.KINDS[name].Params
        lines = [" ".join((params.__doc__ or "").split()), ""]
        rows = table_rows(params, Banded if issubclass(params, Banded) else None)
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
