"""A backtest decides as a home decides that lives through the same days: of every kind, on both clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tracker import db, pipeline
from tracker.errors import DeclarationError, UsageError
from tracker.model.told import Message, Rendered, Transition
from tracker.pipeline import Desk
from tracker.rehearsal.backtest import backtest
from tracker.rehearsal.replaying import Span, replay
from tracker.settings import Home
from tracker.timing import ManualClock

START = datetime(2026, 1, 1, tzinfo=UTC)
WATCH = """\
watch: desk
timezone: UTC
receivers: {mail: {kind: markdown}, book: {kind: markdown}}
defaults: {receivers: {warning: [mail], critical: [mail, book]}}
subjects: {a: {name: Aaa}, b: {name: Bbb}, c: {name: Ccc}, d: {name: Ddd}}
indicators:
  sales:
    name: Sales
    unit: x
    subjects: [a, b, c, d]
    targets: [{value: 100, by: 2026-06-30, published: 2025-12-01}]
    rules:
      low: {kind: threshold, levels: {warning: "< 20", critical: "< 10"}, clear: ">= 30", max_age: 60d}
      slow: {kind: threshold, fire: "< 30", for: 9d, keep_firing_for: 4d, repeat: 14d, subject: a}
      drop: {kind: change, window: 20d, tolerance: 10d, fire: "<= -20", severity: info}
      old: {kind: stale, every: 15d, grace: 5d}
      behind: {kind: pace, fire: "< 0.8", from: 2026-01-01, from_value: 0, subject: a}
      peer: {kind: peers, fire: "< 0.7", min_peers: 2}
      day: {kind: due, before: [90d, 30d], report_lag: 10d, subject: a}
      odd: {kind: anomaly, fire: "> 3.5", min_n: 4, subject: a}
      both: {kind: composite, when: low and not news.many, subject: a}
  news:
    name: Rounds
    event: funding
    subject: a
    complete: 2025-01..2026-12
    story_window: 6d
    rules:
      told: {kind: event}
      none: {kind: velocity, window: 30d, fire: "< 1"}
      many: {kind: velocity, window: 30d, fire: ">= 2"}
"""
RULES = (
    "sales.low", "sales.slow", "sales.drop", "sales.old", "sales.behind", "sales.peer", "sales.day", "sales.odd", "sales.both",
    "news.told", "news.none", "news.many",
)  # fmt: skip
#: (day on which it becomes known, subject, value, day that it speaks of)
VALUES = [
    (0, "a", "50", 0), (0, "b", "40", 0), (0, "c", "45", 0), (5, "d", "42", 5), (10, "a", "35", 9), (20, "a", "18", 20),
    (20, "b", "39", 19), (26, "a", "9", 25), (30, "a", "19", 25), (40, "a", ">=15", 40), (44, "a", "25", 43), (50, "a", "60", 49),
    (55, "c", "8", 55), (60, "c", "55", 55), (120, "a", "16", 118), (190, "a", "120", 181),
]  # fmt: skip
EVENTS = [
    (12, "one", "reported"),
    (70, "two", "rumoured"),
    (75, "two", "confirmed"),
    (77, "three", "reported"),
    (90, "old", "reported"),
]


def day(number: float) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=number)


def _dated(number: int) -> str:
    return day(number).date().isoformat()


def _values(desk: Desk, number: int, published: str | None = None) -> None:
    """Enter the values that become known on a day."""
    for known, subject, value, of in VALUES:
        if known == number:
            pipeline.record_value(desk, "sales", value, subject=subject, of=_dated(of), published=published)


def _events(desk: Desk, number: int, published: str | None = None) -> None:
    """Enter the events that become known on a day; one is of long ago."""
    for known, key, status in EVENTS:
        if known == number:
            of = _dated(known - 60 if key == "old" else known)
            pipeline.record_event(desk, "news", f"Round {key}", of=of, status=status, published=published)  # type: ignore[arg-type]


@contextmanager
def _desk(home: Callable[..., Home], name: str, text: str = WATCH) -> Iterator[Desk]:
    with pipeline.open_desk(home(text, name=name), ManualClock(START)) as desk:
        yield desk


def _live(desk: Desk, until: int) -> list[tuple[datetime, Message]]:
    """A pass at each day and each deadline; everything is sent."""
    sent: list[tuple[datetime, Message]] = []

    def send(receiver: str, message: Message, rendered: Rendered, now: datetime) -> None:
        sent.append((now, message))

    days = {day(number) for number in range(until + 1)}
    last = START
    while days:
        at = min(days)
        days.discard(at)
        desk.clock = ManualClock(at)
        if at == day((at - START).days):
            _values(desk, (at - START).days)
            _events(desk, (at - START).days)
        pipeline.evaluate(desk)
        pipeline.deliver(desk, send=send)
        wake = pipeline.next_wake(desk)
        if wake is not None and last < wake < day(until):
            days.add(wake)
        last = at
    return sent


def _told(changes: list[Transition]) -> list[tuple[Any, ...]]:
    """What a transition says, but for the numbers of rows, which are others in another store."""
    return [
        (one.at, one.indicator, one.rule, one.subject, one.what, one.severity, one.episode, one.key, one.reason, one.evidence.compared)
        for one in changes
    ]  # fmt: skip


UNTIL = 200


@pytest.fixture(name="lived", scope="module")
def _lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, list[tuple[datetime, Message]]]]:
    """A home that lived through it day by day, with what it sent."""
    root = tmp_path_factory.mktemp("lived")
    (root / "indicators.yaml").write_text(WATCH, encoding="utf-8")
    with pipeline.open_desk(Home(root, {}), ManualClock(START)) as desk:
        yield desk, _live(desk, UNTIL)


@pytest.mark.parametrize("name", RULES)
def test_on_the_recorded_clock_it_gives_what_the_home_decided(
    name: str, lived: tuple[Desk, list[tuple[datetime, Message]]]
) -> None:
    """Every transition of the rule, with its time and its reason; some of it happened at all."""
    desk, _ = lived
    indicator, _, rule = name.partition(".")
    span = Span(start=START, end=day(UNTIL), clock="recorded")

    with desk.store.read() as connection:
        played = replay(desk, connection, desk.declaration.indicators[indicator].rules[rule], span)
        decided = db.alerts.transitions(connection, rule=name)

    assert sorted(_told([one for one in played if (one.indicator, one.rule) == (indicator, rule)])) == sorted(
        _told(decided)
    )
    assert decided


@pytest.mark.parametrize("name", RULES)
def test_what_it_would_have_said_is_what_was_said(
    name: str, lived: tuple[Desk, list[tuple[datetime, Message]]]
) -> None:
    """Each message but the opening brief, which the first day's words go into."""
    desk, sent = lived
    indicator, _, rule = name.partition(".")
    (row,) = backtest(desk, name, Span(start=START, end=day(UNTIL), clock="recorded"))

    said = [
        (at, message.receiver, item.word, item.subject)
        for at, message in sent
        for item in message.items
        if (item.indicator, item.rule) == (indicator, rule)
    ]
    played = [
        (one["at"], one["receiver"], item["word"], item["subject"]) for one in row["said"] for item in one["items"]
    ]
    assert sorted(played) == sorted(said)
    assert row["messages"] == len(row["said"])


@pytest.mark.parametrize("name", RULES)
def test_on_the_published_clock_an_import_is_as_good_as_having_been_there(
    name: str, lived: tuple[Desk, list[tuple[datetime, Message]]], home: Callable[..., Home]
) -> None:
    """The same rows entered years later, in the wrong order, each with the day on which anyone could know it."""
    indicator, _, rule = name.partition(".")
    with _desk(home, "late") as desk:
        desk.clock = ManualClock(datetime(2028, 1, 1, tzinfo=UTC))
        for number in sorted({one[0] for one in VALUES}, reverse=True):
            _values(desk, number, published=_dated(number))
        for number in sorted({one[0] for one in EVENTS}):
            _events(desk, number, published=_dated(number))
        span = Span(start=START, end=day(UNTIL))
        with desk.store.read() as connection:
            played = replay(desk, connection, desk.declaration.indicators[indicator].rules[rule], span)
        before = desk.store.seq(), desk.store.newest()
        backtest(desk, name, span)
        assert (desk.store.seq(), desk.store.newest()) == before

    with lived[0].store.read() as connection:
        decided = db.alerts.transitions(connection, rule=name)
    assert sorted(_told([one for one in played if (one.indicator, one.rule) == (indicator, rule)])) == sorted(
        _told(decided)
    )


def test_what_was_known_before_is_history_to_an_event_rule(lived: tuple[Desk, list[tuple[datetime, Message]]]) -> None:
    """A rule that begins later tells of none of it, nor of what confirms it."""
    desk, _ = lived

    (row,) = backtest(desk, "news.told", Span(start=day(72), end=day(UNTIL), clock="recorded"))

    assert [one["why"] for one in row["episodes"]] == ["Round three"]


def test_two_versions_side_by_side(lived: tuple[Desk, list[tuple[datetime, Message]]], tmp_path: Path) -> None:
    """What only one says, what the other says at another time; each row from its own side."""
    desk, _ = lived
    other = tmp_path / "other.yaml"
    other.write_text(
        WATCH.replace('warning: "< 20", critical: "< 10"}, clear: ">= 30"', 'warning: "< 10"}, clear: ">= 22"')
    )
    span = Span(start=START, end=day(UNTIL), clock="recorded")

    mine, theirs = backtest(desk, "sales.low", span, against=other)

    assert (mine["version"], theirs["version"]) == ("declared", str(other))
    assert mine["hash"] != theirs["hash"]
    assert mine["days_firing"] > theirs["days_firing"]
    assert [(one["subject"], one["from"]) for one in mine["only"]] == [("a", day(120))]
    assert theirs["only"] == []
    assert [(one["subject"], one["from"], one["other_from"], one["other_to"]) for one in mine["shifted"]] == [
        ("a", day(20), day(26), day(44)),
        ("c", day(55), day(55), day(60)),  # at the same time, in another severity
    ]
    assert [one["other_severity"] for one in mine["shifted"]] == ["warning", "warning"]
    assert [(one["other_from"], one["other_severity"]) for one in theirs["shifted"]] == [
        (day(20), "critical"), (day(55), "critical"),
    ]  # fmt: skip


def test_the_numbers_of_a_row(lived: tuple[Desk, list[tuple[datetime, Message]]]) -> None:
    """Days per subject and in all, what could not be told and why, messages a week."""
    desk, _ = lived

    (row,) = backtest(desk, "sales.low", Span(start=START, end=day(70), clock="recorded"))

    by_subject = {one["subject"]: one for one in row["subjects"]}
    assert [(one["from"], one["to"], one["severity"]) for one in row["episodes"] if one["subject"] == "a"] == [
        (day(20), day(50), "critical")
    ]
    assert str(by_subject["a"]["days_firing"]) == "30.00"
    assert str(by_subject["c"]["days_firing"]) == "5.00"
    assert str(row["days_firing"]) == "35.00"
    assert {"subject": "d", "from": START, "to": day(5), "why": "no value yet"} in row["unknown"]
    assert (row["messages"], str(row["messages_a_week"])) == (len(row["said"]), f"{len(row['said']) / 10:.2f}")


def test_a_rule_that_another_one_inhibits_is_quiet(home: Callable[..., Home]) -> None:
    """The one that keeps it quiet is played with it, and is not counted."""
    text = WATCH.replace("indicators:\n", "inhibit: [{source: sales.old, target: sales.low}]\nindicators:\n", 1)
    with _desk(home, "plain") as loud, _desk(home, "inhibited", text) as quiet:
        for desk in (loud, quiet):
            pipeline.record_value(desk, "sales", "25", subject="b", of="2026-01-01")
            desk.clock = ManualClock(day(30))
            pipeline.record_value(desk, "sales", "5", subject="b", of="2026-01-02")
        span = Span(start=START, end=day(60), clock="recorded")
        (spoken,) = backtest(replace(loud, clock=ManualClock(day(60))), "sales.low", span)
        (silent,) = backtest(replace(quiet, clock=ManualClock(day(60))), "sales.low", span)

    assert [item["word"] for one in spoken["said"] for item in one["items"]] == ["firing", "firing"]  # mail and book
    assert silent["said"] == []
    assert silent["episodes"] == spoken["episodes"] != []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sales.lw", "did you mean sales.low"),
        ("low", "did you mean sales.low"),
        ("sales", "its rules are sales.low, "),
        ("x", "there is: sales.low"),
    ],
)
def test_a_rule_that_is_not_there(name: str, words: str, lived: tuple[Desk, list[tuple[datetime, Message]]]) -> None:
    """Exit 2, with what may have been meant; the other file is named when it is missing there."""
    desk, _ = lived
    with pytest.raises(UsageError, match=words):
        backtest(desk, name, Span(start=START, end=day(9)))


def test_another_file_must_hold_the_rule(lived: tuple[Desk, list[tuple[datetime, Message]]], tmp_path: Path) -> None:
    """And be a declaration; a backtest of no time is refused."""
    desk, _ = lived
    other = tmp_path / "other.yaml"
    other.write_text(WATCH.replace("      low: {", "      lower: {").replace("low and", "lower and"), encoding="utf-8")
    span = Span(start=START, end=day(9))

    with pytest.raises(UsageError, match=r"other\.yaml: no rule 'sales\.low'.*sales\.lower"):
        backtest(desk, "sales.low", span, against=other)
    with pytest.raises(DeclarationError):
        backtest(desk, "sales.low", span, against=tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="after its start"):
        backtest(desk, "sales.low", replace(span, end=START))
