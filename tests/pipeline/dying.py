"""A process that dies before each statement of one pass in turn, and one that goes on after it: `dying.py FOLDER PASS`.

PASS is evaluate or deliver. Each line that is printed is JSON: what a home holds after the death at one place and the pass
that followed; the last one is of the home in which nobody died (`died` is false).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tracker import alerts, db, indicators, pipeline
from tracker.db import Store, maintenance
from tracker.model.declared import Declaration
from tracker.model.told import Message, Rendered
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import ManualClock

BORN = datetime(2026, 8, 15, 4, tzinfo=UTC)
NEWS = datetime(2026, 8, 16, 4, tzinfo=UTC)
PASS = datetime(2026, 8, 17, 4, tzinfo=UTC)
WATCH = """\
watch: desk
receivers:
  folder: {kind: markdown}
  recorder: {kind: email, to: [desk@example.org], from: tracker@example.org}
subjects: {starbridge: {name: Starbridge}}
indicators:
  growth:
    name: Growth
    unit: x
    rules:
      low: {kind: threshold, levels: {warning: "< 10", critical: "< 5"}}
  price: {name: Price, unit: USD, rules: {high: {kind: threshold, fire: "> 100"}}}
  stars: {name: Stars, unit: stars, rules: {few: {kind: threshold, fire: "< 100"}}}
  news: {name: News, event: departure, rules: {told: {kind: event}}}
  revenue:
    name: Revenue
    unit: USD
    targets: [{value: 10bn, by: 2026-08-16}]
    rules:
      promised: {kind: due, before: 3d}
  risk:
    name: Risk
    unit: x
    rules:
      both: {kind: composite, when: growth.low and stars.few}
"""


def _desk(root: Path, at: datetime, last: int = 0) -> Desk:
    """A process that begins, and dies before the statement with this number."""
    home = Home(root, {})
    store = Store.open(home.database)
    # What is written outlives a process that dies, and no machine loses its power here.
    store.engine.dispose()
    event.listen(store.engine, "connect", lambda dbapi, _record: dbapi.execute("PRAGMA synchronous=OFF"))
    if last:
        _die_before(store, last)
    return Desk(home=home, declaration=_declaration(), store=store, clock=ManualClock(at))


@cache
def _declaration() -> Declaration:
    return indicators.load(WATCH, file="indicators.yaml", kinds=pipeline.kinds())


def _send(root: Path) -> Callable[[str, Message, Rendered, datetime], None]:
    """The folder is the real one; what the recorder accepted is on the disk before it says so."""
    home = Home(root, {})

    def send(receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        if receiver == "folder":
            context = alerts.Context(home=home, secret=home.secret, hostname="here", now=now)
            alerts.KINDS["markdown"].send(alerts.KINDS["markdown"].Params(), message, rendered, context)
            return
        with (root / "accepted").open("a", encoding="utf-8") as file:
            file.write(f"{message.id} {rendered.subject}\n")

    return send


def _born(root: Path) -> None:
    """A home with two alerts that were said, and a day later six things that nobody has decided on yet."""
    root.mkdir()
    desk = _desk(root, BORN)
    pipeline.record_value(desk, "stars", "500")
    pipeline.evaluate(desk)
    desk.clock = ManualClock(BORN + timedelta(hours=1))
    for indicator, value in (("growth", "8"), ("price", "120")):
        pipeline.record_value(desk, indicator, value, of="2026-08-14")
    pipeline.evaluate(desk)
    pipeline.deliver(desk, send=_send(root))
    desk.clock = ManualClock(NEWS)
    for indicator, value in (("growth", "4"), ("price", "50"), ("stars", "40")):
        pipeline.record_value(desk, indicator, value, of="2026-08-15")
    pipeline.record_event(desk, "news", "Chief scientist leaves", of="2026-08-16")
    desk.close()


def _walk(root: Path, what: str) -> None:
    """Die before the first statement, the second, … until the pass comes to its end."""
    verbs = ("evaluate", "deliver")
    before, after = verbs[: verbs.index(what)], verbs[verbs.index(what) :]
    _born(root / "home")
    for verb in before:
        _alone(lambda verb=verb: _do(root / "home", PASS, (verb,)))
    number = 0
    died = True
    while died:
        number += 1
        home = root / f"{what}-{number}"
        shutil.copytree(root / "home", home)
        died = _alone(lambda home=home, number=number: _do(home, PASS, (what,), number)) != 0
        # A message that somebody was sending when he died is sent again when his lease has run out.
        _alone(lambda home=home: _do(home, PASS + timedelta(minutes=10), (*after, "deliver")))
        print(json.dumps({"number": number, "died": died, **_holds(home)}), flush=True)
        shutil.rmtree(home)


def _alone(work: Callable[[], None]) -> int:
    """In a process of its own; how it ended."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL), status
    return status


def _do(root: Path, at: datetime, verbs: Sequence[str], last: int = 0) -> None:
    desk = _desk(root, at, last)
    for verb in verbs:
        if verb == "evaluate":
            pipeline.evaluate(desk)
        else:
            pipeline.deliver(desk, send=_send(root))
    desk.close()


def _die_before(store: Store, last: int) -> None:
    """kill -9 in the place of the statement or commit with this number.

    Two places between which only was read are one: a SELECT after a SELECT does not count.
    """
    left, reading = [last], [False]

    def count(*said: Any) -> None:
        reads = len(said) > 2 and said[2].startswith("SELECT")
        again, reading[0] = reads and reading[0], reads
        left[0] -= not again
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store.engine, "before_cursor_execute", count)
    event.listen(store.engine, "commit", count)


def _holds(root: Path) -> dict[str, Any]:
    store = Store.open(Home(root, {}).database, read_only=True)
    with store.read() as connection:
        changes = db.alerts.transitions(connection)
        said = db.outbox.said(connection)
        states = [(one.indicator, one.rule, one.state, one.word, one.episode) for one in db.alerts.alerts(connection)]
        deliveries = db.outbox.deliveries(connection)
    store.close()
    marks = [
        line
        for path in sorted((root / "alerts").rglob("*.md"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("<!-- message")
    ]
    return {
        "transitions": [
            f"{one.at:%dT%H} {one.what} {one.indicator}.{one.rule} {one.severity} {one.episode} {one.ordinal}" for one in changes
        ],
        "alerts": states,
        "said": sorted(f"{one.receiver} {one.word} {one.alert} {one.episode} {one.ordinal} {one.state}" for one in said),
        "sent": sorted(one.id for one in deliveries if one.receiver == "recorder" and one.state == "sent"),
        "accepted": (root / "accepted").read_text(encoding="utf-8").splitlines(),
        "sections": marks,
        "broken": maintenance.check(Home(root, {}).database),
    }  # fmt: skip


if __name__ == "__main__":
    _walk(Path(sys.argv[1]), sys.argv[2])
