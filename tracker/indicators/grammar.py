"""What the YAML parser complains of, said so that a person can mend it, with the place where the mistake begins."""

from __future__ import annotations

import re
from typing import Any

from tracker.errors import DeclarationError, Problem

#: Part of the parser's message -> what to say, what to do, and whether the place where the construct began tells more.
_SAYINGS: tuple[tuple[str, str, str, bool], ...] = (
    (r"character '\\t'", "a tab cannot indent YAML", "use spaces", False),
    ("mapping values are not allowed here", "a ':' that belongs to no key", "quote the text, or mend the indentation", False),
    ("while scanning a simple key", "a key without ':'", "write `key: value`", True),
    ("could not find expected ':'", "a key without ':'", "write `key: value`", True),
    ("quoted scalar.*end of stream", "this quotation mark is never closed", "close it", True),
    ("end of stream", "the file ends in the middle of something that begins here", "close the bracket or quotation mark", True),
    (r"flow (sequence|mapping).*expected ',' or", "this bracket is not closed where it should be", "check the commas after it", True),
    ("expected <block end>", "this line does not fit the indentation of the lines above", "line it up with its neighbours", False),
    (r"expected the node content, but found '([^']+)'", "a value is missing before {0}", "", False),
    (r"found character '([^']+)' that cannot start", "a text cannot begin with {0} unless it is quoted", "put it in quotes", False),
    ("sequence entries are not allowed here", "a list item ('- ') cannot begin here", "put it on its own line, indented", False),
)  # fmt: skip
#: What ends a line, as YAML counts them.
BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


def explain(error: Exception, file: str, text: str) -> DeclarationError:
    """The parser's error as one problem with its place."""
    if (position := getattr(error, "position", None)) is not None and hasattr(error, "character"):
        return _unprintable(error, int(position), file, text)
    context, problem = str(getattr(error, "context", "") or ""), str(getattr(error, "problem", "") or error)
    said = f"{context} {problem}"
    message, hint, at_start = _saying(said) or (f"this is no YAML: {problem}", "", False)
    mark: Any = getattr(error, "problem_mark", None)
    start: Any = getattr(error, "context_mark", None)
    chosen = start if at_start and start is not None else mark or start
    line, column = (chosen.line + 1, chosen.column + 1) if chosen is not None else (1, 1)
    return DeclarationError(
        [Problem(message=message, file=file, line=line, column=column, hint=hint, code="syntax")], text
    )


def not_utf8(raw: bytes, error: UnicodeDecodeError, file: str) -> DeclarationError:
    """A file in another encoding: the place of the first byte that is no UTF-8."""
    before = raw[: error.start].decode("utf-8", errors="replace")
    line, column = _line_and_column(before)
    message = f"the byte 0x{raw[error.start]:02x} is not UTF-8 text"
    problem = Problem(
        message=message, file=file, line=line, column=column, hint="save the file as UTF-8", code="encoding"
    )
    return DeclarationError([problem], raw.decode("utf-8", errors="replace"))


def lines(text: str) -> list[str]:
    """The lines of a file as YAML counts them."""
    return BREAK.split(text)


def _saying(said: str) -> tuple[str, str, bool] | None:
    for pattern, message, hint, at_start in _SAYINGS:
        if match := re.search(pattern, said, re.DOTALL):
            return message.format(*match.groups()), hint, at_start
    return None


def _unprintable(error: Any, position: int, file: str, text: str) -> DeclarationError:
    line, column = _line_and_column(text[:position])
    code = error.character if isinstance(error.character, int) else ord(error.character)
    problem = Problem(
        message=f"the character U+{code:04X} is not allowed in YAML",
        file=file, line=line, column=column, hint="take it out", code="syntax",
    )  # fmt: skip
    return DeclarationError([problem], text)


def _line_and_column(before: str) -> tuple[int, int]:
    parts = lines(before)
    return len(parts), len(parts[-1]) + 1
