"""Rows to values and events, as `emit` asks: for every kind of source that answers in rows.

A sum is a number only when every row of every page had one; what is missing is never taken for zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.collectors.expressions import as_text, ask, true
from tracker.collectors.kind import EmittedEvent, EmittedValue
from tracker.collectors.numbers import coerce
from tracker.collectors.rowdates import RowDates
from tracker.errors import SourceError
from tracker.model.declared import Emit
from tracker.timing import Period

Content = Any


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and the answer (a page of it) that it stands in. `subject` where the kind of source knows it."""

    content: Content
    answer: Any = None
    subject: str = ""

    def ask(self, expression: str) -> Any:
        """What an expression finds."""
        return ask(expression, self.content, self.answer)


@dataclass(slots=True, kw_only=True)
class Emitted:
    """What the rows gave. `gaps` are reasons why something is missing: then the pass is not good."""

    values: list[EmittedValue] = field(default_factory=list)
    events: list[EmittedEvent] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: For each `emit` with `absent`, since when it has been listed.
    listed: dict[str, str] = field(default_factory=dict)


def emit(
    emits: Sequence[Emit],
    rows: Sequence[Row],
    *,
    where: str | None = None,
    zone: ZoneInfo,
    now: datetime,
    whole: bool,
    sparse: bool = False,
    listed: Mapping[str, str] | None = None,
    among: Sequence[Row] | None = None,
    citation: str = "",
) -> Emitted:
    """Everything that the rows give; `whole` says that there are no others, `sparse` that rows may lack any value.

    `among` are the rows that others share the list with (default all rows), `listed` what the last pass found listed.
    """
    found = Emitted(listed=dict(listed or {}))
    kept = [row for row in rows if where is None or true(row.ask(where))]
    if rows and not kept:
        found.notes.append(f"none of {len(rows)} rows passes `{where}`")
    for number, one in enumerate(emits):
        own = [row for row in kept if one.where is None or true(row.ask(one.where))]
        own = [row for row in own if not row.subject or one.subject in (None, row.subject)]
        part = _Part(number, one, own, RowDates(zone, now), found, sparse, citation)
        if one.event is not None:
            part.events()
        elif one.aggregate is None:
            part.values()
        elif whole:
            part.aggregate(rows if among is None else among)
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """One `emit` over its rows."""

    number: int
    emit: Emit
    rows: Sequence[Row]
    dates: RowDates
    found: Emitted
    sparse: bool
    citation: str

    @property
    def _name(self) -> str:
        return self.emit.indicator or self.emit.event or ""

    def values(self) -> None:
        """One per row that has one; the same labels and date twice with two numbers are nobody's value."""
        said: dict[tuple[Any, ...], EmittedValue] = {}
        torn: set[tuple[Any, ...]] = set()
        for raw, at, row in self._dated(self.rows):
            if raw is None:
                continue
            one = self._value(self._number(raw), as_text(raw), at, row, _labels(self.emit.labels, row))
            place = (one.subject, one.edition, one.labels, at and (at.start, at.end))
            if said.setdefault(place, one).value != one.value:
                torn.add(place)
        self.found.values += [one for place, one in said.items() if place not in torn]
        if torn:
            self.found.gaps.append(
                f"{self._name}: several rows have the same labels and date and different values; "
                "a label that tells them apart or an aggregate is needed"
            )

    def _value(
        self,
        value: Decimal | None,
        raw: str,
        at: Period | None,
        row: Row | None,
        labels: tuple[tuple[str, str], ...] = (),
    ) -> EmittedValue:
        """One value with what the row, or the answer, says about it."""
        edition, as_of = self.emit.edition or "", None
        if row is not None and edition.startswith("$"):
            edition = as_text(row.ask(edition))
        if row is not None and self.emit.as_of is not None:
            as_of = self.dates.period(row.ask(self.emit.as_of))
        known = min(as_of.end, self.dates.now) if as_of is not None else None
        return EmittedValue(
            emit=self.number, value=value, raw=raw, at=at, labels=labels, subject=row.subject if row else "",
            edition=edition, as_of=known,
            citation=self.citation.replace("{as_of}", as_of.text if as_of else timing.iso(self.dates.now)),
        )  # fmt: skip

    def _number(self, raw: Any) -> Decimal | None:
        number = coerce(raw)
        return number if number is None or self.emit.scale == 1 else number * self.emit.scale

    def aggregate(self, among: Sequence[Row]) -> None:
        """One number per date (one in all where `emit` has no `at`), if every row of that date has one."""
        groups: dict[Any, tuple[Period | None, list[Any], Row | None]] = {}
        for raw, at, row in self._dated(self.rows):
            if raw is None and self.sparse and self.emit.value is not None:
                continue
            groups.setdefault((row.subject, at and (at.start, at.end)), (at, [], row))[1].append(raw)
        if not self.rows and self.emit.aggregate == "count" and self.emit.at is None:  # else of which date would it be?
            groups[None] = (None, [], None)
        for at, raws, first in groups.values():
            value = self._folded(raws, at)
            if value is not None:
                self.found.values.append(self._value(value, f"{value:f}", at, first))
        if self.emit.absent is not None:
            self._censor({place[1] for place in groups if place is not None}, among)

    def _censor(self, present: set[Any], among: Sequence[Row]) -> None:
        """A date whose list does not have it any more: at most the smallest that is listed. Before its first it was nothing."""
        name = f"{self._name}:{self.emit.subject or ''}:{self.number}"
        starts = [timing.iso(place[0]) if place else "" for place in present]
        first = min([*starts, *([self.found.listed[name]] if name in self.found.listed else [])], default=None)
        if first is None:
            return
        self.found.listed[name] = first
        least: dict[Any, tuple[Period | None, Decimal, Row]] = {}
        for row in among:
            at = self._date(row)
            value = self._number(row.ask(self.emit.value or ""))
            place = at and (at.start, at.end)
            if value is None or place in present or (at is not None and timing.iso(at.start) < first):
                continue
            if (self.emit.at is None or at is not None) and (place not in least or value < least[place][1]):
                least[place] = (at, value, row)
        for at, value, row in least.values():
            one = self._value(value, f"not listed; the last that is has {value:f}", at, row)
            self.found.values.append(replace(one, op="le"))

    def _folded(self, raws: list[Any], at: Period | None) -> Decimal | None:
        how = self.emit.aggregate
        if how == "count":
            return Decimal(len(raws) if self.emit.value is None else sum(raw is not None for raw in raws))
        numbers = [number for raw in raws if (number := self._number(raw)) is not None]
        if len(numbers) < len(raws):
            when = f" of {at.text}" if at else ""
            self.found.gaps.append(
                f"{self._name}: {len(numbers)} of {len(raws)} rows{when} have a number under `{self.emit.value}`; "
                f"no {how} was written"
            )
            return None
        return _FOLDS[how or "sum"](numbers) if numbers else None

    def events(self) -> None:
        """One per key."""
        seen: set[str] = set()
        unnamed = 0
        for _, at, row in self._dated(self.rows):
            title = as_text(row.ask(self.emit.title)) if self.emit.title else ""
            key = (as_text(row.ask(self.emit.key)) if self.emit.key else "") or title
            if not key:
                unnamed += 1
            elif key not in seen:
                seen.add(key)
                self.found.events.append(
                    EmittedEvent(emit=self.number, key=key, title=title or key, at=at, subject=row.subject)
                )
        if unnamed:
            self.found.notes.append(
                f"{self._name}: {unnamed} of {len(self.rows)} rows have neither key nor title and were left out"
            )

    def _date(self, row: Row) -> Period | None:
        at = self.emit.at
        if at is None:
            return None
        return self.dates.period(row.ask(at)) if isinstance(at, str) else self.dates.period(row.ask(at.path), at.format)

    def _dated(self, rows: Sequence[Row]) -> Iterator[tuple[Any, Period | None, Row]]:
        """(raw value, date, row) of each row that can be placed in time."""
        raws = [row.ask(self.emit.value) if self.emit.value else None for row in rows]
        self._check_present(raws)
        undated = early = 0
        for raw, row in zip(raws, rows, strict=True):
            at = self._date(row)
            if self.emit.at and at is None:
                undated += 1
            elif at is not None and at.start > self.dates.now and self.emit.kind not in ("estimate", "target"):
                early += 1
            else:
                yield raw, at, row
        if undated:
            where = self.emit.at if isinstance(self.emit.at, str) else self.emit.at and self.emit.at.path
            self.found.gaps.append(f"{self._name}: {undated} of {len(raws)} rows have no date under `{where}`")
        if early:
            self.found.notes.append(f"{self._name}: {early} of {len(raws)} rows speak of the future and were left out")

    def _check_present(self, raws: Sequence[Any]) -> None:
        if self.emit.value is None or self.emit.event is not None or not raws or self.sparse:
            return
        missing = sum(raw is None for raw in raws)
        if missing == len(raws):
            raise SourceError(
                f"the rows have changed: none of {len(raws)} has `{self.emit.value}` (for {self._name})",
                state="schema_changed",
            )
        if missing and self.emit.aggregate is None:
            self.found.notes.append(f"{self._name}: {missing} of {len(raws)} rows have no `{self.emit.value}`")


def _mean(numbers: Sequence[Decimal]) -> Decimal:
    with localcontext() as context:
        context.prec = 20
        return sum(numbers, Decimal(0)) / len(numbers)


_FOLDS: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "sum": lambda numbers: sum(numbers, Decimal(0)),
    "max": max,
    "min": min,
    "mean": _mean,
}


def _labels(expressions: Mapping[str, str], row: Row) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, as_text(row.ask(expression))) for name, expression in expressions.items()))
