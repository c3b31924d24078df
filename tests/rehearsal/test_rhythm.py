"""The other rhythm is drawn from a seed, and what it changes is told as a failure of its own kind."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tracker import rehearsal
from tracker.rehearsal.cases import load
from tracker.rehearsal.coverage import MESSAGES, TRANSITIONS, never
from tracker.rehearsal.judging import given
from tracker.rehearsal.rhythm import otherwise
from tracker.rehearsal.simulate import Recording, simulate
from tracker.rules import KINDS

HERE = Path(__file__).parent
CASE = """- test: t
  rule: {kind: threshold, fire: "<80", for: 1d}
  observe:
  - {at: d0, value: 70}
  until: d5
  expect: [d0 pending, d1 firing]
"""


def test_a_recording_that_another_rhythm_would_not_give() -> None:
    """The case as it was played against what it gives: each part that differs, with want, got and the seed."""
    (loaded,) = load(CASE, "f")
    recording = simulate(loaded)
    assert otherwise(loaded, recording, 7) == []

    early = Recording(transitions=list(recording.transitions[:1]), messages=list(recording.messages))
    found = otherwise(loaded, early, 7, "f")

    assert [(one.rhythm, one.part, one.want, one.got) for one in found] == [
        (rhythm, "expect", ("d0 pending",), ("d0 pending", "d1 firing")) for rhythm in ("ticks", "halves")
    ]
    assert {(one.file, one.test, one.seed) for one in found} == {("f", "t", 7)}


def test_the_seed_gives_the_rhythm() -> None:
    """The same one twice; another one looks at other times."""
    from tracker.rehearsal.rhythm import _ticks

    (loaded,) = load(CASE, "f")

    assert _ticks(loaded, 1) == _ticks(loaded, 1)
    assert _ticks(loaded, 1) != _ticks(loaded, 2)
    ticks, half = _ticks(loaded, 1)
    assert len(ticks) >= 5
    assert all(isinstance(at, datetime) and at > loaded.axis.start for at in ticks)
    assert half >= loaded.axis.start


def test_a_store_that_is_used_again_knows_nothing(tmp_path: Path) -> None:
    """One case after the other, and the first once more: the same, down to the ids of the messages."""
    (one,) = load(CASE, "f")
    (other,) = load(CASE.replace("70", "10").replace("1d", "2d"), "f")

    first, between, again = simulate(one), simulate(other), simulate(one)

    assert given(one, first) == given(one, again)
    assert given(other, between) != given(one, first)
    assert [message for _, message in first.messages] == [message for _, message in again.messages]
    assert first.transitions == again.transitions


def test_what_is_never_exercised_is_listed(tmp_path: Path) -> None:
    """Kinds, transitions and messages; the shipped cases leave nothing out."""
    file = tmp_path / "f.yaml"
    file.write_text(CASE, encoding="utf-8")

    found = never(rehearsal.test([file]).results)

    assert set(found["kinds never used"]) == KINDS.keys() - {"threshold"}
    assert "kinds that had nothing to say" not in found
    assert set(found["transitions never made"]) == set(TRANSITIONS) - {"pending", "firing"}
    assert set(found["messages never sent"]) == set(MESSAGES) - {"firing"}


def test_a_kind_that_never_spoke_is_named(tmp_path: Path) -> None:
    """It is used, and no case makes it say anything."""
    file = tmp_path / "f.yaml"
    file.write_text(CASE.replace("until: d5\n  expect: [d0 pending, d1 firing]", "until: d0.5"), encoding="utf-8")

    assert never(rehearsal.test([file]).results)["kinds that had nothing to say"] == ["threshold"]


def test_the_cases_beside_the_rules_exercise_everything() -> None:
    """Every kind, every transition, every message."""
    files = sorted((HERE.parent / "rules").glob("*.yaml"))

    assert never(rehearsal.test(files, seed=1).results) == {}
