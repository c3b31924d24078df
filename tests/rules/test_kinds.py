"""The edges of every kind of rule that compares a number: a verdict on a few facts at an instant."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from tests.rules.making import HOUR, SECOND, at, fact, judged, rule_of, told
from tracker import rules, timing
from tracker.rules.anomaly import robust_z
from tracker.rules.facts import Fact, Knowledge
from tracker.timing import Period

# ------------------------------------------------------------------------------------------------ threshold


def test_a_value_is_too_old_at_exactly_its_age() -> None:
    """A moment before it still counts, and the rule knows when to look again."""
    known = Knowledge(own=[fact(1, 0, "70", until=2, known=2)])

    before = judged(known, at(12) - SECOND, "threshold", fire="<80", max_age="10h")

    assert (before.outcome, before.wake) == ("breach", at(12))
    assert judged(known, at(12), "threshold", fire="<80", max_age="10h").outcome == "nodata"


@pytest.mark.parametrize(("value", "outcome"), [("79.999", "breach"), ("80", "clear"), ("80.001", "clear")])
def test_the_limit_itself_does_not_breach(value: str, outcome: str) -> None:
    """`< 80` is not `<= 80`."""
    assert judged(Knowledge(own=[fact(1, 0, value)]), at(1), "threshold", fire="<80").outcome == outcome


def test_the_winner_of_a_date_has_the_better_source_then_the_newer_claim() -> None:
    """Greatest (tier, published, seq)."""
    rows = [
        fact(1, 0, "70", tier=3, published=at(1)),
        fact(2, 0, "90", tier=1, published=at(9)),
        fact(3, 0, "60", tier=3, published=at(0)),
        fact(4, 0, "75", tier=3, published=at(1)),
    ]

    for count, row in ((1, 1), (2, 1), (3, 1), (4, 4)):
        assert judged(Knowledge(own=rows[:count]), at(10), "threshold", fire="<80").row == row


def test_a_period_named_alike_is_one_date_however_it_was_cut() -> None:
    """A quarter told of before its end, and told of again after it: a revision."""
    early = fact(1, 0, "70", until=10, known=10, named_end=at(24))
    late = fact(2, 0, "90", until=24, known=30)

    first = judged(Knowledge(own=[early, late]), at(12), "threshold", fire="<80")
    second = judged(Knowledge(own=[early, late]), at(30), "threshold", fire="<80")

    assert (first.outcome, second.outcome) == ("breach", "clear")
    assert first.dated == second.dated == at(24)
    assert judged(Knowledge(own=[early, late]), at(30), "change", window="14h", fire="<0").outcome == "nodata"


def test_how_old_a_value_may_be_is_said_as_it_is_declared() -> None:
    """Half a day is not 0 days."""
    verdict = judged(Knowledge(own=[fact(1, 0, "70")]), at(13), "threshold", fire="<80", max_age="12h")

    assert (verdict.outcome, verdict.reason) == ("nodata", "the newest value is older than 12h")


@pytest.mark.parametrize("kind", ["threshold", "change", "pace", "anomaly"])
@pytest.mark.parametrize(
    ("value", "said"),
    [({"op": "invalid", "title": "n/a"}, "not a number: n/a"), ({"value": "5", "unit": "USD"}, "in USD")],
)
def test_what_cannot_be_compared_is_an_error(kind: str, value: dict[str, Any], said: str) -> None:
    """Text that is no number, or another unit; neither fires nor resolves."""
    text = value.pop("value", "")
    more = {"window": "1h"} if kind == "change" else {}

    verdict = judged(Knowledge(own=[fact(1, 0, text, **value)], unit="CNY"), at(1), kind, fire="<80", **more)

    assert verdict.outcome == "error"
    assert said in verdict.reason


@pytest.mark.parametrize("kind", ["threshold", "change", "pace", "anomaly"])
def test_no_value_is_no_data_and_one_dated_ahead_is_waited_for(kind: str) -> None:
    """Missing is not zero."""
    more = {"window": "1h"} if kind == "change" else {}

    assert judged(Knowledge(), at(1), kind, fire="<80", **more).outcome == "nodata"
    ahead = judged(Knowledge(own=[fact(1, 5, "70", known=0)]), at(1), kind, fire="<80", **more)
    assert (ahead.outcome, ahead.wake) == ("nodata", at(5))


# ------------------------------------------------------------------------------------------------ change


@pytest.mark.parametrize(
    ("hours", "found"), [(79.99, False), (80, True), (85, True), (90, True), (90.01, False), (100, False)]
)
def test_the_reference_lies_in_the_tolerance_ends_included(hours: float, found: bool) -> None:
    """[current - window - tolerance, current - window]."""
    known = Knowledge(own=[fact(1, hours, "100", known=0), fact(2, 100, "50")])

    verdict = judged(known, at(100), "change", window="10h", tolerance="10h", fire="<= -50")

    assert verdict.outcome == ("breach" if found else "nodata")


@pytest.mark.parametrize(
    ("base", "value", "shown"),
    [
        ("100", "50", "-50.0 %"),
        ("-100", "-50", "+50.0 %"),
        ("-100", "50", "+150.0 %"),
        ("50", "-25", "-150.0 %"),
        ("100", "50..60", "-50.0 to -40.0 %"),
        ("80..100", "40..50", "-60.0 to -37.5 %"),
        ("-100..-80", "-50", "+37.5 to +50.0 %"),
        ("100", ">=50", "-50.0 to ? %"),
        (">=100", "50", "any change"),
        ("0", "50", None),
        ("-1..1", "50", None),
        ("0..9", "50", None),
    ],
)
def test_a_change_is_of_the_absolute_reference(base: str, value: str, shown: str | None) -> None:
    """Of an interval it is an interval; of zero, or of what may be zero, there is none."""
    known = Knowledge(own=[fact(1, 0, base), fact(2, 10, value)])

    verdict = judged(known, at(10), "change", window="10h", fire="<= -1000")

    if shown is None:
        assert (verdict.outcome, verdict.reason) == ("nodata", "the value to compare with is zero or too small")
    else:
        assert f": {shown} against" in (verdict.evidence.compared or ": any change against")


def test_a_change_never_crosses_editions_and_takes_the_newest_reference() -> None:
    """Another edition is another series."""
    rows = [
        fact(1, 0, "1", edition="b"),
        fact(2, 1, "100", edition="a"),
        fact(3, 2, "60", edition="a"),
        fact(4, 3, "1", edition="b"),
        fact(5, 12, "50", edition="a"),
    ]

    verdict = judged(Knowledge(own=rows), at(12), "change", window="9h", tolerance="9h", fire="<= -20")

    assert verdict.evidence.seqs == (3, 5)
    assert verdict.outcome == "clear"


# ------------------------------------------------------------------------------------------------ pace


def _target(seq: int, value: str, by: float, known: float = 0) -> Fact:
    return replace(fact(seq, known, value, kind="target"), by=Period(at(by) - 24 * HOUR, at(by), "day"))


@pytest.mark.parametrize(
    ("shape", "hours", "enough", "behind"),
    [
        ("linear", 25, "32.5", "32.4999999"),
        ("linear", 100 / 3, "40", "39.9999"),
        ("linear", 50, "55", "54.9999999"),
        ("linear", 100, "100", "99.9999999"),
        ("linear", 300, "100", "99.9999999"),
        ("exponential", 25, "17.782795", "17.782794"),
        ("exponential", 50, "31.622777", "31.622776"),
        ("exponential", 100, "100", "99.9999999"),
        ("exponential", 300, "100", "99.9999999"),
    ],
)
def test_the_path_to_a_target(shape: str, hours: float, enough: str, behind: str) -> None:
    """From 10 at the start to 100 at the end of its day, and no further: what is expected is enough, less is not."""
    for value, outcome in ((enough, "clear"), (behind, "breach")):
        known = Knowledge(own=[fact(2, 0, "10"), fact(3, hours, value)], targets=[_target(1, "100", 100)])
        assert judged(known, at(hours), "pace", fire="< 1", shape=shape).outcome == outcome


@pytest.mark.parametrize("thirds", [1, 2])
def test_what_is_exactly_at_the_limit_is_not_behind(thirds: int) -> None:
    """Also on a part of the way that no decimal holds: a third of 90 above 10 is 40, two thirds are 70."""
    value = str(Decimal("0.8") * (10 + 30 * thirds))
    known = Knowledge(own=[fact(2, 0, "10"), fact(3, 30 * thirds, value)], targets=[_target(1, "100", 90)])

    assert judged(known, at(30 * thirds), "pace", fire="< 0.8").outcome == "clear"
    assert judged(known, at(30 * thirds), "pace", fire="<= 0.8").outcome == "breach"


def test_a_path_may_begin_at_a_declared_day_in_the_zone_of_the_watch() -> None:
    """`from` and `from_value`; without them the first observation of the same edition."""
    shanghai = timing.zone("Asia/Shanghai")
    known = Knowledge(own=[fact(2, 84, "49")], targets=[_target(1, "100", 184)], zone=shanghai)

    # 2026-01-01 in Shanghai begins 8 hours before: 92 of 192 hours are 47.9
    verdict = judged(known, at(84), "pace", fire="< 1", **{"from": "2026-01-01", "from_value": 0})

    assert verdict.outcome == "clear"
    assert judged(known, at(84), "pace", fire="< 1").outcome == "nodata"
    rows = [fact(2, 0, "90", edition="old"), fact(3, 20, "0", edition="new"), fact(4, 84, "49", edition="new")]
    assert judged(replace(known, own=rows), at(84), "pace", fire="< 1").outcome == "clear"


@pytest.mark.parametrize(
    ("own", "targets", "outcome"),
    [
        ([(0, "10"), (50, "20")], [], "nodata"),
        ([(0, "10")], [("100", 100)], "nodata"),
        ([(0, "10"), (50, "20")], [("100", 0)], "nodata"),
        ([(0, "<=10"), (50, "20")], [("100", 100)], "nodata"),
        ([(0, "-10"), (50, "20")], [("-100", 100)], "error"),
        ([(0, "10"), (50, "20..90")], [("100", 100)], "nodata"),
        ([(0, "10"), (50, ">=60")], [("100", 100)], "clear"),
        ([(0, "10"), (50, "20")], [("90..100", 100)], "breach"),
        ([(0, "10"), (50, "50")], [("<=90", 100)], "clear"),
    ],
)
def test_a_path_that_has_no_length_is_no_data(own: Any, targets: Any, outcome: str) -> None:
    """No target, the first observation itself, a target at or before the start, a start without a lower bound."""
    known = Knowledge(
        own=[fact(n, *one) for n, one in enumerate(own, 10)],
        targets=[_target(n, *one) for n, one in enumerate(targets, 1)],
    )

    assert judged(known, at(50), "pace", fire="< 1").outcome == outcome


def test_an_exponential_path_needs_two_sizes_above_zero() -> None:
    """From zero nothing grows."""
    known = Knowledge(own=[fact(2, 0, "0"), fact(3, 50, "9")], targets=[_target(1, "100", 100)])

    assert judged(known, at(50), "pace", fire="< 1", shape="exponential").outcome == "error"


def test_the_newest_target_is_the_one_learned_last() -> None:
    """Not the one with the latest day, and not one that is learned later."""
    targets = [_target(1, "100", 100, known=0), _target(2, "60", 50, known=5), _target(3, "900", 900, known=40)]
    known = Knowledge(own=[fact(4, 0, "10"), fact(5, 30, "50")], targets=targets)

    assert [judged(known, at(hours), "pace", fire="< 1").target for hours in (4, 30, 39, 40)] == [0, 2, 2, 3]


def test_the_start_of_a_path_must_be_a_date() -> None:
    """When the declaration is read."""
    with pytest.raises(ValidationError, match="no date"):
        rule_of("pace", fire="< 1", **{"from": "spring"})


# ------------------------------------------------------------------------------------------------ stale


def test_silence_fires_exactly_when_the_grace_is_over() -> None:
    """`every + grace` after the newest date; with nothing ever, after the rule was born."""
    known = Knowledge(own=[fact(1, 3, "1"), fact(2, 5, "1", edition="other"), fact(3, 9, "1", kind="estimate")])
    rule: dict[str, Any] = {"every": "10h", "grace": "2h"}

    before = judged(known, at(17) - SECOND, "stale", **rule)
    assert (before.outcome, before.wake) == ("clear", at(17))
    fired = judged(known, at(17), "stale", **rule)
    assert (fired.outcome, fired.evidence.since, fired.evidence.occurred) == ("breach", at(17), at(5))
    assert judged(known, at(17), "stale", kinds=["actual", "estimate"], **rule).outcome == "clear"
    assert judged(Knowledge(), at(12) - SECOND, "stale", **rule).outcome == "clear"
    assert judged(Knowledge(), at(12), "stale", **rule).outcome == "breach"


@pytest.mark.parametrize(("dated", "deadline"), [("occurred", 14), ("known", 19)])
def test_silence_is_counted_from_the_date_or_from_the_learning(dated: str, deadline: float) -> None:
    """A period ends at its end, but no later than it was learned; what was no number was not seen."""
    known = Knowledge(own=[fact(1, 0, "1", until=4, known=9), fact(2, 8, op="invalid", title="n/a")])

    assert judged(known, at(10), "stale", every="10h", dated=dated).wake == at(deadline)
    ahead = Knowledge(own=[fact(1, 0, "1", until=400, known=9)])
    assert judged(ahead, at(10), "stale", every="10h").wake == at(19)


# ------------------------------------------------------------------------------------------------ anomaly


@pytest.mark.parametrize(
    ("value", "earlier", "least", "score"),
    [
        # median 10, deviations 1 0 1 2 0 → MAD 1: 0.6745 · 5 / 1
        ("15", "9 10 11 12 10", "0", "3.3725"),
        ("5", "9 10 11 12 10", "0", "3.3725"),
        # median of an even number lies between: 10.5, deviations 1.5 0.5 0.5 1.5 → MAD 1
        ("12.5", "9 10 11 12", "0", "1.3490"),
        # MAD 0, mean absolute deviation 4/5: 2 / (1.253314 · 0.8)
        ("12", "10 10 10 10 14", "0", "1.99471"),
        ("10", "10 10 10 10 14", "0", "0"),
        # nothing ever varied: only a difference of at least min_abs counts, and none at all never does
        ("12", "10 10 10", "2", None),
        ("11.9", "10 10 10", "2", "0"),
        ("8", "10 10 10", "2", None),
        ("10", "10 10 10", "0", "0"),
        ("10.1", "10 10 10", "0", None),
    ],
)
def test_the_robust_z(value: str, earlier: str, least: str, score: str | None) -> None:
    """By hand; None is beyond any limit."""
    found = robust_z(Decimal(value), [Decimal(one) for one in earlier.split()], Decimal(least))

    if score is None:
        assert found is None
    else:
        assert found is not None
        assert abs(found - Decimal(score)) < Decimal("0.00001")


def _history(values: str, now: str, **more: Any) -> Knowledge:
    rows = [fact(n, n, one) for n, one in enumerate(values.split(), 1)]
    return Knowledge(own=[*rows, fact(50, 50, now, **more)])


def test_an_anomaly_needs_its_number_of_earlier_values_of_its_edition() -> None:
    """Not itself, not an interval, not another edition, not what is dated later."""
    seven, eight = "9 10 11 12 10 9 10", "9 10 11 12 10 9 10 11"

    assert judged(_history(seven, "30"), at(50), "anomaly", fire="> 3.5").outcome == "nodata"
    assert judged(_history(eight, "30"), at(50), "anomaly", fire="> 3.5").outcome == "breach"
    assert judged(_history(seven + " 10..12", "30"), at(50), "anomaly", fire="> 3.5").outcome == "nodata"
    assert judged(_history(eight, "30", edition="2026"), at(50), "anomaly", fire="> 3.5").outcome == "nodata"
    assert judged(_history(eight, "30..40"), at(50), "anomaly", fire="> 3.5").reason == "cannot tell"
    assert judged(_history(eight, "30"), at(49), "anomaly", fire="> 3.5").outcome == "nodata"


def test_a_value_at_the_limit_is_no_anomaly() -> None:
    """Exactly 3.3725 is not above it."""
    known = _history("9 10 11 12 10", "15")

    assert judged(known, at(50), "anomaly", min_n=5, fire="> 3.3725").outcome == "clear"
    assert judged(known, at(50), "anomaly", min_n=5, fire=">= 3.3725").outcome == "breach"


def test_what_never_varied_and_varies_now_is_the_gravest_level() -> None:
    """There is no scale on which it could be less."""
    verdict = judged(_history("5 5 5", "9"), at(50), "anomaly", min_n=3, levels={"info": "> 3", "critical": "> 9"})

    assert (verdict.outcome, verdict.severity) == ("breach", "critical")


def test_another_unit_in_the_past_is_left_out() -> None:
    """It is compared with nothing."""
    rows = [fact(n, n, "10", unit="CNY" if n < 5 else "USD") for n in range(1, 9)]
    known = Knowledge(own=[*rows, fact(50, 50, "30", unit="CNY")], unit="CNY")

    assert judged(known, at(50), "anomaly", min_n=5, fire="> 3.5").outcome == "nodata"
    assert judged(known, at(50), "anomaly", min_n=4, fire="> 3.5").outcome == "breach"


def test_every_kind_judges_or_tells_and_is_one_line_in_the_list() -> None:
    """Exactly one of the two; what it reads by default is as the form says."""
    assert list(rules.KINDS) == [
        "threshold", "change", "pace", "stale", "event", "velocity", "due", "peers", "anomaly", "composite",
    ]  # fmt: skip
    for name, kind in rules.KINDS.items():
        assert (kind.judge is None) != (kind.tell is None)
        assert kind.reads == (("actual", "rumour") if name == "event" else ("actual",))


@pytest.mark.parametrize(
    ("kind", "said", "more"),
    [
        ("threshold", "CNY 5bn against < 6bn", {"fire": "< 6bn"}),
        ("change", "CNY 4bn to CNY 5bn: +25.0 % against > 10 %", {"fire": "> 10", "window": "10h"}),
        ("pace", "CNY 5bn of CNY 6.67bn expected by then, against < 0.8", {"fire": "< 0.8"}),
        ("anomaly", "CNY 5bn against a median of CNY 4bn: all were the same", {"fire": "> 3", "min_n": 1}),
    ],
)
def test_evidence_is_said_as_people_say_numbers(kind: str, said: str, more: dict[str, Any]) -> None:
    """Scaled, with the unit; the value itself stays as `record` takes it."""
    by = Period(at(30), at(31), "then")
    known = Knowledge(
        own=[fact(1, 0, "4000000000"), fact(2, 10, "5000000000")],
        targets=[fact(3, 0, "12268000000", kind="target", by=by)],
        unit="CNY",
    )

    evidence = judged(known, at(10), kind, **more).evidence
    assert (evidence.compared, evidence.value) == (said, "5000000000")


def test_the_goal_of_a_target_is_said_so_too() -> None:
    """With the day by which it is due."""
    goal = fact(1, 0, ">=10000000000", kind="target", by=Period(at(72), at(96), "then"))
    said = told(Knowledge(targets=[goal], unit="CNY"), at(24), "due", before="2d")
    assert [one.evidence.compared for one in said.told] == ["target at least CNY 10bn by 2026-01-04"]
