"""What came in between two instants: told by when it was learned, and by what the end of the span knew."""

from __future__ import annotations

from datetime import timedelta

from tests.db.making import DAY, HOUR, NOON, RENDERED, day, entry, event, mention, message, value
from tracker import db
from tracker.db import Store, between
from tracker.model.told import Transition

JUST_BEFORE = timedelta.resolution


def test_transitions_count_by_when_they_were_written(store: Store) -> None:
    """One that became true on Monday and was written on Tuesday is Tuesday's."""
    late = Transition(
        indicator="stars", rule="low", subject="stepfun", at=NOON, what="firing", severity="warning", ordinal=1
    )
    with store.write(NOON + DAY) as tx:
        db.alerts.add_transitions(tx, [late])
    with store.read() as connection:
        assert db.alerts.written(connection, NOON + DAY) == [(NOON + DAY, late)]
        assert db.alerts.written(connection, NOON + DAY - JUST_BEFORE) == []


def test_values_with_all_that_was_said_of_their_date(store: Store) -> None:
    """A revision comes with what it revises, however old; other dates stay away."""
    with store.write(NOON) as tx:
        db.observations.add(tx, [value(10), value(5, occurred=day(2))])
    with store.write(NOON + DAY) as tx:
        db.observations.add(tx, [value(11, published_at=NOON + DAY)])
    with store.read() as connection:
        assert [one.lo for one in between.revised(connection, NOON + HOUR, NOON + DAY)] == [10, 11]
        assert between.revised(connection, NOON + HOUR, NOON + DAY - JUST_BEFORE) == []
        assert between.revised(connection, NOON, NOON + DAY) == []  # nothing was known before


def test_the_rows_of_a_batch(store: Store) -> None:
    """Values and mentions of it, in its own time only."""
    with store.write(NOON) as tx:
        db.observations.add(tx, [value(10, batch="b"), value(5, occurred=day(2))])
        db.news.add_event(tx, event())
        db.news.add_mention(tx, mention(batch="b"))
    with store.read() as connection:
        assert between.rows_of(connection, "b", NOON, NOON) == 2
        assert between.rows_of(connection, "b", NOON + HOUR, NOON + DAY) == 0
        assert between.rows_of(connection, "", NOON, NOON) == 0


def test_disputed_is_what_two_voices_speak_of(store: Store) -> None:
    """Two numbers of one source are a revision; what was withdrawn disputes nothing, before that it did."""
    with store.write(NOON) as tx:
        db.observations.add(tx, [value(10, source="a"), value(12, source="a"), value(5, occurred=day(2), source="a")])
        (other,) = db.observations.add(tx, [value(100, source="b")])
    with store.read() as connection:
        assert [one.lo for one in between.disputed(connection, NOON)] == [10, 12, 100]
        assert between.disputed(connection, NOON - JUST_BEFORE) == []
    with store.write(NOON + DAY) as tx:
        db.observations.withdraw(tx, [other], reason="a slip", ours=False)
    with store.read() as connection:
        assert 100 not in [one.lo for one in between.disputed(connection, NOON + DAY)]
        assert 100 in [one.lo for one in between.disputed(connection, NOON)]
        assert [(one.lo, why) for one, why in between.withdrawn(connection, NOON + DAY, NOON + DAY)] == [
            (100, "a slip")
        ]
        assert between.withdrawn(connection, NOON, NOON + HOUR) == []


def test_texts_that_gave_no_reading(store: Store) -> None:
    """Counted per subject that they name; one that reports an event is none of them, an edit counts once."""
    with store.write(NOON) as tx:
        read, _, _ = db.news.add_entries(tx, [entry("1"), entry("2"), entry("3", subjects=("zhipu", "stepfun"))])
        db.news.add_event(tx, event())
        db.news.add_mention(tx, mention(entry=read.id))
    with store.write(NOON + HOUR) as tx:
        db.news.add_entries(tx, [entry("2", "Another title")])
    with store.read() as connection:
        assert between.unread(connection, NOON, NOON + HOUR) == {"stepfun": 2, "zhipu": 1}
        assert between.unread(connection, NOON + HOUR, NOON + HOUR) == {"stepfun": 1}


def test_a_drawn_digest_survives_the_outbox(store: Store) -> None:
    """Its three forms and its front matter come back as they were put in."""
    drawn = message(
        "d1", kind="digest", items=(), period="2026-W34", markdown="# 周", text="周", html="<p>", front=(("to", "x"),)
    )
    with store.write(NOON) as tx:
        db.outbox.enqueue(tx, drawn, RENDERED, [])
    with store.read() as connection:
        assert db.outbox.deliveries(connection)[0].message == drawn
