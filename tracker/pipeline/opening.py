"""Open a home: its declaration, its database and what the verbs need, in one `Desk`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.errors import HomeError
from tracker.model.declared import Declaration
from tracker.settings import Home
from tracker.timing import Clock

if TYPE_CHECKING:
    from tracker.db import Store
    from tracker.delivery import Policy
    from tracker.indicators import Kinds
    from tracker.network import Door


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


def _short(root: Path) -> str:
    return "." if root == Path.cwd() else str(root)


@contextmanager
def open_desk(
    home: Home, clock: Clock, *, strict: bool = False, read_only: bool = False, door: Door | None = None
) -> Iterator[Desk]:
    """A desk for one command or one daemon; everything is closed at the end."""
    from tracker.db import Store

    declaration = declaration_of(home)
    store = Store.open(home.database, read_only=read_only)
    desk = Desk(home=home, declaration=declaration, store=store, clock=clock, strict=strict, _door=door)
    if not read_only:
        from tracker.pipeline.declaring import in_force

        desk.read_after = in_force(store)
    try:
        yield desk
    finally:
        desk.close()
