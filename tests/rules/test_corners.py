"""More of what a mutation check found: the corners of what all kinds share in which a small mistake makes a difference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.rules.making import START, at, changes, fact, judged, rule_of
from tests.rules.test_machine import breach, clear, run
from tracker import rules
from tracker.model.told import RuleState
from tracker.rules.facts import Fact, Knowledge
from tracker.rules.verdict import nodata

# ------------------------------------------------------------------------------------------------ advancing


def test_only_a_change_of_health_bears_the_reason_of_the_health() -> None:
    """What fires because data are missing has no reason of its own."""
    made = changes(Knowledge(), 1, "threshold", fire="< 8", on_nodata="alert")

    assert [(one.what, one.reason) for one in made] == [("nodata", "no value yet"), ("firing", "")]


def test_what_is_told_has_the_severity_of_its_grade_and_no_episode() -> None:
    """Without a grade that of its rule."""
    known = Knowledge(own=[fact(1, 1, key="a", title="CEO left"), fact(2, 1, key="b", title="a visit")])

    made = changes(known, 2, "event", severity="info", grade=[{"match": "left", "severity": "critical"}])

    assert [(one.key, one.severity, one.episode) for one in made] == [("a", "critical", 0), ("b", "info", 0)]


@pytest.mark.parametrize(
    ("newer", "withdrawn", "reason"),
    [
        (2, 5, ""),  # the newer value had cleared it before the old one was withdrawn
        (2, 1.5, "retracted"),
    ],
)
def test_a_value_that_is_withdrawn_later_is_no_reason_yet(newer: float, withdrawn: float, reason: str) -> None:
    """Looked at afterwards, in one go."""
    old = fact(2, 1, "70", hidden=at(withdrawn), hidden_seq=3 if withdrawn < newer else 4, retracted=True)
    known = Knowledge(own=[fact(1, 0, "90"), old, fact(4 if withdrawn < newer else 3, newer, "95")])

    made = changes(known, 9, "threshold", fire="< 80")

    assert [(one.what, one.reason) for one in made] == [("firing", ""), ("resolved", reason)]


def test_what_decides_instead_is_newer_than_the_withdrawal_by_its_newest_row() -> None:
    """A change rests on two rows, of which the reference is old."""
    gone = fact(2, 10, "50", hidden=at(15), hidden_seq=4, retracted=True)
    known = Knowledge(own=[fact(1, 0, "100"), gone, fact(5, 12, "99", known=15)])

    made = changes(known, 30, "change", window="9h", tolerance="9h", fire="<= -20")

    assert [(one.what, one.reason) for one in made][-1] == ("resolved", "")


def test_an_error_too_is_looked_at_again() -> None:
    """When the next value comes of age."""
    rows = [replace(fact(1, 1), op="invalid"), fact(2, 20, "9", known=1)]

    verdict = judged(Knowledge(own=rows), at(2), "threshold", fire="< 8")

    assert (verdict.outcome, verdict.wake) == ("error", at(20))


def test_a_value_that_grew_too_old_was_not_revised() -> None:
    """Where missing data count as clear."""
    known = Knowledge(own=[fact(1, 0, "5")])

    made = changes(known, 9, "threshold", fire="< 8", max_age="3h", on_nodata="ok")

    assert [(one.what, one.reason) for one in made][-1] == ("resolved", "")


def test_a_state_bears_the_version_of_its_rule() -> None:
    """So that a changed rule is seen as such."""
    rule = rule_of("threshold", fire="< 8", hash="abc")
    born = RuleState(indicator="i", rule="r", subject="x", born=START)

    assert rules.advance(rule, rules.KINDS["threshold"], Knowledge(), born, at(1)).state.rule_hash == "abc"


# ------------------------------------------------------------------------------------------------ the machine


@pytest.mark.parametrize(
    ("severities", "own", "what"),
    [
        (("info", "warning"), "warning", "escalated"),
        (("info", "critical"), "critical", "escalated"),
        (("critical", "warning"), "info", "downgraded"),
        (("warning", "info"), "info", "downgraded"),
    ],
)
def test_graver_and_milder_are_seen_from_what_fires(severities: tuple[str, str], own: str, what: str) -> None:
    """Not from the rule's own severity, which levels do not use."""
    before, after = severities
    steps = run(rule_of("threshold", fire="< 80", severity=own), breach(severity=before), breach(1, 2, severity=after))

    assert [(one.what, one.severity) for one in steps[1].changes] == [(what, after)]


def test_missing_data_that_count_as_a_breach_begin_with_the_severity_of_the_rule() -> None:
    """Not with that of an episode that is over."""
    rule = rule_of("threshold", fire="< 80", on_nodata="alert")
    steps = run(rule, breach(severity="critical"), clear(1), nodata("no value yet"))

    assert [(one.what, one.severity) for one in steps[2].changes][-1] == ("firing", "warning")


def test_missing_data_that_count_as_clear_resolve_once() -> None:
    """Without a date they are one confirmation; where two are asked for, that is one too few."""
    for count, whats in ((1, ["nodata", "resolved"]), (2, ["nodata"])):
        steps = run(rule_of("threshold", fire="< 80", on_nodata="ok", clear_count=count), breach(), nodata("too old"))
        assert [one.what for one in steps[1].changes] == whats
        assert [one.reason for one in steps[1].changes] == [""] * len(whats)


# ------------------------------------------------------------------------------------------------ reach


def _enough(own: list[Fact], floor: float, kind: str, memory: dict[str, Any] | None = None, **raw: Any) -> bool:
    rule = rule_of(kind, **raw)
    state = RuleState(
        indicator="i", rule="r", subject="x", born=START, evaluated_to=at(50), rule_hash=rule.hash, memory=memory or {}
    )
    return rules.suffices(own, at(floor), rule, rules.KINDS[kind], state)


def test_only_what_reaches_back_so_far_is_enough() -> None:
    """A kind that counts needs all; a state needs the rows that it rests on; a withdrawn one is no anchor."""
    own = [fact(3, 10, "70"), fact(4, 20, "80")]
    fires = {"state": "firing", "rests": (0, 4)}

    assert _enough(own, 10, "threshold", fire="< 8") is True
    assert _enough(own, 21, "threshold", fire="< 8") is False
    assert _enough(own, 10, "velocity", fire="> 8", window="3h") is False
    assert _enough(own, 10, "threshold", fires, fire="< 8") is True
    assert _enough(own, 10, "threshold", {**fires, "rests": (1,)}, fire="< 8") is False
    assert _enough(own, 10, "threshold", {"state": "inactive", "rests": (1,)}, fire="< 8") is True
    assert _enough([fact(3, 10, "70", hidden=at(30))], 5, "threshold", fire="< 8") is False
    assert _enough([*own, fact(5, 9, "1", until=20)], 10, "threshold", fire="< 8") is False
    assert _enough([*own, fact(5, 9, "1", until=19)], 10, "threshold", fire="< 8") is True
    assert _enough(own, 10, "stale", every="3h") is True
    assert _enough(own, 10, "stale", every="3h", dated="known") is False


@pytest.mark.parametrize(
    ("other", "enough"),
    [
        (fact(5, 20, "90", known=60), False),
        (fact(5, 20, "90", known=60, edition="b"), True),
        (fact(5, 20, "90", known=60, kind="target"), True),
        (fact(5, 10, "90", known=60, until=20), True),
    ],
)
def test_an_anchor_stands_alone_on_its_date(other: Fact, enough: bool) -> None:
    """Another edition, kind or beginning is another date."""
    assert _enough([fact(4, 20, "80"), other], 15 if other.start == at(20) else 5, "threshold", fire="< 8") is enough
