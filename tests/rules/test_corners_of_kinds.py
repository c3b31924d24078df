"""More of what a mutation check found: the corners of each kind in which one small mistake would make a difference."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tests.rules.making import at, changes, fact, goal, judged, rule_of, told
from tracker import rules
from tracker.rules.composite import Params
from tracker.rules.event import Grade
from tracker.rules.expression import parse
from tracker.rules.facts import Fact, Knowledge, Truth
from tracker.rules.velocity import Poisson

# ------------------------------------------------------------------------------------------------ anomaly, change


def test_the_least_of_an_anomaly() -> None:
    """By default any difference from what never varied; the evidence names the median and how far."""
    rows = [fact(n, n, "5") for n in range(1, 9)]
    varied = [fact(n, n, value) for n, value in enumerate("10 20 30 40 50 60 70 80 100".split(), 1)]

    flat = judged(Knowledge(own=[*rows, fact(9, 50, "5.5")]), at(50), "anomaly", fire="> 3.5")
    far = judged(Knowledge(own=[*varied, fact(10, 50, "200")]), at(50), "anomaly", fire="> 3.5")

    assert (flat.outcome, flat.evidence.compared) == ("breach", "5.5 against a median of 5: all were the same")
    # 0.6745 · |200 - 50| / 20
    assert (far.outcome, far.evidence.compared) == ("breach", "200 against a median of 50: z 5.06")
    with pytest.raises(ValidationError):
        rule_of("anomaly", fire="> 3.5", min_n=0)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("anomaly", {"min_n": 2, "fire": "> 99"}),
        ("pace", {"fire": "< 0.1"}),
        ("change", {"window": "1h", "tolerance": "9h", "fire": "<= -99"}),
    ],
)
def test_a_value_dated_ahead_is_looked_at_on_its_day(kind: str, more: dict[str, Any]) -> None:
    """Though there is one to judge until then."""
    rows = [fact(1, 0, "8"), fact(2, 1, "9"), fact(3, 2, "8"), fact(4, 40, "9", known=3)]

    assert judged(Knowledge(own=rows, targets=[goal(9, 90)]), at(5), kind, **more).wake == at(40)


@pytest.mark.parametrize(
    ("base", "value", "outcome"),
    [
        ("100", "<=40", "breach"),
        ("100", ">=40", "nodata"),
        ("40..60", "<=20", "nodata"),
        ("40..60", ">=20", "nodata"),
        ("<=60", "20..30", "nodata"),
        (">=40", "20..30", "nodata"),
        ("0.5", "0.2", "breach"),
    ],
)
def test_a_change_with_an_open_end(base: str, value: str, outcome: str) -> None:
    """Decides only where it holds for all that the two may be; a small base is fit unless `min_base` says otherwise."""
    known = Knowledge(own=[fact(1, 0, base), fact(2, 10, value)])

    verdict = judged(known, at(10), "change", window="10h", fire="<= -50")

    assert (verdict.outcome, verdict.reason) == (outcome, "cannot tell" if outcome == "nodata" else "")


def test_a_change_is_not_against_a_value_of_another_unit() -> None:
    """An older one in the unit of the indicator counts."""
    rows = [fact(1, 0, "100", unit="CNY"), fact(2, 1, "40", unit="USD"), fact(3, 10, "50", unit="CNY")]

    verdict = judged(Knowledge(own=rows, unit="CNY"), at(10), "change", window="9h", tolerance="9h", fire="<= -50")

    assert (verdict.outcome, verdict.evidence.seqs) == ("breach", (1, 3))


# ------------------------------------------------------------------------------------------------ conditions, composite


def test_no_level_at_all_is_refused() -> None:
    """At its place; one is enough."""
    with pytest.raises(ValidationError, match="levels"):
        rule_of("threshold", levels={})
    assert rule_of("threshold", levels={"info": "< 5"}).params.band.levels


def test_a_read_expression_is_taken_as_it_is() -> None:
    """As a condition is."""
    assert Params.model_validate({"when": parse("a")}).children == ("a",)


@pytest.mark.parametrize(
    ("text", "values", "truth"),
    [
        ("a or b", "FF", False),
        ("a or b", "FT", True),
        ("a or b", "FU", None),
        ("a or b", "UT", True),
        ("a and b", "TT", True),
        ("a and b", "TF", False),
        ("a and b", "TU", None),
        ("a and b", "UF", False),
        ("not a", "T", False),
        ("not a", "F", True),
        ("not a", "U", None),
        ("not a or b", "FF", True),
        ("a or b and c", "TFF", True),
        ("(a or b) and c", "TFF", False),
        ("a or b or c", "FFT", True),
        ("a and b and c", "TTF", False),
    ],
)
def test_an_expression_in_three_values(text: str, values: str, truth: Truth) -> None:
    """By the table of Kleene; `or` binds least, `not` most."""
    given = dict(zip("abc", ({"T": True, "F": False, "U": None}[one] for one in values), strict=False))

    assert parse(text).evaluate(given.__getitem__) is truth


def test_fifty_times_not_is_not_too_deep() -> None:
    """Fifty-one is."""
    assert parse("not " * 50 + "a").evaluate({"a": True}.__getitem__) is True


# ------------------------------------------------------------------------------------------------ event


def test_a_grade_asks_for_the_class_of_a_counterparty() -> None:
    """One that is asked for, not one that is not."""
    grade = Grade.model_validate({"severity": "critical", "counterparty": ["Bank"]})

    assert [grade.holds(fact(1, 0, counterparty=one)) for one in (("bank",), ("carmaker",), ())] == [True, False, False]


def test_a_report_that_adds_nothing_hides_none_that_follows() -> None:
    """And what was reported twice was never a rumour."""
    rows = [fact(1, 1, key="a"), fact(2, 2, key="a"), fact(3, 3, key="b"), fact(4, 4, key="a")]

    assert [(one.what, one.key) for one in told(Knowledge(own=rows), at(5), "event").told] == [
        ("event", "a"),
        ("event", "b"),
    ]


# ------------------------------------------------------------------------------------------------ due


_DAY = "2026-01-02"


@pytest.mark.parametrize(
    ("own", "said", "words"),
    [
        ([fact(1, 30, "120")], {}, ["met"]),
        ([fact(1, 30, "120")], {_DAY: ["met", ""]}, []),
        ([fact(1, 30, "90")], {_DAY: ["met", ""]}, ["missed"]),
        ([], {_DAY: ["met", ""]}, []),
        ([], {_DAY: ["missed", ""]}, []),
        ([], {}, ["unknown"]),
        ([fact(1, 30, "120", unit="USD")], {}, ["unknown"]),
        ([fact(1, 30, "120", unit="CNY")], {}, ["met"]),
        ([fact(1, 20, "120", unit="USD"), fact(2, 30, "90", unit="CNY")], {}, ["missed"]),
        ([fact(1, 90, "120", known=30)], {}, ["unknown"]),
        ([fact(1, 30, ">=90"), fact(2, 31, "130")], {}, ["met"]),
    ],
)
def test_the_word_for_a_day_that_has_passed(own: list[Fact], said: dict[str, list[str]], words: list[str]) -> None:
    """What was decided may be corrected, and is not taken back because its figure was."""
    known = Knowledge(own=own, targets=[goal(9, 24)], unit="CNY")

    assert [one.what for one in told(known, at(60), "due", {"said": said}).told] == words


@pytest.mark.parametrize(("known", "since"), [(30, 48), (50, 50)])
def test_a_target_is_met_from_its_end_on_or_from_when_the_figure_was_known(known: float, since: float) -> None:
    """Whenever somebody looks."""
    facts = Knowledge(own=[fact(1, 30, "120", known=known)], targets=[goal(9, 24)])

    assert [one.evidence.since for one in told(facts, at(60), "due").told] == [at(since)]


def test_of_the_vintages_of_a_target_the_newest_counts_in_any_order() -> None:
    """And a target without a day, or not known yet, hides none that follows; what was said of one day neither."""
    dateless = replace(goal(2, 24), by=None)
    older, newer = goal(3, 24, "100"), replace(goal(4, 24, "200"), known=at(1))
    later, unknown = goal(6, 0, "50"), replace(goal(5, 24, "1"), known=at(99))
    known = Knowledge(own=[fact(1, 30, "120")], targets=[dateless, unknown, newer, older, later])

    telling = told(known, at(60), "due", {"said": {"2026-01-01": ["met", ""]}})

    assert [(one.what, one.key, one.evidence.compared) for one in telling.told] == [
        ("missed", _DAY, f"target 200 by {_DAY}")
    ]


# ------------------------------------------------------------------------------------------------ pace


@pytest.mark.parametrize(
    ("first", "now", "target", "outcome"),
    [
        ("0", "40", ">=100", "breach"),
        ("0", "50", ">=100", "clear"),
        ("0", "40", "100..200", "breach"),
        ("0", "50", "100..200", "clear"),
        ("100", "40", "<=0", "breach"),
        ("0", "0.4", "1", "breach"),
        ("0", "0.5", "1", "clear"),
        ("-10", "5", "10", "error"),
        ("<=5", "5", "10", "nodata"),
    ],
)
def test_half_of_the_way_to_a_target(first: str, now: str, target: str, outcome: str) -> None:
    """To its lower end where it has one; half-way to nothing is no path."""
    known = Knowledge(own=[fact(1, 0, first), fact(2, 24, now)], targets=[goal(9, 24, target)])

    assert judged(known, at(24), "pace", fire="< 1").outcome == outcome


def test_a_target_that_is_no_number_is_no_path() -> None:
    """Nor is a start that is not given an error."""
    known = Knowledge(own=[fact(1, 0, "1"), fact(2, 24, "2")], targets=[replace(goal(9, 24), lo=None, hi=None)])

    verdict = judged(known, at(24), "pace", fire="< 1", **{"from": None})

    assert (verdict.outcome, verdict.reason) == ("nodata", "the path to the target has not begun")


def test_what_clears_on_a_path_says_why() -> None:
    """Another beginning is a revision, another target is that."""
    behind = fact(2, 24, "20")
    rows = [fact(1, 0, "0", hidden=at(30), hidden_seq=4), behind, fact(4, 0, "-30", known=30)]
    easier = replace(goal(5, 24, "30"), known=at(30))

    revised = changes(Knowledge(own=rows, targets=[goal(3, 24, "60")]), 40, "pace", fire="< 1")
    eased = changes(Knowledge(own=[fact(1, 0, "0"), behind], targets=[goal(3, 24), easier]), 40, "pace", fire="< 1")

    assert [one.reason for one in revised if one.what == "resolved"] == ["revised"]
    assert [one.reason for one in eased if one.what == "resolved"] == ["target_revised"]


@pytest.mark.parametrize(
    ("first", "target", "outcome"), [("10", "0", "error"), ("10", "-5", "error"), ("1", "0.25", "clear")]
)
def test_a_path_at_one_rate_is_between_sizes_above_zero(first: str, target: str, outcome: str) -> None:
    """It may fall, and to less than one."""
    known = Knowledge(own=[fact(1, 0, first), fact(2, 24, "0.5")], targets=[goal(9, 24, target)])

    assert judged(known, at(24), "pace", fire="< 1", shape="exponential").outcome == outcome


def test_a_target_without_a_day_hides_no_other() -> None:
    """There is no path to it."""
    dateless = replace(goal(10, 24, "1"), by=None)
    known = Knowledge(own=[fact(1, 0, "0"), fact(2, 24, "40")], targets=[goal(9, 24), dateless])

    assert judged(known, at(24), "pace", fire="< 1").outcome == "breach"


def test_a_third_of_the_way_is_not_more_and_not_less() -> None:
    """Though it has no end in decimal."""
    rows = [fact(1, 0, "0"), fact(2, 16, "0.8")]
    known = Knowledge(own=rows, targets=[goal(9, 24, "3")])

    assert judged(known, at(16), "pace", fire="<= 0.8").outcome == "breach"
    assert judged(known, at(16), "pace", fire="< 0.8").outcome == "clear"
    assert judged(known, at(16), "pace", fire=">= 0.8").outcome == "breach"


# ------------------------------------------------------------------------------------------------ peers, stale


def test_peers_that_are_intervals_have_a_median_between_two() -> None:
    """And the ratio to it lies between two, on either side of zero."""
    others = {name: [fact(1, 0, "50..100")] for name in "abc"}

    for own, ratio in (("80..90", "0.80 to 1.80"), ("-80..-60", "-1.60 to -0.60")):
        verdict = judged(Knowledge(own=[fact(2, 0, own)], others=others), at(1), "peers", fire="< -9")
        assert verdict.evidence.compared is not None
        assert f"a median of 50 of 3 peers: {ratio} against" in verdict.evidence.compared
    wide = {name: [fact(1, 0, "-1..5")] for name in "abc"}
    assert judged(Knowledge(own=[fact(2, 0, "8")], others=wide), at(1), "peers", fire="< 0.9").outcome == "error"
    with pytest.raises(ValidationError):
        rule_of("peers", fire="< 0.9", min_peers=0)


def test_a_peer_that_will_have_a_value_is_waited_for() -> None:
    """Though too few have one yet."""
    known = Knowledge(own=[fact(1, 0, "8")], others={"a": [fact(2, 40, "9", known=0)], "b": []})

    verdict = judged(known, at(1), "peers", fire="< 0.9")

    assert (verdict.reason, verdict.wake) == ("only 0 of 3 peers have a fresh value", at(40))


def test_what_a_silence_rests_on() -> None:
    """The newest row, where there ever was any."""
    never = judged(Knowledge(), at(4), "stale", every="3h", grace="1h")
    since = judged(Knowledge(own=[fact(7, 1), fact(8, 2)]), at(6), "stale", every="3h", grace="1h")

    assert (never.outcome, never.row, never.evidence.compared) == ("breach", 0, "nothing ever, for 4h")
    assert (never.evidence.seqs, never.evidence.occurred) == ((), None)
    assert (since.outcome, since.row, since.rests, since.evidence.compared) == ("breach", 8, (8,), "nothing within 4h")
    assert (since.evidence.seqs, since.evidence.occurred, since.evidence.since) == ((8,), at(2), at(6))


def test_how_far_back_a_silence_looks() -> None:
    """By dates not before the newest; by what was learned last, anywhere."""
    reach = rules.KINDS["stale"].reach
    assert reach is not None
    assert reach(rule_of("stale", every="3h").params) == timedelta(0)
    assert reach(rule_of("stale", every="3h", dated="known").params) is None


# ------------------------------------------------------------------------------------------------ velocity


@pytest.mark.parametrize(
    ("rate", "alpha", "days", "fewest"),
    [
        ("11/365d", 0.02, 30, 0),
        ("11/365d", 0.02, 180, 1),  # P(0) = 0.0044, P(at most 1) = 0.028
        ("11/365d", 0.02, 365, 5),  # P(at most 4) = 0.015, P(at most 5) = 0.038
        ("1/1d", math.exp(-1), 1, 1),  # a probability that is exactly alpha is rare enough
    ],
)
def test_the_fewest_that_are_still_probable(rate: str, alpha: float, days: int, fewest: int) -> None:
    """By the Poisson distribution."""
    assert Poisson(rate=rate, alpha=alpha).fewest(timedelta(days=days)) == fewest


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"window": "90d", "fire": "< 2"}, "give `poisson`, `fire` or `levels`"),
        ({"window": "90d", "levels": {"info": "< 2"}}, "give `poisson`, `fire` or `levels`"),
        ({}, "window"),
        ({"window": "365d", "poisson": {"rate": "11/365d", "alpha": 1}}, "less than 1"),
    ],
)
def test_a_rate_that_gives_no_limit(more: dict[str, Any], said: str) -> None:
    """Refused where it stands."""
    with pytest.raises(ValidationError, match=said):
        rule_of("velocity", **{"poisson": {"rate": "11/365d"}, **more})


def test_parameters_that_were_read_are_taken_as_they_are() -> None:
    """With the limit that the rate gave."""
    read = rule_of("velocity", window="365d", poisson={"rate": "11/365d"}).params

    assert str(read.fire) == "< 5"
    assert rules.KINDS["velocity"].Params.model_validate(read) == read


def test_what_is_no_mapping_is_no_parameters() -> None:
    """Whatever a rate would have made of it."""
    with pytest.raises(ValidationError):
        rules.KINDS["velocity"].Params.model_validate(["90d"])


def test_what_is_over_is_not_counted_and_moves_no_date() -> None:
    """A resignation is no new appointment; what follows it counts."""
    rows = [
        fact(1, 3, key="a"),
        fact(2, 4, key="b", ending=True),
        fact(3, 6, key="a", ending=True),
        fact(4, 5, key="c"),
    ]

    verdict = judged(Knowledge(own=rows), at(10), "velocity", fire="> 9", window="20h")

    assert (verdict.evidence.value, verdict.evidence.seqs, verdict.evidence.occurred) == ("2", (1, 4), at(5))


def test_a_count_looks_at_the_newest_report_of_each_event_and_wakes_at_the_next_edge() -> None:
    """An event of this very instant is in the window; one dated ahead comes at its time."""
    moved = [fact(9, 2, key="a", known=3), fact(1, 1, key="a"), fact(3, 5, key="b"), fact(4, 20, key="c", known=0)]

    verdict = judged(Knowledge(own=moved), at(5), "velocity", fire="> 9", window="10h")
    alone = judged(Knowledge(own=moved[2:]), at(6), "velocity", fire="> 9", window="30h")

    assert (verdict.evidence.seqs, verdict.evidence.occurred, verdict.wake) == ((3, 9), at(5), at(12))
    assert (alone.evidence.occurred, alone.wake) == (at(5), at(20))
    assert judged(Knowledge(own=moved[2:3]), at(5), "velocity", fire="> 9", window="30h").wake == at(35)
