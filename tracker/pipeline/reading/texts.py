"""read: what the extraction alone makes of texts that nobody stores, line by line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tracker import timing
from tracker.errors import DataRejected, PeriodError, Problem
from tracker.extraction import Reading, Text, stories
from tracker.extraction.stories import Story
from tracker.model.declared import Declaration
from tracker.pipeline.reading.accounts import story_windows
from tracker.pipeline.reading.rates import per_dollar
from tracker.pipeline.reading.readers import reader_of

#: What only denies or discusses an event does not report it.
_REPORTED = ("actual", "rumour", "target")
#: A list of texts has no record to hold on to: what only names the same type and subject is one story for so long.
_BARE = timedelta(14)
_ALWAYS = (date.min, date.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    id: str | int
    text: Text
    days: tuple[date, date]  # the first and the last day that it may be of


def read_texts(declaration: Declaration, lines: str, name: str, *, any_subject: bool = False) -> list[dict[str, Any]]:
    """One row per line of JSON `{"id", "text", "date"?}`, in order; DataRejected with each bad line at its place."""
    zone = timing.zone(declaration.timezone)
    problems: list[Problem] = []
    given: list[_Line] = []
    for number, line in enumerate(lines.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            given.append(_line(line, zone))
        except _Bad as bad:
            problems.append(Problem(message=str(bad), file=name, line=number, column=bad.column))
    if problems:
        raise DataRejected(problems)
    reader = reader_of(declaration)
    readings = [reader.read(line.text, any_subject=any_subject) for line in given]
    told = _stories(declaration, given, readings)
    return [_row(line, reading, told, place) for place, (line, reading) in enumerate(zip(given, readings, strict=True))]


class _Bad(Exception):
    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.column = column


def _line(line: str, zone: ZoneInfo) -> _Line:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise _Bad(f"no JSON: {error.msg}", error.colno) from None
    except RecursionError:
        raise _Bad("no JSON that can be read: it is nested too deep") from None
    if not isinstance(found, dict):
        raise _Bad('a line is an object: {"id": "a1", "text": "…"}')
    id_, text = found.get("id"), found.get("text")
    if not isinstance(id_, str | int) or isinstance(id_, bool):
        raise _Bad("`id` is missing" if id_ is None else "`id` is no text")
    if not isinstance(text, str):
        raise _Bad("`text` is missing" if text is None else "`text` is no text")
    days, at = _days(found.get("date"), zone)
    title, _, summary = text.partition("\n")
    return _Line(id=id_, text=Text(title=title, summary=summary, date=at), days=days)


def _days(said: Any, zone: ZoneInfo) -> tuple[tuple[date, date], datetime | None]:
    if said is None or said == "":
        return _ALWAYS, None
    if not isinstance(said, str):
        raise _Bad("`date` is no text")
    try:
        period = timing.parse_period(said, zone)
    except PeriodError as error:
        raise _Bad(str(error)) from None
    if period.open_start or period.open_end:
        raise _Bad(f"{said!r}: a text is published on a day, not before or after one")
    last = max(period.start, period.end - timedelta(microseconds=1))
    days = timing.local_date(period.start, zone), timing.local_date(last, zone)
    return days, period.start.astimezone(zone)


def _stories(
    declaration: Declaration, lines: Sequence[_Line], readings: Sequence[Reading]
) -> Mapping[tuple[int, int], str]:
    """The story of each event, by its place (line, event), where more than one text tells it; the oldest text first."""
    known: dict[tuple[str, str | None], list[Story]] = {}
    told: dict[tuple[int, int], str] = {}
    for place in sorted(range(len(lines)), key=lambda place: (lines[place].days, place)):
        for number, event in enumerate(readings[place].events):
            if event.modality not in _REPORTED:
                continue
            line, block = lines[place], known.setdefault((event.type, event.subject), [])
            report = stories.account(event, line.text.title, line.days, subjects=declaration.subjects)
            window = stories.window_of(event.type, story_windows(declaration, event.type, event.subject))
            found = stories.place(report, block, window, per_dollar, bare=_BARE)
            if found is None:
                key = f"{event.type}:{event.subject or '-'}:{len(block) + 1}"
                block.append(Story(key=key, accounts=(report,)))
            else:
                key = found.key
                at = next(index for index, story in enumerate(block) if story.key == key)
                block[at] = block[at].with_(report)
            told[place, number] = key
    texts = Counter(key for _, key in {(place, key) for (place, _), key in told.items()})
    return {where: key for where, key in told.items() if texts[key] > 1}


def _row(line: _Line, reading: Reading, told: Mapping[tuple[int, int], str], place: int) -> dict[str, Any]:
    return {
        "id": line.id,
        "subjects": list(reading.keys),
        "events": [
            {"type": one.type, "subject": one.subject, "modality": one.modality, "story": told.get((place, number))}
            for number, one in enumerate(reading.events)
        ],
        "quantities": [
            {
                "lo": _plain(one.quantity.lo), "hi": _plain(one.quantity.hi), "op": one.quantity.op, "unit": one.quantity.unit,
                "role": one.role, "start": one.start, "end": one.end,
            }
            for one in reading.quantities
        ],
    }  # fmt: skip


def _plain(value: Decimal | None) -> Decimal | None:
    """1.5亿 is 150000000, not 150000000.0."""
    return value if value is None or value == 0 else value.normalize()
