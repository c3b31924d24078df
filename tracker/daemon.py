"""When the verbs run: a few fixed jobs that look every second whether something is due. What is due stands in the database.

A job that fails is logged and runs again; it never ends the daemon. Several daemons may share a home: claims keep them apart.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from tracker import db, pipeline, timing
from tracker.errors import TrackerError
from tracker.pipeline import Desk

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

#: At the end what is in hand is waited for, but no longer than this: whoever stops a service kills it after ten seconds.
GRACE = timedelta(seconds=7)
#: A home where nothing happens is still looked over this often: another process may have changed what is due.
LOOK_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Looked:
    """The last evaluation. Nothing learned since, no deadline passed, same day, same declaration: nothing to decide."""

    at: datetime
    day: date
    deadline: datetime | None
    declaration: str  # hash of the one it was made under: a reload may come while it runs

    def again(self, declaration: str, day: date, now: datetime) -> bool:
        """Whether time or a reload is reason enough to look again (also a clock that was set back)."""
        passed = self.deadline is not None and self.deadline <= now
        return (
            passed
            or declaration != self.declaration
            or day != self.day
            or not timedelta(0) <= now - self.at < LOOK_AGAIN
        )


class Daemon:
    """The jobs of one home. `desk` is the open desk of the moment; an edited declaration, or SIGHUP, puts another on it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._stop = threading.Event()
        self._reload = threading.Event()
        self._signal = 0
        self._beaten: datetime | None = None
        self._looked: _Looked | None = None
        self._stamp: tuple[int, ...] | None = None  # of the file of the declaration when it was last read
        self._answered: set[str] = set()  # declarations of others that made this one read its own again

    # -- life

    def run(self) -> int:
        """Work until a signal, finish what is in hand, and say with which code to exit.

        What hangs is left: the process ends here, and the next one takes over what it had in hand.
        """
        before = {number: signal.signal(number, self._signalled) for number in _signals()}
        scheduler, done = _scheduler(), True
        try:
            self._say_when_behind()
            self._take_over()
            for name, job, seconds in self._jobs():
                first = datetime.now(UTC) + timedelta(seconds=min(seconds, 5) if seconds > 1 else 0)
                scheduler.add_job(_surviving(name, job), "interval", seconds=seconds, id=name, next_run_time=first)
            scheduler.add_job(_surviving("backup", self._backup), "cron", hour=3, minute=7, id="backup")
            scheduler.start()
            while not self._stop.wait(1):
                _surviving("declaration", self.watch_declaration)()
        finally:
            if scheduler.running:
                done = _wound_up(scheduler)
            _surviving("rest", lambda: pipeline.rest(self.desk))()
            for number, handler in before.items():
                signal.signal(number, handler)
        code = 128 + self._signal if self._signal == signal.SIGINT else 0
        if not done:
            log.warning("something was still under way after %d s; the next start takes it over", GRACE.total_seconds())
            logging.shutdown()
            os._exit(code)  # the thread that hangs would be waited for
        return code

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        if number == getattr(signal, "SIGHUP", None):
            self._reload.set()
            return
        if self._stop.is_set():  # the second time: at once; leases and fences make that safe
            os._exit(128 + number)
        self._signal = number
        self._stop.set()

    def watch_declaration(self) -> None:
        """Read the declaration again when its file has changed, a signal asks for it, or somebody works under another."""
        stamp, newer = _stamp(self.desk.home.declaration), pipeline.newer_declaration(self.desk)
        if newer in self._answered:  # once is enough: two homes on one database would answer each other for ever
            newer = ""
        if stamp == self._stamp and not newer and not self._reload.is_set():
            return
        self._reload.clear()
        self._stamp = stamp
        if newer:
            self._answered.add(newer)
        self.reload()

    def reload(self) -> bool:
        """Take the declaration as it is now; a broken one is refused, and the old one stays in force."""
        number = pipeline.in_force(self.desk.store)
        try:
            declaration = pipeline.declaration_of(self.desk.home)
        except (TrackerError, OSError) as error:
            log.error("the declaration was not reloaded, the old one stays in force: %s", error)
            return False
        if declaration.hash == self.desk.declaration.hash:
            self.desk.read_after = number
            return True
        # The door is opened here at the latest, so that all desks share the one that is closed in the end.
        self.desk = replace(self.desk, declaration=declaration, read_after=number, _door=self.desk.door)
        log.warning("the declaration was reloaded")
        return True

    def _say_when_behind(self) -> None:
        """A home that has lived further than this clock (a wrong clock, now or then) is watched, but not silently."""
        newest, now = self.desk.store.newest(), self.desk.clock.now()
        if newest is not None and now < newest:
            log.error(
                "the clock says %s, and this home has recorded things at %s: what is learned until then is recorded at "
                "that time. Look at the clock of this machine",
                timing.iso(now), timing.iso(newest),
            )  # fmt: skip

    def _take_over(self) -> None:
        """Free what processes that are gone had in hand, so that nothing waits for a lease to run out."""
        with self.desk.store.write(self.desk.clock.now()) as tx:
            freed = db.schedule.take_over(tx, pipeline.is_gone)
            freed += db.outbox.take_over(tx, pipeline.is_gone)
        if freed:
            log.warning("%d pieces of work were taken over from processes that are gone", freed)

    # -- the jobs: each looks, and acts only when something is due

    def _jobs(self) -> list[tuple[str, Callable[[], None], int]]:
        """(name, job, seconds). Each has its own thread, so no network work delays the tick."""
        return [
            ("tick", self.tick, 1),
            ("collect", self.collect, 1),
            ("deliver", self.deliver, 1),
            ("digest", self.digest, 30),
        ]

    def tick(self) -> None:
        """Give a sign of life, and decide when something was learned or a deadline has passed."""
        desk = self.desk
        now, declaration = desk.clock.now(), desk.declaration.hash
        if self._beaten is None or not timedelta(0) <= now - self._beaten < pipeline.BEAT:
            pipeline.beat(desk)
            self._beaten = now
        day = timing.local_date(now, desk.zone)
        if self._looked is None or self._looked.again(declaration, day, now) or pipeline.unread(desk):
            pipeline.evaluate(desk)
            self._looked = _Looked(now, day, pipeline.next_deadline(desk), declaration)

    def collect(self) -> None:
        """Fetch what is due."""
        pipeline.collect(self.desk, spread=True, stop=self._stop)

    def deliver(self) -> None:
        """Send what waits, as soon as it is enqueued or its next try has come."""
        due = pipeline.next_word(self.desk)
        if due is not None and due <= self.desk.clock.now():
            pipeline.deliver(self.desk, stop=self._stop)

    def digest(self) -> None:
        """Draw and enqueue the digest of a week that has ended; the database remembers that it was."""
        pipeline.send_due_digest(self.desk)

    def _backup(self) -> None:
        from tracker.db import maintenance

        if self.desk.home.database.startswith("sqlite"):
            maintenance.backup(self.desk.home.database, now=self.desk.clock.now())


def _wound_up(scheduler: BackgroundScheduler) -> bool:
    """Start no more jobs and wait for those that run; False when one of them outlasts the grace."""
    ending = threading.Thread(target=scheduler.shutdown, name="shutdown", daemon=True)
    ending.start()
    ending.join(GRACE.total_seconds())
    return not ending.is_alive()


def _stamp(file: Path) -> tuple[int, ...]:
    """What changes when a file is written or replaced; empty where there is none."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _surviving(name: str, job: Callable[[], None]) -> Callable[[], None]:
    """The job, with its failure logged in one line: the next run tries again."""

    def run() -> None:
        try:
            job()
        except TrackerError as error:
            log.error("%s: %s", name, error)
        except Exception as error:  # a bug in one job must not silence the others
            log.error(
                "%s: unexpected %s: %s", name, type(error).__name__, error, exc_info=log.isEnabledFor(logging.DEBUG)
            )

    return run


def _scheduler() -> BackgroundScheduler:
    from apscheduler.schedulers.background import BackgroundScheduler

    # A run that finds its predecessor still busy is not worth a word: the next second looks again.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    return BackgroundScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )


def _signals() -> list[signal.Signals]:
    names = ("SIGTERM", "SIGINT", "SIGHUP")  # Windows has no SIGHUP
    return [signal.Signals[name] for name in names if hasattr(signal, name)]
