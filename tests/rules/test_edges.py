"""What a mutation check found that no other test would notice: limits exactly met, reasons, evidence, what is passed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from tests.rules.making import HOUR, SECOND, START, at, fact, judged, rule_of, told
from tests.rules.test_machine import breach, clear, run
from tracker import rules, timing
from tracker.model.told import RuleState
from tracker.rules.conditions import Condition
from tracker.rules.expression import parse
from tracker.rules.facts import Fact, Filled, Knowledge, Watched
from tracker.timing import Period

# ------------------------------------------------------------------------------------------------ peers


def _peers(own: Fact, *others: Fact) -> Knowledge:
    return Knowledge(own=[own], others={f"p{number}": [one] for number, one in enumerate(others)})


@pytest.mark.parametrize(
    ("own", "others", "outcome", "said"),
    [
        ("80", ["100", "100", "100"], "breach", "80 against a median of 100 of 3 peers: 0.80 against < 0.9"),
        ("90", ["100", "100", "100"], "clear", "0.90"),
        ("80", ["100", "100"], "nodata", "only 2 of 3 peers have a fresh value"),
        ("0.4", ["0.5", "0.5", "0.5"], "breach", "0.80"),
        ("1", ["1", "1", "1"], "clear", "1.00"),
        ("1", ["0", "0", "0"], "error", "the median of the peers is not above zero"),
        ("1", ["-1", "-1", "5"], "error", "the median of the peers is not above zero"),
        ("1", [">=1", "1", "1"], "error", "the median of the peers is not above zero"),
        ("1", ["1", "<=1", "1"], "error", "the median of the peers is not above zero"),
        # An interval is divided by the end that gives the least and by the one that gives the most.
        ("80..85", ["100", "100", "100"], "breach", "0.80 to 0.85"),
        ("0.5", ["1", "0.5..1", "0.5..1"], "nodata", "cannot tell"),
        ("-5", ["50..100", "50..100", "100"], "breach", "-0.10 to -0.05"),
        (">=95", ["100", "100", "100"], "clear", "0.95 to ?"),
        ("<=50", ["100", "100", "100"], "breach", "? to 0.50"),
    ],
)
def test_a_value_against_its_peers(own: str, others: list[str], outcome: str, said: str) -> None:
    """Three fresh peers by default; the ratio is an interval where a value is one."""
    known = _peers(fact(1, 1, own), *(fact(n, 1, value) for n, value in enumerate(others, 2)))

    verdict = judged(known, at(2), "peers", fire="< 0.9")

    assert verdict.outcome == outcome
    assert said in (verdict.reason or verdict.evidence.compared)


def test_the_evidence_of_peers_is_every_value_that_was_compared() -> None:
    """One's own first, with its date; and one's own alone can be revised or retracted."""
    own = fact(1, 1, "80", named_end=at(5))
    known = _peers(own, fact(2, 1, "100"), fact(3, 1, "100"), fact(4, 1, "100"))

    verdict = judged(known, at(2), "peers", fire="< 0.9")

    assert (verdict.evidence.value, verdict.evidence.seqs, verdict.evidence.occurred) == ("80", (1, 2, 3, 4), at(1))
    assert (verdict.dated, verdict.row, verdict.rests) == (at(5), 1, (1,))


def test_a_value_that_cannot_be_compared_is_an_error_and_a_peer_like_it_does_not_count() -> None:
    """In another unit, or no number at all."""
    own = fact(1, 1, "80", unit="USD")
    known = replace(_peers(own, *(fact(n, 1, "100", unit="CNY") for n in (2, 3, 4))), unit="CNY")
    assert judged(known, at(2), "peers", fire="< 0.9").reason == "the value is in USD, the indicator is in CNY"

    mixed = replace(_peers(replace(own, unit="CNY"), *known.others["p0"], own, own, own), unit="CNY")
    assert judged(mixed, at(2), "peers", fire="< 0.9").reason == "only 1 of 3 peers have a fresh value"


def test_a_peer_is_fresh_until_its_age_and_is_looked_at_again_then() -> None:
    """At exactly `max_age` it is stale; a value of another edition is none."""
    known = _peers(fact(1, 1, "80"), fact(2, 1, "100"), fact(3, 2, "100", edition="b"))
    keys: dict[str, Any] = {"fire": "< 0.9", "min_peers": 1, "max_age": "5h"}

    assert judged(known, at(3), "peers", **keys).wake == at(6)
    assert judged(known, at(6) - SECOND, "peers", **keys).outcome == "breach"
    assert judged(known, at(6), "peers", **keys).reason == "only 0 of 1 peers have a fresh value"


# ------------------------------------------------------------------------------------------------ composite, expression


def test_a_composite_says_which_rule_cannot_decide() -> None:
    """And what each of them says where it can."""
    children = {"a": [(at(0), True)], "b": [(at(0), None)], "c": [(at(0), False)]}
    known = Knowledge(children=children)

    unknown = judged(known, at(1), "composite", when="a and b and not c")
    clear = judged(known, at(1), "composite", when="c and b")

    assert (unknown.outcome, unknown.reason) == ("nodata", "cannot tell: b cannot decide")
    assert (clear.outcome, clear.dated) == ("clear", at(1))
    assert clear.evidence.compared == "c and b: c does not hold, b is unknown"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no condition over rules"),
        ("  ", "no condition over rules"),
        ("a b", "'b' is not expected here"),
        ("a)", "'\\)' is not expected here"),
        ("(a", "a parenthesis is not closed"),
        ("a and", "a rule's name is missing at the end"),
        ("or a", "a rule's name is missing before 'or'"),
        ("()", "a rule's name is missing before '\\)'"),
        ("not " * 51 + "a", "nested too deeply"),
        ("(" * 51 + "a" + ")" * 51, "nested too deeply"),
    ],
)
def test_what_is_no_expression(text: str, said: str) -> None:
    """Each with what is wrong in it."""
    with pytest.raises(ValueError, match=said):
        parse(text)


def test_an_expression_may_be_fifty_deep() -> None:
    """And names each rule once."""
    assert parse("(" * 50 + "a" + ")" * 50).evaluate({"a": True}.__getitem__) is True
    assert parse("a and (b or a)").names == ("a", "b")


# ------------------------------------------------------------------------------------------------ conditions


def test_a_condition_that_was_read_is_taken_as_it_is() -> None:
    """And what is no text is refused at its place."""
    read = rule_of("threshold", fire=Condition("<", Decimal(8)))

    assert str(read.params.fire) == "< 8"
    with pytest.raises(ValidationError, match="fire"):
        rule_of("threshold", fire=8)


def test_a_level_that_surely_holds_is_certain_whatever_a_graver_one_says() -> None:
    """A value of which it is unknown whether it is critical is a warning for sure."""
    band = rule_of("threshold", levels={"warning": "< 80", "critical": "< 50"}).params.band

    assert band.level(Decimal(40), Decimal(60), "info") == ("warning", True)
    assert band.level(Decimal(40), Decimal(90), "info") == (None, False)
    assert band.level(Decimal(80), Decimal(90), "info") == (None, True)


# ------------------------------------------------------------------------------------------------ change, pace, anomaly


def test_a_base_of_exactly_the_least_is_fit() -> None:
    """One that is smaller is not, whatever its sign."""
    for base, outcome in (("10", "breach"), ("-10", "clear"), ("9.99", "nodata"), ("-9.99", "nodata")):
        known = Knowledge(own=[fact(1, 0, base), fact(2, 5, "5")])
        assert judged(known, at(6), "change", fire="<= -50", window="5h", min_base=10).outcome == outcome, base


def test_a_path_that_grows_from_one() -> None:
    """An exponential path needs a start above zero, no more: from 0.5 over 4 to 32 in six steps."""
    by = Period(at(6), at(6), "")
    target = replace(fact(9, 0, "32", kind="target"), by=by)
    known = Knowledge(own=[fact(1, 0, "0.5"), fact(2, 3, "3.6")], targets=[target])

    verdict = judged(known, at(3), "pace", fire="< 0.95", shape="exponential")

    assert "of 4 expected" in verdict.evidence.compared
    assert verdict.outcome == "breach"


# ------------------------------------------------------------------------------------------------ velocity


def _event(seq: int, hours: float, key: str = "", **rest: Any) -> Fact:
    return fact(seq, hours, key=key or f"k{seq}", **rest)


def test_a_window_may_be_given_as_a_duration() -> None:
    """As a case or a test builds it; a rate that can never be too low is refused with what to do."""
    rule = rule_of("velocity", window=timedelta(days=150), poisson={"rate": "11/365d"})

    assert str(rule.params.band) == "< 1"
    with pytest.raises(ValidationError, match="it could never fire; take a longer window or a greater alpha"):
        rule_of("velocity", window="60d", poisson={"rate": "11/365d"})


def test_of_an_event_the_newest_report_dates_it() -> None:
    """Also where it is nearer to now or farther from it than the one before."""
    moved = [_event(1, 2, "a"), _event(2, 9, "a", known=9)]
    back = [_event(1, 9, "a"), _event(2, 2, "a", known=9)]

    assert judged(Knowledge(own=moved), at(10), "velocity", fire=">= 1", window="5h").outcome == "breach"
    assert judged(Knowledge(own=back), at(10), "velocity", fire=">= 1", window="5h").outcome == "clear"


def test_the_evidence_of_a_count_is_its_newest_event() -> None:
    """With its date; where there never was one, the rule's own beginning dates it."""
    own = [_event(1, 1), _event(2, 3), _event(3, 2, known=4)]

    counted = judged(Knowledge(own=own), at(5), "velocity", fire=">= 2", window="9h")
    none = judged(Knowledge(), at(5), "velocity", fire=">= 1", window="9h")

    assert (counted.evidence.occurred, counted.dated, counted.rests) == (at(3), at(3), (1, 2, 3))
    assert (none.evidence.occurred, none.dated, none.rests) == (None, START, ())


def test_an_open_end_wakes_nobody() -> None:
    """What may have happened at any time until the end of days is not waited for."""
    open_ended = replace(_event(1, 1), end=timing.END)

    assert judged(Knowledge(own=[open_ended]), at(5), "velocity", fire=">= 1", window="2h").wake is None
    assert judged(Knowledge(own=[_event(1, 4)]), at(5), "velocity", fire=">= 1", window="2h").wake == at(6)


# ------------------------------------------------------------------------------------------------ facts


def test_a_watcher_is_trusted_up_to_its_slack_and_not_at_its_end() -> None:
    """At that very instant it is late."""
    watched = Watched(spans=[([(at(0), at(5))], 2 * HOUR)])

    assert watched.covered(at(1), at(5)) == (True, at(7))
    assert watched.covered(at(1), at(7) - SECOND) == (True, at(7))
    assert watched.covered(at(1), at(7))[0] is False


def test_a_gap_that_was_filled_is_something_learned_once() -> None:
    """At its end, under its number; what was seen already is no news."""
    known = Knowledge(watched=Watched(filled=[Filled(watcher=0, start=at(1), end=at(3), seq=7)]))

    assert known.arrivals(6, START) == [(at(3), 7)]
    assert known.arrivals(7, START) == []


def test_what_is_no_number_says_what_it_was() -> None:
    """Where that is known."""
    for title, said in (("n/a", "not a number: n/a"), ("", "not a number")):
        known = Knowledge(own=[replace(fact(1, 1), op="invalid", title=title)])
        assert judged(known, at(2), "threshold", fire="< 8").reason == said


# ------------------------------------------------------------------------------------------------ telling, advancing


def test_an_event_that_was_taken_back_at_once_is_not_told_and_one_that_was_late_stays_so() -> None:
    """Neither alone is enough."""
    gone = _event(1, 1, "a", hidden=at(2), hidden_seq=2)
    assert told(Knowledge(own=[gone]), at(2), "event").told == []

    late = [_event(1, 0, "a", known=9, late=True), _event(2, 9, "a"), _event(3, 9, "a", kind="denial")]
    assert [one.what for one in told(Knowledge(own=late), at(10), "event").told] == ["late"]


def _target(hours: float, value: str = "100") -> Fact:
    period = Period(at(hours), at(hours + 24), "")
    return replace(fact(9, 0, value, kind="target"), by=period)


def test_what_was_met_is_told_once_with_the_figure_that_met_it() -> None:
    """A later figure of the day that meets it too is no news."""
    known = Knowledge(own=[fact(1, 40, "120")], targets=[_target(24)])
    first = told(known, at(48), "due")
    again = Knowledge(
        own=[fact(1, 40, "120", hidden=at(60), hidden_seq=2), fact(3, 41, "130", known=60)], targets=known.targets
    )

    (met,) = first.told
    assert (met.what, met.evidence.value, met.evidence.occurred) == ("met", "120", at(40))
    assert met.evidence.seqs == (9, 1)
    assert told(again, at(70), "due", dict(first.memory)).told == []


def test_what_is_told_is_counted_from_one_and_bears_the_rule_that_told_it() -> None:
    """So does what judges; and a state says why its health is not ok."""
    rule = rule_of("event", hash="abc")
    born = RuleState(indicator="i", rule="r", subject="x", born=START)
    events = Knowledge(own=[_event(1, 1), _event(2, 2)])

    done = rules.advance(rule, rules.KINDS["event"], events, born, at(3))
    idle = rules.advance(rule_of("threshold", fire="< 8"), rules.KINDS["threshold"], Knowledge(), born, at(3))

    assert [one.ordinal for one in done.transitions] == [1, 2]
    assert (done.state.ordinal, done.state.rule_hash) == (2, "abc")
    assert (idle.state.health, idle.state.reason) == ("nodata", "no value yet")


def test_nothing_is_left_of_a_wait_that_was_broken_off() -> None:
    """From recovering back to firing: by a breach and inside the dead-band alike."""
    rule = rule_of("threshold", fire="< 80", keep_firing_for="3h")
    for outcome in ("breach", "hold"):
        steps = run(rule, breach(), clear(1), replace(breach(2, 4), outcome=outcome))
        assert (steps[2].memory.clear_since, steps[2].memory.clear_dates) == (None, ())
