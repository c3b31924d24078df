"""The state machine by single steps: what the cases in files cannot see, because no transition shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.rules.making import at, fact, rule_of
from tracker import rules
from tracker.model.declared import Rule
from tracker.model.told import Evidence, RuleState
from tracker.rules.facts import Knowledge
from tracker.rules.machine import Memory, Step, step
from tracker.rules.verdict import Verdict, error, nodata


def _rule(**raw: Any) -> Rule:
    return rule_of("threshold", fire="< 80", **raw)


def breach(hours: float = 0, row: int = 1, **rest: Any) -> Verdict:
    """A breach by the value of an hour."""
    return Verdict(outcome="breach", dated=at(hours), row=row, rests=(row,), **rest)


def clear(hours: float = 0, row: int = 2) -> Verdict:
    """A value of an hour that is in the clear."""
    return Verdict(outcome="clear", dated=at(hours), row=row, rests=(row,))


def run(rule: Rule, *verdicts: Verdict) -> list[Step]:
    """One verdict an hour."""
    steps: list[Step] = []
    memory = Memory()
    for hour, verdict in enumerate(verdicts):
        steps.append(step(rule, memory, verdict, at(hour), retracted=False))
        memory = steps[-1].memory
    return steps


def _timers(steps: list[Step]) -> list[datetime | None]:
    return [one.timer for one in steps]


def test_why_the_health_is_not_ok_is_kept_while_it_lasts() -> None:
    """The newest reason; with data it is gone, and the state was never touched."""
    steps = run(_rule(), breach(), nodata("too old"), nodata("cannot tell"), error("not a number"), breach(4, 4))

    memories = [(one.memory.state, one.memory.health, one.memory.reason) for one in steps]
    assert memories == [
        ("firing", "ok", ""),
        ("firing", "nodata", "too old"),
        ("firing", "nodata", "cannot tell"),
        ("firing", "error", "not a number"),
        ("firing", "ok", ""),
    ]
    assert [[change.what for change in one.changes] for one in steps] == [
        ["firing"],
        ["nodata"],
        [],
        ["error"],
        ["data_back"],
    ]


def test_episodes_count_from_one_and_every_change_carries_its_own() -> None:
    """Pending begins an episode, also one that comes to nothing."""
    steps = run(_rule(**{"for": "1h"}), breach(), clear(1), breach(2, 3), breach(3, 4), clear(4, 5), breach(5, 6))

    changes = [(change.what, change.episode) for one in steps for change in one.changes]
    assert changes == [("pending", 1), ("cancelled", 1), ("pending", 2), ("firing", 2), ("resolved", 2), ("pending", 3)]


def test_a_change_carries_the_severity_and_the_beginning_in_the_world() -> None:
    """A deadline that passed before anybody looked."""
    (fired,) = run(_rule(), breach(severity="critical", evidence=Evidence(since=at(-9))))[0].changes

    assert (fired.what, fired.severity, fired.since) == ("firing", "critical", at(-9))


def test_timers_run_only_where_time_decides() -> None:
    """Not before the count is full, not while data are missing, not when nothing is open."""
    waiting = {"for": "5h", "for_count": 2}
    assert _timers(run(_rule(**waiting), breach(), breach(), breach(2, 2), nodata("gone"), breach(4, 3))) == [
        None, None, at(5), None, at(6),
    ]  # fmt: skip
    recovering = {"keep_firing_for": "5h", "clear_count": 2}
    assert _timers(run(_rule(**recovering), breach(), clear(1), clear(1, 3), clear(3, 4), breach(4, 5))) == [
        None, None, None, at(6), None,
    ]  # fmt: skip
    assert _timers(run(_rule(), clear(), breach(1), clear(2))) == [None, None, None]


def test_what_is_over_leaves_nothing_behind() -> None:
    """A new episode starts with empty counts and its own clock."""
    rule = _rule(**{"for": "2h", "for_count": 2, "keep_firing_for": "1h", "clear_count": 2})
    steps = run(
        rule, breach(), breach(1, 2), breach(2, 3), clear(3, 4), clear(4, 5), breach(5, 6), nodata("gone"), clear(7, 8)
    )

    resolved, pending, cancelled = steps[4].memory, steps[5].memory, steps[7].memory
    assert resolved == replace(Memory(), severity="warning", episode=1, breach=resolved.breach, rests=resolved.rests)
    assert (pending.breach_dates, pending.active_since, pending.clear_dates) == ((at(5),), at(5), ())
    assert cancelled == replace(resolved, episode=2, breach=cancelled.breach, rests=cancelled.rests)


@pytest.mark.parametrize("outcome", ["breach", "hold"])
def test_recovering_that_does_not_clear_starts_its_wait_anew(outcome: Any) -> None:
    """Silently: it never stopped firing."""
    rule = _rule(keep_firing_for="3h", clear_count=2)
    again = replace(breach(2, 4), outcome=outcome)

    steps = run(rule, breach(), clear(1), again, clear(3, 5), clear(4, 6))

    assert [change.what for one in steps for change in one.changes] == ["firing"]
    assert steps[1].memory.state == steps[3].memory.state == "recovering"
    assert steps[2].memory.state == "firing"
    assert (steps[4].memory.clear_since, steps[4].memory.clear_dates) == (at(3), (at(3), at(4)))


def test_what_is_remembered_survives_being_written_down() -> None:
    """After every instant the memory is JSON; the engine that reads it goes on as if nothing had been."""
    rule = rule_of("threshold", fire="< 80", max_age="3h", for_count=2, keep_firing_for="1h", **{"for": "2h"})
    known = Knowledge(
        own=[fact(n, n, value) for n, value in enumerate(("70", "71", "72", "90", "60", "91", "92"), start=1)]
    )
    kind = rules.KINDS["threshold"]
    state = RuleState(indicator="i", rule="r", subject="x", born=at(0))
    whole = rules.advance(rule, kind, known, state, at(20))

    made = []
    for quarter in range(81):
        advanced = rules.advance(rule, kind, known, state, at(quarter / 4))
        state = replace(advanced.state, memory=json.loads(json.dumps(dict(advanced.state.memory))))
        made += advanced.transitions

    assert made == list(whole.transitions)
    assert [one.ordinal for one in made] == list(range(1, len(made) + 1))
    assert state == replace(whole.state, memory=json.loads(json.dumps(dict(whole.state.memory))))


def test_a_transition_says_of_which_rule_it_is_and_what_was_known() -> None:
    """Its place, its hash, the newest row that had been learned, and why."""
    rule = rule_of("threshold", fire="< 80", hash="abc")
    known = Knowledge(own=[fact(3, 2, "70", unit="USD"), fact(5, 4, "70", unit="CNY")], unit="CNY")
    state = RuleState(indicator="i", rule="r", subject="x", born=at(0))

    made = rules.advance(rule, rules.KINDS["threshold"], known, state, at(9)).transitions

    assert [(one.at, one.what, one.as_of, one.rule_hash, one.subject) for one in made] == [
        (at(0), "nodata", 0, "abc", "x"),
        (at(2), "error", 3, "abc", "x"),
        (at(4), "data_back", 5, "abc", "x"),
        (at(4), "firing", 5, "abc", "x"),
    ]
    assert [one.reason for one in made] == ["no value yet", "the value is in USD, the indicator is in CNY", "", ""]
    assert made[3].evidence.compared == "CNY 70 against < 80"


def test_what_was_learned_while_nobody_looked_is_taken_at_its_own_time_but_never_before_the_last_look() -> None:
    """A row with an older time than the last look (another clock, a late commit) is taken then."""
    rule, kind = rule_of("threshold", fire="< 80"), rules.KINDS["threshold"]
    state = rules.advance(
        rule, kind, Knowledge(), RuleState(indicator="i", rule="r", subject="x", born=at(0)), at(5)
    ).state
    state = replace(state, evaluated_to=at(5))

    late = rules.advance(rule, kind, Knowledge(own=[fact(1, 3, "70")]), state, at(9))
    due = rules.advance(rule, kind, Knowledge(own=[fact(1, 7, "70")]), state, at(9))

    assert [one.at for one in late.transitions if one.what == "firing"] == [at(5)]
    assert [one.at for one in due.transitions if one.what == "firing"] == [at(7)]
    assert rules.advance(rule, kind, Knowledge(own=[fact(1, 9, "70")]), state, at(9)).transitions[-1].what == "firing"
    assert rules.advance(rule, kind, Knowledge(own=[fact(1, 9.01, "70")]), state, at(9)).transitions == []


def test_what_was_corrected_was_not_retracted() -> None:
    """A row that another one replaces is a revision where it is of the same date, and else says nothing."""
    rule, kind = rule_of("threshold", fire="< 80"), rules.KINDS["threshold"]
    state = RuleState(indicator="i", rule="r", subject="x", born=at(0))
    older = fact(1, 0, "90")

    reasons = []
    for retracted in (True, False):
        wrong = fact(2, 2, "70", hidden=at(4), hidden_seq=3, retracted=retracted)
        made = rules.advance(rule, kind, Knowledge(own=[older, wrong]), state, at(9)).transitions
        assert [one.what for one in made] == ["firing", "resolved"]
        reasons.append(made[-1].reason)

    assert reasons == ["retracted", ""]
