"""Numbers that texts say of a subject become values of the indicators that ask for them; what is doubtful waits for a person.

A value is doubtful unless the text states it plainly (`extraction.doubts`); when its reading is unsure; when it lacks the period
that it needs; when it is ten or ten thousand times what is known: 亿 taken for billion, 万 left out. The figure that was said,
and the rate of a conversion and its day, stay in its note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tracker import db, timing
from tracker.db import Writing
from tracker.errors import PeriodError
from tracker.extraction import Figure, Reader, doubt_of
from tracker.model.declared import Declaration, Figures, Indicator, Source
from tracker.model.observed import Entry, Kind, Observation, Series
from tracker.pipeline.reading.rates import converted, rate_of
from tracker.pipeline.reading.readers import EXTRACTOR, text_of
from tracker.quantity import CURRENCIES, Quantity, as_recorded, as_said

_KINDS: dict[str, Kind] = {"actual": "actual", "rumour": "rumour", "target": "target", "denied": "denial"}
#: From here on two figures of one thing are another order of magnitude, and one of them is a slip.
_SLIP = Decimal("9.5")
_LONGEST = 500
#: A rate of a day further away is a guess.
_RATE_HOLDS = timedelta(days=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One figure as a value of an indicator, and why it must wait; "" when it need not."""

    observation: Observation
    doubt: str


def store_figures(
    tx: Writing, declaration: Declaration, source: Source, reader: Reader, entry: Entry
) -> tuple[int, int]:
    """Store what the text says in numbers: how many became values, and how many wait."""
    stored = waiting = 0
    for read in figures_in(declaration, source, reader, entry):
        doubt = read.doubt or _slip(tx, read.observation)
        if not doubt:
            stored += bool(db.observations.add(tx, [read.observation])[0])
        elif not db.review.is_known(tx.connection, read.observation):
            db.review.wait(tx, read.observation, doubt)
            waiting += 1
    return stored, waiting


def figures_in(declaration: Declaration, source: Source, reader: Reader, entry: Entry) -> Iterator[Read]:
    """The figures of a text that an indicator asks for, each indicator's first of a kind and period, sure and doubtful."""
    asking = [one for one in declaration.indicators.values() if one.figures and _hears(one, source)]
    if not asking or not entry.subjects:
        return
    zone = timing.zone(source.timezone or declaration.timezone)
    seen: set[tuple[str, str, str, str, bool]] = set()
    for figure in reader.figures(text_of(declaration, source, entry)):
        for indicator in asking:
            if figure.subject not in declaration.subjects_of(indicator) or not _asked(figure, indicator):
                continue
            read = _read(declaration, source, entry, indicator, figure, zone)
            if read is None:
                continue
            one = read.observation
            place = (indicator.key, figure.subject, one.kind, one.occurred.text, bool(read.doubt))
            if place not in seen:
                seen.add(place)
                yield read


def _hears(indicator: Indicator, source: Source) -> bool:
    return indicator.sources is None or source.key in indicator.sources


def _asked(figure: Figure, indicator: Indicator) -> bool:
    """Whether unit, role and words of a number are what the indicator asks for."""
    asked, unit = indicator.figures, figure.found.quantity.unit
    assert asked is not None
    money = unit in CURRENCIES and indicator.unit in CURRENCIES
    if unit != indicator.unit and not money:
        return False
    if asked.role is not None and figure.found.role != asked.role:
        return False
    around = figure.around
    if any(word.casefold() in around for word in asked.not_):
        return False
    return not asked.words or any(word.casefold() in around for word in asked.words)


def _read(
    declaration: Declaration, source: Source, entry: Entry, indicator: Indicator, figure: Figure, zone: ZoneInfo
) -> Read | None:
    kind, asked = _KINDS.get(figure.modality), indicator.figures
    if kind is None or asked is None or indicator.unit is None:
        return None
    day = timing.local_date(entry.published_at, zone)
    number, note, stale = _in_unit(figure.found.quantity, indicator.unit, day)
    if number is None:
        return None
    span = (figure.found.start, figure.found.end)
    whole = f"{entry.title}\n{entry.summary}" if entry.summary else entry.title
    said = whole[span[0] : span[1]]
    occurred, by, early = _when(figure, kind, day, zone)
    observation = Observation(
        series=Series(subject=figure.subject, indicator=indicator.key, unit=indicator.unit),
        occurred=occurred, by=by, lo=number.lo, hi=number.hi, op=number.op, kind=kind, tier=source.tier,
        confidence=figure.confidence, source=source.key, url=entry.link, entry=entry.id, quote=figure.quote[:_LONGEST],
        span=span, extractor=EXTRACTOR, published_at=entry.published_at, note=f"said: {said}{note}",
        declaration=declaration.hash,
    )  # fmt: skip
    return Read(observation=observation, doubt=_doubt(figure, asked, kind) or early or stale)


def _in_unit(number: Quantity, unit: str, day: date) -> tuple[Quantity | None, str, str]:
    """The number in the indicator's unit, how it was converted, and what is to be doubted; None where no rate is known."""
    if number.unit == unit:
        return number, "", ""
    ends = [None if end is None else converted(end, number.unit, unit, day) for end in (number.lo, number.hi)]
    if [end is None for end in ends] != [number.lo is None, number.hi is None]:
        return None, "", ""
    here, there = rate_of(number.unit, day), rate_of(unit, day)
    assert here and there
    of = min(here.day, there.day)
    rate = f"; {as_recorded(number)} {number.unit} at {here.rate / there.rate:.4f} {number.unit} for 1 {unit}, ECB {of}"
    far = any(abs(one.day - day) > _RATE_HOLDS for one in (here, there))
    stale = f"the rate is of {of}, and the text of {day}" if far else ""
    return Quantity(ends[0], ends[1], number.op, unit), rate, stale


def _when(figure: Figure, kind: Kind, day: date, zone: ZoneInfo) -> tuple[timing.Period, timing.Period | None, str]:
    """The period of a value, of a target also by when, and what is to be doubted; without a period, the day of the text."""
    today = timing.day_period(day, zone)
    if not figure.period:
        return today, None, ""
    try:
        named = timing.parse_period(figure.period.removeprefix(".."), zone)
    except PeriodError:
        return today, None, f"the period that the text names is none: {figure.period}"
    if kind == "target":
        return today, named, ""
    # Of a time that is not over no text knows a value.
    if named.end > today.end:
        return (
            named if named.start < today.end else today,
            None,
            f"the period that the text names is not over: {named.text}",
        )
    if figure.period.startswith(".."):
        return timing.day_period(timing.local_date(named.end - timedelta(microseconds=1), zone), zone), None, ""
    return named, None, ""


def _doubt(figure: Figure, asked: Figures, kind: Kind) -> str:
    if kind == "target":
        return "a target is declared by a person, never by a text"
    if figure.rival:
        return "two numbers of one kind stand in its clause"
    if doubt := doubt_of(figure.found.role, figure.sentence, figure.sides, asked.words):
        return doubt
    if figure.confidence < asked.confidence:
        return f"the reading is unsure: {figure.confidence:g}, and {asked.confidence:g} is asked for"
    if asked.period == "named" and not figure.period:
        return "the text does not name the period"
    if asked.period == "year" and not (len(figure.period) == 4 and figure.period.isdigit()):
        return "the text does not say that it is of a whole year"
    return ""


def _slip(tx: Writing, one: Observation) -> str:
    """The known value that this one is ten times off; "" where none is, or nothing is known."""
    mine = _middle(one)
    known = db.observations.newest(
        tx.connection,
        subject=one.series.subject,
        indicator=one.series.indicator,
        kinds=("actual", "estimate", "rumour"),
    )
    beside = [old for old in known if old.series == one.series and _middle(old)]
    if not beside or not mine:
        return ""
    factors = [_factor(mine, _middle(old)) for old in beside]
    if min(factors) < _SLIP:
        return ""
    old = beside[factors.index(min(factors))]
    known_as = as_said(old.lo, old.hi, old.op, old.series.unit)
    return f"{min(factors):.3g} times off {known_as} ({old.occurred.text}, {old.source})"


def _middle(one: Observation) -> Decimal:
    ends: Sequence[Decimal] = [end for end in (one.lo, one.hi) if end is not None]
    return sum(ends, Decimal(0)) / len(ends) if ends else Decimal(0)


def _factor(one: Decimal, other: Decimal) -> Decimal:
    if one * other <= 0:
        return Decimal(1)
    return max(one / other, other / one)
