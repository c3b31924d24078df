"""Write what cases gave into their files, in place of what they expected: nothing else in a file changes."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, SequenceNode

from tracker.errors import TrackerError, UsageError
from tracker.rehearsal.cases import load
from tracker.rehearsal.running import Report, Result

_WIDTH = 120
#: What needs no quotation marks, neither in a list of lines nor between brackets.
_PLAIN = re.compile(r"[A-Za-z0-9][\w.() -]*[\w.)]")

#: (start, end, new text) of a place in a file.
Edit = tuple[int, int, str]


def update(report: Report) -> Mapping[str, int]:
    """Rewrite the files of the cases that do not hold as they stand; by file, how many cases were rewritten."""
    counts: dict[str, int] = {}
    for file, grouped in groupby(report.results, key=lambda one: one.file):
        results = list(grouped)
        count = sum(bool(_got(one)) for one in results)
        if not count:
            continue
        path = Path(file).resolve()  # a link stays a link
        raw = path.read_bytes().decode("utf-8")
        made = rewritten(raw.replace("\r\n", "\n"), results)
        _check(made, file, results)
        _replace(path, made.replace("\n", "\r\n") if "\r\n" in raw else made)
        counts[file] = count
    return counts


def _got(result: Result) -> Mapping[str, tuple[str, ...]]:
    """By part, what a case gave where it expects something else."""
    return {failure.part: failure.got for failure in result.failures if not failure.rhythm}


def rewritten(text: str, results: Sequence[Result]) -> str:
    """The text with the parts that differ rewritten; comments stand where they stood."""
    # The one in Python: its marks count characters.
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    edits: list[Edit] = []
    for result in results:
        edits += [_edit(text, root.value[result.number], part, lines) for part, lines in _got(result).items()]
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _edit(text: str, case: MappingNode, part: str, lines: Sequence[str]) -> Edit:
    key, value = next((key, value) for key, value in case.value if key.value == part)
    assert isinstance(value, SequenceNode)
    after = key.end_mark.index
    if value.start_mark.index < after:  # an alias stands here; the list itself is another case's too
        end = text.find("\n", after)
        return after, end if end > 0 else len(text), f": {_flow(lines, key.start_mark.column + 2)}"
    kept = [item.value for item in value.value]
    if value.flow_style:
        start = text.index("[", value.start_mark.index)
        spelt = _spelt(kept, lines, [text[one.start_mark.index : one.end_mark.index] for one in value.value])
        return start, value.end_mark.index, _flow(spelt, key.start_mark.column + 2, spelt=True)
    starts = [text.rindex("-", 0, one.start_mark.index) for one in value.value]
    last = text.find("\n", value.value[-1].end_mark.index)
    end = len(text) if last < 0 else last
    if not lines:
        return text.index(":", after) + 1, end, " []"
    chunks = [text[a:b].rstrip() for a, b in zip(starts, [*starts[1:], end], strict=True)]
    indent = "\n" + " " * (starts[0] - text.rfind("\n", 0, starts[0]) - 1)
    return starts[0], end, indent.join(_spelt(kept, lines, chunks, mark="- "))


def _spelt(old: Sequence[str], new: Sequence[str], chunks: Sequence[str], mark: str = "") -> list[str]:
    """The new lines; what is not new is spelt as it was, with its comments."""
    made: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, list(old), list(new), autojunk=False).get_opcodes():
        made += chunks[a:b] if what == "equal" else [mark + _quoted(line) for line in new[c:d]]
    return made


def _quoted(line: str) -> str:
    return line if _PLAIN.fullmatch(line) else "'" + line.replace("'", "''") + "'"


def _flow(lines: Sequence[str], indent: int, *, spelt: bool = False) -> str:
    """`[a, b, c]`, broken over lines where it is long."""
    rows = [""]
    for number, line in enumerate(lines):
        said = (line if spelt else _quoted(line)) + ("," if number < len(lines) - 1 else "")
        if rows[-1] and indent + len(rows[-1]) + len(said) + 10 > _WIDTH:
            rows.append(said)
        else:
            rows[-1] += f" {said}" if rows[-1] else said
    return "[" + ("\n" + " " * indent).join(rows) + "]"


def _check(text: str, file: str, results: Sequence[Result]) -> None:
    """Every case must say what it said, but for the parts that were wrong; else nothing is written."""
    try:
        cases = [one.case for one in load(text, file)]
    except TrackerError:
        cases = []
    if cases != [one.loaded.case.model_copy(update=_got(one)) for one in results]:
        raise UsageError(f"{file}: cannot be rewritten without touching other cases; nothing was written to it")


def _replace(path: Path, text: str) -> None:
    """Written whole beside it, then renamed into its place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        shutil.copymode(path, name)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
