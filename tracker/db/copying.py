"""A copy of a SQLite file, made while others go on writing: checked, and only then named."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tracker.errors import HomeError, StoreError


def copy(file: Path, target: Path) -> Path:
    """Copy in one step (a stepwise copy starts anew at each foreign commit), check the copy, and only then name it."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(partial)) as made:
            source.backup(made, pages=-1)
            made.execute("PRAGMA journal_mode=DELETE")
            problems = [line for (line,) in made.execute("PRAGMA quick_check") if line != "ok"]
        if problems:
            raise StoreError(f"{file}: the file is damaged ({problems[0]}); no copy was made. Put back an older copy")
        os.replace(partial, target)
    except (OSError, sqlite3.Error) as error:
        raise HomeError(f"{target}: the copy of the database cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target
