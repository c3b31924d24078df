"""event and due: what is said once of each event, and of each target on its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.rules.making import HOUR, SECOND, START, at, fact, rule_of, told
from tracker import rules, timing
from tracker.model.told import RuleState
from tracker.rules.facts import Fact, Knowledge

# ------------------------------------------------------------------------------------------------ event


def _events(*rows: Fact) -> Knowledge:
    return Knowledge(own=rows)


@pytest.mark.parametrize(
    ("grade", "event", "severity"),
    [
        ({"match": "ceo"}, {"title": "The CEO leaves"}, "critical"),
        ({"match": ["CTO", "首席"]}, {"title": "首席科学家离职"}, "critical"),
        ({"match": "ceo"}, {"title": "somebody leaves"}, "info"),
        ({"people": "declared"}, {"people_declared": True}, "critical"),
        ({"people": "declared"}, {}, "info"),
        ({"role": ["Founder", "CTO"]}, {"role": "cto"}, "critical"),
        ({"role": "founder"}, {"role": "co-founder"}, "info"),
        ({"counterparty": "Carmaker"}, {"counterparty": ("bank", "carmaker")}, "critical"),
        ({"counterparty": ["bank"]}, {"counterparty": ()}, "info"),
        ({"role": "CEO", "people": "declared"}, {"role": "CEO"}, "info"),
        ({"role": "CEO", "people": "declared"}, {"role": "CEO", "people_declared": True}, "critical"),
        ({}, {}, "critical"),
    ],
)
def test_a_grade_holds_when_every_part_of_it_does(grade: dict[str, Any], event: dict[str, Any], severity: str) -> None:
    """The first that holds sets the severity, else the rule's own stands."""
    graded = [{**grade, "severity": "critical"}, {"match": "nothing like it", "severity": "warning"}]

    telling = told(_events(fact(1, 0, key="k", **event)), at(0), "event", severity="info", grade=graded)

    assert [one.severity for one in telling.told] == [severity]


def test_the_first_grade_that_holds_counts() -> None:
    """Also when a graver one stands below."""
    grade = [{"match": "left", "severity": "info"}, {"match": "CEO", "severity": "critical"}]

    telling = told(_events(fact(1, 0, key="k", title="CEO left")), at(0), "event", grade=grade)

    assert telling.told[0].severity == "info"


@pytest.mark.parametrize(
    ("dated", "until", "known", "word"),
    [
        (0, 0, 24 * 30, "event"),
        (0, 0, 24 * 30 + 0.01, "late"),
        (0, 48, 24 * 32, "event"),
        (0, 48, 24 * 32 + 0.01, "late"),
        (900, 2000, 1000, "event"),
    ],
)
def test_an_event_is_late_more_than_thirty_days_after_its_date(
    dated: float, until: float, known: float, word: str
) -> None:
    """A vague date may be its last instant, but no later than we learned of it."""
    telling = told(_events(fact(1, dated, key="k", until=until, known=known)), at(known), "event")

    assert [one.what for one in telling.told] == [word]


def test_history_is_late_however_new_its_date() -> None:
    """An import says so of itself."""
    assert told(_events(fact(1, 0, key="k", late=True)), at(0), "event").told[0].what == "late"


def test_what_an_event_rule_remembers_is_how_far_it_has_read() -> None:
    """A second look says nothing, also where a row with an older date was learned later."""
    known = _events(fact(1, 9, key="a"), fact(2, 3, key="b", known=9), fact(3, 9, key="c", kind="estimate"))

    first = told(known, at(9), "event")
    again = told(known, at(9), "event", dict(first.memory))

    assert [one.key for one in first.told] == ["a", "b"]
    assert (again.told, again.memory) == ([], first.memory)
    assert told(known, at(8), "event").told == []


# ------------------------------------------------------------------------------------------------ due


def _due(by: str, zone: str, value: str = "100", **more: Any) -> Fact:
    period = timing.parse_period(by, timing.zone(zone))
    return replace(fact(1, 0, value, kind="target", **more), by=period)


@pytest.mark.parametrize(
    ("zone", "by", "said"),
    [
        # Clocks go forward on 2026-03-29 and back on 2026-10-25; each day begins at its own midnight.
        (
            "Europe/Berlin",
            "2026-04-10",
            ["2026-03-10T23:00 upcoming", "2026-04-10T22:00 unknown", "2026-10-10T22:00 overdue"],
        ),
        (
            "Europe/Berlin",
            "2026-10-30",
            ["2026-09-29T22:00 upcoming", "2026-10-30T23:00 unknown", "2027-05-01T22:00 overdue"],
        ),
        # In Cairo the first instant of 2026-04-24 is 01:00.
        (
            "Africa/Cairo",
            "2026-05-24",
            ["2026-04-23T22:00 upcoming", "2026-05-24T21:00 unknown", "2026-11-23T22:00 overdue"],
        ),
        (
            "Asia/Shanghai",
            "2026-04-10",
            ["2026-03-10T16:00 upcoming", "2026-04-10T16:00 unknown", "2026-10-10T16:00 overdue"],
        ),
        ("UTC", "2026-04", ["2026-03-31T00:00 upcoming", "2026-05-01T00:00 unknown", "2026-10-31T00:00 overdue"]),
    ],
)
def test_milestones_are_local_days_also_where_the_clocks_change(zone: str, by: str, said: list[str]) -> None:
    """`upcoming` at the first instant of the day 30 (31 for March) days ahead, `overdue` at the end of the 183rd day after."""
    before = {"2026-04-10": "30d", "2026-10-30": "30d", "2026-05-24": "30d", "2026-04": "30d"}[by]
    known = Knowledge(targets=[_due(by, zone)], zone=timing.zone(zone))
    rule = rule_of("due", before=before, report_lag="183d")

    state = RuleState(indicator="i", rule="r", subject="x", born=START)
    made = rules.advance(rule, rules.KINDS["due"], known, state, START + timedelta(days=700)).transitions

    assert [f"{one.at:%Y-%m-%dT%H:%M} {one.what}" for one in made] == said
    assert {one.key for one in made} == {"2026-04-30" if by == "2026-04" else by}


@pytest.mark.parametrize(
    ("target", "values", "word"),
    [
        ("100", [("2026-03-31", "100")], "met"),
        ("100", [("2026-03-31", "99")], "missed"),
        ("100", [("2026-03-30", "99")], "unknown"),
        ("100", [("2026-03-30", "101")], "met"),
        ("100", [("2026-Q1", "99")], "missed"),
        ("100", [("2026-03-31", "90..110")], "unknown"),
        ("100", [("2026-03-31", ">=100")], "met"),
        (">=100", [("2026-03-31", "100")], "met"),
        ("<=100", [("2026-03-31", "100")], "met"),
        ("<=100", [("2026-03-31", "101")], "missed"),
        ("90..100", [("2026-03-31", "90")], "met"),
        ("100", [("2026-02-01", "120"), ("2026-03-31", "90")], "met"),
        ("100", [("2026-03-31", "90"), ("2026-03-31", "110")], "met"),
        ("100", [], "unknown"),
    ],
)
def test_a_target_is_met_missed_or_unknown_at_the_end_of_its_day(
    target: str, values: list[tuple[str, str]], word: str
) -> None:
    """An older figure below says nothing of the day; one that reached the target already does."""
    utc = timing.zone("UTC")
    rows = []
    for seq, (of, value) in enumerate(values, 2):
        period = timing.parse_period(of, utc)
        end = period.start if len(of) == 10 else period.end
        rows.append(replace(fact(seq, 0, value, known=1), start=period.start, end=end))
    known = Knowledge(own=rows, targets=[_due("2026-03-31", "UTC", target)])
    end = datetime(2026, 4, 1, tzinfo=UTC)

    assert told(known, end - SECOND, "due").told == []
    telling = told(known, end, "due")
    assert [(one.what, one.key) for one in telling.told] == [(word, "2026-03-31")]
    assert told(known, end + HOUR, "due", dict(telling.memory)).told == []


def test_several_days_ahead_are_said_one_by_one_and_the_net_state_when_first_heard_of() -> None:
    """A target that is learned between two milestones is told at once, in the state of then."""
    target = replace(_due("2026-03-31", "UTC"), known=datetime(2026, 3, 15, tzinfo=UTC))
    state = RuleState(indicator="i", rule="r", subject="x", born=START)
    rule = rule_of("due", before=["60d", "30d", "10d"])

    made = rules.advance(
        rule, rules.KINDS["due"], Knowledge(targets=[target]), state, START + timedelta(days=99)
    ).transitions

    assert [f"{one.at:%m-%d} {one.what}" for one in made] == ["03-15 upcoming", "03-21 upcoming", "04-01 unknown"]


def test_what_is_over_is_told_only_to_rules_that_match_it() -> None:
    """The end of a contract is no contract that was signed; nor does it count as one."""
    known = _events(fact(1, 0, key="k", title="ended: Acme and Bolt", ending=True))
    assert list(told(known, at(0), "event").told) == []
    assert [one.what for one in told(known, at(0), "event", match="ended").told] == ["event"]
    assert [one.what for one in told(known, at(0), "event", match="signed").told] == []
