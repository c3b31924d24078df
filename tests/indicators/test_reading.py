"""YAML 1.2 in, a declaration out; whatever comes in, no traceback."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import indicators, pipeline
from tracker.errors import DeclarationError
from tracker.indicators import starter
from tracker.model.declared import Declaration

KINDS = pipeline.kinds()
SHIPPED = (starter.ORIGINALS / "indicators.yaml").read_text(encoding="utf-8")
START = """watch: Test
receivers: {folder: {kind: markdown}}
subjects: {acme: {name: Acme}}
"""


def _load(text: str) -> Declaration:
    return indicators.load(START + text, file="x.yaml", kinds=KINDS)


@pytest.mark.parametrize(
    "written",
    ["NO", "no", "on", "off", "yes", "12:30", "0777", "1e3", "0x1F", "0o17", "2026-12-31", "2026-12-31T10:00:00Z", "1_000",
     "1.10", "=", "-1", ".5", "+12", "1e999"],
)  # fmt: skip
def test_a_text_is_what_was_written(written: str) -> None:
    """Where a text is meant nothing is turned into a boolean, a number, a time of day or a date on the way."""
    declaration = _load(f"indicators:\n  x: {{name: {written}, unit: u, note: {written}}}\n")

    assert declaration.indicators["x"].name == written
    assert declaration.indicators["x"].note == written


def test_keys_are_texts_too() -> None:
    """`on:` is a key, and so is `2026:`."""
    declaration = _load("indicators:\n  NO: {name: A, unit: u}\n  2026: {name: B, unit: u}\ndigest: {on: friday}\n")

    assert list(declaration.indicators) == ["NO", "2026"]
    assert declaration.digest is not None
    assert declaration.digest.on == "friday"


def test_what_is_left_out_is_filled_in() -> None:
    """The only subject, the unit of an `emit`, the hours of the defaults, the zone of the watch."""
    declaration = _load("""timezone: Asia/Shanghai
defaults: {every: 2h}
sources:
  api: {kind: json, url: "https://example.org/", emit: {indicator: stars, value: n}}
indicators:
  stars: {name: Stars, unit: stars}
""")

    source = declaration.sources["api"]
    assert (source.timezone, source.every.total_seconds()) == ("Asia/Shanghai", 7200)
    assert (source.emit[0].subject, source.emit[0].unit) == ("acme", "stars")
    assert declaration.subjects_of(declaration.indicators["stars"]) == ("acme",)


def test_form_does_not_change_a_fingerprint() -> None:
    """Order, comments and quotation marks say nothing; a threshold does."""
    first = _load('indicators: {x: {name: X, unit: u, rules: {r: {kind: threshold, fire: "< 1", severity: info}}}}')
    same = _load(
        "indicators: {x: {unit: u, name: X, rules: {r: {severity: 'info', fire: < 1, kind: threshold}}}} # same"
    )
    other = _load('indicators: {x: {name: X, unit: u, rules: {r: {kind: threshold, fire: "< 2", severity: info}}}}')

    hashes = [one.indicators["x"].rules["r"].hash for one in (first, same, other)]

    assert hashes[0] == hashes[1] != hashes[2]
    assert first.hash != same.hash


def test_an_alias_stands_for_its_anchor() -> None:
    """Anchors are YAML like any other."""
    declaration = _load("indicators:\n  x: &x {name: X, unit: u}\n  y: *x\n")

    assert declaration.indicators["y"].name == "X"
    assert declaration.indicators["y"].key == "y"


@pytest.mark.parametrize("name", ["watch.yaml", "absent.yaml", "folder"])
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    """Another encoding, no file, a folder: one mistake each, with the file's name."""
    (tmp_path / "watch.yaml").write_bytes("watch: Test\nname: 阶跃\n".encode("gb18030"))
    (tmp_path / "folder").mkdir()

    with pytest.raises(DeclarationError) as refused:
        indicators.load_file(tmp_path / name, KINDS)

    (problem,) = refused.value.problems
    assert problem.file == str(tmp_path / name)
    assert problem.code == ("encoding" if name == "watch.yaml" else "file")
    assert (problem.line, problem.column) == ((2, 7) if name == "watch.yaml" else (1, 1))


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    """Editors leave them behind; places count from the text after the mark."""
    file = tmp_path / "watch.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + START.replace("\n", "\r\n").encode())

    assert indicators.load_file(file, KINDS).watch == "Test"

    file.write_bytes(b"\xef\xbb\xbfwatc: Test\r\n" + START.replace("\n", "\r\n").encode())
    with pytest.raises(DeclarationError) as refused:
        indicators.load_file(file, KINDS)
    assert [(problem.line, problem.column) for problem in refused.value.problems] == [(1, 1)]


def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    """And not when it did not: a daemon asks at every tick."""
    file = tmp_path / "watch.yaml"
    file.write_text(START, encoding="utf-8")
    first = indicators.load_file(file, KINDS)

    assert indicators.load_file(file, KINDS) is first

    file.write_text(START.replace("Test", "Other"), encoding="utf-8")
    os.utime(file, (1, 1))
    assert indicators.load_file(file, KINDS).watch == "Other"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_cut_or_put_in_there_is_no_traceback(data: st.DataObject) -> None:
    """A file that somebody is writing: it loads, or every mistake in it has a place that can be shown."""
    text = "".join(SHIPPED.splitlines(keepends=True)[:60]) + SHIPPED[SHIPPED.index("\nindicators:") :][:3000]
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 12))
    put = data.draw(st.text(st.sampled_from("\t\n\r :-[]{}'\"&*!|>#%@`,?<0aé阶\x00\x85\u2028\ud800"), max_size=6))
    broken = copy.copy(text[:at] + put + text[at + cut :])

    try:
        indicators.examine(broken, file="x.yaml", kinds=KINDS)
    except DeclarationError as error:
        for problem in error.problems:
            indicators.render_problem(problem, error.source)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "~",
        "null",
        "[]",
        "{}",
        "a",
        "- a",
        "? a",
        ": a",
        "---",
        "...",
        "%YAML 1.1",
        "\x00",
        "&a *a",
        "*a",
        "!",
    ],
)
def test_a_file_that_is_hardly_one(text: str) -> None:
    """Each is a declaration with mistakes, and nothing worse."""
    with pytest.raises(DeclarationError) as refused:
        indicators.load(text, file="x.yaml", kinds=KINDS)

    for problem in refused.value.problems:
        assert indicators.render_problem(problem, refused.value.source).startswith("x.yaml:")
