"""How sources stand, who was watching, what is due, and the small facts of a home."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.db.making import DAY, HOUR, NOON
from tracker import db
from tracker.db import Store, schedule, sources
from tracker.model.observed import Coverage, Page, SourceState


def test_the_state_of_a_source(store: Store) -> None:
    failed = SourceState(source="wire", state="failed", last_try=NOON, last_error="not a feed", failures=2, note="n")
    with store.write(NOON) as tx:
        assert sources.state(tx.connection, "wire") == SourceState(source="wire")
        sources.save_state(tx, SourceState(source="wire", state="ok", last_ok=NOON, reached_back=NOON - DAY))
        sources.save_state(tx, failed)
        sources.save_state(tx, SourceState(source="api"))
        assert sources.state(tx.connection, "wire") == failed
        assert [one.source for one in sources.states(tx.connection)] == ["api", "wire"]


def test_the_pages_of_a_source(store: Store) -> None:
    page = Page(url="https://example.org/feed", etag='W/"aé"', last_modified="Mon", rows='[{"a":1}]', body_hash="h")
    other = Page(url="https://example.org/feed?page=2")
    with store.write(NOON) as tx:
        sources.save_pages(tx, "wire", [page, other])
        sources.save_pages(tx, "api", [page])
        sources.save_pages(tx, "wire", [Page(url=page.url, etag="new")])
        assert sources.pages(tx.connection, "wire") == {page.url: Page(url=page.url, etag="new"), other.url: other}
        assert sources.pages(tx.connection, "api") == {page.url: page}


def test_a_page_that_is_as_it_was_is_not_written_again(store: Store) -> None:
    """A source of many pages mostly says 304 to all of them; what it no longer asks goes."""
    first, second = Page(url="https://example.org/1", rows="[1]"), Page(url="https://example.org/2", rows="[2]")
    edited = Page(url=second.url, rows="[3]")
    with store.write(NOON) as tx:
        written = [sources.save_pages(tx, "api", each) for each in ([first, second], [first, second], [first, edited])]
        assert (written, sources.pages(tx.connection, "api")) == ([2, 0, 1], {first.url: first, edited.url: edited})
        assert sources.save_pages(tx, "api", [first], only=True) == 0
        assert sources.pages(tx.connection, "api") == {first.url: first}


def span(first: float, last: float, watcher: str = "hand") -> Coverage:
    return Coverage(watcher=watcher, start=NOON + first * DAY, end=NOON + last * DAY)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([span(0, 1), span(1, 2)], [span(0, 2)]),
        ([span(0, 1), span(2, 3)], [span(0, 1), span(2, 3)]),
        ([span(0, 1), span(2, 3), span(0.5, 2.5)], [span(0, 3)]),
        ([span(0, 5), span(1, 2)], [span(0, 5)]),
        ([span(1, 2), span(0, 5)], [span(0, 5)]),
        ([span(0, 1), span(0, 1)], [span(0, 1)]),
        ([span(0, 1), span(1, 2, "wire")], [span(0, 1), span(1, 2, "wire")]),
    ],
)
def test_spans_that_touch_become_one(store: Store, given: list[Coverage], kept: list[Coverage]) -> None:
    with store.write(NOON) as tx:
        for one in given:
            sources.cover(tx, one)
        assert sources.coverage(tx.connection) == kept
        assert sources.coverage(tx.connection, "hand") == [one for one in kept if one.watcher == "hand"]


def synced(store: Store, **first: datetime) -> None:
    with store.write(NOON) as tx:
        schedule.sync(tx, {key: ("v1", due) for key, due in first.items()})


def keys(store: Store, now: datetime, limit: int | None = None) -> list[str]:
    with store.read() as connection:
        return [one.key for one in schedule.due(connection, now, limit)]


def test_what_is_due(store: Store) -> None:
    synced(store, b=NOON, a=NOON, c=NOON - HOUR, later=NOON + HOUR)
    assert keys(store, NOON) == ["c", "a", "b"]
    assert keys(store, NOON, limit=1) == ["c"]
    with store.read() as connection:
        assert schedule.next(connection) == NOON - HOUR


def test_a_moment_in_the_future_silences_nothing(store: Store) -> None:
    """What a wrong clock wrote is due as soon as the clock is right: a slot beyond the rhythm, a lease beyond all leases."""
    synced(store, slot=NOON + 300 * DAY, near=NOON + HOUR, leased=NOON)
    every = {"slot": HOUR, "near": HOUR, "leased": HOUR}
    with store.write(NOON) as tx:
        assert schedule.claim(tx, "leased", NOON, "me", NOON + 300 * DAY)
        assert [one.key for one in schedule.due(tx.connection, NOON, every=every)] == ["leased", "slot"]
        assert [one.key for one in schedule.due(tx.connection, NOON - timedelta(seconds=5), every=every)] == ["slot"]
        assert schedule.claim(tx, "leased", NOON, "you", NOON + HOUR)
        assert [one.key for one in schedule.due(tx.connection, NOON, 1, every=every)] == ["slot"]


def test_an_edited_key_is_due_anew_an_unchanged_one_stays_a_removed_one_rests(store: Store) -> None:
    synced(store, same=NOON, edited=NOON, removed=NOON)
    with store.write(NOON) as tx:
        schedule.sync(tx, {"same": ("v1", NOON + DAY), "edited": ("v2", NOON + DAY)})
    assert keys(store, NOON) == ["same"]
    with store.write(NOON) as tx:
        schedule.sync(tx, {"same": ("v1", NOON), "edited": ("v2", NOON), "removed": ("v1", NOON + DAY)})
        assert {row.key: row.enabled for row in schedule.rows(tx.connection)}["removed"]
    assert keys(store, NOON) == ["removed", "same"]


def test_one_claim_one_result(store: Store) -> None:
    synced(store, a=NOON)
    with store.write(NOON) as tx:
        assert schedule.claim(tx, "a", NOON, "me", NOON + HOUR)
        assert not schedule.claim(tx, "a", NOON, "you", NOON + HOUR)
    assert keys(store, NOON) == []
    with store.read() as connection:
        assert schedule.next(connection) == NOON + HOUR
    with store.write(NOON) as tx:
        assert not schedule.finish(tx, "a", NOON, NOON + DAY, "you")
        assert schedule.finish(tx, "a", NOON, NOON + DAY, "me")
        assert not schedule.finish(tx, "a", NOON, NOON + DAY, "me")
        (row,) = schedule.rows(tx.connection)
    assert (row.next_due, row.owner, row.attempts, row.last_ok) == (NOON + DAY, None, 0, NOON)


def test_a_frozen_run_stores_nothing(store: Store) -> None:
    """Its lease ended, somebody else did the work; when it wakes up, the fence is shut."""
    synced(store, a=NOON)
    with store.write(NOON) as tx:
        schedule.claim(tx, "a", NOON, "frozen", NOON + HOUR)
    with store.write(NOON + HOUR) as tx:
        assert [one.attempts for one in schedule.due(tx.connection, NOON + HOUR, 9)] == [1]
        assert schedule.claim(tx, "a", NOON, "awake", NOON + 2 * HOUR)
        assert not schedule.finish(tx, "a", NOON, NOON + DAY, "frozen")
        assert not schedule.fail(tx, "a", NOON, NOON + DAY, "too slow", "frozen")
        assert not schedule.fail(tx, "a", NOON, NOON + DAY, "its host rests", None)
        assert schedule.finish(tx, "a", NOON, NOON + DAY, "awake")
        assert not schedule.finish(tx, "a", NOON, NOON + DAY, "frozen")


def test_a_failure_rests_and_keeps_its_slot(store: Store) -> None:
    synced(store, a=NOON)
    with store.write(NOON) as tx:
        schedule.claim(tx, "a", NOON, "me", NOON + HOUR)
        assert schedule.fail(tx, "a", NOON, NOON + 3 * HOUR, "not a feed", "me")
        assert schedule.fail(tx, "a", NOON, NOON + 3 * HOUR, "not a feed", None)
        assert schedule.take_over(tx, lambda owner: True) == 0
    assert keys(store, NOON + 2 * HOUR) == []
    assert keys(store, NOON + 3 * HOUR) == ["a"]
    with store.read() as connection:
        (row,) = schedule.rows(connection)
        assert (row.next_due, row.last_error, row.attempts) == (NOON, "not a feed", 1)


def test_leases_of_the_gone_are_taken_over(store: Store) -> None:
    synced(store, a=NOON, b=NOON)
    with store.write(NOON) as tx:
        schedule.claim(tx, "a", NOON, "gone", NOON + DAY)
        schedule.claim(tx, "b", NOON, "alive", NOON + DAY)
        assert schedule.take_over(tx, lambda owner: owner == "gone") == 1
    assert keys(store, NOON) == ["a"]


def test_small_facts_and_digests(store: Store) -> None:
    with store.write(NOON) as tx:
        db.meta.put(tx, "born", "yes")
        db.meta.put(tx, "born", "no")
        assert db.meta.get(tx.connection, "born") == "no"
        assert db.meta.get(tx.connection, "nothing") is None
        assert db.digests.claim(tx, "2026-W33")
        assert not db.digests.claim(tx, "2026-W33")
        assert db.digests.runs(tx.connection) == [("2026-W33", NOON)]


def test_times_have_microseconds(store: Store) -> None:
    at = NOON + timedelta(microseconds=1)
    with store.write(at) as tx:
        db.digests.claim(tx, "2026-W33")
    assert store.newest() == at
