"""The three forms: columns of equal width also with Chinese in them, and text from outside that stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from tests.digest.making import event as made
from tests.digest.making import full, happening
from tracker import digest
from tracker.digest import Line, Page, Row, Section, Table
from tracker.digest.text import padded, width, wrapped

#: What would begin an element or a link.
UNESCAPED = re.compile(r"(?<!\\)<(?!https://)[a-z]|(?<!\\)\[a(?<!\\)\]\(")
HOSTILE = "<script>alert(1)</script> [a](javascript:x) | `b` # *c*\n---\n## d \x1b[31m \u202e https://evil.example"


def _page(name: str, state: str = "steady") -> Page:
    table = Table(
        heading="The two", columns=("", "", "now", "then (W33)", "state"),
        lines=(
            Line(group="", cells=("1", name, "5", "same", state)),
            Line(group="", cells=("2", "Latin", "6", "same", "steady")),
        ),
    )  # fmt: skip
    return Page(title="T", line="L", table=table)


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("阶跃星辰", 8), ("超50亿元", 8), ("é", 1), ("e\u0301", 1), ("，", 2), ("", 0)]
)
def test_a_wide_character_takes_two_columns(text: str, columns: int) -> None:
    """Full-width punctuation too; an accent takes none."""
    assert width(text) == columns
    assert width(padded(text, 10)) == 10


def test_columns_stay_straight_with_chinese_in_them() -> None:
    """`now` of both lines begins in the same column, and so does `state`."""
    rows = digest.text(_page("阶跃星辰的设备")).splitlines()[3:]

    starts = {tuple(width(row[: row.index(word)]) for word in ("same", "steady")) for row in rows[1:]}
    assert len(starts) == 1
    assert width(rows[0][: rows[0].index("state")]) == next(iter(starts))[1]


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("阶跃星辰融资", 5, ["阶跃", "星辰", "融资"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("a 阶跃", 4, ["a 阶", "跃"]),
        ("", 4, [""]),
        ("阶", 1, ["阶"]),
    ],
)
def test_lines_break_where_they_may(text: str, columns: int, lines: list[str]) -> None:
    """Between words, between Chinese characters, and anywhere in a word that is too long."""
    assert wrapped(text, columns) == lines


def test_no_line_is_wider_than_a_mail() -> None:
    """120 columns; a link stands on a line of its own."""
    assert max(width(line) for line in digest.text(digest.draw(full())).splitlines()) <= 124


class _Tags(HTMLParser):
    """The elements of a page, and the targets of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src") or name.startswith("on")]


def _hostile() -> Page:
    row = Row(label=HOSTILE, parts=(HOSTILE, HOSTILE), link="javascript:alert(1)")
    good = Row(parts=("good",), link="https://example.org/a?b=1&c=2")
    table = Table(
        heading=HOSTILE,
        columns=("", "", HOSTILE, "then", "state"),
        lines=(Line(group=HOSTILE, cells=("1", *(HOSTILE,) * 4)),),
    )
    return Page(title=HOSTILE, line=HOSTILE, table=table, sections=(Section(heading=HOSTILE, rows=(row, good)),))


def test_hostile_text_is_inert_in_html() -> None:
    """It makes no element, no attribute and no link."""
    parser = _Tags()
    parser.feed(digest.html(_hostile()))

    assert parser.tags <= set("html head meta title style body h1 h2 table tr th td a b br div span".split())
    assert parser.links == ["https://example.org/a?b=1&c=2"]


def test_hostile_text_is_inert_in_markdown() -> None:
    """No element, no link, no cell, no heading and no front matter of its own."""
    said = digest.markdown(_hostile())

    assert not UNESCAPED.search(said)
    assert "](javascript" not in said.replace("\\](", "")
    assert "https://evil" not in said
    assert [line[:2] for line in said.splitlines() if line.startswith("#")] == ["# ", "##", "##"]
    rows = [line for line in said.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}
    assert "\n---\n" not in said


def test_hostile_text_is_inert_in_text() -> None:
    """It has no line of its own, no escape sequence and no mark that turns the writing."""
    said = digest.text(_hostile())

    assert "\x1b" not in said
    assert "\u202e" not in said
    assert not any(line.startswith(("---", "## d")) for line in said.splitlines())
    assert "javascript:alert(1)" not in said


def test_a_hostile_title_passes_through_a_whole_digest() -> None:
    """The same for a headline on its way from the database."""
    bad = happening(
        made("funding:x", "funding", HOSTILE, "2026-08-19", "2026-08-19"), link="javascript:x", quote=HOSTILE
    )
    page = digest.draw(replace(full(), happenings=(bad,)))
    parser = _Tags()
    parser.feed(digest.html(page))

    assert "script" not in parser.tags
    assert parser.links == []
    assert not UNESCAPED.search(digest.markdown(page))
