"""The JSON Schema describes what `load` takes: an editor and `check` agree."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.indicators.validator import mistakes
from tracker import indicators, pipeline
from tracker.errors import DeclarationError
from tracker.indicators import positions, starter
from tracker.indicators.reading import frame
from tracker.indicators.validating import spellings
from tracker.model.declared import Declaration, Indicator, Receiver, Rule, Source, Subject

HERE = Path(__file__).parent
KINDS = pipeline.kinds()
SCHEMA = indicators.json_schema(KINDS)
SHIPPED = starter.ORIGINALS / "indicators.schema.json"

START = """watch: Test
receivers: {folder: {kind: markdown}}
"""


def _wrong(text: str) -> list[str]:
    return list(mistakes(positions.read(text, "x.yaml").root.value(), SCHEMA, SCHEMA))


def _loads(text: str) -> bool:
    try:
        indicators.load(text, file="x.yaml", kinds=KINDS)
    except DeclarationError:
        return False
    return True


def test_the_file_that_is_shipped_is_what_the_models_say() -> None:
    """`TRACKER_GOLDEN=write` writes it; `tracker schema` prints it."""
    if os.environ.get("TRACKER_GOLDEN") == "write":
        SHIPPED.write_text(indicators.schema_text(KINDS), encoding="utf-8")

    assert SHIPPED.read_text(encoding="utf-8") == indicators.schema_text(KINDS)


def test_the_shipped_watch_is_valid() -> None:
    """Every key and value of it."""
    assert _wrong((starter.ORIGINALS / "indicators.yaml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted((HERE / "doubtful").glob("*.yaml")), ids=lambda path: path.stem)
def test_what_loads_is_valid(path: Path) -> None:
    """A warning of `check` is no mistake to an editor. An empty key is: `load` passes it over."""
    text = path.read_text(encoding="utf-8").replace(", by: }", "}")

    assert _loads(text)
    assert _wrong(text) == []


def test_every_key_is_known_and_no_other() -> None:
    """Frame keys and each kind's own; keys that the tracker fills in are nobody's to write."""
    assert set(SCHEMA["properties"]) == set(frame(Declaration))
    assert set(SCHEMA["$defs"]["subject"]["properties"]) == set(frame(Subject))
    assert set(SCHEMA["$defs"]["indicator"]["properties"]) == set(frame(Indicator))
    for what, model, kinds in (
        ("source", Source, KINDS.sources), ("rule", Rule, KINDS.rules), ("receiver", Receiver, KINDS.receivers),
    ):  # fmt: skip
        for name, kind in kinds.items():
            one = SCHEMA["$defs"][f"{what}_{name}"]
            assert set(one["properties"]) == set(frame(model)) | set(spellings(kind.Params))
            assert one["additionalProperties"] is False


def test_every_object_refuses_unknown_keys() -> None:
    """Except where keys are names: labels, headers, phrases."""
    defs: dict[str, Any] = SCHEMA["$defs"]

    assert {name for name, one in defs.items() if one.get("additionalProperties") is not False} == {
        "source",  # these three refuse them kind by kind
        "rule",
        "receiver",
    }


@pytest.mark.parametrize(
    "text",
    [
        "defaults: {every: 90s}",
        "defaults: {every: 1d 12h}",
        "defaults: {receivers: folder}",
        "defaults: {receivers: {warning: folder, critical: [folder]}}",
        "digest: {on: monday, at: 08:00}",
        "sources:",
        "subjects: {a: {name: A, people: [Li, {name: Wang, since: 2024}], aliases: one}}",
        "subjects: {a: {name: 7}}\nindicators: {x: {name: X, unit: u, targets: {value: 5, by: 2026}, subjects: all}}",
        "subjects: {a: {name: A}}\nindicators: {x: {name: X, event: [funding, ipo], subjects: a, sources: [], story_window: 2w}}",
        "subjects: {a: {name: A}}\nindicators: {x: {name: X, unit: u, rules: {d: {kind: due, before: 30d}}}}",
        "subjects: {a: {name: A}}\nindicators: {x: {name: X, unit: u, rules: {p: {kind: pace, fire: < 1, from_value: 0}}}}",
        'sources: {a: {kind: json, url: "https://example.org", params: {q: [a, b], n: 5, all: true}, emit: {event: ipo}}}\n'
        "subjects: {a: {name: A}}",
    ],
)
def test_both_take_it(text: str) -> None:
    """Each way of writing that `load` knows."""
    assert _loads(START + text)
    assert _wrong(START + text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("defaults: {every: 1hour}", ".defaults.every"),
        ("defaults: {evry: 1h}", ".defaults.evry"),
        ("digest: {on: NO}", ".digest.on"),
        ("digest: {at: 8:00}", ".digest.at"),
        ("timezon: UTC", ".timezon"),
        ("subjects: {a: {aliases: [A]}}", ".subjects.a"),
        ('sources: {a: {kind: feed, url: "https://example.org", rows: x}}', ".sources.a.rows"),
        ('sources: {a: {kind: rss, url: "https://example.org"}}', ".sources.a.kind"),
        ("sources: {a: {kind: feed}}", ".sources.a"),
        ("indicators: {x: {name: X, unit: u, rules: {r: {kind: stale, every: 1d, fire: '< 1'}}}}", ".indicators.x.rules.r.fire"),
        ("indicators: {x: {name: X, unit: u, rules: {r: {kind: threshold, fire: low}}}}", ".indicators.x.rules.r.fire"),
        ("indicators: {x: {name: X, unit: u, rules: {r: {kind: stale, every: 1d, severity: bad}}}}", ".indicators.x.rules.r.severity"),
        ("indicators: {x: {name: X, mentions: yes}}", ".indicators.x.mentions"),
        ("indicators: {x: {name: X, unit: u, targets: [{by: 2026}]}}", ".indicators.x.targets[0]"),
    ],
)  # fmt: skip
def test_both_refuse_it(text: str, at: str) -> None:
    """At the place, with one message: a wrong kind does not bring the mistakes of every other kind."""
    assert not _loads(START + text)
    (wrong,) = _wrong(START + text)
    assert wrong.partition(": ")[0] == at


def test_hover_texts_come_from_the_models() -> None:
    """The docstring of an attribute, in one line."""
    assert (
        SCHEMA["$defs"]["rule"]["properties"]["for_count"]["description"]
        == "…and was seen on this many different dates."
    )
    assert SCHEMA["$defs"]["source"]["properties"]["every"]["default"] == "1h"
