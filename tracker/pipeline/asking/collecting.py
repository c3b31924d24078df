"""collect: ask every source that is due, sixteen at once, with no transaction open; store each result behind its fence.

One source that fails never stops another: it backs off alone, and `sources` says in one sentence what is wrong.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from tracker import db, timing
from tracker.collectors import Harvest
from tracker.db import Writing
from tracker.errors import SourceError, TrackerError, UsageError
from tracker.pipeline.asking import timetable
from tracker.pipeline.asking.fetching import begun, sentence
from tracker.pipeline.asking.jobs import Job, known
from tracker.pipeline.asking.storing import Outcome, Understand, close_slot, store
from tracker.pipeline.declaring import superseded
from tracker.pipeline.entering.beginning import begin
from tracker.pipeline.opening import Desk
from tracker.pipeline.owners import owner

log = logging.getLogger(__name__)

AT_ONCE = 16
#: Longer than any source may take; afterwards another process may ask it.
LEASE = timedelta(minutes=3)
#: After this long nobody waits for a source any more: its slot is still ours to close.
_PATIENCE = LEASE - timedelta(seconds=30)
#: Seconds between two looks whether to stop, while sources are waited for.
_LOOK = 0.2

After = Callable[[Writing], object]
Progress = Callable[[int, int], object]


def _silent(done: int, of: int) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """How one pass went, source by source, in the order in which they were done."""

    outcomes: tuple[Outcome, ...] = ()

    @property
    def ok(self) -> list[str]:
        """Sources whose pass was good."""
        return [one.source for one in self.outcomes if one.error is None]

    @property
    def failed(self) -> list[tuple[str, str]]:
        """(source, sentence) of those whose pass was not."""
        return [(one.source, one.error) for one in self.outcomes if one.error is not None]

    @property
    def entries(self) -> int:
        """New or edited texts."""
        return sum(one.entries for one in self.outcomes)

    @property
    def values(self) -> int:
        """New values."""
        return sum(one.values for one in self.outcomes)

    @property
    def events(self) -> int:
        """New events that sources listed themselves."""
        return sum(one.events for one in self.outcomes)


def collect(
    desk: Desk,
    names: Sequence[str] | None = None,
    *,
    dry: bool = False,
    spread: bool = False,
    stop: threading.Event | None = None,
    after: After | None = None,
    understand: Understand | None = None,
    progress: Progress | None = None,
) -> Pass:
    """Ask what is due, or the named sources whether due or not. With `dry` say what would be stored, and store nothing.

    `spread`: a new source is not due at once. `stop`, once set, ends the pass: nothing more is asked, what hangs is left
    behind, and its slots are given back. `after` runs inside the transaction that stores each result. `progress` hears how
    many sources are done, and of how many.
    """
    _refuse_unknown(desk, names or ())
    round_ = _Round(desk, stop or threading.Event(), after, understand or _understand(), progress or _silent, dry=dry)
    if dry:
        return round_.run(_dry_jobs(desk, names))
    if spread and not names and _nothing_due(desk):
        return Pass()
    now = desk.clock.now()
    with desk.store.write(now, strict=desk.strict) as tx:
        begin(desk, tx)
        if not superseded(desk, tx.connection):
            db.schedule.sync(tx, timetable.plan(desk.declaration, now, spread=spread))
        wanted = [(name, due) for name, due in _wanted(desk, tx, names, now) if name in desk.declaration.sources]
    return round_.run(wanted)


def _understand() -> Understand:
    from tracker.pipeline.reading.understanding import understand

    return understand


def _refuse_unknown(desk: Desk, names: Iterable[str]) -> None:
    known = desk.declaration.sources
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"the sources are {', '.join(known) or 'none'}"
            raise UsageError(f"unknown source {name!r}; {hint}")


def _nothing_due(desk: Desk) -> bool:
    """The daemon asks every second: without a write, as long as the schedule is that of the declaration."""
    now = desk.clock.now()
    with desk.store.read() as connection:
        known = {row.key: row.spec_hash for row in db.schedule.rows(connection) if row.enabled}
        wanted = {timetable.key(name): source.hash for name, source in desk.declaration.sources.items()}
        every = timetable.rhythm(desk.declaration)
        return (known == wanted or bool(superseded(desk, connection))) and not db.schedule.due(
            connection, now, 1, every=every
        )


Wanted = tuple[str, datetime]  # name and slot
Result = tuple[str, Job, Harvest | SourceError]  # lane, what was asked, what came of it


def _wanted(desk: Desk, tx: Writing, names: Sequence[str] | None, now: datetime) -> Iterator[Wanted]:
    if not names:
        for due in db.schedule.due(tx.connection, now, every=timetable.rhythm(desk.declaration)):
            yield due.key.removeprefix(timetable.PREFIX), due.next_due
        return
    rows = {row.key: row for row in db.schedule.rows(tx.connection)}
    for name in dict.fromkeys(names):
        row = rows.get(timetable.key(name))
        if row is None:  # another declaration came into force while this command began
            continue
        if row.owner is None and row.lease_until is not None:
            # It rests after a failure; a person does not wait for that.
            db.schedule.fail(tx, row.key, row.next_due, now, row.last_error or "", None)
        yield name, row.next_due


def _dry_jobs(desk: Desk, names: Sequence[str] | None) -> list[Wanted]:
    """What a pass would ask now: the named, or what is due or was never asked."""
    now = desk.clock.now()
    with desk.store.read() as connection:
        ripe = db.schedule.due(connection, now, every=timetable.rhythm(desk.declaration))
        due = {one.key: one.next_due for one in ripe}
        known = {row.key for row in db.schedule.rows(connection) if row.enabled}
    if names:
        return [(name, now) for name in dict.fromkeys(names)]
    keys = {name: timetable.key(name) for name in desk.declaration.sources}
    return [(name, due.get(key, now)) for name, key in keys.items() if key in due or key not in known]


class _Round:
    """One pass: sources wait in lanes (one per public host), so that none holds a thread while it waits its turn."""

    def __init__(
        self,
        desk: Desk,
        stop: threading.Event,
        after: After | None,
        understand: Understand,
        progress: Progress,
        *,
        dry: bool,
    ) -> None:
        self.desk, self.stop, self.after, self.understand, self.dry = desk, stop, after, understand, dry
        self.progress = progress
        self.lanes: dict[str, deque[Wanted]] = {}
        self.free: deque[str] = deque()
        self.running: dict[Future[Harvest | SourceError], tuple[str, Job]] = {}
        self.outcomes: list[Outcome] = []

    def run(self, wanted: Iterable[Wanted]) -> Pass:
        """Ask them all; the results are stored one by one, as they come."""
        for one in wanted:
            lane = timetable.lane(self.desk.declaration.sources[one[0]])
            if lane not in self.lanes:
                self.lanes[lane] = deque()
                self.free.append(lane)
            self.lanes[lane].append(one)
        if not self.lanes:
            return Pass()
        of = sum(len(lane) for lane in self.lanes.values())
        try:
            while (self.free or self.running) and not self.stop.is_set():
                self._submit()
                done, _ = wait(self.running, timeout=_LOOK, return_when=FIRST_COMPLETED)
                self._done([(*self.running.pop(future), future.result()) for future in done])
                self._done(self._given_up())
                self.progress(len(self.outcomes), of)
        finally:
            self._give_back()
        return Pass(outcomes=tuple(self.outcomes))

    def _submit(self) -> None:
        chosen: list[tuple[str, Wanted]] = []
        while self.free and len(self.running) + len(chosen) < AT_ONCE:
            lane = self.free.popleft()
            chosen.append((lane, self.lanes[lane].popleft()))
        if not chosen:
            return
        door = self.desk.door  # opened here: threads would open several
        for lane, job in self._claimed(chosen):
            self.running[begun(self.desk, door, job)] = (lane, job)

    def _claimed(self, chosen: Sequence[tuple[str, Wanted]]) -> list[tuple[str, Job]]:
        if self.dry:
            with self.desk.store.read() as connection:
                return [(lane, self._job(connection, name, slot)) for lane, (name, slot) in chosen]
        jobs, now = [], self.desk.clock.now()
        with self.desk.store.write(now) as tx:
            for lane, (name, slot) in chosen:
                if db.schedule.claim(tx, timetable.key(name), slot, owner(), now + LEASE, now):
                    jobs.append((lane, self._job(tx.connection, name, slot)))
                else:
                    self._release(lane)
        return jobs

    def _job(self, connection: db.Connection, name: str, slot: datetime) -> Job:
        source = self.desk.declaration.sources[name]
        state = known(source, db.sources.state(connection, name))
        return Job(source=source, slot=slot, at=self.desk.clock.now(), state=state)

    def _release(self, lane: str) -> None:
        if self.lanes[lane]:
            self.free.append(lane)

    def _done(self, results: Sequence[Result]) -> None:
        """What came together is written together; where that fails, one by one: no source must lose what others bring."""
        try:
            self._store(results)
        except Exception as error:
            log.debug("%d results could not be stored together: %s", len(results), error)
            for lane, job, found in results:
                self._store_alone(lane, job, found)
        for lane, _, _ in results:
            self._release(lane)

    def _given_up(self) -> list[Result]:
        """What hangs: its thread is forgotten, and whatever it still brings."""
        now = self.desk.clock.now()
        late = [future for future, (_, job) in self.running.items() if now - job.at > _PATIENCE]
        why = f"it took longer than {timing.format_duration(_PATIENCE)} and was given up"
        return [(*self.running.pop(future), SourceError(why)) for future in late]

    def _store_alone(self, lane: str, job: Job, found: Harvest | SourceError) -> None:
        try:
            self._store([(lane, job, found)])
        except Exception as error:
            log.warning("%s: could not be stored: %s", job.source.key, error, exc_info=log.isEnabledFor(logging.DEBUG))
            failure = SourceError(f"what it brought could not be stored: {sentence(error)}")
            self._store([(lane, job, failure)])

    def _store(self, results: Sequence[Result]) -> None:
        if not results:
            return
        now = self.desk.clock.now()
        with self.desk.store.write(now, dry=self.dry) as tx:
            outcomes = [(job, self._stored(tx, job, found, now)) for _, job, found in results]
        for job, outcome in outcomes:
            if outcome is None:
                continue
            self.outcomes.append(outcome)
            if not self.dry:
                _settle(job, outcome)

    def _stored(self, tx: Writing, job: Job, found: Harvest | SourceError, now: datetime) -> Outcome | None:
        """None when somebody else has closed the slot meanwhile."""
        failure = found.failure if isinstance(found, Harvest) else found
        if not self.dry and not close_slot(tx, job, found, now):
            return None
        outcome = store(self.desk, tx, job, found, self.understand)
        if failure is not None and failure.whole_host and not self.dry:
            self._rest(tx, job, failure)
        if self.after is not None and not self.dry:
            self.after(tx)
        return outcome

    def _rest(self, tx: Writing, job: Job, failure: SourceError) -> None:
        """The host asked for a rest: its other sources keep it too, also those of other processes and later passes."""
        lane, until = timetable.lane(job.source), self.desk.clock.now() + (failure.retry_after or timedelta(0))
        waiting = {name for name, _ in self.lanes.get(lane, ())}
        for row in db.schedule.rows(tx.connection):
            source = self.desk.declaration.sources.get(row.key.removeprefix(timetable.PREFIX))
            if source is None or source.key == job.source.key or timetable.lane(source) != lane or row.owner:
                continue
            if row.lease_until is None or row.lease_until < until:
                db.schedule.fail(tx, row.key, row.next_due, until, f"its host rests: {failure}", None)
                waiting.discard(source.key)
        self.lanes[lane] = deque(one for one in self.lanes.get(lane, ()) if one[0] in waiting)

    def _give_back(self) -> None:
        """After an interruption: what was claimed and not stored is due again at once."""
        if self.dry or not self.running:
            return
        now = self.desk.clock.now()
        with suppress(TrackerError), self.desk.store.write(now) as tx:
            for _, job in self.running.values():
                db.schedule.fail(tx, timetable.key(job.source.key), job.slot, now, "interrupted", owner())


def _settle(job: Job, outcome: Outcome) -> None:
    """What is stored is stored: a file that cannot be moved is read again, which adds nothing."""
    for settle in outcome.settle:
        try:
            settle()
        except Exception as error:
            why = error.strerror if isinstance(error, OSError) else sentence(error)
            log.warning("%s: a file stays where it is: %s", job.source.key, why)
