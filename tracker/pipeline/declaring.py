"""Which declaration is in force: the one that was read last. A process that read its own before another was used only goes on.

`meta` keeps its hash and a number that grows with each change; no clock has a part in it. A desk knows the number that
stood there when its declaration was read: when the number has grown since and the hash is another, it is superseded.
"""

from __future__ import annotations

import json

from tracker import db
from tracker.db import Writing
from tracker.pipeline.opening import DECLARED, Desk, declared_in
from tracker.pipeline.remembered import remember


def register(desk: Desk, tx: Writing) -> None:
    """Note that this desk's declaration is the one in force, unless it is superseded."""
    kept, number = declared_in(tx.connection)
    if kept == desk.declaration.hash:
        desk.read_after = number
    elif superseded(desk, tx.connection):
        return
    else:
        db.meta.put(tx, DECLARED, json.dumps({"hash": desk.declaration.hash, "number": number + 1}))
    remember(tx, desk.declaration)


def superseded(desk: Desk, connection: db.Connection) -> str:
    """The hash of a declaration that came into force after this desk's was read, "" when there is none."""
    kept, number = declared_in(connection)
    newer = desk.read_after is not None and number > desk.read_after
    return kept if newer and kept != desk.declaration.hash else ""


def newer_declaration(desk: Desk) -> str:
    """The same, for who has no transaction open."""
    with desk.store.read() as connection:
        return superseded(desk, connection)
