"""Transitions as episodes, spans in doubt, and what two versions of a rule differ in. Days count from the first of 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tracker.model.told import Transition
from tracker.rehearsal.episodes import difference, doubts, episodes, firing, unknown

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=number)


def changes(text: str) -> list[Transition]:
    """`3 firing, 5 escalated critical, 9 resolved`; a key after `@`, another subject after `:`."""
    found = []
    for number, part in enumerate(text.split(","), start=1):
        at, what, *rest = part.split()
        what, _, subject = what.partition(":")
        what, _, key = what.partition("@")
        severity = rest[0] if rest else "warning"
        found.append(Transition(
            indicator="i", rule="r", subject=subject or "x", at=day(float(at)), what=what, severity=severity, ordinal=number,
            episode=1, key=key, reason="why" if what in ("nodata", "error") else "",
        ))  # type: ignore[arg-type]  # fmt: skip
    return found


def shown(text: str) -> list[tuple[object, ...]]:
    """The episodes of some transitions, by day."""
    return [
        (one.key or one.subject, (one.start - START).days, one.end and (one.end - START).days, one.severity)
        for one in episodes(changes(text))
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 pending, 2 cancelled", []),
        ("1 pending, 2 firing, 5 resolved", [("x", 2, 5, "warning")]),
        ("2 firing, 3 escalated critical, 4 downgraded info, 5 resolved info", [("x", 2, 5, "critical")]),
        ("2 firing", [("x", 2, None, "warning")]),
        ("2 firing, 3 nodata, 4 data_back, 6 resolved", [("x", 2, 6, "warning")]),
        ("1 firing, 2 resolved, 3 firing, 4 resolved", [("x", 1, 2, "warning"), ("x", 3, 4, "warning")]),
        ("1 firing, 2 firing:y, 3 resolved", [("x", 1, 3, "warning"), ("y", 2, None, "warning")]),
        ("1 event@a, 4 confirmed@a, 5 late@b, 6 denied@a", [("a", 1, 1, "warning"), ("a", 4, 4, "warning")]),
        ("1 upcoming@t, 3 unknown@t, 5 overdue@t, 9 met@t", [("t", 3, 9, "warning")]),
        ("1 upcoming@t, 3 met@t", []),
    ],
)
def test_what_fired_from_when_to_when(text: str, found: list[tuple[object, ...]]) -> None:
    """An event is told at an instant; missing data end nothing."""
    assert shown(text) == found


def test_days_are_counted_once() -> None:
    """Two targets that are open at once; what goes on is counted to the end; another subject has its own days."""
    found = episodes(changes("1 unknown@a, 2 unknown@b, 4 met@a, 6 met@b, 8 firing, 3 firing:y"))

    assert firing(found, "x", day(10)) == timedelta(days=5 + 2)
    assert firing(found, "y", day(10)) == timedelta(days=7)


def test_what_could_not_be_told() -> None:
    """From the first missing datum on; no data and then an error is one doubt after the other."""
    found = doubts(changes("0 nodata, 2 error, 3 data_back, 5 nodata:y, 7 nodata"))

    assert [((one.start - START).days, one.end and (one.end - START).days, one.subject) for one in found] == [
        (0, 2, "x"), (2, 3, "x"), (5, None, "y"), (7, None, "x"),
    ]  # fmt: skip
    assert all(one.why == "why" for one in found)
    assert unknown(found, "x", day(8)) == timedelta(days=4)
    assert Decimal(unknown(found, "y", day(8)) / timedelta(days=1)) == 3


@pytest.mark.parametrize(
    ("mine", "theirs", "only", "shifted"),
    [
        ("1 firing, 3 resolved", "1 firing, 3 resolved", [], []),
        ("1 firing, 3 resolved", "2 firing, 4 resolved", [], [(1, 2)]),
        ("1 firing, 3 resolved", "3 firing, 4 resolved", [1], []),
        ("1 firing, 3 resolved", "1 firing critical, 3 resolved", [], [(1, 1)]),
        ("1 firing", "1 firing:y", [1], []),
        ("1 firing, 2 resolved, 3 firing", "0 firing", [3], [(1, 0)]),
        ("0 firing, 2 resolved, 3 firing, 9 resolved", "3 firing, 9 resolved", [0], []),
        ("1 event@a", "5 event@a", [], [(1, 5)]),
        ("1 event@a", "1 event@b", [1], []),
        ("1 event@a", "", [1], []),
        ("", "1 event@a", [], []),
    ],
)
def test_two_versions_differ(mine: str, theirs: str, only: list[int], shifted: list[tuple[int, int]]) -> None:
    """What is the same is paired first; then what lies at the same time, or is the same event."""
    one, other = (episodes(changes(text) if text else []) for text in (mine, theirs))

    found = difference(one, other)

    assert [(each.start - START).days for each in found.only] == only
    assert [((a.start - START).days, (b.start - START).days) for a, b in found.shifted] == shifted
