"""Open a home: its declaration, its database and what the verbs need, in one `Desk`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.errors import HomeError, TrackerError
from tracker.model.declared import Declaration
from tracker.settings import Home
from tracker.timing import Clock

if TYPE_CHECKING:
    from tracker.db import Connection, Store
    from tracker.delivery import Policy
    from tracker.indicators import Kinds
    from tracker.network import Door

#: Under which `meta` keeps which declaration is in force.
DECLARED = "declaration"


@dataclass(slots=True)
class Desk:
    """What every verb works with. `strict` refuses a clock that stands before the newest recorded time."""

    home: Home
    declaration: Declaration
    store: Store
    clock: Clock
    strict: bool = False
    policy: Policy | None = None  # a rehearsal's own; None = what the home declares
    read_after: int | None = None  # number of the declaration in force when this one was read; None: the newest
    _door: Door | None = field(default=None, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The watch's zone."""
        return timing.zone(self.declaration.timezone)

    @property
    def door(self) -> Door:
        """The door to the network, opened at first use."""
        if self._door is None:
            from tracker.network import Door

            self._door = Door()
        return self._door

    def close(self) -> None:
        """Close the network and the database."""
        if self._door is not None:
            self._door.close()
        self.store.close()


def kinds() -> Kinds:
    """The kinds of sources, rules and receivers that a declaration may name."""
    from tracker import alerts, collectors, rules
    from tracker.indicators import Kinds

    return Kinds(sources=collectors.KINDS, rules=rules.KINDS, receivers=alerts.KINDS)


def declaration_of(home: Home) -> Declaration:
    """What is asked; a missing home says how to make one."""
    from tracker import indicators

    if not home.declaration.exists():
        raise HomeError(f"{home.root}: no indicators.yaml here; `tracker init {_short(home.root)}` makes a home")
    return indicators.load_file(home.declaration, kinds())


def _read_before(home: Home, store: Store) -> Declaration | None:
    """The same without reading the file again, if it is as it was when a pass last wrote; else None."""
    from tracker.pipeline import remembered

    def make(section: str, kind: str, written: Mapping[str, Any]) -> Any:
        try:
            return getattr(kinds(), section)[kind].Params.model_validate(written)
        except (KeyError, ValueError):
            declaration_of(home)  # says what is wrong now, and where
            raise

    with store.read() as connection:
        return remembered.recall(connection, home.declaration, make)


def _short(root: Path) -> str:
    return "." if root == Path.cwd() else str(root)


@contextmanager
def open_desk(
    home: Home, clock: Clock, *, strict: bool = False, read_only: bool = False, door: Door | None = None
) -> Iterator[Desk]:
    """A desk for one command or one daemon; everything is closed at the end."""
    from tracker.db import Store

    declaration = None if Store.begun(home.database) else declaration_of(home)  # with a mistake in it, nothing begins
    try:
        store = Store.open(home.database, read_only=read_only)
    except TrackerError:
        declaration_of(home)  # of two mistakes, the one in the file is said first
        raise
    try:
        declaration = declaration or _read_before(home, store) or declaration_of(home)
    except BaseException:
        store.close()
        raise
    desk = Desk(home=home, declaration=declaration, store=store, clock=clock, strict=strict, _door=door)
    if not read_only:
        desk.read_after = in_force(store)
    try:
        yield desk
    finally:
        desk.close()


def in_force(store: Store) -> int:
    """The number of the declaration in force, to be asked when one is read; 0 before the first."""
    with store.read() as connection:
        return declared_in(connection)[1]


def declared_in(connection: Connection) -> tuple[str, int]:
    """The hash of the declaration in force and its number, as `declaring.register` notes them; ("", 0) before the first."""
    from tracker import db

    kept = db.meta.get(connection, DECLARED)
    if kept is None:
        return "", 0
    found = json.loads(kept)
    return str(found["hash"]), int(found["number"])
