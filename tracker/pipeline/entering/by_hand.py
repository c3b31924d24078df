"""What people enter: one value, one event, a file; and taking a batch back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker import db, timing
from tracker.errors import UsageError
from tracker.model.observed import Status
from tracker.pipeline.entering.beginning import begin
from tracker.pipeline.entering.rows import Row, parse_row, parse_rows, store_rows, unfollowable
from tracker.pipeline.known.instances import HAND
from tracker.pipeline.opening import Desk
from tracker.pipeline.saying.wording import said

#: So many rows of a file are told one by one.
TOLD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was stored: its batch (for `undo`), its seq, and how it was read."""

    batch: str
    seq: int
    text: str
    counts_from: str = ""  # the day from which on rules and boards count it, where its period has not ended
    apart: str = ""  # what it was put beside: a series in another unit, or with: an event that was known
    repeated: bool = False  # it only repeats what was said last: nothing new was stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A file that was stored as one batch."""

    batch: str
    rows: int
    repeated: int = 0
    told: tuple[str, ...] = ()  # how the first rows were read


def record_value(
    desk: Desk, indicator: str, value: str, *, subject: str | None = None, of: str | None = None, kind: str = "actual",
    by: str | None = None, published: str | None = None, source: str = "", url: str = "",
    labels: Mapping[str, str] | None = None, edition: str = "", note: str = "", dry: bool = False,
) -> Recorded:  # fmt: skip
    """One value by hand. UsageError or DataRejected says what is wrong; then nothing is stored."""
    cells = {
        "indicator": indicator, "value": value, "subject": subject or "", "of": of or "", "kind": kind, "by": by or "",
        "published": published or "", "source": source, "url": url, "edition": edition, "note": note,
        "labels": ";".join(f"{name}={label}" for name, label in (labels or {}).items()),
    }  # fmt: skip
    return _record(desk, cells, dry=dry)


def record_event(
    desk: Desk, indicator: str, title: str, *, type: str | None = None, subject: str | None = None, of: str | None = None,
    status: Status = "reported", published: str | None = None, source: str = "", url: str = "",
    labels: Mapping[str, str] | None = None, note: str = "", value: str = "", dry: bool = False,
) -> Recorded:  # fmt: skip
    """One event by hand, with the status that its source gives it; `value` is the amount that belongs to it."""
    cells = {
        "indicator": indicator, "happened": title, "value": value,
        "subject": subject or "", "of": of or "", "key": f"{type}:" if type else "",
        "kind": "actual", "published": published or "", "source": source, "url": url, "note": note,
        "labels": ";".join(f"{name}={label}" for name, label in (labels or {}).items()),
    }  # fmt: skip
    return _record(desk, cells, status=status, dry=dry)


def _record(desk: Desk, cells: Mapping[str, str], *, status: Status | None = None, dry: bool) -> Recorded:
    if problem := unfollowable(cells["url"]):  # an option of a command, and no cell of somebody's file
        raise UsageError(problem)
    with desk.store.write(desk.clock.now(), strict=desk.strict, dry=dry) as tx:
        row = parse_row(desk, cells, now=tx.at, origin=HAND)
        if status is not None and row.mention is not None:
            row = _with_status(row, status)
        begin(desk, tx)
        batch = db.batches.start(tx, "hand", "")
        seq = store_rows(desk, tx, [row], batch)[0]
        apart = _apart(desk, row) or _joined(tx, row, seq)
        return Recorded(
            batch=batch,
            seq=seq,
            text=told(row),
            apart=apart,
            repeated=seq == 0,
            counts_from=_counts_from(desk, tx, row),
        )


def _counts_from(desk: Desk, tx: db.Writing, row: Row) -> str:
    """A level is dated by the end of its period, which for an actual lies not after its publication; a target is due then."""
    one = row.observation
    if one is None or one.kind in ("actual", "target") or one.occurred.end <= tx.at:
        return ""
    return timing.local_date(one.occurred.end, desk.zone).isoformat()


def _apart(desk: Desk, row: Row) -> str:
    """A value in another unit than the indicator's is kept, and nothing compares the two."""
    if row.observation is None:
        return ""
    series = row.observation.series
    own = desk.declaration.indicators[series.indicator].unit
    return (
        ""
        if series.unit == own
        else f"in {series.unit}, not in {own}: kept as a series of its own, compared with nothing"
    )


def _joined(tx: db.Writing, row: Row, seq: int) -> str:
    """An event that was taken for one that is known is told, so that a wrong guess is seen at once."""
    if row.event is None or not seq:
        return ""
    known = db.news.events(tx.connection, subject=row.event.subject, types=[row.event.type], hidden=False)
    found = next(one for one in known if any(mention.seq == seq for mention in one.mentions))
    why = next(mention.why for mention in found.mentions if mention.seq == seq)
    if len(found.mentions) == 1:
        return ""
    return (
        f"it is another report of {found.event.title!r}, {found.event.occurred.text} ({why}); if it is not, undo it and "
        "import it with a `key` of its own"
    )


def _with_status(row: Row, status: Status) -> Row:
    assert row.mention is not None
    return replace(row, mention=replace(row.mention, status=status))


def told(row: Row) -> str:
    """How a row was read, in one line."""
    if row.observation is not None:
        series = row.observation.series
        return f"{series.indicator} of {series.subject}: {said(row.observation)} ({row.observation.kind}, {row.observation.occurred.text})"
    assert row.event is not None and row.mention is not None
    return (
        f"{row.event.type} of {row.event.subject}: {row.event.title} ({row.mention.status}, {row.event.occurred.text})"
    )


def import_csv(desk: Desk, text: str, name: str, *, dry: bool = False) -> Imported:
    """All rows as one batch, or none and DataRejected with the place of every bad row.

    A long file is read before anybody else has to wait: what was published by then was published when it is stored.
    """
    now, newest = desk.clock.now(), desk.store.newest()
    rows = parse_rows(desk, text, name, now=now if newest is None else max(now, newest))
    with desk.store.write(now, strict=desk.strict, dry=dry) as tx:
        begin(desk, tx)
        batch = db.batches.start(tx, "import", name)
        seqs = store_rows(desk, tx, rows, batch)
        first = tuple(told(row) for row in rows[:TOLD])
        return Imported(batch=batch, rows=len(rows), repeated=seqs.count(0), told=first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What `undo` took back: so many rows, or (`parted`: the older key and the younger one) that two events are one."""

    rows: int
    parted: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """In words."""
        counted = f"{self.rows} {'report' if self.parted else 'row'}{'' if self.rows == 1 else 's'}"
        if self.parted:
            return f"parted: {' and '.join(self.parted)} are two events again ({counted} moved)"
        return f"{counted} withdrawn"


def undo(desk: Desk, batch: str) -> Undone:
    """Withdraw everything that a batch brought; the rows stay, marked with the reason.

    What waits to be said of its events is taken out of the outbox. Events that it made one are two again.
    """
    from tracker.pipeline.saying.merging import part
    from tracker.pipeline.saying.withdrawing import reconsider, take_back

    with desk.store.write(desk.clock.now(), strict=desk.strict) as tx:
        if parted := part(desk, tx, batch):
            return Undone(rows=parted.reports, parted=(parted.older, parted.younger))
        rows = db.batches.undo(tx, batch, "undone")
        reconsider(tx, db.batches.events(tx.connection, batch))
        take_back(desk, tx)
        return Undone(rows=rows)
