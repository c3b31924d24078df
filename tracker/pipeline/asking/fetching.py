"""One fetch in a thread of its own: what a source brings, or in one sentence why not; nothing else gets out."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from tracker import collectors, db, timing
from tracker.collectors import Harvest
from tracker.errors import SourceError, TrackerError
from tracker.pipeline.asking.jobs import Job
from tracker.pipeline.opening import Desk

if TYPE_CHECKING:
    from tracker.network import Door

log = logging.getLogger(__name__)


def begun(desk: Desk, door: Door, job: Job) -> Future[Harvest | SourceError]:
    """A fetch in a thread that nobody has to wait for: neither the end of the pass nor that of the process."""
    future: Future[Harvest | SourceError] = Future()
    fetch = threading.Thread(target=lambda: future.set_result(_fetch(desk, door, job)), name="fetch", daemon=True)
    fetch.start()
    return future


def _fetch(desk: Desk, door: Door, job: Job) -> Harvest | SourceError:
    """In a thread of its own: nothing that a source does gets further than this."""
    source = job.source
    try:
        with desk.store.read() as connection:  # here, not in the claim: pages are large
            pages = {} if job.anew else db.sources.pages(connection, source.key)
        context = collectors.Context(
            door=door, now=job.at, zone=timing.zone(source.timezone or desk.declaration.timezone), pages=pages,
            first=job.first, last_ok=job.last_ok, memory=job.state.memory, home=desk.home.root, secret=desk.home.secret,
        )  # fmt: skip
        found: object = collectors.KINDS[source.kind].collect(source, source.params, context)
        if not isinstance(found, Harvest):
            raise SourceError(f"its kind {source.kind!r} gave back {type(found).__name__}, which is no Harvest")
        return found
    except SourceError as error:
        return error
    except TrackerError as error:
        return SourceError(str(error))
    except BaseException as error:  # a plugin that leaves the program leaves this thread, and nobody must wait for it
        log.warning("%s: %s", source.key, error, exc_info=log.isEnabledFor(logging.DEBUG))
        return SourceError(f"it could not be read: {sentence(error)}")


def sentence(error: BaseException) -> str:
    """What to say of an error in one line."""
    if isinstance(error, TrackerError):
        return str(error)
    return f"unexpected {type(error).__name__}: {str(error)[:200]}"
