"""Two processes under two declarations of one home: the one that was read last is in force, and nobody fights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.web import Site
from tracker import db, pipeline
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import ManualClock

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
OLD = """\
watch: desk
receivers: {folder: {kind: markdown}}
defaults: {every: 1h}
subjects: {starbridge: {name: Starbridge}}
sources:
  wire: {kind: feed, url: "URL/feed.xml", allow_private: true}
indicators:
  growth:
    name: Growth
    unit: x
    rules:
      low: {kind: threshold, fire: "< 10"}
      lowest: {kind: threshold, fire: "< 10"}
"""
NEW = OLD.replace('low: {kind: threshold, fire: "< 10"}', 'low: {kind: threshold, fire: "< 3"}', 1).replace(
    "      lowest:", "      deep:"
)


@pytest.fixture(name="clock")
def _clock() -> ManualClock:
    """One clock for both."""
    return ManualClock(NOON)


@pytest.fixture(name="both")
def _both(home: Callable[..., Home], clock: ManualClock) -> Iterator[tuple[Desk, Desk]]:
    """A desk from before an edit that has decided already, and one from after it that has not."""
    with Site() as site:
        made = home(OLD.replace("URL", site.url))
        with pipeline.open_desk(made, clock) as old:
            pipeline.record_value(old, "growth", "5")
            pipeline.evaluate(old)
            pipeline.collect(old)
            made.declaration.write_text(NEW.replace("URL", f"{site.url}/new"), encoding="utf-8")
            with pipeline.open_desk(made, clock) as new:
                yield old, new


def _words(desk: Desk) -> list[tuple[str, str]]:
    with desk.store.read() as connection:
        return [(one.rule, one.what) for one in db.alerts.transitions(connection)]


def test_who_is_superseded_closes_and_reopens_nothing(both: tuple[Desk, Desk], clock: ManualClock) -> None:
    """In any rhythm of the two."""
    old, new = both
    pipeline.evaluate(new)
    before = _words(old)
    assert sorted(before) == [
        ("deep", "firing"), ("low", "firing"), ("low", "resolved"), ("lowest", "closed"), ("lowest", "firing")
    ]  # fmt: skip
    for desk in (old, new, old, old, new):
        clock.advance(timedelta(minutes=1))
        pipeline.evaluate(desk)
    assert _words(old) == before


def test_what_it_learns_is_decided_by_who_is_in_force(both: tuple[Desk, Desk], clock: ManualClock) -> None:
    """The old process stores a value and looks at it; the rules that it does not know have still to see it."""
    old, new = both
    pipeline.evaluate(new)
    clock.advance(timedelta(days=1))
    pipeline.record_value(old, "growth", "2")
    pipeline.evaluate(old)
    pipeline.evaluate(new)

    assert _words(new)[-1] == ("low", "firing")


def test_who_is_superseded_leaves_the_schedule_alone(both: tuple[Desk, Desk]) -> None:
    """Else each would make the source due anew for the other."""
    old, new = both
    pipeline.collect(new)
    with new.store.read() as connection:
        before = db.schedule.rows(connection)
    for _ in range(2):
        pipeline.collect(old)
        pipeline.collect(old, spread=True)
        pipeline.collect(new)
    with new.store.read() as connection:
        assert db.schedule.rows(connection) == before


def test_a_declaration_that_comes_back_is_in_force_again(both: tuple[Desk, Desk], clock: ManualClock) -> None:
    """An edit that is taken back is an edit: what counts is when it was read."""
    old, new = both
    pipeline.evaluate(new)
    old.home.declaration.write_text(OLD.replace("URL", "http://127.0.0.1:9"), encoding="utf-8")
    with pipeline.open_desk(old.home, clock) as again:
        pipeline.evaluate(again)
        assert pipeline.newer_declaration(new) == again.declaration.hash
        assert not pipeline.newer_declaration(again)
