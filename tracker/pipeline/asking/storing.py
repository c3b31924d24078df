"""What one fetch brought, into the database: texts, values, events, how the source does, its next slot; or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tracker import db, timing
from tracker.collectors import EmittedEvent, EmittedValue, Harvest
from tracker.db import Writing
from tracker.errors import SourceError
from tracker.model.declared import Emit, Source
from tracker.model.observed import Coverage, Entry, Event, Mention, Observation, Series, SourceState
from tracker.pipeline.asking import gone, timetable
from tracker.pipeline.known.knowing import grace
from tracker.pipeline.opening import Desk
from tracker.pipeline.owners import owner
from tracker.pipeline.reading.readers import naming
from tracker.timing import Period

Understand = Callable[[Desk, Writing, Source, Sequence[Entry], bool], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One source that is being asked, with what was known of it when its slot was claimed."""

    source: Source
    slot: datetime
    at: datetime  # when it is asked
    state: SourceState

    @property
    def first(self) -> bool:
        """Whether no pass of it was good yet: what it brings is history in part."""
        return self.state.last_ok is None


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
    events = _events(desk, tx, job, harvest.events, lines)
    db.sources.save_pages(tx, source.key, harvest.pages)
    state = _failed(job, failure) if failure else _well(job, harvest)
    db.sources.save_state(tx, state)
    if failure is None:
        _cover(tx, job, harvest)
    elif job.state.last_try is None:  # it counts as a watcher from here on: if it stays silent, that is a gap
        db.sources.cover(tx, Coverage(watcher=source.key, start=job.at, end=job.at))
    return Outcome(
        source=source.key, state=state.state, error=state.last_error, note=state.note,
        entries=len(entries), values=values, events=events, lines=tuple(lines),
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
    if gone.is_paused(_memory_of(job, failure), job.at):
        wait = gone.PAUSE
    return db.schedule.fail(tx, timetable.key(name), job.slot, now + wait, str(failure), mine)


def _well(job: Job, harvest: Harvest) -> SourceState:
    reached = harvest.reached_back if harvest.state != "unchanged" else job.state.reached_back
    return SourceState(
        source=job.source.key,
        state=harvest.state,
        last_ok=job.at,
        last_try=job.at,
        reached_back=reached,
        note=harvest.note,
        memory=harvest.memory,
    )


def _failed(job: Job, failure: SourceError) -> SourceState:
    memory = _memory_of(job, failure)
    return replace(
        job.state, state=failure.state, last_try=job.at, last_error=str(failure), failures=job.state.failures + 1,
        failing_since=job.state.failing_since or job.at, memory=memory,
        note=gone.NOTICE if gone.is_paused(memory, job.at) else job.state.note,
    )  # fmt: skip


def _memory_of(job: Job, failure: SourceError) -> Mapping[str, Any]:
    return gone.counted(job.state.memory, job.at) if failure.state == "gone" else job.state.memory


def _cover(tx: Writing, job: Job, harvest: Harvest) -> None:
    """Watched from the last good pass on when it was in time. A gap is filled when the document reaches back before it."""
    before, source = job.state.last_ok, job.source
    in_time = before is not None and before <= job.at <= before + source.every + grace(source)
    db.sources.cover(tx, Coverage(watcher=source.key, start=before if before and in_time else job.at, end=job.at))
    reached = harvest.reached_back if harvest.state != "unchanged" else job.state.reached_back
    if before is not None and not in_time and reached is not None and reached <= before < job.at:
        db.sources.fill(tx, Coverage(watcher=source.key, start=before, end=job.at))


def _values(desk: Desk, tx: Writing, job: Job, rows: Sequence[EmittedValue], lines: list[str]) -> int:
    made = [_observation(desk, job, row) for row in rows]
    seqs = db.observations.add(tx, made)
    new = [one for one, seq in zip(made, seqs, strict=True) if seq]
    lines += [f"{one.series.indicator} of {one.series.subject}: {_said(one)} ({one.occurred.text})" for one in new]
    return len(new)


def _said(one: Observation) -> str:
    labels = ", ".join(f"{name} {label}" for name, label in one.series.labels)
    value = f"{one.lo:f}" if one.lo is not None else one.note
    return f"{value} [{labels}]" if labels else value


def _observation(desk: Desk, job: Job, row: EmittedValue) -> Observation:
    source, emit = job.source, job.source.emit[row.emit]
    indicator = desk.declaration.indicators[emit.indicator or ""]
    series = Series(
        subject=emit.subject or desk.declaration.subjects_of(indicator)[0], indicator=indicator.key,
        unit=emit.unit or indicator.unit or "", labels=row.labels, edition=emit.edition or "",
    )  # fmt: skip
    return Observation(
        series=series, occurred=row.at or _today(desk, job), lo=row.value, hi=row.value,
        op="eq" if row.value is not None else "invalid", kind=emit.kind, tier=source.tier, source=source.key,
        url=getattr(source.params, "url", ""), published_at=job.at, declaration=desk.declaration.hash,
        note="" if row.value is not None else f"no number: {row.raw}", quote="" if row.value is not None else row.raw,
    )  # fmt: skip


def _today(desk: Desk, job: Job) -> Period:
    """The local day of the pass, where the source is."""
    zone = timing.zone(job.source.timezone or desk.declaration.timezone)
    return timing.day_period(timing.local_date(job.at, zone), zone)


def _events(desk: Desk, tx: Writing, job: Job, found: Sequence[EmittedEvent], lines: list[str]) -> int:
    """Events that this source has not reported before; one that others have reported gets another mention."""
    new = 0
    known: dict[tuple[str, str], dict[str, set[str]]] = {}
    for one in found:
        event = _event(desk, job, one)
        place = (event.subject, event.type)
        if place not in known:
            listed = db.news.events(tx.connection, subject=event.subject, types=[event.type])
            known[place] = {each.event.key: {mention.source for mention in each.mentions} for each in listed}
        told = known[place]
        if job.source.key in told.get(event.key, ()):
            continue
        published = min(event.occurred.end, job.at) if one.at else job.at
        db.news.add_event(tx, event, published)
        db.news.add_mention(tx, _mention(desk, job, event, published, first=event.key not in told))
        new += event.key not in told
        told.setdefault(event.key, set()).add(job.source.key)
        lines.append(f"{event.type} of {event.subject}: {event.title} ({event.occurred.text})")
    return new


def _event(desk: Desk, job: Job, one: EmittedEvent) -> Event:
    emit = job.source.emit[one.emit]
    subject, kind = _subject_of_event(desk, emit), emit.kind if emit.kind in ("estimate", "target") else "actual"
    return Event(
        key=f"{emit.event}:{one.key}", type=emit.event or "", subject=subject, title=one.title,
        occurred=one.at or _today(desk, job), kind=kind,
    )  # fmt: skip


def _subject_of_event(desk: Desk, emit: Emit) -> str:
    return emit.subject or next(iter(desk.declaration.subjects), "")


def _mention(desk: Desk, job: Job, event: Event, published: datetime, *, first: bool) -> Mention:
    return Mention(
        event=event.key, entry=None, role="first" if first else "echo", status="reported", title=event.title,
        source=job.source.key, url=getattr(job.source.params, "url", ""), tier=job.source.tier,
        late=job.first and published < job.at - job.source.lookback, published_at=published,
        why="listed by the source under this key", declaration=desk.declaration.hash,
    )  # fmt: skip
