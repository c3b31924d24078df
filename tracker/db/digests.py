"""Which periods have had their digest: each once, also across a crash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from tracker.db.states import digest_run
from tracker.db.store import Writing


def claim(tx: Writing, period: str) -> bool:
    """Whether the digest of this period is still to be made; from now on it is not."""
    if tx.connection.scalar(select(digest_run.c.period).where(digest_run.c.period == period)):
        return False
    tx.connection.execute(insert(digest_run).values(period=period, at=tx.at))
    return True


def runs(connection: Connection) -> list[tuple[str, datetime]]:
    """Each period with the time of its digest, oldest first."""
    rows = connection.execute(select(digest_run.c.period, digest_run.c.at).order_by(digest_run.c.period))
    return [(period, at) for period, at in rows]
