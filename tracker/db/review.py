"""Numbers out of texts that wait for a person, and the decisions: rows only, so that any past day shows what waited then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Text, func, insert, select, type_coerce

from tracker.db.codec import labels_of, labels_text
from tracker.db.store import Writing
from tracker.db.tables import decision, waiting
from tracker.db.types import dumps
from tracker.model.observed import Observation, Series
from tracker.timing import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One reading that waits, or did: `verdict` "" while it does."""

    seq: int
    observation: Observation
    reason: str
    recorded_at: datetime
    verdict: str = ""
    said: str = ""  # the value that a person gave instead
    why: str = ""
    decided_at: datetime | None = None


def wait(tx: Writing, reading: Observation, reason: str) -> int:
    """Store a reading that is no value yet; its seq."""
    seq = tx.seq()
    row = {
        "seq": seq, "subject": reading.series.subject, "indicator": reading.series.indicator, "entry": reading.entry,
        "value": _packed(reading), "reason": reason, "published_at": reading.published_at, "recorded_at": tx.at,
    }  # fmt: skip
    tx.connection.execute(insert(waiting), row)
    return seq


def decide(
    tx: Writing, seq: int, verdict: str, *, said: str = "", why: str = "", observation: int | None = None
) -> None:
    """Store what a person decided of a reading."""
    row = {
        "seq": tx.seq(), "waiting": seq, "verdict": verdict, "said": said, "why": why, "observation": observation,
        "recorded_at": tx.at,
    }  # fmt: skip
    tx.connection.execute(insert(decision), row)


def readings(connection: Connection, *, as_of: datetime | None = None, entry: int | None = None) -> list[Waiting]:
    """Every reading that ever waited as of T, oldest first, with what was decided of it by then."""
    query = select(waiting).order_by(waiting.c.seq)
    decided = select(decision).order_by(decision.c.seq)
    if as_of is not None:
        query, decided = query.where(waiting.c.recorded_at <= as_of), decided.where(decision.c.recorded_at <= as_of)
    if entry is not None:
        query = query.where(waiting.c.entry == entry)
    verdicts = {row.waiting: row for row in connection.execute(decided)}
    return [_waiting(row, verdicts.get(row.seq)) for row in connection.execute(query)]


def is_known(connection: Connection, reading: Observation) -> bool:
    """Whether this source's reading of this number waits, or waited of this very text and was decided of."""
    end, number = ("lo", reading.lo) if reading.lo is not None else ("hi", reading.hi)
    # The stored text is searched, which both kinds of database can; 1200000000 finds 1200000000.0, and Python has the last word.
    said = type_coerce(waiting.c.value, Text)
    plain = f"{(number or Decimal(0)).normalize():f}"
    query = select(waiting).where(
        waiting.c.subject == reading.series.subject,
        waiting.c.indicator == reading.series.indicator,
        said.contains(dumps({"source": reading.source})[1:-1], autoescape=True),
        said.contains(dumps({end: plain})[1:-2], autoescape=True),
    )
    done = select(decision.c.seq).where(decision.c.waiting == waiting.c.seq).exists()
    query = query.where((waiting.c.entry == reading.entry) | ~done)
    found = (_unpacked(row.value, row) for row in connection.execute(query))
    return any(
        (old.series, old.lo, old.hi, old.kind) == (reading.series, reading.lo, reading.hi, reading.kind)
        for old in found
    )


def count(connection: Connection) -> int:
    """How many readings wait now."""
    open_ones = select(func.count()).select_from(waiting).where(waiting.c.seq.not_in(select(decision.c.waiting)))
    return int(connection.execute(open_ones).scalar_one())


def _waiting(row: Any, decided: Any) -> Waiting:
    return Waiting(
        seq=row.seq, observation=_unpacked(row.value, row), reason=row.reason, recorded_at=row.recorded_at,
        verdict=decided.verdict if decided else "", said=decided.said if decided else "",
        why=decided.why if decided else "", decided_at=decided.recorded_at if decided else None,
    )  # fmt: skip


_PLAIN = (
    "op", "kind", "tier", "confidence", "source", "citation", "url", "quote", "extractor", "note", "declaration",
)  # fmt: skip


def _packed(one: Observation) -> dict[str, Any]:
    """Numbers as exact text, times as ISO 8601."""
    return {name: getattr(one, name) for name in _PLAIN} | {
        "unit": one.series.unit, "labels": labels_text(one.series.labels), "edition": one.series.edition,
        "lo": None if one.lo is None else f"{one.lo:f}", "hi": None if one.hi is None else f"{one.hi:f}",
        "span": one.span, "occurred": _period(one.occurred), "by": _period(one.by) if one.by else None,
    }  # fmt: skip


def _period(period: Period) -> list[str]:
    return [period.start.isoformat(), period.end.isoformat(), period.text]


def _unpacked(value: Mapping[str, Any], row: Any) -> Observation:
    return Observation(
        series=Series(
            subject=row.subject, indicator=row.indicator, unit=value["unit"], labels=labels_of(value["labels"]),
            edition=value["edition"],
        ),
        occurred=_period_of(value["occurred"]), by=_period_of(value["by"]) if value["by"] else None,
        lo=None if value["lo"] is None else Decimal(value["lo"]),
        hi=None if value["hi"] is None else Decimal(value["hi"]),
        span=tuple(value["span"]) if value["span"] else None,
        entry=row.entry, published_at=row.published_at, **{name: value[name] for name in _PLAIN},
    )  # fmt: skip


def _period_of(texts: list[str]) -> Period:
    start, end, text = texts
    return Period(datetime.fromisoformat(start), datetime.fromisoformat(end), text)
