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
    {"kind": "threshold", **_LEVEL, "for": "4h", "on_nodata": "alert", "max_age": "7h"},
    {"kind": "change", "window": "6h", "tolerance": "3h", "fire": "<= -20"},
    {"kind": "pace", "fire": "< 0.8", "clear": ">= 0.9", "for": "2h"},
    {"kind": "stale", "every": "5h", "grace": "1h"},
    {"kind": "stale", "every": "5h", "dated": "known", "keep_firing_for": "3h"},
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
        hidden = known + draw(st.integers(0, 6)) * HOUR if draw(st.integers(0, 5)) == 0 else None
        by = Period(start + 10 * HOUR, start + 20 * HOUR, "day") if kind == "target" else None
        made.append(rules.Fact(
            seq=seq, known=known, start=start, end=start + draw(st.sampled_from((0, 0, 2))) * HOUR,
            lo=value, hi=draw(st.sampled_from((value, value, None))), kind=kind, by=by, key=f"k{draw(st.integers(0, 4))}",
            hidden=hidden, retracted=hidden is not None and draw(st.booleans()),
        ))  # fmt: skip
    return _numbered(made)


def _numbered(facts: Sequence[rules.Fact]) -> list[rules.Fact]:
    """Seq is the order of learning, of what is said and of what is taken back alike."""
    moments = sorted(
        [(fact.known, 0, place) for place, fact in enumerate(facts)]
        + [(fact.hidden, 1, place) for place, fact in enumerate(facts) if fact.hidden is not None]
    )
    numbers = {(place, taken_back): number for number, (_, taken_back, place) in enumerate(moments, start=1)}
    return [replace(fact, seq=numbers[n, 0], hidden_seq=numbers.get((n, 1), 0)) for n, fact in enumerate(facts)]


def _known(facts: Sequence[rules.Fact], at: datetime | None = None) -> rules.Knowledge:
    """What there is at an instant: a row that is not learned yet does not exist, one not yet withdrawn is whole."""
    seen = [
        fact
        if at is None or (fact.hidden is not None and fact.hidden <= at)
        else replace(fact, hidden=None, hidden_seq=0)
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


@settings(max_examples=200, deadline=None)
@given(facts=_facts(), for_=st.integers(1, 9))
def test_for_is_exactly_as_long_as_the_data_were_there(facts: list[rules.Fact], for_: int) -> None:
    """From pending to firing lies `for`, and the time in which data were missing."""
    made, _ = _run(_rule({"kind": "threshold", "fire": "< 60", "for": f"{for_}h", "max_age": "4h"}), facts, [END])

    began = missing = None
    gap = timedelta(0)
    for one in made:
        if one.what == "pending":
            began, gap = one.at, timedelta(0)
        elif one.what == "nodata":
            missing = one.at
        elif one.what == "data_back":
            gap += one.at - missing if missing and began and missing >= began else timedelta(0)
        elif one.what == "firing":
            assert began is not None
            assert one.at - began - gap >= for_ * HOUR
            # More than that only when the time ran out at the very instant at which the data went missing.
            assert one.at - began - gap == for_ * HOUR or one.at in {
                other.at for other in made if other.what == "data_back"
            }


@settings(max_examples=200, deadline=None)
@given(facts=_facts())
def test_a_backfill_never_fires_a_level_rule(facts: list[rules.Fact]) -> None:
    """What fires or begins to rests on the newest date that was known then."""
    made, _ = _run(_rule({"kind": "threshold", **_LEVEL}), facts, [END])

    for one in made:
        if one.what == "firing":
            seen = [fact for fact in facts if fact.kind == "actual" and fact.visible(one.at) and fact.end <= one.at]
            assert one.evidence.occurred == max(fact.end for fact in seen)
