"""The digest of a home: drawn as its period knew it, sent once per week, whatever happens in between."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tracker import db, indicators, pipeline, timing
from tracker.db import Store
from tracker.db.outbox import Delivery
from tracker.errors import PeriodError, UsageError
from tracker.model.declared import DigestPlan, Source
from tracker.model.observed import Coverage, SourceState
from tracker.model.told import Mute
from tracker.pipeline.reporting import digesting, periods
from tracker.settings import Home
from tracker.timing import ManualClock

WATCH = """
watch: Kuanju
timezone: {zone}
receivers:
  folder: {{kind: markdown}}
  desk: {{kind: email, to: [desk@example.org]}}
defaults: {{receivers: {{warning: [folder], critical: [folder]}}}}
digest: {{on: monday, at: "08:00", receivers: [folder, desk]}}
subjects:
  kuanju: {{name: Kuanju, aliases: [宽居]}}
  mayi: {{name: Mayi, aliases: [蚂蚁机器人]}}
indicators:
  orders:
    name: Orders
    group: Revenue
    subject: kuanju
    unit: CNY
    check: {{by_hand: quarterly, where: the report}}
    targets: [{{value: 10bn, by: 2026-12-31, source: the plan}}]
    rules:
      low: {{kind: threshold, fire: "< 1bn"}}
      silent: {{kind: stale, every: 30d}}
      deadline: {{kind: due, before: [90d]}}
  rounds:
    name: Rounds
    group: Market
    subject: kuanju
    event: funding
    rules:
      seen: {{kind: event}}
  launches: {{name: Launches of others, subject: mayi, event: release}}
"""

#: A Monday of week 34, at noon in Shanghai.
MONDAY = "2026-08-17T12:00"


@pytest.fixture(name="open_desk")
def _open_desk(home: Callable[..., Home]) -> Iterator[Callable[..., pipeline.Desk]]:
    """Opens desks on one home: `open_desk("2026-08-17T12:00", zone=…)`; a second one is another process."""
    opened: list[pipeline.Desk] = []

    def make(at: str, *, zone: str = "Asia/Shanghai", place: Home | None = None, text: str = WATCH) -> pipeline.Desk:
        here = place or home(text.format(zone=zone), environ={"TRACKER_SMTP_URL": "smtp://127.0.0.1:1"})
        declaration = indicators.load_file(here.declaration, pipeline.kinds())
        here.db.mkdir(exist_ok=True)
        clock = ManualClock(timing.parse_instant(at, timing.zone(zone)))
        desk = pipeline.Desk(home=here, declaration=declaration, store=Store.open(here.database), clock=clock)
        opened.append(desk)
        return desk

    yield make
    for desk in opened:
        desk.close()


def _at(desk: pipeline.Desk, text: str) -> None:
    assert isinstance(desk.clock, ManualClock)
    desk.clock.set(timing.parse_instant(text, desk.zone))


def _digests(desk: pipeline.Desk) -> list[Delivery]:
    with desk.store.read() as connection:
        return [one for one in db.outbox.deliveries(connection) if one.kind == "digest"]


def _told(desk: pipeline.Desk) -> list[tuple[str, str]]:
    return [(one.message.period, one.receiver) for one in _digests(desk)]


# --- drawn


def test_a_week_is_drawn_from_the_database(open_desk: Callable[..., pipeline.Desk]) -> None:
    """News, a firing rule, a peer, a contradiction, a countdown, a check by hand, an answer: each in its place."""
    desk = open_desk("2026-08-10T12:00")
    pipeline.record_value(desk, "orders", "640M", of="2026-06", source="The exchange")
    pipeline.evaluate(desk)
    _at(desk, "2026-08-19T09:10")
    pipeline.record_event(desk, "rounds", "宽居机器人完成超20亿元C轮融资", of="2026-08-19", source="Caixin")
    pipeline.record_event(desk, "launches", "M1 发布", of="2026-08-19", source="Caixin")
    pipeline.record_value(desk, "orders", "6.4bn", of="2026-06", source="A blog")
    pipeline.evaluate(desk)
    with desk.store.read() as connection:
        (spoken,) = (one for one in db.alerts.alerts(connection) if one.rule == "seen")
    pipeline.ack(desk, spoken.id, judgement="useful")
    _at(desk, "2026-08-24T08:00")

    said = pipeline.digest(desk, None, "text")

    assert said.startswith("Kuanju · week 2026-W34 (17 - 23 August 2026, Shanghai)\n")
    assert "In one line: Kuanju, funding: 宽居机器人完成超20亿元C轮融资" in said
    assert "reported, 1 source, named press · Caixin" in said
    assert "reached us 2026-08-19 09:10" in said
    assert "Orders (Kuanju), 2026-06: CNY 640M (actual, The exchange)" in said
    assert "x10" in said
    assert "Mayi, release: M1 发布" in said
    assert (
        "Orders (Kuanju): CNY 10bn by 2026-12-31 · now CNY 6.4bn (2026-06, actual), 64 % of it · source: the plan"
        in " ".join(said.split())
    )
    assert "judged: 1 useful, 0 noise, 0 wrong" in said
    assert "overdue since 2026-07-31" in said  # the figure of June, thirty days on


@pytest.mark.parametrize(
    ("fmt", "sign"), [("md", "# Kuanju · week 2026-W34"), ("html", "<!doctype html>"), ("text", "Kuanju · week")]
)
def test_three_forms(open_desk: Callable[..., pipeline.Desk], fmt: str, sign: str) -> None:
    """Also of a home in which nothing ever ran."""
    assert pipeline.digest(open_desk(MONDAY), "2026-W34", fmt).startswith(sign)


def test_a_week_before_the_first_pass_says_that_nothing_was_watched(open_desk: Callable[..., pipeline.Desk]) -> None:
    """It does not pretend that all was quiet."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)

    said = pipeline.digest(desk, "2026-W33")

    assert "nothing was watched yet" in said
    assert "| 1 | Orders | nothing known | not watched yet | not watched yet |" in said


def test_the_digest_shows_the_value_that_the_board_shows(open_desk: Callable[..., pipeline.Desk]) -> None:
    """The case of a scenario stands for no indicator, in neither."""
    desk = open_desk(MONDAY)
    pipeline.record_value(desk, "orders", "77bn", kind="estimate", labels={"case": "bull"})
    pipeline.evaluate(desk)

    assert next(row for row in pipeline.board(desk) if row["indicator"] == "orders")["value"] is None
    assert "| 1 | Orders | no figure ever;" in pipeline.digest(desk, "2026-W34")


@pytest.mark.parametrize(
    ("published", "known"), [("", False), (", published: 2026-07-01", True), (", published: 2026-08-01", False)]
)
def test_a_target_is_known_from_the_day_of_its_publication(
    open_desk: Callable[..., pipeline.Desk], published: str, known: bool
) -> None:
    """Of 20 July, a pass of August knows what stood then: the same for the board and for the digest of that week."""
    desk = open_desk(MONDAY, text=WATCH.replace("source: the plan", f"source: the plan{published}"))
    pipeline.evaluate(desk)

    (row,) = (
        row
        for row in pipeline.board(desk, as_of=timing.parse_instant("2026-07-20", desk.zone))
        if row["indicator"] == "orders"
    )
    assert (row["due"] is not None) == known
    assert ("CNY 10bn by 2026-12-31" in pipeline.digest(desk, "2026-W29", "text")) == known


def test_a_past_digest_does_not_know_what_was_given_up_later(open_desk: Callable[..., pipeline.Desk]) -> None:
    """A message of one week that died in the next waited at the end of its own; so says the status of that day."""
    desk = open_desk(MONDAY)
    pipeline.record_value(desk, "orders", "640M", of="2026-07")
    pipeline.evaluate(desk)
    (message,) = _queued(desk)
    _at(desk, "2026-08-25T12:00")
    with desk.store.write(desk.clock.now()) as tx:
        assert db.outbox.claim(tx, message.id, "me", tx.at + timedelta(hours=1))
        assert db.outbox.dead(tx, message.id, 1, "550 no such user")

    assert "0 undeliverable · 1 waiting" in pipeline.digest(desk, "2026-W34")
    counts = [_counts(desk)]
    _at(desk, "2026-08-23T12:00")
    counts.append(_counts(desk))
    _at(desk, "2026-08-16T12:00")
    counts.append(_counts(desk))
    assert counts == [(False, 0, 1), (True, 1, 0), (True, 0, 0)]


def _queued(desk: pipeline.Desk) -> list[Delivery]:
    with desk.store.read() as connection:
        return [one for one in db.outbox.deliveries(connection) if one.state == "queued"]


def _counts(desk: pipeline.Desk) -> tuple[bool, int, int]:
    (row,) = pipeline.status(desk)
    return row["ok"], row["outbox"], row["dead"]


def test_a_source_that_fails_now_did_not_fail_before(open_desk: Callable[..., pipeline.Desk]) -> None:
    """The status of a past day counts what was failing then."""
    desk = open_desk(MONDAY)
    wire = Source(key="wire", kind="feed")
    desk.declaration = desk.declaration.model_copy(update={"sources": {"wire": wire}})
    state = SourceState(source="wire", state="gone", last_error="it is gone", failing_since=desk.clock.now())
    with desk.store.write(desk.clock.now()) as tx:
        db.sources.save_state(tx, state)

    assert pipeline.status(desk)[0]["failing"] == 1
    _at(desk, "2026-08-16T12:00")
    assert pipeline.status(desk)[0]["failing"] == 0


def test_drawing_changes_nothing(open_desk: Callable[..., pipeline.Desk]) -> None:
    """Not even the number of what was learned."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    before = (desk.store.seq(), desk.store.newest(), _told(desk))
    _at(desk, "2026-09-01")

    assert pipeline.digest(desk, "2026-08") == pipeline.digest(desk, "2026-08")
    assert (desk.store.seq(), desk.store.newest(), _told(desk)) == before


def test_a_past_week_does_not_know_what_came_later(open_desk: Callable[..., pipeline.Desk]) -> None:
    """Drawn on its Monday, and again after a value, an event, a withdrawal, an alert and months of evaluation: the same."""
    desk = open_desk(MONDAY)
    recorded = pipeline.record_value(desk, "orders", "2bn", of="2026-07")
    pipeline.evaluate(desk)
    _at(desk, "2026-08-24T08:00")
    first = pipeline.digest(desk, "2026-W34", "text")

    pipeline.record_value(desk, "orders", "3bn", of="2026-07")
    pipeline.record_event(desk, "rounds", "Series C", of="2026-08-20")
    pipeline.undo(desk, recorded.batch)
    pipeline.evaluate(desk)
    pipeline.send_due_digest(desk)
    _at(desk, "2026-12-01")
    pipeline.evaluate(desk)

    assert pipeline.digest(desk, "2026-W34", "text") == first
    assert "CNY 2bn" in first
    later = pipeline.digest(desk, "2026-W35", "text")
    assert "Series C" in later
    assert "withdrawn" in later


def test_what_became_true_while_the_daemon_was_off_is_told_when_it_was_learned(
    open_desk: Callable[..., pipeline.Desk],
) -> None:
    """The figure went stale in week 35, the daemon came back in week 37: the digest of week 37 says so."""
    desk = open_desk(MONDAY)
    pipeline.record_value(desk, "orders", "2bn", of="2026-07")  # dated by its end: stale on 31 August in Shanghai
    pipeline.evaluate(desk)
    _at(desk, "2026-09-09T12:00")
    pipeline.evaluate(desk)
    _at(desk, "2026-09-14T08:00")

    assert "overdue since 2026-08-31" not in pipeline.digest(desk, "2026-W36", "text")
    assert "active  Orders (Kuanju): no new figure" in pipeline.digest(desk, "2026-W37", "text")


def test_monday_midnight_belongs_to_the_new_week(open_desk: Callable[..., pipeline.Desk]) -> None:
    """Half-open: what is learned at the first instant of a week is news of that week, once."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    _at(desk, "2026-08-24")
    pipeline.record_event(desk, "rounds", "Series C", of="2026-08-23")
    pipeline.evaluate(desk)
    _at(desk, "2026-09-01")

    assert "Series C" not in pipeline.digest(desk, "2026-W34", "text")
    assert "Series C" in pipeline.digest(desk, "2026-W35", "text")


def test_an_unfinished_week_says_so(open_desk: Callable[..., pipeline.Desk]) -> None:
    """It can be drawn, and does not pretend to be whole."""
    assert "as of 2026-08-17 12:00" in pipeline.digest(open_desk(MONDAY), "2026-W34")


@pytest.mark.parametrize(
    ("period", "error"),
    [
        ("2026-W99", PeriodError),
        ("next week", PeriodError),
        ("20266", PeriodError),
        ("..2025-11", UsageError),
        ("2026-08-17T12:00", UsageError),
        ("2026-W40", UsageError),
    ],
)
def test_what_is_no_period_of_a_digest_is_refused(
    open_desk: Callable[..., pipeline.Desk], period: str, error: type[UsageError]
) -> None:
    """No date, no end, no length, or still to come."""
    with pytest.raises(error):
        pipeline.digest(open_desk(MONDAY), period)


def test_what_lies_ahead_is_played_through_the_rules(open_desk: Callable[..., pipeline.Desk]) -> None:
    """The figure of July grows stale 30 days after 1 August, and nothing speaks before; the target's turn comes in October."""
    desk = open_desk(MONDAY)
    pipeline.record_value(desk, "orders", "2bn", of="2026-07")
    pipeline.evaluate(desk)
    _at(desk, "2026-08-24T08:00")

    said = pipeline.digest(desk, None, "md")

    assert "no rule will speak before 2026-08-31 unless something is learned" in said
    assert "**2026-08-31** Orders (Kuanju), silent: firing (warning) · nothing within 30d" in said
    assert "**2026-10-02** Orders (Kuanju), deadline: upcoming · target CNY 10bn by 2026-12-31" in said
    pipeline.evaluate(desk)
    _at(desk, "2026-10-02")
    made = pipeline.evaluate(desk).transitions
    assert [(timing.local_date(one.at, desk.zone).isoformat(), one.what) for one in made] == [
        ("2026-08-31", "firing"),
        ("2026-10-02", "upcoming"),
    ]


def test_silent_sources_are_named_with_the_day_they_fell_silent(open_desk: Callable[..., pipeline.Desk]) -> None:
    """Told from what was covered, so a source that came back later was still down in its week."""
    desk = open_desk(MONDAY)
    wire = Source(key="wire", kind="feed")
    desk = replace(desk, declaration=desk.declaration.model_copy(update={"sources": {"wire": wire}}))
    begin, last, back = (
        timing.parse_instant(text, desk.zone) for text in ("2026-08-17", "2026-08-20T10:00", "2026-08-25")
    )
    with desk.store.write(last) as tx:
        db.sources.cover(tx, Coverage(watcher="wire", start=begin, end=last))
    _at(desk, "2026-08-24T08:00")
    assert "wire: not heard since 2026-08-20 (3 days)" in pipeline.digest(desk, None)

    with desk.store.write(back) as tx:
        db.sources.cover(tx, Coverage(watcher="wire", start=back, end=back))
    _at(desk, "2026-08-25")
    assert "wire: not heard since 2026-08-20 (3 days)" in pipeline.digest(desk, "2026-W34")
    assert "wire: not heard" not in pipeline.digest(desk, "2026-W35")


def test_what_a_mute_held_back_is_counted(open_desk: Callable[..., pipeline.Desk]) -> None:
    """It was not sent; the digest tells it and says that it was muted."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    with desk.store.write(desk.clock.now()) as tx:
        end = tx.at + timedelta(days=30)
        db.alerts.save_mute(tx, Mute(start=tx.at, end=end, rule="orders.low", author="me", why="known"))
    pipeline.record_value(desk, "orders", "640M", of="2026-08-16")
    pipeline.evaluate(desk)
    _at(desk, "2026-08-24T08:00")

    said = pipeline.digest(desk, None)

    assert "CNY 640M against" in said
    assert "· muted" in said
    assert "1 held back" in said


def test_what_is_resolved_through_a_mute_was_not_held_back(open_desk: Callable[..., pipeline.Desk]) -> None:
    """The firing was told before the mute began, so its end was told too."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    pipeline.record_value(desk, "orders", "500M", of="2026-08-10")
    pipeline.evaluate(desk)
    pipeline.deliver(desk)
    _at(desk, "2026-08-18T12:00")
    pipeline.mute(desk, rule="orders.low", subject=None, lasts=timedelta(days=30), why="known")
    pipeline.record_value(desk, "orders", "2bn", of="2026-08-16")
    pipeline.evaluate(desk)
    pipeline.deliver(desk)
    _at(desk, "2026-08-24T08:00")

    said = pipeline.digest(desk, None)

    (row,) = (line for line in said.splitlines() if "**cleared**" in line)
    assert "muted" not in row
    assert "0 held back" in said


# --- when


@pytest.mark.parametrize(
    ("zone", "now", "week"),
    [
        ("Asia/Shanghai", "2026-08-24T07:59:59+08:00", "2026-W33"),
        ("Asia/Shanghai", "2026-08-24T08:00:00+08:00", "2026-W34"),
        ("Asia/Shanghai", "2026-08-24T00:00:00Z", "2026-W34"),  # the same instant
        ("America/Los_Angeles", "2026-08-24T00:00:00Z", "2026-W33"),  # there it is Sunday
        (
            "America/Los_Angeles",
            "2026-03-09T14:59:59Z",
            "2026-W09",
        ),  # the clocks went forward on the 8th: 8:00 is 15:00 UTC
        ("America/Los_Angeles", "2026-03-09T15:00:00Z", "2026-W10"),
        ("America/Los_Angeles", "2026-11-02T15:59:59Z", "2026-W43"),  # …and back on 1 November: 8:00 is 16:00 UTC
        ("America/Los_Angeles", "2026-11-02T16:00:00Z", "2026-W44"),
        ("Pacific/Chatham", "2026-04-05T19:14:59Z", "2026-W13"),  # +12:45 from 5 April on
        ("Pacific/Chatham", "2026-04-05T19:15:00Z", "2026-W14"),
        ("Pacific/Chatham", "2026-09-27T18:14:59Z", "2026-W38"),  # +13:45 from 27 September on
        ("Pacific/Chatham", "2026-09-27T18:15:00Z", "2026-W39"),
        ("UTC", "2027-01-04T08:00:00Z", "2026-W53"),
    ],
)
def test_the_digest_is_due_on_monday_at_eight(zone: str, now: str, week: str) -> None:
    """On local clocks, whatever they did in the night before."""
    place = timing.zone(zone)
    assert periods.due_week(DigestPlan(), timing.parse_instant(now, place), place) == week


def test_another_day_tells_the_week_that_ended_before_it() -> None:
    """On a Wednesday: the week that ended on Sunday; on a Sunday: the one before."""
    place = timing.zone("UTC")
    now = timing.parse_instant("2026-08-26T09:00", place)
    assert periods.due_week(DigestPlan(on="wednesday"), now, place) == "2026-W34"
    assert periods.due_week(DigestPlan(on="sunday"), now, place) == "2026-W33"


@pytest.mark.parametrize(
    ("zone", "week", "hours"),
    [
        ("Asia/Shanghai", "2026-W34", 168),
        ("America/Los_Angeles", "2026-W10", 167),
        ("America/Los_Angeles", "2026-W44", 169),
        ("Pacific/Chatham", "2026-W14", 169),
        ("Pacific/Chatham", "2026-W39", 167),
    ],
)
def test_a_week_is_seven_local_days(zone: str, week: str, hours: int) -> None:
    """An hour shorter or longer where the clocks change."""
    place = timing.zone(zone)
    period = periods.chosen(week, timing.parse_instant("2026-12-31", place), place)
    assert period.end - period.start == timedelta(hours=hours)
    assert timing.local_date(period.start, place).weekday() == 0


# --- sent


def test_a_week_is_sent_once(open_desk: Callable[..., pipeline.Desk]) -> None:
    """Every 30 seconds somebody asks; each receiver gets it once, under an id that says what it is."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    assert pipeline.send_due_digest(desk) == ""

    _at(desk, "2026-08-24T07:59")
    assert pipeline.send_due_digest(desk) == ""
    _at(desk, "2026-08-24T08:00")
    assert pipeline.send_due_digest(desk) == "2026-W34"
    for _ in range(5):
        assert pipeline.send_due_digest(desk) == ""
    assert pipeline.send_digest(desk, "2026-W34") is False
    assert pipeline.send_digest(desk, "2026-w34") is False

    assert _told(desk) == [("2026-W34", "folder"), ("2026-W34", "desk")]
    one, other = _digests(desk)
    assert one.id != other.id
    assert one.message.markdown == other.message.markdown == pipeline.digest(desk, "2026-W34")
    assert ("from", "2026-08-17") in one.message.front


def test_another_process_does_not_send_it_again(open_desk: Callable[..., pipeline.Desk]) -> None:
    """The first one died after its transaction: the messages are in the outbox, and stay there alone."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    _at(desk, "2026-08-24T08:00")
    assert pipeline.send_digest(desk, None) is True
    place = desk.home
    desk.close()

    again = open_desk("2026-08-24T08:01", place=place)

    assert pipeline.send_due_digest(again) == ""
    assert pipeline.send_digest(again, "2026-W34") is False
    assert len(_told(again)) == 2
    pipeline.deliver(again)
    assert (place.alerts / "digests" / "2026-W34.md").is_file()


def test_a_transaction_that_fails_leaves_nothing(open_desk: Callable[..., pipeline.Desk]) -> None:
    """The process dies between the claim and the commit: the week is still to be sent."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    _at(desk, "2026-08-24T08:00")
    drawn = digesting.draw(desk, periods.chosen("2026-W34", desk.clock.now(), desk.zone))

    def dying() -> None:
        with desk.store.write(desk.clock.now()) as tx:
            assert digesting.enqueue(desk, tx, drawn) is True
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dying()

    assert _told(desk) == []
    assert pipeline.send_due_digest(desk) == "2026-W34"


def test_two_that_draw_at_once_send_one(open_desk: Callable[..., pipeline.Desk]) -> None:
    """Both have drawn before either has claimed: the second finds the claim."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    _at(desk, "2026-08-24T08:00")
    other = open_desk("2026-08-24T08:00", place=desk.home)
    drawn = [digesting.draw(one, periods.chosen("2026-W34", one.clock.now(), one.zone)) for one in (desk, other)]

    claims = []
    for one, page in zip((desk, other), drawn, strict=True):
        with one.store.write(one.clock.now()) as tx:
            claims.append(digesting.enqueue(one, tx, page))

    assert claims == [True, False]
    assert len(_told(other)) == 2


def test_after_a_gap_only_the_latest_week_is_sent(open_desk: Callable[..., pipeline.Desk]) -> None:
    """Three weeks off: one digest, not three."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    _at(desk, "2026-09-09T12:00")

    assert pipeline.send_due_digest(desk) == "2026-W36"
    assert pipeline.send_due_digest(desk) == ""
    assert {period for period, _ in _told(desk)} == {"2026-W36"}


def test_there_is_none_of_a_week_before_the_home_began(open_desk: Callable[..., pipeline.Desk]) -> None:
    """A home that starts on a Monday at noon has no digest of the week before; one that never ran has none at all."""
    desk = open_desk(MONDAY)
    assert pipeline.send_due_digest(desk) == ""
    pipeline.evaluate(desk)
    assert pipeline.send_due_digest(desk) == ""
    _at(desk, "2026-08-31T08:00")
    assert pipeline.send_due_digest(desk) == "2026-W35"


def test_without_a_plan_nothing_is_due(open_desk: Callable[..., pipeline.Desk]) -> None:
    """Nobody asked for one; who asks by hand gets it."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)
    _at(desk, "2026-08-24T08:00")
    unplanned = replace(desk, declaration=desk.declaration.model_copy(update={"digest": None}))

    assert pipeline.send_due_digest(unplanned) == ""
    assert pipeline.send_digest(unplanned, None) is True


def test_an_unfinished_week_is_not_sent(open_desk: Callable[..., pipeline.Desk]) -> None:
    """It would be the only one of its week."""
    desk = open_desk(MONDAY)
    pipeline.evaluate(desk)

    with pytest.raises(UsageError, match="has not ended"):
        pipeline.send_digest(desk, "2026-W34")
    assert _told(desk) == []


def test_a_sample_goes_past_the_outbox(open_desk: Callable[..., pipeline.Desk], tmp_path: Path) -> None:
    """`notify test folder` writes one file, stores nothing, and says what it did."""
    desk = open_desk(MONDAY)

    lines: list[str] = []
    pipeline.notify_test(desk, "folder", lines.append)

    assert lines[0].startswith("subject: ")
    assert lines[-1] == "folder: the sample was delivered"
    assert list(desk.home.alerts.rglob("*test*.md"))
    assert desk.store.newest() is None
    with pytest.raises(UsageError, match="did you mean 'folder'"):
        pipeline.notify_test(desk, "foldr", lambda line: None)


def test_a_chinese_watch_speaks_chinese_from_the_opening_brief_to_the_digest(
    open_desk: Callable[..., pipeline.Desk],
) -> None:
    """No English is left in any message but what the desk and the sources wrote; keys of front matter are no words."""
    desk = open_desk("2026-08-10T12:00", text=WATCH.replace("timezone:", "language: zh\ntimezone:"))
    pipeline.evaluate(desk)
    _at(desk, "2026-08-19T09:10")
    pipeline.record_value(desk, "orders", "640M", of="2026-06", source="The exchange")
    pipeline.record_value(desk, "orders", "800M", of="2026-07", source="The exchange")
    pipeline.record_event(desk, "rounds", "宽居机器人完成超20亿元C轮融资", of="2026-08-19", source="Caixin")
    pipeline.evaluate(desk)
    _at(desk, "2026-08-24T08:00")
    pipeline.send_due_digest(desk)

    with desk.store.read() as connection:
        said = [one.rendered for one in db.outbox.deliveries(connection) if one.receiver == "folder"]
    foreign = (
        r"Kuanju|Orders|Rounds|The exchange|Caixin|Revenue|Market|Launches of others|Mayi|the report|the plan|CNY|\d+M|"
    )
    foreign += (
        r"tracker ack \d+ --as useful.noise.wrong|Asia/Shanghai|silent|deadline|orders\.\w+|rounds\.\w+|low|seen|W\d\d"
    )
    assert len(said) >= 4
    for one in said:
        text = " ".join(f"{one.subject} {one.text}".split())
        assert sorted(set(re.findall(r"[A-Za-z]{2,}", re.sub(foreign, "", text)))) == []
    assert any("Orders（Kuanju）：8亿元，低于 10亿元" in one.subject for one in said)
