"""read: what the extraction says of texts that nobody stores, in the exact form that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.extraction.making import declaration
from tests.support.command import tracker
from tracker.errors import DataRejected
from tracker.pipeline import read_texts
from tracker.settings import Home


def _lines(*texts: object) -> str:
    return "\n".join(json.dumps(text, ensure_ascii=False) for text in texts)


def _stories(*texts: tuple[str, str | None]) -> list[list[str | None]]:
    lines = _lines(*({"id": str(number), "text": text, "date": date} for number, (text, date) in enumerate(texts)))
    rows = read_texts(declaration(), lines, "x", any_subject=True)
    return [[event["story"] for event in row["events"]] for row in rows]


def test_one_row_per_line_with_spans_in_code_points() -> None:
    lines = _lines(
        {"id": "a", "text": "🚀星桥智能完成超50亿元融资", "other": 1}, {"id": 7, "text": "天气很好", "date": None}
    )
    first, second = read_texts(declaration(), lines + "\n\n", "x")
    assert first == {
        "id": "a",
        "subjects": ["starbridge"],
        "events": [{"type": "funding", "subject": "starbridge", "modality": "actual", "story": None}],
        "quantities": [
            {
                "lo": Decimal("5000000000"),
                "hi": None,
                "op": "ge",
                "unit": "CNY",
                "role": "amount",
                "start": 8,
                "end": 12,
            }
        ],
    }
    assert second == {"id": 7, "subjects": [], "events": [], "quantities": []}


def test_a_story_is_one_string_for_the_texts_of_one_event() -> None:
    """In either language and currency, whatever the order of the lines; a text that stands alone has none."""
    told = _stories(
        ("Starbridge raises RMB 17 billion", "2026-05-09"),
        ("流明完成B轮融资", "2026-05-09"),
        ("星桥智能完成25亿美元融资", "2026-05"),
        ("星桥智能完成1亿美元融资", "2026-05-09"),
        ("Acme raises $65 billion", "2026-05-09"),
        ("Acme 完成 650 亿美元融资", "2026-05-10"),
        ("Starbridge denies it raises RMB 17 billion", "2026-05-09"),
    )
    (first,), (alone,), (second,), (other,), (acme,), (again,), (denied,) = told
    assert first is not None
    assert first == second
    assert acme is not None
    assert acme == again != first
    assert (alone, other, denied) == (None, None, None)


def test_two_events_of_one_text_are_no_story() -> None:
    assert _stories(("星桥智能发布Star 4模型；星桥智能发布Star 5模型", None)) == [[None, None]]


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("{", 2, "no JSON"),
        ("[1]", 1, "a line is an object"),
        ('{"text": "x"}', 1, "`id` is missing"),
        ('{"id": true, "text": "x"}', 1, "`id` is no text"),
        ('{"id": "a"}', 1, "`text` is missing"),
        ('{"id": "a", "text": 5}', 1, "`text` is no text"),
        ('{"id": "a", "text": "x", "date": 2026}', 1, "`date` is no text"),
        ('{"id": "a", "text": "x", "date": "20266-01-01"}', 1, "the year 20266"),
        ('{"id": "a", "text": "x", "date": "..2025"}', 1, "a text is published on a day"),
        ("[" * 100_000, 1, "nested too deep"),
    ],
)
def test_a_bad_line_is_named_with_its_place(line: str, column: int, message: str) -> None:
    """Every bad line, and nothing is read of the others."""
    with pytest.raises(DataRejected) as caught:
        read_texts(declaration(), "\n".join(['{"id": "ok", "text": "x"}', "", line, "5"]), "in.ndjson")
    first, second = caught.value.problems
    assert (first.file, first.line, first.column) == ("in.ndjson", 3, column)
    assert message in first.message
    assert second.line == 4


def test_the_command_reads_without_a_database(home: Callable[..., Home]) -> None:
    made = home(
        "watch: x\nreceivers: {folder: {kind: markdown}}\nsubjects:\n  nova: {name: Nova, aliases: [新星智能]}\n"
        "indicators:\n  f: {name: F, subject: nova, event: funding}\n"
    )
    lines = _lines({"id": "a", "text": "新星智能完成1.5亿元融资"}, {"id": "b", "text": "Acme raises $5M"})
    done = tracker("read", "-", "--any-subject", "-o", "ndjson", cwd=made.root, stdin=lines)
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["quantities"][0]["lo"] == "150000000"
    assert [event["subject"] for event in (*first["events"], *second["events"])] == ["nova", None]
    assert not list(made.root.glob("db/*"))
    refused = tracker("read", "-o", "ndjson", cwd=made.root, stdin='{"id": "a"}\n')
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "<stdin>:1:1: `text` is missing" in refused.stderr
