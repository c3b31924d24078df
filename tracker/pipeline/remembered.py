"""The declaration as it was last read, kept beside what it led to: a short command need not check the whole file again.

It counts only while the file's text and what reads it are the same; in all other cases the file is read.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import tracker
from tracker import db
from tracker.db import Connection, Writing
from tracker.model import kept
from tracker.model.declared import Declaration

_OF, _TEXT = "declaration.of", "declaration.read"
_LARGEST = 8_000_000  # bytes: what is larger is refused by the reader, with a reason


def recall(connection: Connection, path: Path, make: kept.Maker) -> Declaration | None:
    """The declaration of this file, None when it has to be read."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        mark = _mark(kept.mark_of(path.read_bytes()))
    except OSError:
        return None
    if db.meta.get(connection, _OF) != mark:
        return None
    text = db.meta.get(connection, _TEXT)
    try:
        return kept.restore(text, make) if text is not None else None
    except (ValueError, KeyError, TypeError):  # another reader wrote it, under the same version: the file is read
        return None


def remember(tx: Writing, declaration: Declaration) -> None:
    """Keep a declaration that was read from a file, for the next command."""
    mark = _mark(declaration.hash)
    if db.meta.get(tx.connection, _OF) == mark:
        return
    text = kept.dump(declaration)
    if text is not None:
        db.meta.put(tx, _TEXT, text)
        db.meta.put(tx, _OF, mark)


def _mark(of: str) -> str:
    return f"{of} {_reader()}"


@lru_cache(maxsize=1)
def _reader() -> str:
    """What reads declarations: the version, and everything that one may say."""
    schema = Path(tracker.__file__).parent / "indicators" / "starter" / "indicators.schema.json"
    return f"{tracker.__version__} {hashlib.sha256(schema.read_bytes()).hexdigest()[:16]}"
