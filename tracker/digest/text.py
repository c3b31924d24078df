"""The digest as plain text: columns in a fixed-width font, where a Chinese character is two wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tracker import plain
from tracker.digest.page import Page, Section, Table
from tracker.plain import columns_of, padded, width
from tracker.tongue import say, speaking

#: No line begins with one of these, none ends with one of those.
_CLOSING, _OPENING = "，。；：、）》”！？」", "（《“「"
#: Width of a line, of the column of headings, and the most that a column of the table may take.
_LINE = 120
_HEADING = 17
_MOST = (3, 30, 34, 20, 25)


def text(page: Page) -> str:
    """The whole digest, with a newline at its end."""
    with speaking(page.language):
        return _text(page)


def _text(page: Page) -> str:
    first = say("In one line: {line}", line=plain.line(page.line))
    lines = [*wrapped(plain.line(page.title), _LINE), *wrapped(first, _LINE), ""]
    lines += _table(page.table)
    for section in page.sections:
        lines += ["", *_section(section)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def wrapped(words: str, columns: int) -> list[str]:
    """Broken between words; between any two wide characters; a word that is too long, anywhere."""
    lines, line = [], ""
    for piece in _pieces(words):
        if line and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
            piece = piece.lstrip()
        while width(piece.rstrip()) > columns:
            cut = _fitting(piece, columns)
            lines.append(piece[:cut])
            piece = piece[cut:]
        line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(words: str) -> Iterator[str]:
    """The text in pieces between which a line may break; blanks stand at the end of a piece."""
    piece = ""
    for letter in words:
        broken = (
            piece
            and letter not in _CLOSING
            and piece[-1] not in _OPENING
            and (
                piece[-1] == " " != letter
                or (letter != " " and (columns_of(letter) == 2 or columns_of(piece[-1]) == 2))
            )
        )
        if broken:
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _fitting(piece: str, columns: int) -> int:
    """How many letters fit, at least one."""
    taken = 0
    for number, letter in enumerate(piece):
        taken += columns_of(letter)
        if taken > columns:
            return max(number, 1)
    return len(piece)


def _table(table: Table) -> Iterator[str]:
    heads = tuple(plain.line(head) for head in (table.heading, *table.columns[2:]))
    rows = [tuple(plain.line(cell) for cell in line.told) for line in table.lines]
    widest = [
        min(max((width(row[column]) for row in rows), default=0), _MOST[column]) for column in range(len(table.columns))
    ]
    first = max(widest[0] + 2 + widest[1], width(heads[0]))
    widest[1] = first - widest[0] - 2
    widest[2:] = [max(size, width(head)) for size, head in zip(widest[2:], heads[1:], strict=True)]
    yield "  ".join(padded(cell, size) for cell, size in zip(heads, (first, *widest[2:]), strict=True))
    group = ""
    for line, row in zip(table.lines, rows, strict=True):
        if line.group != group:
            group = line.group
            yield f"-- {plain.line(group)}" if group else "--"
        yield from _row(row, widest)


def _row(cells: Sequence[str], widest: Sequence[int]) -> Iterator[str]:
    """One line of the table, on as many lines of text as its longest cell needs."""
    broken = [wrapped(cell, max(size, 1)) for cell, size in zip(cells, widest, strict=True)]
    for parts in zip_longest(*broken, fillvalue=""):
        yield "  ".join(padded(part, size) for part, size in zip(parts, widest, strict=True))


def _section(section: Section) -> Iterator[str]:
    """The heading in a column of its own, each row behind it."""
    heading = plain.line(section.heading)
    labels = min(max(width(plain.line(row.label)) for row in section.rows), 12)
    room = _LINE - _HEADING - (labels + 2 if labels else 0)
    for row in section.rows:
        said = plain.line(" · ".join(row.parts))
        link = plain.link(row.link)
        lines = [*wrapped(said, room), *([link] if link else [])]
        for number, line in enumerate(lines):
            label = padded(plain.line(row.label) if not number else "", labels) + "  " if labels else ""
            yield padded(heading, _HEADING) + label + line
            heading = ""
