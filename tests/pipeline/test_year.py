"""A year of the shipped watch with the baseline alone: each date was worked out by hand, in the comments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tracker import db, indicators, pipeline, timing
from tracker.db import Store
from tracker.indicators import starter
from tracker.model.told import Transition
from tracker.settings import Home
from tracker.timing import ManualClock

SHANGHAI = timing.zone("Asia/Shanghai")


def _desk(root: Path, first: str) -> pipeline.Desk:
    """A home as `init` makes it, without its sources, that has not run yet."""
    starter.make(root)
    home = Home(root, {})
    declaration = indicators.load_file(home.declaration, pipeline.kinds()).model_copy(update={"sources": {}})
    clock = ManualClock(timing.parse_instant(first, SHANGHAI))
    return pipeline.Desk(home=home, declaration=declaration, store=Store.memory(), clock=clock)


def _pass(desk: pipeline.Desk) -> list[Transition]:
    transitions = list(pipeline.evaluate(desk).transitions)
    pipeline.deliver(desk)
    return transitions


@pytest.fixture(name="year", scope="module")
def _year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[pipeline.Desk, list[Transition]]]:
    """Daily passes from 2025-12-01 to 2026-11-30, each at midnight in Shanghai."""
    desk = _desk(tmp_path_factory.mktemp("year") / "home", "2025-12-01")
    clock = desk.clock
    assert isinstance(clock, ManualClock)
    transitions: list[Transition] = []
    for _ in range(365):
        transitions += _pass(desk)
        clock.advance(timedelta(days=1))
    yield desk, transitions
    desk.close()


def _day(at: datetime) -> str:
    """The Shanghai time of a transition: a bare date where it is midnight."""
    local = at.astimezone(SHANGHAI)
    return local.strftime("%Y-%m-%d" if local.hour == local.minute == 0 else "%Y-%m-%dT%H:%M")


def _told(transitions: list[Transition], *words: str) -> list[str]:
    return [
        f"{_day(one.at)} {one.indicator}.{one.rule} {one.what}"
        for one in transitions
        if one.what in words and one.subject == "stepfun"
    ]


def test_every_rule_speaks_on_its_day(year: tuple[pipeline.Desk, list[Transition]]) -> None:
    """Nothing fires early, late or twice."""
    _, transitions = year

    assert _told(transitions, "firing", "upcoming", "unknown", "overdue", "met", "missed", "escalated") == [
        # 45x is dated by the end of 2024-H2, 2025-01-01; 92 d and 30 d of grace end on 2025-05-03, before the first pass
        "2025-12-01 api_call_growth.no_new_figure firing",
        # 30 days before 2025-12-31
        "2025-12-01 revenue.result upcoming",
        # the day of the target has ended and no figure is known
        "2026-01-01 revenue.result unknown",
        # the last round lies in 2024-12, so it has surely left (t - 365 d, t] at 2025-01-01 + 365 d; the desk vouches for
        # 2023-04..2025-11, and every day since was watched
        "2026-01-01 funding.quiet_year firing",
        # watched since 2025-12-01: 45 days are whole on 2026-01-15, and nothing named the company
        "2026-01-15 attention.unmentioned firing",
        # 120 days are whole on 2026-03-31; the undated releases lie before 2025-11-30
        "2026-03-31 releases.quiet firing",
        # never a figure: 92 d and 30 d after the first pass
        "2026-04-02 terminal_devices.never_seen firing",
        # the end of 2025-12-31 and 120 days for the report
        "2026-05-01 revenue.result overdue",
        # 180 d after the first pass
        "2026-05-30 benchmark.unlisted firing",
        # 2025-01-01 + 548 d
        "2026-07-03 funding.quiet_18m firing",
        # 180 and 90 days before 2026-12-31; 30 days before is 2026-12-01, outside this year
        "2026-07-04 terminal_devices.deadline upcoming",
        # 270 days are whole
        "2026-08-28 deals.none firing",
        "2026-10-02 terminal_devices.deadline upcoming",
    ]


def test_what_nobody_measured_is_no_data_and_no_alert(year: tuple[pipeline.Desk, list[Transition]]) -> None:
    """The baseline has ranks and no scores: who is behind cannot be told on the first day, nor on any other of the year."""
    _, transitions = year

    assert [(_day(one.at), one.subject, one.what, one.reason) for one in transitions if one.rule == "behind"] == [
        ("2025-12-01", "stepfun", "nodata", "no value yet")
    ]


def test_behind_fires_and_clears_on_scores_of_one_edition(tmp_path: Path) -> None:
    """Fires under 0.9 of the peers' median, holds up to 0.97, and cannot tell once no peer has a score of the last 180 days."""
    desk = _desk(tmp_path / "home", "2026-01-01")
    clock = desk.clock
    assert isinstance(clock, ManualClock)
    told = _pass(desk)
    for day, edition, scores in [
        ("2026-01-10", "LiveBench 2026-01", {"stepfun": "70"}),  # nobody to compare with
        ("2026-01-11", "Arena 2026-01", {"deepseek": "60"}),  # …on another board there still is nobody
        ("2026-01-12", "LiveBench 2026-01", {"deepseek": "80"}),  # 70 / 80 = 0.875: behind
        ("2026-01-13", "LiveBench 2026-01", {"openai": "70"}),  # 70 / 75 = 0.933: better, not good
        ("2026-02-10", "LiveBench 2026-02", {"deepseek": "80", "openai": "84", "stepfun": "80"}),  # 80 / 82 = 0.976
    ]:
        clock.set(timing.parse_instant(day, SHANGHAI))
        for subject, score in scores.items():
            pipeline.record_value(desk, "benchmark", score, subject=subject, edition=edition, of=day)
        told += _pass(desk)
    clock.set(timing.parse_instant("2026-09-01", SHANGHAI))
    told += _pass(desk)

    steps = [(_day(one.at), one.what, one.reason) for one in told if one.rule == "behind"]
    assert [step for step in steps if step[1] in ("firing", "resolved")] == [
        ("2026-01-12", "firing", ""),
        ("2026-02-10", "resolved", ""),
    ]
    # an actual of a day that is recorded at its first instant ends there: 180 d after 2026-02-10
    assert steps[-1] == ("2026-08-09", "nodata", "only 0 of 1 peers have a fresh value")
    (file,) = (desk.home.alerts / "2026").glob("*-benchmark.behind-stepfun-*.md")
    text = file.read_text(encoding="utf-8")
    assert "a median of 80 of 1 peer: 0.88 against" in text
    assert "how far behind is the desk's" in text
    desk.close()


def test_no_event_of_the_baseline_speaks(year: tuple[pipeline.Desk, list[Transition]]) -> None:
    """History is noted as late, at once, and never sent."""
    desk, transitions = year

    assert _told(transitions, "event", "confirmed", "denied") == []
    late = [one for one in transitions if one.what == "late"]
    assert len(late) > 5
    assert {_day(one.at) for one in late} == {"2025-12-01"}
    with desk.store.read() as connection:
        words = {said.word for said in db.outbox.said(connection)}
    assert not words & {"event", "confirmed", "denied"}


def test_info_waits_for_the_digest(year: tuple[pipeline.Desk, list[Transition]]) -> None:
    """`quiet_year`, `never_seen` and `unlisted` are transitions and no messages."""
    desk, _ = year

    with desk.store.read() as connection:
        rules = {alert.id: alert.rule for alert in db.alerts.alerts(connection)}
        spoken = {rules[said.alert] for said in db.outbox.said(connection)}
    assert spoken == {"no_new_figure", "result", "unmentioned", "quiet", "quiet_18m", "deadline", "none"}


def test_every_message_was_sent_once(year: tuple[pipeline.Desk, list[Transition]]) -> None:
    """One opening brief, then one message per transition that is spoken."""
    desk, _ = year

    with desk.store.read() as connection:
        sent = db.outbox.deliveries(connection)
    assert {one.state for one in sent} == {"sent"}
    assert [one.kind for one in sent] == ["opening"] + ["alert"] * 8
    opening = desk.home.alerts / "2025" / "2025-12-01-opening.md"
    assert opening.is_file()


def test_a_first_start_a_year_later_finds_the_net_state(tmp_path: Path) -> None:
    """One opening brief; what needs watching cannot tell yet."""
    desk = _desk(tmp_path / "home", "2026-11-23")

    transitions = _pass(desk)

    assert _told(transitions, "firing", "upcoming", "unknown", "overdue", "met", "missed") == [
        "2026-11-23 api_call_growth.no_new_figure firing",
        "2026-11-23 terminal_devices.deadline upcoming",
        "2026-11-23 revenue.result overdue",
    ]
    since = {one.rule: one.evidence.since and _day(one.evidence.since) for one in transitions if one.evidence.since}
    assert since["no_new_figure"] == "2025-05-03"
    assert since["result"] == "2026-05-01"
    brief = (desk.home.alerts / "2026" / "2026-11-23-opening.md").read_text(encoding="utf-8")
    assert "due in 38 days" in brief
    assert "2026-05-01" in brief
    desk.close()


def test_the_home_is_empty_before_the_baseline_was_written(tmp_path: Path) -> None:
    """A pass at an earlier time imports nothing; the first that has reached the newest row imports all, once."""
    desk = _desk(tmp_path / "home", "2025-11-29")
    _pass(desk)
    with desk.store.read() as connection:
        assert db.news.events(connection) == []
    clock = desk.clock
    assert isinstance(clock, ManualClock)

    clock.set(timing.parse_instant("2025-11-30", SHANGHAI))
    _pass(desk)
    _pass(desk)

    with desk.store.read() as connection:
        assert len(db.news.events(connection)) + len(db.observations.vintages(connection)) == 87
    desk.close()
