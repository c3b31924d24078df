"""How many questions the database is asked: as many for fifty indicators as for five."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from tracker import pipeline
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import ManualClock

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
HEAD = """\
watch: desk
receivers: {folder: {kind: markdown}}
subjects: {starbridge: {name: Starbridge, aliases: [星桥智能]}}
indicators:
"""
EACH = """\
  worth_{n}:
    name: Worth {n}
    unit: USD
    check: {{by_hand: monthly}}
    targets: [{{value: ">=2bn", by: 2026-12-31}}, {{value: 1bn, by: 2026-06-30}}]
    rules:
      low: {{kind: threshold, fire: "< 1bn"}}
      deadline: {{kind: due, before: [90d]}}
  rounds_{n}:
    name: Rounds {n}
    event: funding
    check: {{by_hand: weekly}}
    rules: {{none: {{kind: velocity, window: 90d, fire: "< 1"}}}}
  named_{n}: {{name: Named {n}, mentions: true}}
"""

READINGS: dict[str, Callable[[Desk], object]] = {
    "list": pipeline.board,
    "list as of": lambda desk: pipeline.board(desk, as_of=NOON, clock="published"),
    "status": pipeline.status,
    "digest": lambda desk: pipeline.digest(desk, "2026-W34"),
}


@contextmanager
def asked(desk: Desk) -> Iterator[list[str]]:
    """Every statement that goes to the database."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(desk.store.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(desk.store.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("reading", READINGS)
def test_the_number_of_questions_does_not_grow(home: Callable[..., Home], reading: str) -> None:
    """Targets, entries by hand, values and texts are each asked for at once."""
    counts = []
    for number in (2, 20):
        text = HEAD + "".join(EACH.format(n=n) for n in range(number))
        with pipeline.open_desk(home(text, name=f"home{number}"), ManualClock(NOON)) as desk:
            for n in range(number):
                pipeline.record_value(desk, f"worth_{n}", "500M")
            pipeline.evaluate(desk)
            with asked(desk) as said:
                READINGS[reading](desk)
            counts.append(len(said))

    assert counts[0] == counts[1]
