"""A kind of somebody else that does what none should: its source fails with a sentence, and the others are asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.command import ROOT, tracker
from tests.support.web import Site
from tracker import pipeline, timing
from tracker.settings import Home
from tracker.timing import ManualClock

START = timing.parse_instant("2026-03-05T12:00", timing.zone("UTC"))
FEED = "<rss version='2.0'><channel><title>t</title></channel></rss>"
DECLARED = """
watch: Starbridge
receivers: {{folder: {{kind: markdown}}}}
subjects: {{starbridge: {{name: Starbridge}}}}
sources:
  wire: {{kind: feed, url: "{url}", allow_private: true}}
  odd: {{kind: odd, how: {how}}}
indicators: {{named: {{name: Named, mentions: true}}}}
"""
ODD = """
import sys
from tracker.collectors import Harvest, Kind, Sheet
from tracker.model.declared import Frozen

class Params(Frozen):
    how: str

def _burn(refused):
    raise RuntimeError("burnt")

def collect(source, params, context):
    if params.how == "leaves":
        sys.exit("enough")
    if params.how == "burns":
        other = Sheet(name="b.csv", text="", settle=lambda refused: (context.home / "settled").touch())
        return Harvest(sheets=(Sheet(name="a.csv", text="", settle=_burn), other))
    return None

KIND = Kind(Params=Params, collect=collect)
"""


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("nothing", "its kind 'odd' gave back NoneType, which is no Harvest"),
        ("leaves", "it could not be read: unexpected SystemExit: enough"),
        ("burns", None),
    ],
)
def test_a_kind_that_does_what_none_should(site: Site, tmp_path: Path, how: str, why: str | None) -> None:
    place = tmp_path / "site"
    (place / "odd-1.dist-info").mkdir(parents=True)
    (place / "odd.py").write_text(ODD, encoding="utf-8")
    (place / "odd-1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: odd\nVersion: 1\n", encoding="utf-8"
    )
    (place / "odd-1.dist-info" / "entry_points.txt").write_text(
        "[tracker.collectors]\nodd = odd:KIND\n", encoding="utf-8"
    )
    (tmp_path / "indicators.yaml").write_text(DECLARED.format(url=site.put("/feed", FEED), how=how), encoding="utf-8")
    environment = {"PYTHONPATH": f"{ROOT}:{place}"}

    collected = tracker("--now", "2026-03-05", "collect", cwd=tmp_path, env=environment, timeout=60)
    listed = json.loads(tracker("sources", "-o", "json", cwd=tmp_path, env=environment).stdout)

    errors = {one["source"]: one["last_error"] for one in listed}
    assert errors == {"odd": why, "wire": None}, collected.stderr
    assert (tmp_path / "settled").exists() == (how == "burns")


def test_what_hangs_is_given_up(site: Site, home: Callable[..., Home]) -> None:
    """Before its lease ends, with a sentence; the pass ends although the thread never does."""
    clock, free = ManualClock(START), threading.Event()
    declared = DECLARED.replace(
        "odd: {{kind: odd, how: {how}}}", 'slow: {{kind: feed, url: "{how}", allow_private: true}}'
    )
    slow = site.do("/slow", lambda handler: free.wait(60) and None)
    place = home(declared.format(url=site.put("/feed", FEED), how=slow))

    with pipeline.open_desk(place, clock) as desk:
        done = pipeline.collect(desk, progress=lambda done, of: clock.advance(done * timedelta(minutes=1)))
    free.set()

    assert done.ok == ["wire"]
    assert done.failed == [("slow", "it took longer than 2m 30s and was given up")]
