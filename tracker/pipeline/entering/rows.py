"""Rows that people write (CSV, `record`), checked whole before anything is stored: all rows or none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from tracker import db, plain, quantity, timing
from tracker.db import Writing
from tracker.errors import DataRejected, PeriodError, Problem, QuantityError
from tracker.model.declared import Indicator
from tracker.model.observed import Amount, Event, Mention, Observation, Series
from tracker.pipeline.entering import sheet
from tracker.pipeline.opening import Desk

if TYPE_CHECKING:
    from tracker.pipeline.reading.telling import Telling

COLUMNS = (
    "subject", "indicator", "happened", "value", "unit", "of", "kind", "by", "labels", "edition", "key", "published",
    "source", "url", "note",
)  # fmt: skip
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:\S")
_KINDS = ("actual", "target", "estimate", "rumour", "denial")
_STATUSES = {
    "actual": "reported",
    "rumour": "rumoured",
    "denial": "denied",
    "estimate": "reported",
    "target": "reported",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One checked row: a value, or an event with its mention."""

    observation: Observation | None = None
    event: Event | None = None
    mention: Mention | None = None
    keyed: bool = False  # its key was given: it is that event, whatever it resembles
    published_at: datetime


class Refused(DataRejected):
    """A cell was refused."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def parse_rows(desk: Desk, text: str, name: str, *, now: datetime | None = None) -> list[Row]:
    """Every row of a CSV, or DataRejected with each bad row at its file, line and column."""
    problems: list[Problem] = []
    rows: list[Row] = []
    places: sheet.Places | None = None
    for line in sheet.read(text, name, COLUMNS, "indicator"):
        try:
            if line.extra:
                raise Refused("", f"{line.extra} more cells than the header has columns")
            rows.append(parse_row(desk, line.cells, now=now))
        except Refused as refused:
            places = places or sheet.Places(text)
            number, column = places.of(line.number, refused.column)
            problems.append(Problem(message=str(refused), file=name, line=number, column=column, path=refused.column))
    if problems:
        raise DataRejected(problems)
    return rows


def parse_row(desk: Desk, cells: Mapping[str, str], *, now: datetime | None = None, origin: str = "import") -> Row:
    """One row by its column names; a refused cell raises `Refused`.

    `now` is when it is published if it does not say; what says that it is published later is refused.
    """
    indicator = _indicator(desk, cells.get("indicator", ""))
    subject = _subject(desk, indicator, cells.get("subject", ""))
    kind = cells.get("kind") or "actual"
    if kind not in _KINDS:
        raise Refused("kind", f"unknown kind {kind!r}: one of {', '.join(_KINDS)}")
    if kind == "actual" and cells.get("by"):
        raise Refused("by", "an actual is not due by a day: that is a target (kind); the date it speaks about is `of`")
    published = _published(desk, cells.get("published", ""), now)
    common = {
        "source": origin,
        "citation": cells.get("source", ""),
        "url": _url(cells.get("url", "")),
        "note": cells.get("note", ""),
    }
    labels = _labels(cells.get("labels", ""))
    if cells.get("happened"):
        return _event_row(desk, indicator, subject, cells, kind, published, labels, common)
    if indicator.unit is None:
        raise Refused("value", f"{indicator.key} {_fed(indicator)}")
    number = _value(cells, indicator)
    occurred = _period(desk, cells, published, kind)
    by = _day(desk, cells.get("by", ""))
    if kind == "target" and by is None:
        raise Refused("by", "a target needs the day by which it is due")
    series = Series(
        subject=subject, indicator=indicator.key, unit=number.unit or indicator.unit or "", labels=labels,
        edition=cells.get("edition", ""),
    )  # fmt: skip
    observation = Observation(
        series=series, occurred=occurred, lo=number.lo, hi=number.hi, op=number.op, kind=kind, by=by,  # type: ignore[arg-type]
        published_at=published, declaration=desk.declaration.hash, **common,  # type: ignore[arg-type]
    )  # fmt: skip
    return Row(observation=observation, published_at=published)


def _event_row(
    desk: Desk, indicator: Indicator, subject: str, cells: Mapping[str, str], kind: str, published: datetime,
    labels: tuple[tuple[str, str], ...], common: Mapping[str, str],
) -> Row:  # fmt: skip
    type_, _, name = (cells.get("key") or "").partition(":")
    types = indicator.types
    if not types:
        raise Refused("happened", f"{indicator.key} {_fed(indicator)}")
    if not type_ and len(types) == 1:
        type_ = types[0]
    if type_ not in types:
        raise Refused("key", _which_type(indicator, type_))
    occurred = _period(desk, cells, published, kind)
    number = _value(cells, indicator) if cells.get("value") else None
    spelt = ";".join((cells["happened"], *(f"{label}={value}" for label, value in labels)))
    key = cells["key"] if name else f"{type_}:{subject}:{occurred.text}:{spelt}"
    event = Event(
        key=key, type=type_, subject=subject, title=cells["happened"], occurred=occurred,
        kind=kind if kind in ("estimate", "target") else "actual", labels=labels,  # type: ignore[arg-type]
        amount=Amount(lo=number.lo, hi=number.hi, op=number.op, unit=number.unit) if number else None,
    )  # fmt: skip
    mention = Mention(
        event=event.key, entry=None, role="first", status=_STATUSES[kind], title=event.title, published_at=published,  # type: ignore[arg-type]
        declaration=desk.declaration.hash, **common,  # type: ignore[arg-type]
    )  # fmt: skip
    return Row(event=event, mention=mention, keyed=bool(name), published_at=published)


def _fed(indicator: Indicator) -> str:
    """What an indicator takes instead of what was given."""
    if indicator.types:
        return "has events, not values: say what happened (record: --happened TITLE, CSV: the column `happened`)"
    if indicator.unit is not None:
        return "has values, not events: give a value"
    return "counts the texts that name its subject; nothing can be entered for it"


def _which_type(indicator: Indicator, given: str) -> str:
    what = f"{given!r} is no type of {indicator.key}" if given else f"{indicator.key} follows several types of event"
    close = get_close_matches(given, indicator.types, n=1)
    which = f"did you mean {close[0]!r}?" if close else f"one of {', '.join(indicator.types)}"
    return f"{what}; {which} (record: --type, CSV: `key` as type:name)"


def _indicator(desk: Desk, key: str) -> Indicator:
    known = desk.declaration.indicators
    if key in known:
        return known[key]
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "`tracker list` shows them"
    raise Refused("indicator", f"unknown indicator {key!r}; {hint}")


def _subject(desk: Desk, indicator: Indicator, key: str) -> str:
    """Any declared subject; where none is given, the indicator's only one."""
    own = desk.declaration.subjects_of(indicator)
    if not key and len(own) == 1:
        return own[0]
    if key in desk.declaration.subjects:
        return key
    close = get_close_matches(key, desk.declaration.subjects, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"one of {', '.join(desk.declaration.subjects)}"
    raise Refused("subject", f"unknown subject {key!r}; {hint}" if key else f"say which subject: {hint}")


def _value(cells: Mapping[str, str], indicator: Indicator) -> quantity.Quantity:
    """The number. A unit that is said in it makes a series of its own; against the column `unit` it is refused."""
    text, unit = cells.get("value", ""), cells.get("unit", "")
    if not text:
        raise Refused("value", "a row needs a value, or a title under `happened`")
    if (unit or indicator.unit) == quantity.YES_NO:
        return _answer(text)
    try:
        number = quantity.parse(text, unit or indicator.unit)
    except QuantityError as error:
        raise Refused("value", str(error)) from error
    if unit and number.unit != unit:
        raise Refused("value", f"{text!r} is in {number.unit}, the column `unit` says {unit}")
    return number


def _answer(text: str) -> quantity.Quantity:
    """1 for yes and 0 for no, however it is said."""
    try:
        return quantity.answer(text)
    except QuantityError as error:
        raise Refused("value", str(error)) from error


def _period(desk: Desk, cells: Mapping[str, str], published: datetime, kind: str) -> timing.Period:
    text = cells.get("of", "")
    if not text:
        return timing.day_period(timing.local_date(published, desk.zone), desk.zone)
    try:
        period = timing.parse_period(text, desk.zone)
    except PeriodError as error:
        raise Refused("of", str(error)) from error
    if kind == "actual" and period.start > published:
        day = timing.local_date(published, desk.zone)
        raise Refused(
            "of", f"{text} begins after it was published ({day}); what is still to come is a target or an estimate"
        )
    return period


def _day(desk: Desk, text: str) -> timing.Period | None:
    try:
        return timing.parse_period(text, desk.zone) if text else None
    except PeriodError as error:
        raise Refused("by", str(error)) from error


def _published(desk: Desk, text: str, now: datetime | None) -> datetime:
    if not text:
        return now or desk.clock.now()
    try:
        at = timing.parse_instant(text, desk.zone)
    except PeriodError as error:
        raise Refused("published", str(error)) from error
    if now is not None and at > now:
        raise Refused("published", f"{text} has not come yet (it is {timing.iso(now)}): nobody can have published it")
    return at


def unfollowable(url: str) -> str:
    """What is wrong with an address that is none of the web's (a place in words is not one at all); "" when nothing is."""
    odd = _SCHEME.match(url) and not plain.link(url)
    return f"{url!r} is no address that can be followed; write https://…" if odd else ""


def _url(text: str) -> str:
    if problem := unfollowable(text):
        raise Refused("url", problem)
    return text


def _labels(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    if any(not name.strip() or not mark for name, mark, _ in pairs):
        raise Refused("labels", f"{text!r} is no list of labels: write name=value;name=value")
    return tuple(sorted((name.strip(), value.strip()) for name, _, value in pairs))


def store_rows(desk: Desk, tx: Writing, rows: Sequence[Row], batch: str, *, late: bool = False) -> list[int]:
    """Store checked rows as one batch; the seq of each, 0 where a row only repeats what the same source said last."""
    seqs: list[int] = []
    values = [replace(row.observation, batch=batch) for row in rows if row.observation is not None]
    stored = iter(db.observations.add(tx, values))
    telling: Telling | None = None
    for row in rows:
        if row.observation is not None:
            seqs.append(next(stored))
            continue
        if telling is None:  # who only writes numbers down does not wait for the reader of texts
            from tracker.pipeline.reading.telling import Telling

            telling = Telling(desk, tx, batch, late)
        assert row.event is not None and row.mention is not None
        seqs.append(telling.tell(row.event, row.mention, keyed=row.keyed))
    return seqs
