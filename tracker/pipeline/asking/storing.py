"""What one fetch brought, into the database: texts, values, events, how the source does, its next slot; or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tracker import db, timing
from tracker.collectors import EmittedValue, Harvest
from tracker.db import Writing
from tracker.errors import SourceError
from tracker.model.declared import Source
from tracker.model.observed import Coverage, Entry, Observation, Series, SourceState
from tracker.pipeline.asking import gone, timetable
from tracker.pipeline.asking.jobs import Job
from tracker.pipeline.asking.listed import store_listed
from tracker.pipeline.asking.sheets import store_sheet
from tracker.pipeline.known.feeders import grace, past_of
from tracker.pipeline.opening import Desk
from tracker.pipeline.owners import owner
from tracker.pipeline.reading.readers import naming

Understand = Callable[[Desk, Writing, Source, Sequence[Entry], bool], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the pass of one source went; the counts are of what is new."""

    source: str
    state: str
    error: str | None = None  # one sentence, None after a good pass
    entries: int = 0
    values: int = 0
    events: int = 0
    note: str = ""
    lines: tuple[str, ...] = ()  # what was stored (or, dry, would be), for people
    settle: tuple[Callable[[], None], ...] = ()  # to be called when all this is committed


def store(desk: Desk, tx: Writing, job: Job, found: Harvest | SourceError, understand: Understand) -> Outcome:
    """Store a harvest, or what is left of one, and how the source is doing now."""
    harvest = found if isinstance(found, Harvest) else Harvest()
    failure = found.failure if isinstance(found, Harvest) else found
    source = job.source
    entries = db.news.add_entries(tx, harvest.entries, naming(desk.declaration, source))
    if entries:
        understand(desk, tx, source, entries, job.first)
    lines = [f"{timing.iso(one.published_at)} {one.title}" for one in entries]
    values = _values(desk, tx, job, harvest.rows, lines)
    events = store_listed(desk, tx, job, harvest.events, lines)
    settle = [store_sheet(desk, tx, sheet, lines) for sheet in harvest.sheets]
    # Also of a pass that broke off: an address with a time in it is never asked again, and its pages would pile up.
    db.sources.save_pages(tx, source.key, harvest.pages, only=job.anew or bool(harvest.pages))
    state = _failed(job, failure, harvest) if failure else _well(job, harvest)
    if refused := [why for _, why in settle if why]:
        state = replace(state, note="; ".join([*refused, *([state.note] if state.note else [])]))
    db.sources.save_state(tx, state)
    if failure is None and state.state != "stale":  # who repeats old news has seen nothing new
        _cover(tx, job, harvest)
    elif job.state.last_try is None:  # it counts as a watcher from here on: if it stays silent, that is a gap
        db.sources.cover(tx, Coverage(watcher=source.key, start=job.at, end=job.at))
    return Outcome(
        source=source.key, state=state.state, error=state.last_error, note=state.note,
        entries=len(entries), values=values, events=events, lines=tuple(lines), settle=tuple(each for each, _ in settle),
    )  # fmt: skip


def close_slot(tx: Writing, job: Job, found: Harvest | SourceError, now: datetime) -> bool:
    """The fence: False when the slot is not ours any more, and nothing of the result may be stored."""
    name, every, mine = job.source.key, job.source.every, owner()
    failure = found.failure if isinstance(found, Harvest) else found
    if failure is None:
        following = timetable.next_slot(job.slot, every, job.at)
        rest = found.rest if isinstance(found, Harvest) else timedelta(0)
        until = job.at + rest if rest else None
        return db.schedule.finish(tx, timetable.key(name), job.slot, following, mine, until)
    wait = timetable.wait_after(name, job.state.failures + 1, every, failure.retry_after)
    harvest = found if isinstance(found, Harvest) else Harvest()
    if gone.is_paused(_memory(job, harvest, failure), job.at):
        wait = gone.PAUSE
    return db.schedule.fail(tx, timetable.key(name), job.slot, now + wait, str(failure), mine)


def _well(job: Job, harvest: Harvest) -> SourceState:
    newest, limit = _newest(job, harvest), job.source.stale_after
    state: str = harvest.state
    note = harvest.note
    if limit is not None and newest is not None and job.at - newest > limit:
        old = f"stale: its newest is of {timing.iso(newest)}, more than {timing.format_duration(limit)} ago"
        state, note = "stale", "; ".join(part for part in (old, note) if part)
    return SourceState(
        source=job.source.key, state=state, last_ok=job.at, last_try=job.at, reached_back=_reached(job, harvest),
        newest=newest, lists_past=harvest.lists_past, memory=_memory(job, harvest), note=note,
    )  # fmt: skip


def _failed(job: Job, failure: SourceError, harvest: Harvest) -> SourceState:
    memory, note = _memory(job, harvest, failure), job.state.note
    if gone.is_paused(memory, job.at):
        note = gone.NOTICE
    elif note == gone.NOTICE:
        note = ""
    return replace(
        job.state, state=failure.state, last_try=job.at, last_error=str(failure), failures=job.state.failures + 1,
        failing_since=job.state.failing_since or job.at, memory=memory, note=note,
    )  # fmt: skip


def _reached(job: Job, harvest: Harvest) -> datetime | None:
    """A 304 says nothing of how far back the document goes: it is the one of before."""
    repeated = harvest.state == "unchanged" and harvest.reached_back is None
    return job.state.reached_back if repeated else harvest.reached_back


def _memory(job: Job, harvest: Harvest, failure: SourceError | None = None) -> Mapping[str, Any]:
    memory = job.state.memory if harvest.memory is None else harvest.memory
    return job.kept(gone.after(memory, failure, job.at), good=failure is None)


def _newest(job: Job, harvest: Harvest) -> datetime | None:
    """The date of the newest thing that it ever brought; a value without a date of its own is of the pass."""
    dates = [one.published_at for one in harvest.entries]
    dates += [one.at.end if one.at is not None else job.at for one in harvest.rows]
    dates += [one.at.end for one in harvest.events if one.at is not None]
    known = [min(at, job.at) for at in dates] + ([job.state.newest] if job.state.newest is not None else [])
    return max(known, default=None)


def _cover(tx: Writing, job: Job, harvest: Harvest) -> None:
    """Watched from the last good pass on when it was in time. A gap is filled when the document reaches back before it."""
    before, source, reached = job.state.last_ok, job.source, _reached(job, harvest)
    in_time = before is not None and not job.anew and before <= job.at <= before + source.every + grace(source)
    db.sources.cover(tx, Coverage(watcher=source.key, start=before if before and in_time else job.at, end=job.at))
    if harvest.lists_past and reached is not None:
        _cover_past(tx, job, reached, in_time=in_time and job.state.lists_past)
    if before is not None and not in_time and reached is not None and reached <= before < job.at:
        db.sources.fill(tx, Coverage(watcher=source.key, start=before, end=job.at))


def _cover_past(tx: Writing, job: Job, reached: datetime, *, in_time: bool) -> None:
    """A list of all that ever was vouches for the time back to its first row: known from the pass that read it."""
    watcher, before = past_of(job.source.key), job.state.last_ok
    start = before if in_time and before is not None else job.at
    db.sources.cover(tx, Coverage(watcher=watcher, start=start, end=job.at))
    if not in_time and reached < job.at:
        db.sources.fill(tx, Coverage(watcher=watcher, start=reached, end=job.at))


def _values(desk: Desk, tx: Writing, job: Job, rows: Sequence[EmittedValue], lines: list[str]) -> int:
    made = [_observation(desk, job, row) for row in rows if _wanted(desk, job, row)]
    seqs = db.observations.add(tx, made)
    new = [one for one, seq in zip(made, seqs, strict=True) if seq]
    lines += [f"{one.series.indicator} of {one.series.subject}: {_said(one)} ({one.occurred.text})" for one in new]
    return len(new)


def _said(one: Observation) -> str:
    labels = ", ".join(f"{name} {label}" for name, label in one.series.labels)
    bound = "at most " if one.op == "le" else ""
    value = f"{bound}{one.hi:f}" if one.hi is not None else one.note
    return f"{value} [{labels}]" if labels else value


def _wanted(desk: Desk, job: Job, row: EmittedValue) -> bool:
    """A row may name a subject that the indicator does not have."""
    indicator = desk.declaration.indicators[job.source.emit[row.emit].indicator or ""]
    return not row.subject or row.subject in desk.declaration.subjects_of(indicator)


def _observation(desk: Desk, job: Job, row: EmittedValue) -> Observation:
    source, emit = job.source, job.source.emit[row.emit]
    indicator = desk.declaration.indicators[emit.indicator or ""]
    series = Series(
        subject=row.subject or emit.subject or desk.declaration.subjects_of(indicator)[0], indicator=indicator.key,
        unit=emit.unit or indicator.unit or "", labels=row.labels, edition=row.edition,
    )  # fmt: skip
    return Observation(
        series=series, occurred=row.at or job.today(desk), lo=None if row.op == "le" else row.value, hi=row.value,
        op=row.op if row.value is not None else "invalid", kind=emit.kind, tier=source.tier, source=source.key,
        url=getattr(source.params, "url", ""), published_at=row.as_of or job.at, declaration=desk.declaration.hash,
        citation=row.citation,
        note="" if row.value is not None else f"no number: {row.raw}", quote="" if row.value is not None else row.raw,
    )  # fmt: skip
