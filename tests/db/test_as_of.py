"""What is believed at T against a plain reading of the design, for any history of claims and withdrawals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.db.making import DAY, HOUR, NOON, STARS, day, value
from tracker.db import Store, observations
from tracker.model.observed import TIERS, Clock, Observation


@dataclass(frozen=True)
class Step:
    """One transaction: `wait` after the last one, then one thing. `target` picks an earlier row."""

    wait: timedelta
    what: str
    target: int
    number: int
    day: int
    kind: str
    tier: str
    source: str
    published: timedelta  # before it was recorded


@dataclass
class Told:
    """Everything that was stored, as the reading sees it."""

    rows: list[Observation] = field(default_factory=list)
    gone: list[tuple[int, datetime, datetime, bool]] = field(default_factory=list)  # target, recorded, published, ours


steps = st.builds(
    Step,
    wait=st.sampled_from([timedelta(0), HOUR, DAY]),
    what=st.sampled_from(["claim", "claim", "claim", "correct", "retract", "undo"]),
    target=st.integers(0, 5),
    number=st.integers(1, 3),
    day=st.integers(0, 1),
    kind=st.sampled_from(["actual", "estimate"]),
    tier=st.sampled_from(TIERS),
    source=st.sampled_from(["a", "b"]),
    published=st.sampled_from([timedelta(0), HOUR, 3 * DAY]),
)


def play(store: Store, history: Sequence[Step], subject: str, start: datetime, told: Told) -> list[datetime]:
    """Carry the steps out; the time of each."""
    series = replace(STARS, subject=subject)
    times, now = [], start
    for step in history:
        now += step.wait
        times.append(now)
        published = now - step.published
        target = told.rows[step.target % len(told.rows)].seq if told.rows else 0
        with store.write(now, strict=True) as tx:
            if step.what in ("retract", "undo"):
                ours = step.what == "undo"
                if observations.withdraw(tx, [target], reason="r", ours=ours, published_at=published):
                    told.gone.append((target, now, published, ours))
                continue
            new = value(
                step.number, series=series, occurred=day(step.day), kind=step.kind, tier=step.tier, source=step.source,
                published_at=published, supersedes=target or None if step.what == "correct" else None,
            )  # fmt: skip
            (seq,) = observations.add(tx, [new])
        if seq:
            told.rows.append(replace(new, seq=seq, recorded_at=now))
    return times


def plainly(told: Told, at: datetime, clock: Clock) -> list[int]:
    """The winners, read word by word."""

    def withdrawn(seq: int) -> bool:
        return any(
            target == seq and ((recorded <= at) if clock == "recorded" else (ours or published <= at))
            for target, recorded, published, ours in told.gone
        )

    def known(row: Observation) -> bool:
        time = row.recorded_at if clock == "recorded" else row.published_at
        return time is not None and time <= at

    alive = [row for row in told.rows if known(row) and not withdrawn(row.seq)]
    replaced = {row.supersedes for row in alive}
    claims = [row for row in alive if row.seq not in replaced]
    winners: dict[object, Observation] = {}
    for row in sorted(claims, key=lambda row: (TIERS.index(row.tier), row.published_at, row.seq)):
        winners[(row.date, row.kind)] = row
    return sorted(row.seq for row in winners.values())


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data(), history=st.lists(steps, min_size=1, max_size=8))
def test_believed_is_what_the_design_says(store: Store, data: st.DataObject, history: list[Step]) -> None:
    start = (store.newest() or NOON) + 10 * DAY
    subject = f"s{store.seq()}"
    told = Told()
    times = play(store, history, subject, start, told)
    asked = sorted({start - 3 * DAY, *times, *(time - HOUR for time in times)})
    for at in asked:
        for clock in ("recorded", "published"):
            with store.read() as connection:
                found = observations.believed(connection, as_of=at, clock=clock, subject=subject)
                newest = observations.newest(
                    connection, as_of=at, clock=clock, subject=subject, kinds=["actual", "estimate"]
                )
                vintages = observations.vintages(connection, as_of=at, clock=clock, subject=subject)
            assert sorted(row.seq for row in found) == plainly(told, at, clock)
            # Nothing rests on a row that was not known yet.
            times_known = [row.recorded_at if clock == "recorded" else row.published_at for row in vintages]
            assert all(known is not None and known <= at for known in times_known)
            assert {row.seq for row in found} <= {row.seq for row in vintages if not row.hidden_seq}
            # The board shows the last of what is believed.
            for kind in ("actual", "estimate"):
                last = max((r for r in found if r.kind == kind), key=lambda r: (r.occurred.end, r.seq), default=None)
                assert [row.occurred for row in newest if row.kind == kind] == ([last.occurred] if last else [])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(before=st.lists(steps, min_size=1, max_size=5), after=st.lists(steps, min_size=1, max_size=5))
def test_what_is_learned_later_changes_nothing_earlier(store: Store, before: list[Step], after: list[Step]) -> None:
    start = (store.newest() or NOON) + 10 * DAY
    subject = f"s{store.seq()}"
    told = Told()
    times = play(store, before, subject, start, told)

    def boards() -> list[list[Observation]]:
        with store.read() as connection:
            return [observations.believed(connection, as_of=at, subject=subject) for at in times]

    then = boards()
    play(store, after, subject, times[-1] + HOUR, told)
    assert boards() == then
