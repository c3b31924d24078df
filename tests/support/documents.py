"""Markdown documents as a test reads them: code blocks with their line, console sessions, links, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w*)\s*$")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: its language, its text, the line it begins on."""

    language: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command in a console block, with the output that is shown under it and the exit code it is said to have."""

    command: str
    shown: str
    code: int = 0


def blocks(path: Path) -> Iterator[Block]:
    """Every fenced block of a document."""
    language, began, lines = None, 0, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fence = FENCE.match(line)
        if language is None and fence:
            language, began, lines = fence[1], number, []
        elif language is not None and line.startswith("```"):
            yield Block(language=language, text="\n".join(lines) + "\n", line=began)
            language = None
        elif language is not None:
            lines.append(line)


def session(text: str) -> Iterator[Typed]:
    """The commands of a console block. `$ tracker check  # exit 2` says that it fails on purpose."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, shown = part.partition("\n")
        command, _, code = command.partition("  # exit ")
        yield Typed(command=command.strip(), shown=shown, code=int(code or 0))


def matches(shown: str, said: str) -> bool:
    """Whether an output is the one that is shown; `…` in it stands for anything, also for many lines."""
    pattern = re.escape(shown.strip()).replace(re.escape("…"), ".*")
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None


def links(path: Path) -> Iterator[str]:
    """Every link out of the text of a document (not out of its code)."""
    inside = False
    for line in path.read_text(encoding="utf-8").splitlines():
        inside ^= line.startswith("```")
        if not inside:
            yield from LINK.findall(re.sub(r"`[^`]*`", "", line) if "](" not in line else line)


def anchors(path: Path) -> set[str]:
    """The names that a link may have after its #, made as forges make them."""
    heads = [match[1] for line in path.read_text(encoding="utf-8").splitlines() if (match := HEADING.match(line))]
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
