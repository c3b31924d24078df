"""Files below alerts/: written whole to a temporary file and renamed into place. What is there is never half, never twice."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from tracker.errors import DeliveryError

_MARK = re.compile(r"<!-- message [^>]*-->")
_FRONT = re.compile(r"\A---\n(.*?)^---$", re.DOTALL | re.MULTILINE)
#: Keys of the front matter that follow the newest section; whatever else stands there is kept, also what a person wrote.
_MOVING = ("severity", "state", "word", "updated")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def put(root: Path, path: str, whole: str, section: str) -> bool:
    """Make the file, or append the section to it; False when it says so already. A file without sections is replaced."""
    target = _below(root, path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(root.resolve()):
            raise DeliveryError(
                f"alerts/{path} lies behind a link that leaves alerts/; replace {target.parent} by a folder"
            )
        with _alone(target.parent):
            old = _read(target)
            new = _appended(old, whole, section) if old and old.strip() and section else whole
            if new == old:
                return False
            replace(target, new)
    except OSError as error:
        raise DeliveryError(_sentence(path, target, error)) from error
    return True


def _below(root: Path, path: str) -> Path:
    """The place of a file; a name that leads out of the folder is refused for good."""
    parts = PurePosixPath(path).parts
    if not parts or PurePosixPath(path).is_absolute() or ".." in parts or "\0" in path:
        raise DeliveryError(f"{path!r} is no name of a file below alerts/", permanent=True)
    return root.joinpath(*parts)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time: another process that appends to the same file would lose a section."""
    try:
        import fcntl
    except ImportError:  # not a POSIX system: one daemon is the rule there
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a network folder without locks: as good as it gets
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(target: Path) -> str | None:
    """Its text, byte for byte also where a person saved it in another encoding."""
    try:
        return target.read_bytes().decode("utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None


def _appended(old: str, whole: str, section: str) -> str:
    mark = _MARK.search(section)
    if (mark and mark[0] in old) or _said(section) in _said(old):
        return old
    return f"{_refreshed(old, whole).rstrip(chr(10))}\n\n{section}"


def _said(text: str) -> str:
    """Without the marks: two receivers that write into one folder say a thing once."""
    return _MARK.sub("", text)


def _refreshed(old: str, whole: str) -> str:
    """The old text with the moving keys of the new front matter."""
    front, newer = _FRONT.match(old), _FRONT.match(whole)
    if front is None or newer is None:
        return old
    fresh = dict(line.split(": ", 1) for line in newer[1].splitlines())
    lines = [
        f"{key}: {fresh[key]}" if (key := line.partition(":")[0]) in _MOVING and key in fresh else line
        for line in front[1].splitlines()
    ]
    return f"---\n{''.join(f'{line}{chr(10)}' for line in lines)}---{old[front.end() :]}"


def replace(target: Path, text: str) -> None:
    """All of it or nothing, also when the power fails. The temporary name is fixed, so that a crash leaves one file at most."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    temporary = target.with_name(f".{target.name}.new")
    try:
        with temporary.open("wb") as stream:
            stream.write(text.encode("utf-8", errors="surrogateescape"))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sentence(path: str, target: Path, error: OSError) -> str:
    """What is wrong and what mends it; every one of these is tried again."""
    if error.errno in _FULL:
        return f"alerts/{path} cannot be written: there is no room on the disk; free some space"
    if error.errno in _FORBIDDEN:
        return f"alerts/{path} cannot be written: no right to write in {target.parent}; allow it to the user who runs the tracker"
    if error.errno == errno.EISDIR or target.is_dir():
        return f"alerts/{path} cannot be written: a folder stands where the file should be; move it away"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return (
            f"alerts/{path} cannot be written: a file stands where the folder {target.parent} should be; move it away"
        )
    return f"alerts/{path} cannot be written: {error.strerror or error}"
