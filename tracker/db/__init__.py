"""What is remembered: tables, store and views on SQLite or PostgreSQL, one code path. No other room opens the database.

Rows are values of `tracker.model`; every function takes a connection (to read) or a `Writing` (to write).
"""

from __future__ import annotations

from sqlalchemy import Connection

from tracker.db import (
    alerts,
    batches,
    digests,
    history,
    meta,
    news,
    observations,
    outbox,
    review,
    schedule,
    sources,
)
from tracker.db.drawing import picture
from tracker.db.store import Store, Writing

__all__ = [
    "Connection",
    "Store",
    "Writing",
    "alerts",
    "batches",
    "digests",
    "history",
    "meta",
    "news",
    "observations",
    "outbox",
    "picture",
    "review",
    "schedule",
    "sources",
]
