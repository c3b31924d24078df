"""Clocks that go back, that jump ahead, and local days where they change: nothing is doubled, nothing is skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.web import Site
from tracker import db, pipeline, rules, timing
from tracker.errors import BackwardsError
from tracker.model.declared import Rule
from tracker.model.told import Message, Mute, Rendered, RuleState
from tracker.pipeline import Desk
from tracker.rules.facts import Fact, Knowledge
from tracker.settings import Home
from tracker.timing import ManualClock

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WATCH = """\
watch: desk
receivers: {mail: {kind: markdown}}
subjects: {starbridge: {name: Starbridge}}
indicators:
  growth:
    name: Growth
    unit: x
    rules:
      low: {kind: threshold, fire: "< 10"}
      slowly: {kind: threshold, fire: "< 10", for: 3d, severity: info}
      silent: {kind: stale, every: 10d, severity: info}
      old: {kind: threshold, fire: "> 1000", max_age: 20d, severity: info}
  news: {name: News, event: departure, rules: {told: {kind: event}}}
  revenue:
    name: Revenue
    unit: USD
    targets: [{value: 10bn, by: 2026-09-10}]
    rules:
      promised: {kind: due, before: [20d, 10d, 5d], report_lag: 1d}
"""


class Mail:
    """Remembers what it was handed."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def __call__(self, receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        self.messages.append(message)

    def words(self) -> list[str]:
        """`word rule` of everything that was said, and forget it."""
        said = [f"{item.word} {item.rule}" for message in self.messages for item in message.items]
        self.messages.clear()
        return said


@pytest.fixture(name="desk")
def _desk(home: Callable[..., Home]) -> Iterator[Desk]:
    """A home that has lived for a day, has a value in the clear, and has said its opening brief."""
    with pipeline.open_desk(home(WATCH), ManualClock(NOON - DAY)) as desk:
        pipeline.record_value(desk, "growth", "60", of="2026-08-15")
        _pass(desk)
        desk.clock = ManualClock(NOON)
        yield desk


def _pass(desk: Desk) -> tuple[list[str], list[str]]:
    """Evaluate and deliver: what changed, and what was said."""
    mail = Mail()
    changes = [f"{one.at - NOON} {one.what} {one.rule}" for one in pipeline.evaluate(desk).transitions]
    pipeline.deliver(desk, send=mail)
    return changes, mail.words()


def _turn(desk: Desk, by: timedelta) -> None:
    desk.clock = ManualClock(desk.clock.now() + by)


# --- back


def test_a_clock_that_goes_back_an_hour_stops_nothing_and_doubles_nothing(desk: Desk) -> None:
    """What is learned in the hour that comes twice is recorded at the newest time there was, decided on and said."""
    pipeline.record_value(desk, "growth", "4", of="2026-08-16")
    assert _pass(desk)[1] == ["firing low"]

    _turn(desk, -HOUR)
    assert _pass(desk) == ([], [])
    assert pipeline.next_word(desk) is None
    pipeline.record_value(desk, "growth", "50", of="2026-08-16", note="corrected")
    pipeline.record_event(desk, "news", "Chief scientist leaves")
    changes, said = _pass(desk)
    assert changes == ["0:00:00 resolved low", "0:00:00 cancelled slowly", "0:00:00 event told"]
    assert said == ["resolved low", "event told"]

    for _ in range(3):
        _turn(desk, HOUR)
        assert _pass(desk) == ([], [])
    with desk.store.read() as connection:
        recorded = [one.recorded_at for one in db.observations.vintages(connection)]
        times = [one.at for one in db.alerts.transitions(connection)]
        words = Counter((one.receiver, one.alert, one.ordinal, one.word) for one in db.outbox.said(connection))
    assert recorded == [NOON - DAY, NOON, NOON]
    assert times == sorted(times)
    assert set(words.values()) == {1}


def test_a_process_that_begins_in_the_hour_that_comes_twice_goes_on(desk: Desk) -> None:
    """It learns how far the home has lived from the home itself."""
    pipeline.record_value(desk, "growth", "4", of="2026-08-16")
    pipeline.evaluate(desk)

    with pipeline.open_desk(desk.home, ManualClock(NOON - HOUR)) as other:
        assert pipeline.next_word(other) == NOON - HOUR  # now: the daemon does not wait for the hour to pass
        assert _pass(other) == ([], ["firing low"])
        assert other.store.newest() == NOON


def test_strict_refuses_every_verb_that_would_live_backwards(desk: Desk) -> None:
    """With both times; nothing is stored or sent."""
    pipeline.record_value(desk, "growth", "4", of="2026-08-16")
    pipeline.evaluate(desk)
    _turn(desk, -HOUR)
    desk.strict = True
    mail = Mail()
    before = desk.store.seq()

    for verb in (
        lambda: pipeline.record_value(desk, "growth", "6"),
        lambda: pipeline.record_event(desk, "news", "x"),
        lambda: pipeline.evaluate(desk),
        lambda: pipeline.deliver(desk, send=mail),
        lambda: pipeline.collect(desk),
    ):
        with pytest.raises(BackwardsError, match=r"2026-08-17T04:00:00Z.*2026-08-17T03:00:00Z"):
            verb()
    assert (mail.messages, desk.store.seq(), desk.store.newest()) == ([], before, NOON)


# --- ahead


def test_a_clock_that_jumps_a_month_catches_up(desk: Desk) -> None:
    """Everything became true at its own time; only how it stands now is said, once."""
    pipeline.record_value(desk, "growth", "50", of="2026-08-16")
    pipeline.evaluate(desk)
    pipeline.record_value(desk, "growth", "4", of="2026-08-17")
    _turn(desk, 31 * DAY)

    changes, said = _pass(desk)

    start = timing.start_of_day
    zone = timing.zone("UTC")
    assert changes == [
        "0:00:00 firing low",
        "0:00:00 pending slowly",
        "3 days, 0:00:00 firing slowly",
        f"{start(date(2026, 8, 21), zone) - NOON} upcoming promised",
        "10 days, 0:00:00 firing silent",
        f"{start(date(2026, 8, 31), zone) - NOON} upcoming promised",
        f"{start(date(2026, 9, 5), zone) - NOON} upcoming promised",
        "20 days, 0:00:00 nodata old",
        f"{start(date(2026, 9, 11), zone) - NOON} unknown promised",
        f"{start(date(2026, 9, 12), zone) - NOON} overdue promised",
    ]
    assert sorted(said) == ["firing low", "firing silent", "firing slowly", "overdue promised"]
    assert _pass(desk) == ([], [])


def test_what_came_and_went_in_the_month_is_not_said(desk: Desk) -> None:
    """A firing that is over when the clock has caught up; a mute that ended meanwhile holds nothing back."""
    with desk.store.write(NOON) as tx:
        db.alerts.save_mute(tx, Mute(start=NOON, end=NOON + 5 * DAY, subject="starbridge", author="x", why="y"))
    pipeline.record_value(desk, "growth", "4", of="2026-08-16")
    _turn(desk, DAY)
    pipeline.record_value(desk, "growth", "50", of="2026-08-17")
    _turn(desk, 5 * DAY)

    changes, said = _pass(desk)

    assert changes == [
        "0:00:00 firing low",
        "0:00:00 pending slowly",
        "1 day, 0:00:00 resolved low",
        "1 day, 0:00:00 cancelled slowly",
        "3 days, 20:00:00 upcoming promised",
    ]
    assert said == ["upcoming promised"]


def test_a_jump_ahead_and_back_again_lives_at_the_later_time(desk: Desk) -> None:
    """A clock that was wrong by a month for one pass: the home stands still until the time has come, and speaks meanwhile."""
    _turn(desk, 31 * DAY)
    _pass(desk)
    _turn(desk, -31 * DAY)

    pipeline.record_value(desk, "growth", "4", of="2026-08-17")

    changes, said = _pass(desk)
    assert changes == ["31 days, 0:00:00 firing low", "31 days, 0:00:00 pending slowly"]
    assert said == ["firing low"]
    assert desk.store.newest() == NOON + 31 * DAY
    assert _pass(desk) == ([], [])


# --- where local clocks change

#: Zone, the local day on which its clocks change, how many hours it has.
CHANGES = [
    ("Asia/Shanghai", date(2026, 3, 29), 24.0),
    ("Europe/Berlin", date(2026, 3, 29), 23.0),
    ("Europe/Berlin", date(2026, 10, 25), 25.0),
    ("America/Los_Angeles", date(2026, 3, 8), 23.0),
    ("America/Los_Angeles", date(2026, 11, 1), 25.0),
    ("Pacific/Chatham", date(2026, 4, 5), 25.0),
    ("Pacific/Chatham", date(2026, 9, 27), 23.0),
]
each_change = pytest.mark.parametrize(("zone", "day", "hours"), CHANGES, ids=lambda value: str(value).replace("/", "-"))


@each_change
def test_a_due_day_and_its_milestones(zone: str, day: date, hours: float) -> None:
    """Each milestone is the first instant of its local day, `by` is the end of its own, `overdue` the end of another."""
    place = timing.zone(zone)
    by = timing.day_period(day, place)
    rule = Rule(
        kind="due", indicator="i", name="r",
        params=rules.KINDS["due"].Params.model_validate({"before": ["180d", "90d", "1d", "12h"], "report_lag": "30d"}),
    )  # fmt: skip
    born = by.start - 200 * DAY
    target = Fact(seq=1, known=born, start=by.start, end=by.end, kind="target", lo=Decimal(5), by=by)
    known = Knowledge(targets=[target], zone=place)
    state = RuleState(indicator="i", rule="r", subject="x", born=born)

    made = rules.advance(rule, rules.KINDS["due"], known, state, by.end + 60 * DAY).transitions

    assert (by.end - by.start) / HOUR == hours
    assert [(one.what, one.at.astimezone(place).replace(tzinfo=None)) for one in made] == [
        *(("upcoming", datetime.combine(day - back * DAY, datetime.min.time())) for back in (180, 90, 1, 0)),
        ("unknown", datetime.combine(day + DAY, datetime.min.time())),
        ("overdue", datetime.combine(day + 31 * DAY, datetime.min.time())),
    ]
    assert {one.key for one in made} == {day.isoformat()}


@each_change
@pytest.mark.parametrize("time", ["08:00", "00:00", "02:00", "02:30", "02:59", "03:00", "03:30", "23:45"])
def test_a_daily_time_comes_once_a_day(zone: str, day: date, hours: float, time: str) -> None:
    """Also where the clocks jump over it or show it twice: the digest is drawn once, and on its own day."""
    place = timing.zone(zone)
    hour, minute = time.split(":")
    cron = f"{int(minute)} {int(hour)} * * *"
    start = timing.start_of_day(day - DAY, place)

    found = {
        timing.last_time(cron, start + n * timedelta(minutes=15), place)
        for n in range(int((2 * 24 + hours) * 4), -1, -1)
    }

    days = Counter(timing.local_date(at, place) for at in found)
    assert [days[day + n * DAY] for n in (-1, 0, 1)] == [1, 1, 1]
    assert {timing.last_time(cron, at, place) for at in found} == found


@each_change
def test_a_number_that_is_asked_for_is_of_one_local_day(
    zone: str, day: date, hours: float, home: Callable[..., Home]
) -> None:
    """From its first instant to its last: the same value adds nothing, another one revises the day, a new day is new."""
    place = timing.zone(zone)
    first = timing.start_of_day(day, place)
    end = timing.start_of_day(day + DAY, place)
    with Site() as site:
        text = (
            f"watch: desk\ntimezone: {zone}\nreceivers: {{folder: {{kind: markdown}}}}\nsubjects: {{s: {{name: S}}}}\n"
            f"sources:\n  n: {{kind: json, url: '{site.url}/n.json', every: 1s, allow_private: true,"
            " emit: [{indicator: stars, value: stars}]}\nindicators:\n  stars: {name: Stars, unit: stars}\n"
        )
        clock = ManualClock(first)
        with pipeline.open_desk(home(text), clock) as desk:
            for at, value in (
                (first - timedelta(seconds=2), 1), (first, 1), (first + 2 * HOUR, 1), (first + 3 * HOUR, 2),
                (end - timedelta(seconds=2), 2), (end, 2),
            ):  # fmt: skip
                clock.set(at)
                site.put("/n.json", f'[{{"stars": {value}}}]', type="application/json")
                assert pipeline.collect(desk).failed == []
            with desk.store.read() as connection:
                rows = sorted(db.observations.vintages(connection, indicator="stars"), key=lambda one: one.seq)

    days = {n: timing.day_period(day + n * DAY, place) for n in (-1, 0, 1)}
    dated = [(one.occurred.start, one.period_end or one.occurred.end, one.lo) for one in rows]
    assert dated == [(days[n].start, days[n].end, value) for n, value in ((-1, 1), (0, 1), (0, 2), (1, 2))]


@each_change
def test_the_dates_of_a_file_are_local_days(zone: str, day: date, hours: float, home: Callable[..., Home]) -> None:
    """A baseline is dated in the watch's zone, and is known from the first instant of the day on which it was written."""
    place = timing.zone(zone)
    period = timing.day_period(day, place)
    text = (
        f"watch: desk\ntimezone: {zone}\nbaseline: db/b.csv\nreceivers: {{folder: {{kind: markdown}}}}\n"
        "subjects: {s: {name: S}}\nindicators:\n  stars: {name: Stars, unit: stars}\n"
    )
    rows = f"indicator,value,of,published\nstars,5,{day},{day + DAY}\n"
    clock = ManualClock(period.end - timedelta.resolution)
    with pipeline.open_desk(home(text, files={"db/b.csv": rows}), clock) as desk:
        pipeline.evaluate(desk)
        assert pipeline.values(desk, "stars") == []
        clock.set(period.end)
        pipeline.evaluate(desk)
        with desk.store.read() as connection:
            (row,) = db.observations.vintages(connection, indicator="stars")

    assert (row.occurred.start, row.occurred.end, row.published_at) == (period.start, period.end, period.end)
    assert (row.occurred.end - row.occurred.start) / HOUR == hours
