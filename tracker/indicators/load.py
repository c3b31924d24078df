"""Text of indicators.yaml -> Declaration, or one error with every mistake in it, each with its place."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

from tracker.errors import DeclarationError, Problem
from tracker.indicators import names, positions, reading, secrets, values, veil
from tracker.indicators.findings import Findings
from tracker.indicators.grammar import not_utf8
from tracker.indicators.kinds import Kinds
from tracker.indicators.linting import lint
from tracker.indicators.positions import Document
from tracker.model.declared import Declaration, Emit, Source
from tracker.model.kept import mark_of

LARGEST = 8_000_000  # bytes; a hundred times the largest watch that a person could keep in the head
#: The newest declaration that was read from a file: a daemon asks for it at every tick, and it seldom changes.
_newest: tuple[str, str, Kinds, Declaration] | None = None


def load(text: str, *, file: str, kinds: Kinds) -> Declaration:
    """The declaration, complete: keys filled in, defaults applied, every name checked."""
    return _read(text, file, kinds)[0]


def examine(text: str, *, file: str, kinds: Kinds, home: Path | None = None) -> tuple[Declaration, list[Problem]]:
    """The declaration, and what can hardly be meant; in a `home`, its baseline must be there too."""
    declaration, document = _read(text, file, kinds)
    found = lint(declaration, document)
    if home is not None and declaration.baseline is not None and (why := _absent(home / declaration.baseline)):
        findings = Findings(document)
        findings.add(
            ("baseline",), f"{declaration.baseline!r}: {why}", hint="mend the path, or take `baseline` out", code="file"
        )
        found += findings.problems()
    return declaration, found


def _absent(path: Path) -> str:
    try:
        with path.open("rb"):
            return ""
    except OSError as error:
        return _unreadable(error)


def _read(text: str, file: str, kinds: Kinds) -> tuple[Declaration, Document]:
    text = text.removeprefix("\ufeff")
    try:
        document = positions.read(text, file)
    except DeclarationError as error:  # no tree tells where the secrets are, so the lines must
        raise DeclarationError(error.problems, veil.lines_of(error.source)) from error.__cause__
    findings = Findings(document)
    declaration = reading.read(findings, kinds, mark_of(text.encode("utf-8", "replace")))
    if document.root.kind == "map":
        names.check(findings, declaration)
        values.check(findings, declaration)
        secrets.check(findings)
    if findings:
        raise findings.error()
    return _complete(declaration), document


def load_file(path: Path, kinds: Kinds) -> Declaration:
    """The same of a file; a file that did not change is not read twice."""
    global _newest
    text, file = read_text(path), str(path)
    if _newest is not None and _newest[0] == text and _newest[1] == file and _newest[2].same(kinds):
        return _newest[3]
    declaration = load(text, file=file, kinds=kinds)
    _newest = (text, file, kinds, declaration)
    return declaration


def read_text(path: Path) -> str:
    """The text of a declaration; what is no readable UTF-8 file is a DeclarationError."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise DeclarationError([Problem(message=_unreadable(error), file=str(path), code="file")]) from error
    if len(raw) > LARGEST:
        raise DeclarationError(
            [Problem(message=f"the file is larger than {LARGEST // 1_000_000} MB", file=str(path), code="file")]
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(raw, error, str(path)) from error


def _unreadable(error: OSError) -> str:
    match error.errno:
        case errno.EISDIR:
            return "this is a folder; a file is expected"
        case errno.ENOENT:
            return "there is no such file"
        case errno.EACCES | errno.EPERM:
            return "the file may not be read; check its permissions"
        case _:
            return f"the file cannot be read: {error.strerror or error}"


def _complete(declaration: Declaration) -> Declaration:
    """What an `emit` leaves out is its indicator's: the only subject, and the unit."""
    sources = {key: _with_emits(source, declaration) for key, source in declaration.sources.items()}
    return declaration.model_copy(update={"sources": sources})


def _with_emits(source: Source, declaration: Declaration) -> Source:
    if not source.emit:
        return source
    return source.model_copy(update={"emit": tuple(_filled(emit, declaration) for emit in source.emit)})


def _filled(emit: Emit, declaration: Declaration) -> Emit:
    indicator = declaration.indicators.get(emit.indicator or "")
    only = declaration.subjects_of(indicator) if indicator is not None else tuple(declaration.subjects)
    subject = emit.subject or _single(only)
    unit = emit.unit or (indicator.unit if indicator is not None else None)
    return emit.model_copy(update={"subject": subject, "unit": unit})


def _single(subjects: Iterable[str]) -> str | None:
    found = list(subjects)
    return found[0] if len(found) == 1 else None
