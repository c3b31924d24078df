"""What must always be true of the engine, over random rules and random facts: late, revised, withdrawn, missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import rules
from tracker.model.declared import Rule
from tracker.model.told import RuleState, Transition
from tracker.timing import Period

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)

_LEVEL = {"fire": "< 50", "clear": ">= 60"}
_RULES: Sequence[dict[str, Any]] = (
    {"kind": "threshold", **_LEVEL},
    {"kind": "threshold", "levels": {"info": "< 60", "warning": "< 40", "critical": "< 20"}, "max_age": "9h"},
    {"kind": "threshold", **_LEVEL, "for": "5h", "for_count": 2, "keep_firing_for": "3h", "max_age": "8h"},
    {"kind": "threshold", **_LEVEL, "clear_count": 2, "on_nodata": "ok", "max_age": "7h"},
    {"kind": "change", "window": "6h", "tolerance": "3h", "fire": "<= -20"},
    {"kind": "stale", "every": "5h", "grace": "1h"},
    {"kind": "velocity", "window": "10h", "fire": "< 2"},
    {"kind": "velocity", "window": "10h", "levels": {"warning": ">= 3", "critical": ">= 5"}},
    {"kind": "event", "max_event_age": "6h"},
    {"kind": "due", "before": ["12h", "6h"], "report_lag": "9h"},
    {"kind": "anomaly", "min_n": 3, "fire": "> 2"},
)


def _rule(raw: dict[str, Any]) -> Rule:
    kind = rules.KINDS[raw["kind"]]
    own = {key: value for key, value in raw.items() if key in kind.Params.model_fields}
    frame = {key: value for key, value in raw.items() if key not in own}
    return Rule.model_validate({**frame, "indicator": "i", "name": "r", "params": kind.Params.model_validate(own)})


@st.composite
def _facts(draw: st.DrawFn) -> list[rules.Fact]:
    """Up to 14 facts in the order of learning; some speak of an earlier hour, some are taken back later."""
    made: list[rules.Fact] = []
    known = START
    for seq in range(1, draw(st.integers(0, 14)) + 1):
        known += draw(st.integers(0, 5)) * HOUR
        start = known - draw(st.sampled_from((0, 0, 0, 1, 3, 8))) * HOUR
        value = Decimal(draw(st.integers(0, 100)))
        kind = draw(st.sampled_from(("actual", "actual", "actual", "rumour", "denial", "target")))
        hidden = known + draw(st.integers(1, 6)) * HOUR if draw(st.integers(0, 5)) == 0 else None
        by = Period(start + 10 * HOUR, start + 20 * HOUR, "day") if kind == "target" else None
        made.append(rules.Fact(
            seq=2 * seq, known=known, start=start, end=start + draw(st.sampled_from((0, 0, 2))) * HOUR,
            lo=value, hi=draw(st.sampled_from((value, value, None))), kind=kind, by=by, key=f"k{draw(st.integers(0, 4))}",
            hidden=hidden, hidden_seq=1001 + seq if hidden else 0, retracted=hidden is not None,
        ))  # fmt: skip
    return made


def _known(facts: Sequence[rules.Fact], at: datetime | None = None) -> rules.Knowledge:
    """What there is at an instant: a row that is not learned yet does not exist, one not yet withdrawn is whole."""
    seen = [
        fact if at is None or (fact.hidden is not None and fact.hidden <= at) else replace(fact, hidden=None, hidden_seq=0)
        for fact in facts
        if at is None or fact.known <= at
    ]
    return rules.Knowledge(
        own=[fact for fact in seen if fact.kind != "target"],
        targets=[fact for fact in seen if fact.kind == "target"],
        watched=rules.Watched(spans=[([(START, START + 1000 * HOUR)], timedelta(0))]),
    )


_BORN = RuleState(indicator="i", rule="r", subject="x", born=START)


def _run(rule: Rule, facts: Sequence[rules.Fact], stops: Sequence[datetime]) -> tuple[list[Transition], RuleState]:
    state, made = _BORN, []
    for now in stops:
        advanced = rules.advance(rule, rules.KINDS[rule.kind], _known(facts, now), state, now)
        state = advanced.state
        made += advanced.transitions
    return made, state


END = START + 120 * HOUR
_STOPS = st.lists(st.integers(0, 119 * 4), max_size=25).map(
    lambda quarters: [*(START + n * HOUR / 4 for n in sorted(quarters)), END]
)


@settings(max_examples=400, deadline=None)
@given(raw=st.sampled_from(_RULES), facts=_facts(), stops=_STOPS)
def test_the_rhythm_of_evaluation_changes_nothing(
    raw: dict[str, Any], facts: list[rules.Fact], stops: list[datetime]
) -> None:
    """Once at the end, or in any number of parts: the same transitions, at the same times."""
    rule = _rule(raw)

    once, _ = _run(rule, facts, [END])
    parts, _ = _run(rule, facts, stops)

    assert [(one.at, one.what, one.severity, one.key, one.reason) for one in parts] == [
        (one.at, one.what, one.severity, one.key, one.reason) for one in once
    ]


@settings(max_examples=200, deadline=None)
@given(raw=st.sampled_from(_RULES), facts=_facts())
def test_evaluating_twice_adds_nothing(raw: dict[str, Any], facts: list[rules.Fact]) -> None:
    """The same data at the same time are no news."""
    rule = _rule(raw)
    _, state = _run(rule, facts, [END])

    again = rules.advance(rule, rules.KINDS[rule.kind], _known(facts), state, END)

    assert again.transitions == []
    assert again.state == state


@settings(max_examples=300, deadline=None)
@given(raw=st.sampled_from([rule for rule in _RULES if rule["kind"] not in ("event", "due")]), facts=_facts())
def test_transitions_follow_the_diagram(raw: dict[str, Any], facts: list[rules.Fact]) -> None:
    """No resolved without firing, no second firing in one episode, health alternates, times never go back."""
    made, _ = _run(_rule(raw), facts, [END])

    state, health, last = "inactive", "ok", START
    for one in made:
        assert one.at >= last
        last = one.at
        if one.what in ("nodata", "error"):
            assert health != one.what
            health = one.what
        elif one.what == "data_back":
            assert health != "ok"
            health = "ok"
        else:
            allowed = {
                "pending": ("inactive",), "cancelled": ("pending",), "firing": ("inactive", "pending"),
                "escalated": ("firing",), "downgraded": ("firing",), "resolved": ("firing",),
            }[one.what]  # fmt: skip
            assert state in allowed
            state = {"cancelled": "inactive", "resolved": "inactive", "pending": "pending"}.get(one.what, "firing")


@settings(max_examples=200, deadline=None)
@given(facts=_facts())
def test_missing_data_neither_fire_nor_resolve(facts: list[rules.Fact]) -> None:
    """At the instant at which data go missing, the state stays."""
    made, _ = _run(_rule({"kind": "threshold", **_LEVEL, "max_age": "6h"}), facts, [END])

    for one in made:
        if one.what in ("nodata", "error"):
            assert {other.what for other in made if other.at == one.at} == {one.what}
