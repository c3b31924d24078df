"""pick: of several models of one subject the best counts, within one edition; editions are never mixed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.web import Site
from tracker import pipeline, timing
from tracker.settings import Home
from tracker.timing import ManualClock

UTC = timing.zone("UTC")
START = timing.parse_instant("2025-03-01T12:00", UTC)
DECLARATION = """\
watch: Benchmarks
timezone: UTC
receivers: {{folder: {{kind: markdown}}}}
subjects:
  stepfun: {{name: StepFun}}
  deepseek: {{name: DeepSeek}}
  openai: {{name: OpenAI}}
sources:
  livebench: {{kind: livebench, url: "{url}", every: 1d, allow_private: true,
    models: {{stepfun: "step-*", deepseek: "deepseek-*", openai: ["gpt-*"]}}, emit: [
    {{indicator: benchmark, value: score, labels: {{model: model}}}},
    {{indicator: rank, value: rank, labels: {{model: model}}}},
    {{indicator: listed, value: listed, aggregate: max}}]}}
indicators:
  benchmark:
    name: Benchmark
    subjects: all
    unit: score
    pick: best
    rules:
      behind: {{kind: peers, subject: stepfun, min_peers: 2, fire: "< 0.9"}}
      fell: {{kind: change, subject: stepfun, window: 1d, tolerance: 5d, fire: "<= -5"}}
      unlisted: {{kind: stale, subject: stepfun, every: 10d}}
  rank: {{name: Rank, subjects: all, unit: rank, pick: lowest}}
  listed: {{name: Listed, subjects: all, unit: yes/no, rules: {{gone: {{kind: threshold, fire: "< 1"}}}}}}
"""
BOTH = {"step-2": 60, "step-1": 20, "deepseek-v3": 62, "deepseek-lite": 5, "gpt-4": 64, "gpt-3": 10}


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(name="desk")
def _desk(site: Site, tmp_path: Path) -> Iterator[pipeline.Desk]:
    (tmp_path / "indicators.yaml").write_text(DECLARATION.format(url=site.url), encoding="utf-8")
    with pipeline.open_desk(Home(tmp_path, {}), ManualClock(START)) as desk:
        yield desk


def _release(site: Site, name: str, **scores: float) -> None:
    site.put("/", f"table_{name}.csv")
    site.put(f"/categories_{name}.json", '{"All": ["t"]}')
    lines = [f"{model.replace('_', '-')},{score}" for model, score in scores.items()]
    site.put(f"/table_{name}.csv", "\n".join(["model,t", *lines]))


def _live(desk: pipeline.Desk, days: int = 0) -> dict[str, str]:
    """Day by day; the states of the alerts, by rule and subject."""
    clock = desk.clock
    assert isinstance(clock, ManualClock)
    for _ in range(days or 1):
        clock.advance(timedelta(days=1 if days else 0))
        assert pipeline.collect(desk).failed == []
        pipeline.evaluate(desk)
    return {f"{one['rule']} {one['subject']}": one["state"] for one in pipeline.alerts(desk)}


def _shown(desk: pipeline.Desk, indicator: str) -> list[str | None]:
    return [row["value"] for row in pipeline.board(desk) if row["indicator"] == indicator]


def test_the_best_of_each_stands_for_it(site: Site, desk: pipeline.Desk) -> None:
    """On the board, and where a rule compares it with its peers."""
    _release(site, "2025_01_01", **BOTH)

    assert _live(desk) == {}
    assert _shown(desk, "benchmark") == ["60", "62", "64"]
    assert _shown(desk, "rank") == ["3", "2", "1"]

    _release(site, "2025_01_01", **{**BOTH, "step-2": 50})
    assert _live(desk, 1) == {"behind stepfun": "firing", "fell stepfun": "firing"}


def test_another_edition_is_another_series(site: Site, desk: pipeline.Desk) -> None:
    """Everybody lost ten points on the new scale: nobody fell."""
    _release(site, "2025_01_01", **BOTH)
    _live(desk)
    _release(site, "2025_04_25", **{model: score - 10 for model, score in BOTH.items() if score > 20})

    assert _live(desk, 3) == {}
    assert _shown(desk, "benchmark") == ["50", "52", "54"]
    assert {row["edition"] for row in pipeline.values(desk, "benchmark")} == {"2025_01_01", "2025_04_25"}


def test_who_is_not_listed_any_more(site: Site, desk: pipeline.Desk) -> None:
    """That is said at once by `listed`, and later by the silence of the score; its absence is no score of zero."""
    _release(site, "2025_01_01", **BOTH)
    _live(desk)
    _release(site, "2025_05_30", **{model: score for model, score in BOTH.items() if not model.startswith("step")})

    assert _live(desk, 1) == {"gone stepfun": "firing"}
    assert _live(desk, 11) == {"gone stepfun": "firing", "unlisted stepfun": "firing"}
    assert _shown(desk, "benchmark")[0] == "60"


def test_a_table_that_cannot_be_read(site: Site, desk: pipeline.Desk) -> None:
    """Whether somebody is listed is then not known: nobody is gone."""
    _release(site, "2025_01_01", **BOTH)
    _live(desk)
    site.put("/table_2025_01_01.csv", "<html>")
    clock = desk.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(days=1))
    pipeline.collect(desk)
    pipeline.evaluate(desk)

    assert pipeline.alerts(desk) == []
    assert {row["health"] for row in pipeline.board(desk) if row["indicator"] == "listed"} == {"ok"}
