"""docs/declaration.md: its tables are the models, and its example is a sound declaration."""

from __future__ import annotations

import os
import re

from pydantic import BaseModel

from tests.docs.tables import rows
from tests.support.command import ROOT
from tests.support.documents import blocks
from tracker import indicators, pipeline
from tracker.indicators.reading import FILLED
from tracker.model.declared import (
    ByHand,
    Declaration,
    Defaults,
    DigestPlan,
    Figures,
    Indicator,
    Person,
    Receiver,
    Subject,
    Target,
)
from tracker.model.described import descriptions

DOCUMENT = ROOT / "docs" / "declaration.md"
REGION = re.compile(r"(<!-- keys: (\w+) -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)
PARTS: dict[str, type[BaseModel]] = {
    "declaration": Declaration, "defaults": Defaults, "digest": DigestPlan, "subject": Subject, "person": Person,
    "indicator": Indicator, "target": Target, "check": ByHand, "figures": Figures, "receiver": Receiver,
}  # fmt: skip


def _region(name: str) -> str:
    head = ["| key | is written as | default | |", "|---|---|---|---|"]
    return "\n".join([*head, *rows(PARTS[name])]) + "\n"


def _written() -> str:
    text = DOCUMENT.read_text(encoding="utf-8")
    return REGION.sub(lambda found: f"{found[1]}{_region(found[2])}{found[4]}", text)


def test_the_tables_are_what_the_models_say() -> None:
    """`TRACKER_GOLDEN=write` writes them; every part has its table, once."""
    if os.environ.get("TRACKER_GOLDEN") == "write":
        DOCUMENT.write_text(_written(), encoding="utf-8")

    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == _written()
    assert [found[1] for found in re.finditer(r"<!-- keys: (\w+) -->", text)] == list(PARTS)


def test_no_key_is_without_a_word() -> None:
    """An editor has a text for each on hover."""
    for model in PARTS.values():
        silent = set(model.model_fields) - set(descriptions(model)) - FILLED.get(model, frozenset())
        assert silent == set(), model


def test_the_example_is_sound() -> None:
    """And nothing in it can hardly be meant."""
    (example,) = [one.text for one in blocks(DOCUMENT) if one.language == "yaml"]

    _, doubts = indicators.examine(example, file="indicators.yaml", kinds=pipeline.kinds())
    assert doubts == []
