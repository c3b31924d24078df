"""The pure digest: what is told, in which order, in an analyst's words. The facts are invented in `making`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.digest.making import (
    BARE,
    END,
    FEW,
    INDICATORS,
    LEFT,
    LOW,
    ROUND,
    SEEN,
    SILENT,
    ZONE,
    at,
    change,
    empty,
    event,
    full,
    happening,
    value,
)
from tracker import digest, timing
from tracker.digest import Facts, Known, Level, Page, Post, Tracked, Watch
from tracker.digest.words import compared
from tracker.model.observed import Amount
from tracker.model.told import Evidence

HERE = Path(__file__).parent


def _section(page: Page, heading: str) -> list[str]:
    """Rows of one section as text."""
    rows = [row for section in page.sections if section.heading == heading for row in section.rows]
    return [f"{row.label}: {' · '.join(row.parts)}" for row in rows]


def _states(facts: Facts) -> dict[str, str]:
    return {line.cells[1]: line.cells[4] for line in digest.draw(facts).table.lines}


def _tracked(watch: Watch, now: Known | None = None, then: Known | None = None) -> Tracked:
    indicator = INDICATORS[watch.rule.indicator]
    return Tracked(indicator=indicator, subject="kuanju", now=now or Known(), then=then or Known(), watches=(watch,))


@pytest.mark.parametrize(("form", "name"), [(digest.text, "full.txt"), (digest.markdown, "full.md")])
def test_a_full_week_reads_as_it_should(form: object, name: str) -> None:
    """The whole page, letter by letter; after a change on purpose, read the new one before it is kept."""
    assert callable(form)
    assert form(digest.draw(full())) == (HERE / name).read_text(encoding="utf-8")


def test_an_empty_home_has_a_digest() -> None:
    """Nothing declared, nothing known: it says so, and nothing else."""
    page = digest.draw(empty())

    assert page.line == "nothing new."
    assert page.table.lines == ()
    assert [section.heading for section in page.sections] == ["Sent"]
    assert digest.text(page).startswith("Kuanju · week 2026-W34 (17 - 23 August 2026, Shanghai)\n")
    assert "<table" in digest.html(page)


def test_key_indicators_are_always_there_in_declared_order() -> None:
    """Two weeks can be laid side by side: a week without news has the same lines as one with."""
    quiet = replace(full(), history=(), happenings=(), goals=(), disputed=())

    lines = [
        [line.cells[:2] for line in digest.draw(facts).table.lines if line.cells[0] != "·"] for facts in (full(), quiet)
    ]

    assert lines[0] == lines[1]
    assert [name for _, name in lines[0]] == [
        "Calls, growth", "Orders", "Robots at work", "Launches", "Stars", "Rounds", "Departures",
    ]  # fmt: skip


def test_a_hundred_indicators_are_a_hundred_lines() -> None:
    """Numbered through; the heading does not spell the number out."""
    many = tuple(_tracked(Watch(rule=BARE, subject="kuanju")) for _ in range(100))

    page = digest.draw(empty(tracked=many, names=INDICATORS))

    assert [line.cells[0] for line in page.table.lines] == [str(number) for number in range(1, 101)]
    assert page.table.heading == "Key indicators"


def test_context_has_a_line_only_where_something_changed() -> None:
    """An indicator without rules, the same as a week ago, is left out."""
    price = Known(value=value("price", "99000", "CNY", "2026-08"))
    context = Tracked(indicator=INDICATORS["price"], subject="kuanju", now=price, then=price)

    assert digest.draw(empty(tracked=(context,), names=INDICATORS)).table.lines == ()
    assert len(digest.draw(empty(tracked=(replace(context, then=Known()),), names=INDICATORS)).table.lines) == 1


def test_the_state_is_said_in_an_analysts_words() -> None:
    """overdue, active, cleared, cannot tell, watching, steady, NEW: one each."""
    watch = Watch(rule=LOW, subject="kuanju")
    known = Known(value=value("orders", "5", "CNY", "2026-07"))
    facts = empty(tracked=(_tracked(watch, known),), names=INDICATORS)
    fires = change(LOW, "firing", "2026-08-18", episode=1)

    def state(*history: digest.Change, **more: object) -> str:
        return next(iter(_states(replace(facts, history=history, **more)).values()))  # type: ignore[arg-type]

    assert state() == "steady"
    assert state(fires) == "active (warning) since 2026-08-18, new"
    assert state(change(LOW, "firing", "2026-08-01", episode=1)) == "active (warning) since 2026-08-01"
    assert state(fires, change(LOW, "resolved", "2026-08-20", episode=1)) == "cleared on 2026-08-20"
    assert state(change(LOW, "nodata", "2026-08-01", reason="cannot tell")) == "cannot tell"
    assert state(change(LOW, "error", "2026-08-01", reason="in USD")) == "cannot tell (error: in USD)"
    assert state(tracked=(_tracked(watch),)) == "watching"
    counted = (_tracked(Watch(rule=FEW, subject="kuanju", window=timedelta(270), watched=(62, 270))),)
    blind = change(FEW, "nodata", "2026-06-22", reason="the window was not watched whole")
    assert state(blind, tracked=counted) == "watching (62 of 270 days covered)"
    silent = (_tracked(Watch(rule=SILENT, subject="kuanju"), known),)
    late = change(SILENT, "firing", "2026-08-03", evidence={"since": at("2026-05-03")})
    assert state(late, tracked=silent) == "overdue since 2026-05-03"
    news = (_tracked(Watch(rule=SEEN, subject="kuanju")),)
    assert state(change(SEEN, "event", "2026-08-19", key="funding:c"), tracked=news) == "NEW"


def test_a_labelled_figure_is_not_taken_for_the_whole() -> None:
    """One case of a projection does not stand for the revenue."""
    part = value("orders", "7", "CNY", "2026", kind="estimate")
    part = replace(part, series=replace(part.series, labels=(("case", "bull"),)))

    page = digest.draw(
        empty(tracked=(_tracked(Watch(rule=LOW, subject="kuanju"), Known(value=part)),), names=INDICATORS)
    )

    assert page.table.lines[0].cells[2] == "no figure for the whole; CNY 7 (2026, case bull, estimate)"


def test_only_the_net_state_of_a_week_is_told() -> None:
    """What fired and cleared within the week is one line."""
    history = (change(LOW, "firing", "2026-08-18", episode=1), change(LOW, "resolved", "2026-08-20", episode=1))

    page = digest.draw(empty(tracked=(_tracked(Watch(rule=LOW, subject="kuanju")),), names=INDICATORS, history=history))

    assert _section(page, "Needs attention") == []
    assert [row.partition(":")[0] for row in _section(page, "What changed")] == ["cleared"]


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ({"reason": "revised"}, "because of a revision"),
        ({"reason": "retracted"}, "because of a withdrawal"),
        ({"rule_hash": "two"}, "because of an edit of the rule"),
        ({"rule_hash": "one"}, "because of news"),
        ({"evidence": {"since": at("2026-08-20")}}, "because of time"),
    ],
)
def test_a_change_says_why(second: dict[str, object], why: str) -> None:
    """News, a revision, a withdrawal, the rule, or only time."""
    history = (
        change(LOW, "firing", "2026-08-01", episode=1, ordinal=1, rule_hash="one"),
        change(LOW, "resolved", "2026-08-20", episode=1, ordinal=2, **second),
    )

    page = digest.draw(empty(tracked=(_tracked(Watch(rule=LOW, subject="kuanju")),), names=INDICATORS, history=history))

    assert _section(page, "What changed")[0].endswith(why)


def test_what_was_written_late_is_told_late() -> None:
    """A daemon that was off until Thursday writes Thursday what became true in July: that is this week's news."""
    written = replace(change(LOW, "firing", "2026-07-03", episode=1), recorded_at=at("2026-08-20"))
    facts = empty(tracked=(_tracked(Watch(rule=LOW, subject="kuanju")),), names=INDICATORS, history=(written,))

    assert _section(digest.draw(facts), "Needs attention")[0].startswith("active: Orders (Kuanju)") is False
    named = replace(facts, subjects={"kuanju": "Kuanju"})
    assert _section(digest.draw(named), "Needs attention")[0].startswith("active: Orders (Kuanju)")
    assert "since 2026-07-03" in _section(digest.draw(named), "Needs attention")[0]


def test_how_unusual_an_event_is() -> None:
    """The largest of its kind in one currency, the first after a long pause; a smaller or an uncertain one is not."""
    facts = full()
    said = next(row for row in _section(digest.draw(facts), "Needs attention") if "C轮" in row)
    assert "the largest of 2 on record here in CNY, the first in 14 months" in said

    vague = Amount(lo=Decimal(3), hi=None, op="ge", unit="CNY")
    open_end = event("funding:a", "funding", "Series A", "2026-08", "2026-08-02", amount=vague)
    small = Amount(lo=Decimal(2), hi=Decimal(2), op="eq", unit="CNY")
    smaller = replace(ROUND, event=replace(ROUND.event, amount=small))
    page = digest.draw(replace(facts, happenings=(happening(open_end), happening(smaller))))
    assert "largest" not in str(page)
    assert "first in" not in str(page)


def test_the_baseline_is_one_line() -> None:
    """History that somebody else wrote is counted; an event that was learned late by itself is listed."""
    old = event("departure:old", "departure", "The first CFO left", "2024-03", "2026-08-18", late=True)
    base = event("departure:base", "departure", "Not to be listed", "2024-01", "2026-08-17", late=True)
    history = tuple(change(LEFT, "late", "2026-08-18", key=one.event.key) for one in (old, base))

    page = digest.draw(
        empty(
            history=history, happenings=(happening(old), happening(base, baseline=True)), baseline=87, names=INDICATORS
        )
    )

    rows = _section(page, "History")
    assert rows[0] == "history: the baseline: 87 rows · 1 event of it under rules, noted and not spoken"
    assert len(rows) == 2
    assert "The first CFO left" in rows[1]
    assert "Not to be listed" not in str(page)


def test_info_is_told_here_only() -> None:
    """An info rule that fired is no call to act, but it is said."""
    fired = change(LOW, "firing", "2026-08-18", episode=1, severity="info")

    page = digest.draw(empty(names=INDICATORS, history=(fired,)))

    assert _section(page, "Needs attention") == []
    assert "told here only" in _section(page, "What changed")[0]


def test_a_removed_rule_has_one_line() -> None:
    """Its alert is closed and no longer open."""
    history = (
        change(LOW, "firing", "2026-08-01", episode=1),
        change(LOW, "closed", "2026-08-18", episode=1, reason="rule removed"),
    )

    page = digest.draw(empty(names={}, history=history))

    assert _section(page, "Closed") == ["closed: orders (kuanju), low · rule removed · on 2026-08-18"]
    assert _section(page, "Needs attention") == []


@pytest.mark.parametrize(
    ("one", "other", "label"),
    [
        ({"lo": "10", "hi": "10"}, {"lo": "100", "hi": "100"}, "x10"),
        ({"lo": "10", "hi": "10"}, {"lo": "100000", "hi": "100000"}, "x10,000"),
        ({"lo": "10", "hi": "10"}, {"lo": "20", "hi": "20"}, "disagree"),
        ({"lo": "10", "hi": None, "op": "ge"}, {"lo": "20", "hi": "20"}, ""),
        ({"lo": "10", "hi": "10", "op": "approx"}, {"lo": "11", "hi": "11"}, ""),
        ({"lo": "10", "hi": "10"}, {"lo": "100", "hi": "100", "kind": "target"}, "x10"),
        ({"lo": "10", "hi": "10"}, {"lo": "20", "hi": "20", "kind": "target"}, ""),
        ({"lo": "10", "hi": "10"}, {"lo": "20", "hi": "20", "citation": "one"}, ""),
        ({"lo": None, "hi": None, "op": "invalid"}, {"lo": "20", "hi": "20"}, ""),
    ],
)
def test_contradictions(one: dict[str, str], other: dict[str, str], label: str) -> None:
    """Two voices, one series and date, no number in common; kinds are compared only where a unit seems to have slipped."""

    def claim(given: dict[str, str], voice: str) -> object:
        fields = {"citation": voice} | given
        ends = {name: None if fields[name] is None else Decimal(fields[name]) for name in ("lo", "hi")}
        return value("orders", "1", "CNY", "2026-06", **(fields | ends))

    rows = _section(digest.draw(empty(disputed=(claim(one, "one"), claim(other, "two")))), "Contradictions")

    assert [row.partition(":")[0] for row in rows] == ([label] if label else [])


@pytest.mark.parametrize(("number", "near"), [("640", True), ("660", True), ("661", False), ("599", False)])
def test_a_near_miss_is_within_a_tenth_of_the_limit(number: str, near: bool) -> None:
    """Below 600 it would fire."""
    level = Level(severity="warning", op="<", limit=Decimal(600))
    tracked = _tracked(
        Watch(rule=LOW, subject="kuanju", levels=(level,)), Known(value=value("orders", number, "CNY", "2026-06"))
    )

    rows = _section(digest.draw(empty(tracked=(tracked,), names=INDICATORS)), "Near misses")

    assert bool(rows) is near


@pytest.mark.parametrize(
    ("value", "unit", "told", "said"),
    [
        ("70", "score", "70 score against a median of 85", "70 score against a median of 85"),
        ("70", "score", "70 against < 80", "70 score against < 80"),
        ("5000000000", "CNY", "CNY 5bn against < 6bn", "CNY 5bn against < 6bn"),
        ("4", "x", "4x against < 10", "4x against < 10"),
    ],
)
def test_a_unit_is_named_once(value: str, unit: str, told: str, said: str) -> None:
    """Some kinds say it in what they compared, others leave it to the reader."""
    assert compared(Evidence(value=value, unit=unit, compared=told)) == said


def test_nothing_unreadable_is_printed() -> None:
    """No `None`, no `nan`, no exponent, in any form; evidence may spell its numbers as it likes."""
    raw = change(
        LOW,
        "firing",
        "2026-08-18",
        episode=1,
        evidence={"compared": "1.5E+9 of 2.00000e+9 expected, against < 1000000"},
    )
    none = value("orders", "1", "CNY", "2026-06", lo=None, hi=None, op="invalid")
    facts = replace(
        full(), history=(*full().history, raw), so_far=True, post=Post(),
        tracked=(*full().tracked, _tracked(Watch(rule=LOW, subject="kuanju"), Known(value=none))),
    )  # fmt: skip

    for form in (digest.text, digest.markdown, digest.html):
        said = form(digest.draw(facts))
        assert not re.search(r"\bNone\b|\bnan\b|NaN|Infinity|\d[eE][+-]?\d", said)
        assert "1.5bn of 2bn expected, against" in said
        assert "as of 2026-08-23 23:59" in said


@pytest.mark.parametrize(
    ("zone", "period", "said"),
    [
        ("Asia/Shanghai", "2026-W01", "29 December 2025 - 4 January 2026, Shanghai"),
        ("America/Los_Angeles", "2026-W10", "2 - 8 March 2026, Los Angeles"),  # clocks change on the 8th
        ("Pacific/Chatham", "2026-W14", "30 March - 5 April 2026, Chatham"),  # clocks change on the 5th
        ("UTC", "2026-05", "1 - 31 May 2026, UTC"),
        ("Europe/Berlin", "2026-05-09", "9 May 2026, Berlin"),
        ("Europe/Berlin", "2026-Q1", "1 January - 31 March 2026, Berlin"),
    ],
)
def test_the_title_names_local_days(zone: str, period: str, said: str) -> None:
    """From the first to the last local day, whatever the clocks do."""
    place = timing.zone(zone)
    span = timing.parse_period(period, place)

    title = digest.draw(empty(zone=place, period=span, at=span.end - timedelta.resolution)).title

    assert f"({said})" in title


def test_a_countdown_counts_local_days() -> None:
    """From 23 August to 31 December there are 130 days."""
    assert timing.local_date(END, ZONE).isoformat() == "2026-08-23"
    assert _section(digest.draw(full()), "Countdowns")[0].startswith("130 days: Robots at work (Kuanju)")
