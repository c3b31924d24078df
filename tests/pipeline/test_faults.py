"""A process that dies between any two statements of evaluate and deliver: nothing is lost, at most one message is doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.command import ROOT, environment

PATIENCE = 300


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sequence[dict[str, Any]]]:
    """What the homes hold after each death and the pass that followed, by the pass in which the process died."""
    program = str(ROOT / "tests" / "pipeline" / "dying.py")
    folders = {verb: tmp_path_factory.mktemp(verb) for verb in ("evaluate", "deliver")}
    walks = {}
    for verb, folder in folders.items():
        with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
            walks[verb] = subprocess.Popen(
                [sys.executable, program, str(folder), verb], env=environment(), stdout=out, stderr=err
            )
    for verb, walk in walks.items():
        assert walk.wait(timeout=PATIENCE) == 0, (folders[verb] / "err").read_text()
    return {
        verb: [json.loads(line) for line in (folder / "out").read_text().splitlines()]
        for verb, folder in folders.items()
    }


def test_the_pass_has_everything_in_it(homes: dict[str, Sequence[dict[str, Any]]]) -> None:
    """What nobody disturbed: a level, a clear, a firing, an event, a due day and a rule over two others; two receivers."""
    for walked in homes.values():
        *_, whole = walked
        assert not whole["died"]
        words = {line.rpartition(" ")[0].split()[1] for line in whole["transitions"] if line[:3] in ("16T", "17T")}
        assert words == {"escalated", "resolved", "firing", "event", "unknown"}
        assert {line.split()[0] for line in whole["said"]} == {"folder", "recorder"}
        assert {"update", "resolved", "firing", "event", "unknown"} <= {line.split()[1] for line in whole["said"]}
        assert len(whole["accepted"]) == len(whole["sent"]) == 9
    assert len(homes["evaluate"]) > 40
    assert len(homes["deliver"]) > 80


@pytest.mark.parametrize("verb", ["evaluate", "deliver"])
def test_no_transition_is_lost_or_doubled(homes: dict[str, Sequence[dict[str, Any]]], verb: str) -> None:
    """Wherever it died, what followed made the same of it, at the same times, and every receiver has each word once."""
    *deaths, whole = homes[verb]

    for one in deaths:
        for part in ("transitions", "alerts", "said", "sent"):
            assert one[part] == whole[part], (one["number"], part)
        assert one["broken"] == []


@pytest.mark.parametrize("verb", ["evaluate", "deliver"])
def test_at_most_one_message_is_doubled_under_its_own_id(homes: dict[str, Sequence[dict[str, Any]]], verb: str) -> None:
    """And the double says the same; a file holds each section once."""
    *deaths, whole = homes[verb]

    doubled = 0
    for one in deaths:
        twice = [line for line, times in Counter(one["accepted"]).items() if times > 1]
        assert set(one["accepted"]) == set(whole["accepted"]), one["number"]
        assert len(one["accepted"]) <= len(whole["accepted"]) + 1, one["number"]
        assert len({line.split()[0] for line in one["accepted"]}) == len(whole["accepted"])
        assert one["sections"] == whole["sections"], one["number"]
        doubled += len(twice)
    # Between what the receiver accepted and what is written down lies a gap that nothing can close.
    assert (doubled > 0) is (verb == "deliver")


def test_it_dies_for_real(homes: dict[str, Sequence[dict[str, Any]]]) -> None:
    """Every walk ends at the first number that the pass does not reach."""
    for walked in homes.values():
        assert [one["died"] for one in walked] == [True] * (len(walked) - 1) + [False]
        assert [one["number"] for one in walked] == list(range(1, len(walked) + 1))
