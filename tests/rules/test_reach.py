"""A rule that is shown only the newest facts decides as one that is shown all of them, wherever `suffices` says so."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.rules.making import HOUR, START, at, fact, rule_of
from tracker import rules
from tracker.model.declared import Rule
from tracker.model.told import RuleState
from tracker.rules.facts import Fact, Knowledge

_RULES: Sequence[dict[str, Any]] = (
    {"kind": "threshold", "fire": "< 50", "clear": ">= 60"},
    {"kind": "threshold", "fire": "< 50", "for": "4h", "for_count": 2, "keep_firing_for": "3h", "max_age": "9h"},
    {"kind": "threshold", "fire": "< 50", "kinds": ["actual", "rumour"], "clear_count": 2},
    {"kind": "change", "window": "3h", "tolerance": "2h", "fire": "<= -20"},
    {"kind": "stale", "every": "3h", "grace": "1h"},
)
_BORN = RuleState(indicator="i", rule="r", subject="x", born=START)


def _history(chance: random.Random) -> list[Fact]:
    """Forty facts in the order of learning: some of an earlier hour, some vague, contested, corrected or withdrawn."""
    made: list[Fact] = []
    seq, known = 0, START
    for _ in range(40):
        seq += 1
        known += chance.choice((0, 1, 1, 2)) * HOUR
        start = known - chance.choice((1, 1, 1, 1, 1, 2, 4, 9)) * HOUR
        end = min(known, start + chance.choice((0, 1, 1, 1, 6)) * HOUR)
        value = Decimal(chance.randrange(100))
        made.append(Fact(
            seq=seq, known=known, start=start, end=end, lo=value, hi=value, op=chance.choice(("eq",) * 12 + ("invalid",)),
            kind=chance.choice(("actual",) * 6 + ("rumour",)), tier=chance.choice((1, 1, 2)),
            edition=chance.choice(("",) * 9 + ("b",)),
            named_end=start + 8 * HOUR if end == known and chance.random() < 0.2 else None,
        ))  # fmt: skip
        standing = [place for place, one in enumerate(made[:-1]) if one.hidden is None]
        if standing and chance.random() < 0.1:
            seq += 1
            place = chance.choice(standing)
            made[place] = replace(made[place], hidden=known, hidden_seq=seq, retracted=chance.random() < 0.5)
    return made


def _known(facts: Sequence[Fact], now: datetime) -> list[Fact]:
    """What there is at an instant: a row that is not learned yet does not exist, one not yet withdrawn is whole."""
    return [
        one if one.hidden is None or one.hidden <= now else replace(one, hidden=None, hidden_seq=0, retracted=False)
        for one in facts
        if one.known <= now
    ]


def _newest(facts: Sequence[Fact], state: RuleState, keep: int) -> tuple[list[Fact], datetime]:
    """As the store shows them: the newest few, and further back as far as something is new."""
    ends = sorted(one.end for one in facts)
    new = [one.end for one in facts if max(one.seq, one.hidden_seq) > state.watermark]
    floor = min([ends[-min(keep, len(ends))], *new])
    return [one for one in facts if one.end >= floor], floor


def _advanced(rule: Rule, facts: Sequence[Fact], state: RuleState, now: datetime) -> rules.Advanced:
    return rules.advance(rule, rules.KINDS[rule.kind], Knowledge(own=facts), state, now)


@pytest.mark.parametrize("raw", _RULES, ids=lambda raw: " ".join(map(str, raw.values())))
def test_what_is_left_out_makes_no_difference(raw: dict[str, Any]) -> None:
    """The same transitions and the same state, over many histories; and something is left out often enough."""
    rule, kind, cut = rule_of(**raw), rules.KINDS[raw["kind"]], 0
    for number in range(200):
        chance = random.Random(number)
        history = _history(chance)
        now = START + chance.randrange(20, 35) * HOUR
        state = _advanced(rule, _known(history, now), _BORN, now).state
        for _ in range(4):
            now += chance.randrange(1, 5) * HOUR
            facts = _known(history, now)
            whole = _advanced(rule, facts, state, now)
            shown, floor = _newest(facts, state, chance.choice((2, 4, 8)))
            if len(shown) < len(facts) and rules.suffices(shown, floor, rule, kind, state):
                cut += 1
                part = _advanced(rule, shown, state, now)
                assert (part.transitions, part.state) == (whole.transitions, whole.state), number
            state = whole.state

    assert cut > 50


def _settled(rule: Rule, *more: Fact) -> tuple[list[Fact], RuleState]:
    """Ten values of an hour each, seen by the rule an hour after the last, and what it remembers."""
    facts = [*(fact(n, n, "70", until=n + 1, known=n + 1) for n in range(1, 11)), *more]
    return facts, replace(_advanced(rule, facts, _BORN, at(12)).state, rule_hash=rule.hash)


def test_a_value_that_the_rule_has_seen_suffices() -> None:
    """From the floor on: nine values for none, and only as far back as a change looks."""
    threshold, change = rule_of("threshold", fire="< 50"), rule_of("change", window="3h", fire="<= -20")
    for rule, first, enough in ((threshold, 9, True), (change, 7, True), (change, 8, False)):
        facts, state = _settled(rule)
        shown = [one for one in facts if one.start >= at(first)]

        assert rules.suffices(shown, at(first), rule, rules.KINDS[rule.kind], state) is enough, (rule.kind, first)


@pytest.mark.parametrize(
    ("why", "spoilt"),
    [
        ("withdrawn", {"hidden": at(12), "hidden_seq": 99}),
        ("no number", {"op": "invalid"}),
        ("of another kind", {"kind": "rumour"}),
        ("not seen yet", {"known": at(13)}),
        ("of a period that is not over", {"named_end": at(30)}),
        ("learned before its period was over", {"known": at(10.5)}),
    ],
)
def test_one_that_may_fall_away_does_not(why: str, spoilt: dict[str, Any]) -> None:
    """Then what lies before it may count after all."""
    rule = rule_of("threshold", fire="< 50")
    facts, state = _settled(rule)
    newest = facts[-1]

    assert rules.suffices([newest], at(10), rule, rules.KINDS["threshold"], state)
    assert not rules.suffices([replace(newest, **spoilt)], at(10), rule, rules.KINDS["threshold"], state), why


def test_neither_does_one_that_is_contested_or_a_breach_that_is_not_shown() -> None:
    """Two claims of one date; rows that the machine still asks for; a long period that began before the floor."""
    rule, kind = rule_of("threshold", fire="< 80"), rules.KINDS["threshold"]
    facts, state = _settled(rule)
    newest = facts[-1]

    assert state.memory["rests"] == [10]
    assert rules.suffices([newest], at(10), rule, kind, state)
    assert not rules.suffices([newest, replace(newest, seq=11)], at(10), rule, kind, state)
    assert not rules.suffices([newest], at(10), rule, kind, replace(state, memory={**state.memory, "rests": [3, 10]}))
    long = replace(newest, seq=11, start=at(2), end=at(11))
    assert not rules.suffices([newest, long], at(10), rule, kind, state)


def test_a_new_or_edited_rule_is_shown_everything() -> None:
    """And so is a kind that looks at all that ever was."""
    rule, kind = rule_of("threshold", fire="< 50"), rules.KINDS["threshold"]
    _, state = _settled(rule)

    assert rules.reach(rule, kind, state) == timedelta(0)
    assert rules.reach(rule, kind, _BORN) is None
    assert rules.reach(rule, kind, replace(state, rule_hash="other")) is None
    anomaly = rule_of("anomaly", fire="> 3.5")
    assert rules.reach(anomaly, rules.KINDS["anomaly"], state) is None
    known = rule_of("stale", every="3h", dated="known")
    assert rules.reach(known, rules.KINDS["stale"], state) is None
