"""A process that counts in a store beside others, each time reading and then writing: `counting.py URL TIMES`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from tracker.db import Store, meta


def count(url: str, times: int) -> None:
    """Add one to the counter, many times."""
    store = Store.open(url)
    for _ in range(times):
        with store.write(datetime.now(UTC)) as tx:
            meta.put(tx, "counter", str(int(meta.get(tx.connection, "counter") or 0) + 1))
            tx.seq()
    store.close()


if __name__ == "__main__":
    count(sys.argv[1], int(sys.argv[2]))
