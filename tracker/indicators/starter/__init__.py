"""The home that `tracker init` makes: its files lie beside this one, and are written all or not at all.

It writes files only: the database is made by the first pass, so that its clock may stand at any time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from tracker.errors import HomeError

ORIGINALS = Path(__file__).parent
#: File beside this one -> where it lies in a home. What makes a folder a home comes last.
FILES: Mapping[str, str] = {
    "gitignore": ".gitignore",
    "alerts-README.md": "alerts/README.md",
    "db-README.md": "db/README.md",
    "baseline.csv": "db/baseline.csv",
    "indicators.schema.json": "indicators.schema.json",
    "indicators.yaml": "indicators.yaml",
}


def make(root: Path, originals: Path = ORIGINALS) -> list[str]:
    """Write the starter home into a folder, new or not; one line per file. Nothing that is there is overwritten."""
    if os.path.lexists(root / "indicators.yaml"):
        raise HomeError(f"{root}: there is an indicators.yaml here already; nothing was changed")
    if os.path.lexists(root) and not root.is_dir():
        raise HomeError(f"{root}: a home must be a folder, this is a file")
    texts = {root / place: (originals / name).read_bytes() for name, place in FILES.items()}
    kept = [path for path in texts if os.path.lexists(path)]
    try:
        _write({path: text for path, text in texts.items() if path not in kept})
    except OSError as error:
        where = f" ({error.filename})" if error.filename and Path(error.filename) != root else ""
        raise HomeError(
            f"{root}: no home can be made here: {error.strerror or error}{where}; nothing was made"
        ) from error
    return [f"{path}: it was there, and was left as it is" if path in kept else str(path) for path in texts]


def _write(texts: Mapping[Path, bytes]) -> None:
    """Everything under another name first; only when all of it lies on the disk are the names given."""
    with ExitStack() as undo:
        waiting: dict[Path, Path] = {}
        for path, text in texts.items():
            _folder(path.parent, undo)
            waiting[path] = path.with_name(f".{path.name}.{os.getpid()}.new")
            undo.callback(waiting[path].unlink, missing_ok=True)
            waiting[path].write_bytes(text)
        for path, new in waiting.items():
            new.rename(path)
            undo.callback(path.unlink, missing_ok=True)
        undo.pop_all()


def _folder(folder: Path, undo: ExitStack) -> None:
    """Make a folder and those above it; the ones that were made are taken away again."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
        undo.callback(_remove, one)
    if not folder.is_dir():
        raise NotADirectoryError(20, "this is a file, not a folder", str(folder))


def _remove(folder: Path) -> None:
    with suppress(OSError):  # somebody else has put something into it
        folder.rmdir()
