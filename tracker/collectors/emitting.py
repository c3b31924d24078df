"""Rows to values and events, as `emit` asks: for every kind of source that answers in rows.

A sum is a number only when every row of every page had one; what is missing is never taken for zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.collectors import dates, plaintext
from tracker.collectors.kind import EmittedEvent, EmittedValue
from tracker.collectors.numbers import coerce
from tracker.errors import PeriodError, SourceError
from tracker.model.declared import Emit
from tracker.timing import Period

Row = Any
_LONGEST = 500


@dataclass(slots=True, kw_only=True)
class Emitted:
    """What the rows gave. `gaps` are reasons why something is missing: then the pass is not good."""

    values: list[EmittedValue] = field(default_factory=list)
    events: list[EmittedEvent] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def emit(
    emits: Sequence[Emit], rows: Sequence[Row], *, where: str | None, zone: ZoneInfo, now: datetime, whole: bool
) -> Emitted:
    """Everything that the rows give; `whole` says that there are no others."""
    found = Emitted()
    kept = [row for row in rows if where is None or true(search(where, row))]
    if rows and not kept:
        found.notes.append(f"none of {len(rows)} rows passes `{where}`")
    for number, one in enumerate(emits):
        own = [row for row in kept if one.where is None or true(search(one.where, row))]
        part = _Part(number, one, own, _Dates(zone, now), found)
        if one.event is not None:
            part.events()
        elif one.aggregate is None:
            part.values()
        elif whole:
            part.aggregate()
    return found


def search(expression: str, row: Any) -> Any:
    """JMESPath on one row; an expression that a row cannot take means that the rows have changed."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.search(expression, row)
    except JMESPathError as error:
        reason = str(error).splitlines()[0][:200]
        raise SourceError(f"the rows have changed: `{expression}` fails ({reason})", state="schema_changed") from error


def true(value: Any) -> bool:
    """What JMESPath takes for true: 0 is."""
    return value is not None and value is not False and value not in ("", [], {})


@dataclass(frozen=True, slots=True)
class _Dates:
    zone: ZoneInfo
    now: datetime

    def period(self, raw: Any) -> Period | None:
        """A local day, a month, an instant; None for what is no date."""
        if isinstance(raw, bool) or raw is None:
            return None
        if isinstance(raw, float):
            at = dates.since_1970(raw)
            return _instant(at) if at is not None else None
        said = str(raw).strip()  # also a number: 2026 is a year and 20260819 a day, only longer ones count seconds
        try:
            return timing.parse_period(said, self.zone)
        except PeriodError:
            at = dates.parse(said, self.zone)
        if at is None:
            return None
        return (
            timing.day_period(timing.local_date(at, self.zone), self.zone) if dates.names_a_day(said) else _instant(at)
        )


def _instant(at: datetime) -> Period:
    return Period(at, at, timing.iso(at))


@dataclass(frozen=True, slots=True)
class _Part:
    """One `emit` over its rows."""

    number: int
    emit: Emit
    rows: Sequence[Row]
    dates: _Dates
    found: Emitted

    @property
    def _name(self) -> str:
        return self.emit.indicator or self.emit.event or ""

    def values(self) -> None:
        """One per row that has one; the same labels and date twice with two numbers are nobody's value."""
        said: dict[tuple[Any, ...], EmittedValue] = {}
        torn: set[tuple[Any, ...]] = set()
        for raw, at, row in self._dated():
            if raw is None:
                continue
            one = EmittedValue(
                emit=self.number, value=coerce(raw), raw=_text(raw), at=at, labels=_labels(self.emit.labels, row)
            )
            place = (one.labels, at and (at.start, at.end))
            if said.setdefault(place, one).value != one.value:
                torn.add(place)
        self.found.values += [one for place, one in said.items() if place not in torn]
        if torn:
            self.found.gaps.append(
                f"{self._name}: several rows have the same labels and date and different values; "
                "a label that tells them apart or an aggregate is needed"
            )

    def aggregate(self) -> None:
        """One number per date (one in all where `emit` has no `at`), if every row of that date has one."""
        groups: dict[Any, tuple[Period | None, list[Any]]] = {}
        for raw, at, _ in self._dated():
            groups.setdefault(at and (at.start, at.end), (at, []))[1].append(raw)
        if not self.rows and self.emit.aggregate == "count":
            groups[None] = (None, [])
        for at, raws in groups.values():
            value = self._folded(raws, at)
            if value is not None:
                self.found.values.append(EmittedValue(emit=self.number, value=value, raw=f"{value:f}", at=at))

    def _folded(self, raws: list[Any], at: Period | None) -> Decimal | None:
        how = self.emit.aggregate
        if how == "count":
            return Decimal(len(raws) if self.emit.value is None else sum(raw is not None for raw in raws))
        numbers = [number for raw in raws if (number := coerce(raw)) is not None]
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
        for _, at, row in self._dated():
            title = _text(search(self.emit.title, row)) if self.emit.title else ""
            key = (_text(search(self.emit.key, row)) if self.emit.key else "") or title
            if not key:
                unnamed += 1
            elif key not in seen:
                seen.add(key)
                self.found.events.append(EmittedEvent(emit=self.number, key=key, title=title or key, at=at))
        if unnamed:
            self.found.notes.append(
                f"{self._name}: {unnamed} of {len(self.rows)} rows have neither key nor title and were left out"
            )

    def _dated(self) -> Iterator[tuple[Any, Period | None, Row]]:
        """(raw value, date, row) of each row that can be placed in time."""
        raws = [search(self.emit.value, row) if self.emit.value else None for row in self.rows]
        self._check_present(raws)
        undated = early = 0
        for raw, row in zip(raws, self.rows, strict=True):
            at = self.dates.period(search(self.emit.at, row)) if self.emit.at else None
            if self.emit.at and at is None:
                undated += 1
            elif at is not None and at.start > self.dates.now and self.emit.kind not in ("estimate", "target"):
                early += 1
            else:
                yield raw, at, row
        if undated:
            self.found.gaps.append(f"{self._name}: {undated} of {len(raws)} rows have no date under `{self.emit.at}`")
        if early:
            self.found.notes.append(f"{self._name}: {early} of {len(raws)} rows speak of the future and were left out")

    def _check_present(self, raws: Sequence[Any]) -> None:
        if self.emit.value is None or self.emit.event is not None or not raws:
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
    "mean": _mean,
}


def _labels(expressions: Mapping[str, str], row: Row) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, _text(search(expression, row))) for name, expression in expressions.items()))


def _text(value: Any) -> str:
    """A value as a label, a key or a title."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plaintext.shortened(plaintext.clean(str(value)), _LONGEST)
