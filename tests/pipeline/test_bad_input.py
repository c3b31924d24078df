"""What cannot be compared neither fires nor resolves anything: refused at its place, or health with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.web import Site
from tracker import db, indicators, pipeline
from tracker.errors import DataRejected, DeclarationError, UsageError
from tracker.model.told import RuleState
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import ManualClock

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
DAY = timedelta(days=1)
FRAME = """\
watch: desk
receivers: {{folder: {{kind: markdown}}}}
subjects: {{a: {{name: A}}, b: {{name: B}}}}
indicators:
  revenue:
    name: Revenue
    unit: CNY
    subject: a
    {more}
"""


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ("rules: {r: {kind: threshold, fire: '< NaN'}}", "9:40", "'< NaN' is no condition"),
        ("rules: {r: {kind: threshold, fire: '> inf'}}", "9:40", "'> inf' is no condition"),
        ("rules: {r: {kind: threshold, fire: '> 5..9'}}", "9:40", "the limit must be one exact number"),
        ("rules: {r: {kind: threshold, fire: '> about 5'}}", "9:40", "is no condition"),
        ("rules: {r: {kind: threshold, fire: '== 5'}}", "9:40", "is no condition"),
        ("rules: {r: {kind: threshold, fire: 80}}", "9:40", "80"),
        ("rules: {r: {kind: threshold}}", "9:16", "give either `fire` or `levels`"),
        ("rules: {r: {kind: threshold, fire: '< 5', levels: {info: '< 5'}}}", "9:16", "give either `fire` or `levels`"),
        ("rules: {r: {kind: threshold, fire: '< 5', clear: '< 6'}}", "9:16", "`clear` must look to the other side"),
        ("rules: {r: {kind: threshold, levels: {info: '< 5', warning: '< 9'}}}", "9:16", "must rise from info"),
        ("rules: {r: {kind: threshold, levels: {info: '< 5', warning: '< 5'}}}", "9:16", "must rise from info"),
        ("rules: {r: {kind: threshold, levels: {info: '< 5', warning: '> 4'}}}", "9:16", "to the same side"),
        ("rules: {r: {kind: threshold, levels: {}}}", "9:42", "at least 1"),
        ("rules: {r: {kind: threshold, fire: '< 5', max_age: -1d}}", "9:56", "'-1d' is no duration"),
        ("rules: {r: {kind: change, fire: '< 5', window: 0d}}", "9:52", "'0d' is no duration"),
        ("rules: {r: {kind: change, fire: '< 5', window: 9d, min_base: NaN}}", "9:66", "expected a number"),
        ("rules: {r: {kind: change, fire: '< 5', window: 9d, min_base: Infinity}}", "9:66", "expected a number"),
        ("rules: {r: {kind: anomaly, fire: '> 5', min_abs: NaN}}", "9:54", "expected a number"),
        ("rules: {r: {kind: anomaly, fire: '> 5', min_n: 0}}", "9:52", "greater than or equal to 1"),
        ("rules: {r: {kind: pace, fire: '< 1', from_value: NaN}}", "9:54", "expected a number"),
        ("rules: {r: {kind: pace, fire: '< 1', from: soon}}", "9:48", "'soon'"),
        ("rules: {r: {kind: peers, fire: '< 1', min_peers: 0}}", "9:54", "greater than or equal to 1"),
        ("rules: {r: {kind: threshold, fire: '< 5', for_count: 0}}", "9:58", "greater than or equal to 1"),
        ("targets: [{value: NaN, by: 2026-12-31}]", "9:23", "'NaN'"),
        ("targets: [{value: 10bn, by: never}]", "9:33", "'never'"),
        ("targets: [{value: 10bn USD, by: 2026-12-31}]", "9:23", "USD"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_at_its_place(more: str, place: str, said: str) -> None:
    """Before anything runs; line and column of the value, or of the rule where two of its keys do not fit."""
    with pytest.raises(DeclarationError) as refused:
        indicators.load(FRAME.format(more=more), file="indicators.yaml", kinds=pipeline.kinds())

    first = refused.value.problems[0]
    assert said in first.message
    assert f"{first.line}:{first.column}" == place


def test_a_target_without_a_date_is_pointed_at_and_is_no_target(home: Callable[..., Home]) -> None:
    """`check` says where it stands and that it is never due; the rules that want one have none."""
    text = FRAME.format(more="targets: [{value: 10bn}]\n    rules: {r: {kind: due}, p: {kind: pace, fire: '< 1'}}")
    _, found = indicators.examine(text, file="indicators.yaml", kinds=pipeline.kinds())
    assert [(one.line, one.column, one.code) for one in found if "date" in one.message] == [(9, 15, "undated")]

    with pipeline.open_desk(home(text), ManualClock(NOON)) as desk:
        pipeline.record_value(desk, "revenue", "5bn")
        assert [(one.rule, one.what, one.reason) for one in pipeline.evaluate(desk).transitions] == [
            ("p", "nodata", "no target known")
        ]


WATCH = """\
watch: desk
receivers: {{folder: {{kind: markdown}}}}
subjects: {{a: {{name: A}}, b: {{name: B}}, c: {{name: C}}}}
sources:
  web: {{kind: json, url: "{url}/n.json", every: 1s, allow_private: true, emit: [{{indicator: revenue, subject: a, value: v, at: at}}]}}
indicators:
  revenue:
    name: Revenue
    unit: CNY
    subjects: [a, b, c]
    targets: [{{value: 1000, by: 2027-12-31, published: 2026-08-01}}]
    rules:
      level: {{kind: threshold, fire: "< 80", subject: a}}
      change: {{kind: change, fire: "<= -20", window: 1d, tolerance: 5d, subject: a}}
      pace: {{kind: pace, fire: "< 1", from: 2026-01-01, from_value: 0, subject: a}}
      peers: {{kind: peers, fire: "< 0.9", min_peers: 2, subject: a}}
      odd: {{kind: anomaly, fire: "> 3", min_n: 3, subject: a}}
      silent: {{kind: stale, every: 4d, subject: a}}
      due: {{kind: due, before: 30d, subject: a}}
"""
#: Every rule that looks at one number.
RULES = ("change", "level", "odd", "pace", "peers")


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(name="desk")
def _desk(site: Site, home: Callable[..., Home]) -> Iterator[Desk]:
    """A home in which every rule of numbers fires: four values of a hundred, a fall to fifty, two peers at a hundred."""
    with pipeline.open_desk(home(WATCH.format(url=site.url)), ManualClock(NOON)) as desk:
        for subject in ("b", "c"):
            pipeline.record_value(desk, "revenue", "100", subject=subject, of="2026-08-16")
        for day in range(11, 15):
            pipeline.record_value(desk, "revenue", f"{100 + day % 2}", subject="a", of=f"2026-08-{day}")
        pipeline.record_value(desk, "revenue", "50", subject="a", of="2026-08-15")
        pipeline.evaluate(desk)
        assert _firing(desk) == list(RULES)
        yield desk


def _states(desk: Desk) -> list[RuleState]:
    with desk.store.read() as connection:
        return db.alerts.rule_states(connection)


def _health(desk: Desk) -> dict[str, tuple[str, str]]:
    return {one.rule: (one.health, one.reason) for one in _states(desk) if one.rule in RULES}


def _firing(desk: Desk) -> list[str]:
    with desk.store.read() as connection:
        return sorted(one.rule for one in db.alerts.alerts(connection, state="firing"))


def _next_day(desk: Desk) -> list[str]:
    """Evaluate a day later: the words of what changed."""
    desk.clock = ManualClock(desk.clock.now() + DAY)
    return sorted({one.what for one in pipeline.evaluate(desk).transitions})


@pytest.mark.parametrize(
    ("raw", "shown"), [("NaN", "NaN"), ("Infinity", "Infinity"), ("-Infinity", "-Infinity"), ('"n/a"', "n/a"), ("null", ""), ("1e999", "")]
)  # fmt: skip
def test_what_is_no_number_is_an_error_and_changes_no_state(desk: Desk, site: Site, raw: str, shown: str) -> None:
    """What fires goes on firing; with the next number it is as if nothing had been."""
    site.put("/n.json", f'[{{"v": {raw}, "at": "2026-08-16"}}]', type="application/json")
    pipeline.collect(desk)

    changes = [(one.rule, one.what) for one in pipeline.evaluate(desk).transitions]

    assert {what for _, what in changes} <= {"error"}
    assert _firing(desk) == list(RULES)
    stored = [one for one in pipeline.values(desk, "revenue") if one["op"] == "invalid"] if changes else []
    assert {name for name, _ in changes} == (set(RULES) if changes else set())
    for health, reason in _health(desk).values():
        assert health == ("error" if changes else "ok")
        assert reason.startswith("not a number") is bool(changes)
        assert not changes or shown in reason
    assert bool(stored) is bool(changes)

    desk.clock = ManualClock(NOON + timedelta(hours=1))
    pipeline.record_value(desk, "revenue", "50", subject="a", of="2026-08-17")
    assert {one.what for one in pipeline.evaluate(desk).transitions} <= {"data_back", "resolved"}
    assert "level" in _firing(desk)


def test_a_value_in_another_unit_is_an_error_with_both_units(desk: Desk) -> None:
    """It says so when it is entered, and no rule compares the two."""
    recorded = pipeline.record_value(desk, "revenue", "500 USD", subject="a", of="2026-08-16")

    changes = [(one.rule, one.what) for one in pipeline.evaluate(desk).transitions]

    assert "in USD, not in CNY" in recorded.apart
    assert changes == [(rule, "error") for rule in ("level", "change", "pace", "peers", "odd")]
    assert set(_health(desk).values()) == {("error", "the value is in USD, the indicator is in CNY")}
    assert _firing(desk) == list(RULES)


@pytest.mark.parametrize("base", ["0", "-5..5", "0..9"])
def test_a_base_of_zero_is_no_data(desk: Desk, base: str) -> None:
    """Nothing can be said of it in per cent; what fires goes on firing."""
    pipeline.record_value(desk, "revenue", base, subject="a", of="2026-08-15", note="revised")
    desk.clock = ManualClock(NOON + 2 * DAY)
    pipeline.record_value(desk, "revenue", "500", subject="a", of="2026-08-16")

    said = [one.what for one in pipeline.evaluate(desk).transitions if one.rule == "change"]

    assert said[-1] == "nodata"
    assert "resolved" not in said
    assert _health(desk)["change"] == ("nodata", "the value to compare with is zero or too small")
    assert "change" in _firing(desk)


def test_peers_and_a_path_at_zero_are_errors(desk: Desk) -> None:
    """A ratio to nothing is no number."""
    for subject in ("b", "c"):
        pipeline.record_value(desk, "revenue", "0", subject=subject, of="2026-08-17")

    changes = [(one.rule, one.what) for one in pipeline.evaluate(desk).transitions]

    assert changes == [("peers", "error")]
    assert _health(desk)["peers"] == ("error", "the median of the peers is not above zero")
    assert "peers" in _firing(desk)


@pytest.mark.parametrize("value", ["NaN", "inf", "-inf", "1e999999", "", "12,34", "5 EUR USD"])
def test_by_hand_and_in_files_they_are_refused(desk: Desk, value: str) -> None:
    """Nothing is stored, and nothing is decided on."""
    before = desk.store.seq()

    with pytest.raises((UsageError, DataRejected)):
        pipeline.record_value(desk, "revenue", value, subject="a")
    with pytest.raises(DataRejected, match=r"rows\.csv:2"):
        pipeline.import_csv(desk, f'indicator,value,subject\nrevenue,"{value}",a\n', "rows.csv")

    assert desk.store.seq() == before
    assert pipeline.evaluate(desk).transitions == []


def test_what_is_no_number_is_not_seen_by_a_rule_that_waits_for_one(desk: Desk, site: Site) -> None:
    """Silence goes on, and a target is not met by it."""
    desk.clock = ManualClock(NOON + 3 * DAY)
    site.put("/n.json", '[{"v": NaN, "at": "2026-08-19"}]', type="application/json")
    pipeline.collect(desk)

    found = [(one.rule, one.what, f"{one.at:%d}") for one in pipeline.evaluate(desk).transitions]

    assert ("silent", "firing", "20") in found
    assert not [one for one in found if one[0] == "due"]
