"""Only what something happened to is looked at, and no further back than it looks; the result is that of looking at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tracker import db, pipeline, timing
from tracker.model.observed import Observation, Series
from tracker.pipeline.known.roster import roster_of
from tracker.pipeline.known.shelf import Shelf, widest
from tracker.settings import Home
from tracker.timing import ManualClock, Period

UTC = timing.zone("UTC")
START = timing.parse_instant("2026-03-01T12:00", UTC)
DAY = timedelta(days=1)
DECLARATION = """\
watch: Starbridge
receivers: {folder: {kind: markdown}}
subjects: {starbridge: {name: Starbridge}, moonbase: {name: Moonbase}}
indicators:
  users:
    name: Users
    unit: users
    subjects: all
    rules:
      low: {kind: threshold, fire: "< 40", clear: ">= 60", for: 2d}
      fall: {kind: change, window: 5d, tolerance: 2d, fire: "<= -50"}
      silent: {kind: stale, every: 3d}
      odd: {kind: anomaly, fire: "> 3.5"}
      both: {kind: composite, when: low and fall}
  price:
    name: Price
    unit: CNY
    subject: moonbase
    rules:
      high: {kind: threshold, fire: "> 90"}
"""
USERS = Series(subject="starbridge", indicator="users", unit="users")


def _value(at: datetime, number: int) -> Observation:
    exact = Decimal(number)
    return Observation(
        series=USERS, occurred=Period(at - DAY, at, ""), lo=exact, hi=exact, op="eq", source="wire", published_at=at
    )


def _live(home: Home, days: int, *, decides: Callable[[int], bool]) -> list[str]:
    """The same ninety days each time: values, gaps, late ones, corrections, withdrawals. What changed, in order."""
    chance, changes, clock = random.Random(11), [], ManualClock(START)
    with pipeline.open_desk(home, clock) as desk:
        for number in range(days):
            with desk.store.write(clock.now()) as tx:
                if chance.random() < 0.8:
                    db.observations.add(tx, [_value(clock.now(), chance.randrange(100))])
                if chance.random() < 0.15:  # of an earlier day: a second claim, or one that was missed
                    old = clock.now() - chance.randrange(1, 30) * DAY
                    db.observations.add(tx, [replace(_value(old, chance.randrange(100)), published_at=clock.now())])
                if chance.random() < 0.1:
                    rows = db.observations.vintages(tx.connection, subject="starbridge", indicator="users")
                    gone = [row.seq for row in rows[-chance.choice((1, 12)) :]]
                    db.observations.withdraw(tx, gone, reason="wrong", ours=False)
            if decides(number):
                done = pipeline.evaluate(desk)
                changes += [
                    (one.at, one.indicator, one.rule, one.subject, one.what, one.reason, one.evidence.compared)
                    for one in done.transitions
                ]
            clock.advance(DAY)
    return [" ".join(map(str, change)) for change in sorted(changes)]


def test_looking_at_the_newest_values_is_looking_at_all(home: Callable[..., Home]) -> None:
    """Daily the rules see little of a long series; a home that decides twice in ninety days sees all of it."""
    daily = _live(home(DECLARATION, name="daily"), 90, decides=lambda number: True)
    at_the_end = _live(home(DECLARATION, name="late"), 90, decides=lambda number: number in (0, 89))

    assert daily == at_the_end
    assert len(daily) > 60
    assert {line.split()[3] for line in daily} == {"low", "fall", "silent", "odd", "both", "high"}


def _evaluated_at(desk: pipeline.Desk) -> dict[tuple[str, str], datetime | None]:
    with desk.store.read() as connection:
        return {(one.rule, one.subject): one.evaluated_to for one in db.alerts.rule_states(connection)}


def test_only_whom_it_concerns_is_looked_at(home: Callable[..., Home]) -> None:
    """A value of one subject moves the rules of that subject; a deadline moves its rule; else nothing is written."""
    clock = ManualClock(START)
    with pipeline.open_desk(home(DECLARATION), clock) as desk:
        pipeline.evaluate(desk)
        clock.advance(timedelta(hours=1))
        with desk.store.write(clock.now()) as tx:
            db.observations.add(tx, [_value(clock.now(), 70)])
        pipeline.evaluate(desk)
        moved = {name for name, at in _evaluated_at(desk).items() if at == clock.now()}
        assert moved == {(rule, "starbridge") for rule in ("low", "fall", "silent", "odd", "both")}

        clock.advance(timedelta(hours=1))
        before = desk.store.newest()
        pipeline.evaluate(desk)
        assert desk.store.newest() == before

        clock.set(START + 3 * DAY)  # moonbase never had a value
        pipeline.evaluate(desk)
        assert {name for name, at in _evaluated_at(desk).items() if at == clock.now()} == {("silent", "moonbase")}


def test_a_new_an_edited_and_a_removed_rule_are_seen_at_once(home: Callable[..., Home]) -> None:
    """Though nothing was learned and no deadline came."""
    clock = ManualClock(START)
    place = home(DECLARATION)
    with pipeline.open_desk(place, clock) as desk:
        with desk.store.write(clock.now()) as tx:
            db.observations.add(tx, [_value(clock.now(), 45)])
        assert not any(one.what == "pending" for one in pipeline.evaluate(desk).transitions)
    text = DECLARATION.replace('"< 40"', '"< 50"').replace("      silent: {kind: stale, every: 3d}\n", "")
    (Path(place.root) / "indicators.yaml").write_text(
        text + '      cheap: {kind: threshold, fire: "< 5"}\n', encoding="utf-8"
    )
    clock.advance(timedelta(hours=1))
    with pipeline.open_desk(place, clock) as desk:
        changed = {(one.rule, one.subject, one.what) for one in pipeline.evaluate(desk).transitions}
        with desk.store.read() as connection:
            hashes = {(one.rule, one.subject): bool(one.rule_hash) for one in db.alerts.rule_states(connection)}

    assert ("low", "starbridge", "pending") in changed
    assert ("cheap", "moonbase", "nodata") in changed
    assert hashes["silent", "starbridge"] is False
    assert hashes["low", "moonbase"] is True


def test_a_shelf_reads_no_further_back_than_it_is_asked(home: Callable[..., Home]) -> None:
    """The newest eight values and their reach; everything where somebody looks at everything, or asks for the rest."""
    clock, key = ManualClock(START + 100 * DAY), ("starbridge", "users", ())
    with pipeline.open_desk(home(DECLARATION), clock) as desk:
        with desk.store.write(clock.now()) as tx:
            db.observations.add(tx, [_value(START + number * DAY, number) for number in range(50)])
            seen = tx.last_seq
        with desk.store.read() as connection:
            shelf = Shelf(connection, seen)
            shelf.put({key: timedelta(0)})
            assert (len(shelf.values(key)), shelf.floor(key)) == (8, START + 42 * DAY)
            shelf.put({key: 5 * DAY})
            assert (len(shelf.values(key)), shelf.floor(key)) == (13, START + 37 * DAY)
            shelf.whole(key)
            assert (len(shelf.values(key)), shelf.floor(key)) == (50, None)
            shelf.put({})
            assert (len(shelf.values(key)), shelf.floor(key)) == (50, None)
            news = Shelf(connection, seen - 20)
            news.put({key: timedelta(0)})
            assert len(news.values(key)) == 20


def test_of_several_reaches_the_widest_counts() -> None:
    """And nothing is wider than everything."""
    one, other = ("a", "b", ()), ("c", "d", ())

    assert widest([(one, DAY), (other, DAY), (one, 3 * DAY), (other, None), (other, DAY)]) == {
        one: 3 * DAY,
        other: None,
    }


def test_a_declaration_has_one_roster(home: Callable[..., Home]) -> None:
    """Those that ask come after those that they ask; another rule or another target is another mark."""
    declaration = pipeline.declaration_of(home(DECLARATION))
    roster = roster_of(declaration)

    assert roster_of(declaration) is roster
    names = [(one.rule.name, one.subject) for one in roster.instances]
    assert len(names) == 11
    assert names[-2:] == [("both", "starbridge"), ("both", "moonbase")]
    assert {roster.instances[number].rule.name for number in roster.asking} == {"both"}
    assert {names[number] for number in roster.touched([("moonbase", "price")])} == {("high", "moonbase")}
    assert roster.touched([("moonbase", "other")]) == set()
    for edit in (
        ('fire: "> 90"', 'fire: "> 91"'),
        ("unit: CNY", 'unit: CNY\n    targets: [{value: ">=1", by: 2026-12-31}]'),
    ):
        assert roster_of(pipeline.declaration_of(home(DECLARATION.replace(*edit)))).mark != roster.mark
