"""Sources that the digest must speak of, as of an instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker.db import Connection
from tracker.digest import Trouble
from tracker.pipeline.known.ailing import ailing
from tracker.pipeline.opening import Desk


def troubles(desk: Desk, connection: Connection, at: datetime) -> Iterable[Trouble]:
    """Every declared source that is silent for longer than its time and its grace, or whose answer is not whole."""
    for source, one in ailing(desk.declaration, connection, at).items():
        yield Trouble(source=source, since=one.since, why=one.why, state=one.state)
