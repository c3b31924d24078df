"""What a kind of source is: its parameters, and a function from what is known to what was found."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source
from tracker.model.observed import Entry, Page
from tracker.network import Door
from tracker.quantity import Op
from tracker.timing import Period

#: An entry before anybody has read it: it names no subjects yet.
RawEntry = Entry


#: How a pass went that brought something, or a part of it.
State = Literal["ok", "unchanged", "partial", "moved", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What one fetch may know and use."""

    door: Door
    now: datetime
    zone: ZoneInfo  # of dates without one
    pages: Mapping[str, Page] = field(default_factory=dict)  # what each URL answered last
    first: bool = False  # no pass of this source has been good yet
    last_ok: datetime | None = None  # the last good pass
    memory: Mapping[str, Any] = field(default_factory=dict)  # what the last pass asked to be kept
    home: Path = Path()  # what a relative path is relative to
    secret: Callable[[str], str | None] = lambda name: None
    pause: Callable[[float], None] = time.sleep  # seconds
    ticks: Callable[[], float] = time.monotonic  # seconds, to measure what a pass takes


@dataclass(frozen=True, slots=True, kw_only=True)
class EmittedValue:
    """One number for the indicator of `source.emit[emit]`. None for what was no number: `raw` says what stood there."""

    emit: int
    value: Decimal | None
    raw: str = ""
    at: Period | None = None  # None: the local day of the pass
    labels: tuple[tuple[str, str], ...] = ()
    op: Op = "eq"  # le: at most `value`
    subject: str = ""  # "": as the emit says
    edition: str = ""
    as_of: datetime | None = None  # since when it is public, as the source says
    citation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmittedEvent:
    """One event of the type of `source.emit[emit]`; the source's own key tells it from others."""

    emit: int
    key: str
    title: str
    at: Period | None = None  # None: the local day on which it was first seen
    subject: str = ""  # "": as the emit says


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file: rows in the columns of `tracker import`, all of which are stored or none; "" where its rows came otherwise.

    `settle` is called when that is done: with why it was refused, or None.
    """

    name: str
    text: str  # CSV
    settle: Callable[[str | None], None]
    refused: str = ""  # why it cannot be stored at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What one fetch brought. `failure` says why it is not all: what is here is stored, and the pass is not good."""

    entries: tuple[RawEntry, ...] = ()
    rows: tuple[EmittedValue, ...] = ()
    events: tuple[EmittedEvent, ...] = ()
    pages: tuple[Page, ...] = ()  # what to remember for the next conditional request
    sheets: Sequence[Sheet] = ()
    state: State = "ok"
    confirmed: bool = False  # nothing has changed: the values are those of the pass before, said again
    reached_back: datetime | None = None  # the oldest entry of the document
    lists_past: bool = False  # it lists all that ever was, back to `reached_back`
    memory: Mapping[str, Any] | None = None  # what to keep for the next pass; None: as before
    failure: SourceError | None = None
    note: str = ""
    rest: timedelta = timedelta(0)  # how long to leave the source alone where that is longer than its `every`


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of source."""

    Params: type[Frozen]
    collect: Callable[[Source, Any, Context], Harvest]
