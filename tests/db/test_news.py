"""Texts and their versions, events and their keys, mentions and what takes them back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.db.making import DAY, HOUR, NOON, day, entry, event, mention
from tracker import db
from tracker.db import Store, hiding, news
from tracker.db.tables import event as happened
from tracker.errors import DataRejected, StoreError
from tracker.model.observed import Amount
from tracker.timing import Period


def test_a_text_is_new_edited_or_unchanged(store: Store) -> None:
    with store.write(NOON) as tx:
        first = news.add_entries(tx, [entry("1", "阶跃星辰"), entry("2")])
    assert [(one.version, one.seq, one.recorded_at) for one in first] == [(1, 1, NOON), (1, 2, NOON)]
    with store.write(NOON + HOUR) as tx:
        edited = news.add_entries(tx, [entry("1", "阶跃星辰!", published_at=NOON + HOUR), entry("2"), entry("3")])
    assert [(one.key, one.version, one.seq) for one in edited] == [("1", 2, 3), ("3", 1, 4)]
    assert edited[0].published_at == NOON
    with store.read() as connection:
        assert [one.key for one in news.entries(connection)] == ["2", "1", "3"]
        assert news.entries(connection, ids=[edited[0].id]) == [edited[0]]
        assert [one.title for one in news.entries(connection, as_of=NOON)] == ["阶跃星辰", "A title"]
        assert db.sources.counts(connection) == {"wire": 3}


def test_an_edit_was_public_when_it_was_seen(store: Store) -> None:
    """Nor what was read in it; the first version was public when it says so."""
    with store.write(NOON) as tx:
        news.add_entries(tx, [entry("1", "first", published_at=NOON - DAY)])
        news.add_event(tx, event())
    with store.write(NOON + DAY) as tx:
        (edited,) = news.add_entries(tx, [entry("1", "edited")])
        news.add_mention(tx, mention(entry=edited.id, published_at=edited.published_at))

    for at, titles, told in (
        (NOON - 2 * DAY, [], 0),
        (NOON - DAY, ["first"], 0),
        (NOON + DAY - HOUR, ["first"], 0),
        (NOON + DAY, ["edited"], 1),
    ):
        with store.read() as connection:
            assert [one.title for one in news.entries(connection, as_of=at, clock="published")] == titles
            assert len(news.events(connection, as_of=at, clock="published")) == told


def test_two_texts_under_one_key_do_not_edit_each_other(store: Store) -> None:
    for hour in range(3):
        with store.write(NOON + hour * HOUR) as tx:
            stored = news.add_entries(tx, [entry("1", "one"), entry("1", "another")])
        assert len(stored) == (1 if hour == 0 else 0)


def test_one_key_in_two_sources_is_two_texts(store: Store) -> None:
    with store.write(NOON) as tx:
        news.add_entries(tx, [entry("1"), entry("1", source="other")])
        assert [one.source for one in news.entries(tx.connection)] == ["wire", "other"]
        assert [one.source for one in news.entries(tx.connection, source="other")] == ["other"]


def test_half_a_character_is_no_traceback(store: Store) -> None:
    with pytest.raises(StoreError, match="half a character"), store.write(NOON) as tx:
        news.add_entries(tx, [entry("1", "\ud83d")])


def test_who_is_named(store: Store) -> None:
    with store.write(NOON) as tx:
        news.add_entries(tx, [entry("1", subjects=("stepfun", "moonshot")), entry("2", subjects=())])
    with store.write(NOON + HOUR) as tx:
        after = tx.last_seq
        news.add_entries(tx, [entry("1", "edited", subjects=("moonshot",))])
        assert news.touched_names(tx.connection, after) == {"stepfun", "moonshot"}
        assert news.touched_names(tx.connection, tx.last_seq) == set()
    with store.read() as connection:
        assert [one.subjects for one in news.naming(connection, "moonshot")] == [("moonshot",)]
        assert news.naming(connection, "stepfun") == []
        assert [one.subjects for one in news.naming(connection, "stepfun", as_of=NOON)] == [("stepfun", "moonshot")]


def test_an_event_comes_back(store: Store) -> None:
    made = event(
        amount=Amount(lo=Decimal("5000000000"), hi=None, op="ge", unit="CNY"), labels=(("round", "B+"),),
        people=("印奇", "Yin Qi"), products=("Step-3",), role="CEO", counterparty=("bank",), kind="estimate",
    )  # fmt: skip
    with store.write(NOON) as tx:
        assert news.add_event(tx, made)
        assert news.event(tx.connection, "funding:b") == replace(made, seq=1, recorded_at=NOON)
        assert news.event(tx.connection, "nothing") is None


def test_a_key_is_minted_once(store: Store) -> None:
    with store.write(NOON) as tx:
        assert news.add_event(tx, event())
        assert not news.add_event(tx, event(title="Told otherwise"))
        with pytest.raises(DataRejected, match="funding:b stands for a funding of stepfun already"):
            news.add_event(tx, event(subject="moonshot"))


def test_an_event_cannot_have_happened_after_it_was_published(store: Store) -> None:
    year = Period(NOON - DAY, NOON + DAY, "2026")
    with store.write(NOON) as tx:
        news.add_event(tx, event("a", occurred=year))
        news.add_event(tx, event("b", occurred=year), published_at=NOON - HOUR)
        news.add_event(tx, event("c", occurred=year, kind="target"))
        ends = [news.event(tx.connection, key) for key in "abc"]
    assert [one.occurred.end for one in ends if one] == [NOON, NOON - HOUR, NOON + DAY]


def test_events_with_their_mentions(store: Store) -> None:
    with store.write(NOON) as tx:
        news.add_event(tx, event())
        news.add_event(tx, event("ipo:x", type="ipo", occurred=day(1)))
        first = news.add_mention(tx, mention(status="rumoured", published_at=NOON - DAY, batch="b", quote="据悉"))
        news.add_mention(tx, mention("ipo:x"))
    with store.write(NOON + HOUR) as tx:
        second = news.add_mention(tx, mention(role="confirms", status="confirmed", published_at=NOON - HOUR))
    with store.read() as connection:
        (known, _) = news.events(connection)
        assert [one.seq for one in known.mentions] == [first, second]
        assert (known.status(NOON), known.status(NOON + HOUR)) == ("rumoured", "confirmed")
        assert [one.event.key for one in news.events(connection, types=["ipo"])] == ["ipo:x"]
        assert news.events(connection, subject="moonshot") == []
        (then, _) = news.events(connection, as_of=NOON)
        assert [one.seq for one in then.mentions] == [first]
        (public,) = news.events(connection, as_of=NOON - 2 * HOUR, clock="published")
        assert [one.seq for one in public.mentions] == [first]


def test_a_mention_that_was_taken_back_is_marked(store: Store) -> None:
    with store.write(NOON) as tx:
        news.add_event(tx, event())
        seq = news.add_mention(tx, mention(status="denied"))
    with store.write(NOON + HOUR) as tx:
        after = tx.last_seq
        assert news.withdraw_mentions(tx, [seq], "misread") == 1
        assert news.touched_events(tx.connection, after) == {("stepfun", "funding")}
    with store.read() as connection:
        (known,) = news.events(connection)
        (report,) = known.mentions
        assert (report.hidden_recorded, report.hidden_seq, report.reason) == (NOON + HOUR, after + 1, "misread")
        assert news.events(connection, hidden=False) == []
        (then,) = news.events(connection, as_of=NOON, hidden=False)
        assert then.mentions[0].hidden_seq == 0
        assert news.events(connection, as_of=NOON, clock="published", hidden=False) == []


def test_what_was_taken_back_is_read_of_these_events_only(store: Store) -> None:
    """A home with ten thousand undone mentions of one subject reads the others as fast as before."""
    with store.write(NOON) as tx:
        news.add_event(tx, event())
        news.add_event(tx, event("ipo:x", type="ipo"))
        seqs = [news.add_mention(tx, mention()), news.add_mention(tx, mention("ipo:x"))]
        news.withdraw_mentions(tx, seqs, "misread")
    with store.read() as connection:
        wanted = [happened.c.type == "ipo"]
        assert hiding.of_mentions(connection, as_of=None, clock="recorded", wanted=wanted).keys() == {seqs[1]}
        (known,) = news.events(connection, types=["ipo"])
        assert known.mentions[0].reason == "misread"


def test_undo_takes_mentions_back_too(store: Store) -> None:
    with store.write(NOON) as tx:
        batch = db.batches.start(tx, "import")
        news.add_event(tx, event())
        news.add_mention(tx, mention(batch=batch))
        assert db.batches.rows(tx.connection, batch) == 1
    with store.write(NOON + HOUR) as tx:
        assert db.batches.undo(tx, batch) == 1
        assert news.events(tx.connection, hidden=False) == []
