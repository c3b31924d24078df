"""What the drivers throw, in one sentence: where, what, and what to do. No SQLAlchemy error leaves this room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tracker.errors import HomeError, StoreError, TrackerError

_BUSY = (StoreError, "another process has been writing for too long. Try again")
_DAMAGED = (
    StoreError,
    "the file is damaged or is no database ({error}). Move it away and put back the newest copy of `tracker db backup`",
)

#: By SQLite's primary result code (sqlite.org/rescode.html), from SQLITE_BUSY to SQLITE_NOTADB.
_SQLITE: Mapping[int, tuple[type[TrackerError], str]] = {
    5: _BUSY,
    6: _BUSY,
    8: (HomeError, "cannot be written (read-only). Nothing of this step was stored"),
    10: (StoreError, "the disk failed ({error}). Nothing of this step was stored"),
    11: _DAMAGED,
    13: (HomeError, "the disk is full. Nothing of this step was stored; make room and run it again"),
    14: (HomeError, "cannot be opened; look at the rights of the file and of its folder"),
    26: _DAMAGED,
}


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise HomeError or StoreError for whatever the database throws inside."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _plain(where, error) from error
    except UnicodeEncodeError as error:
        text = error.object[error.start : error.start + 1].encode("unicode_escape").decode()
        raise StoreError(
            f"{where}: half a character ({text}) cannot be stored; clean the text that holds it"
        ) from error


def _plain(where: str, error: SQLAlchemyError) -> TrackerError:
    if not isinstance(error, DBAPIError) or error.orig is None:
        return StoreError(f"{where}: {_first_line(error)}")
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        return _postgres(where, state, error.orig)
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _sqlite(where, code & 0xFF, error.orig)
    return StoreError(f"{where}: {_first_line(error.orig)}")


def _sqlite(where: str, code: int, error: BaseException) -> TrackerError:
    kind, sentence = _SQLITE.get(code, (StoreError, "{error}"))
    return kind(f"{where}: {sentence.format(error=_first_line(error))}")


def _postgres(where: str, state: str, error: BaseException) -> TrackerError:
    if state in ("53100", "53200"):
        return HomeError(f"{where}: the server has no room left. Nothing of this step was stored")
    if state == "25006":
        return HomeError(f"{where}: the server is read-only. Nothing of this step was stored")
    if state in ("40001", "40P01", "55P03", "57014"):
        return StoreError(f"{where}: another process was in the way ({_first_line(error)}). Try again")
    if state == "3D000":
        return StoreError(f"{where}: there is no such database. Make it with `createdb`, then run `tracker db upgrade`")
    return StoreError(f"{where}: {_first_line(error)}")


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
