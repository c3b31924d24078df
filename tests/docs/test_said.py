"""The alert and the digest that alerts/README.md shows are what this version says: one week of January 2026, told again.

`TRACKER_GOLDEN=write` puts them there anew.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.command import ROOT
from tracker import pipeline, timing
from tracker.db import Store
from tracker.indicators import starter
from tracker.settings import Home
from tracker.timing import ManualClock

README = ROOT / "alerts" / "README.md"
SHANGHAI = timing.zone("Asia/Shanghai")
ROUND = """\
indicator,happened,value,unit,of,published,source,url
funding,阶跃星辰完成超50亿元B+轮融资,>=5bn,CNY,2026-01-26,2026-01-26T09:00,Caixin,https://www.caixinglobal.com/
"""


def _at(text: str) -> datetime:
    return timing.parse_instant(text, SHANGHAI)


@pytest.fixture(name="said", scope="module")
def _said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The alerts folder of a home that began a week before the round, in which a person entered it."""
    root = tmp_path_factory.mktemp("said") / "home"
    starter.make(root)
    home, clock = Home(root, {}), ManualClock(_at("2026-01-19T09:00"))
    desk = pipeline.Desk(home=home, declaration=pipeline.declaration_of(home), store=Store.memory(), clock=clock)
    for text in ("2026-01-19T09:00", "2026-01-26T09:10", "2026-02-02T08:00"):
        clock.set(_at(text))
        if text.startswith("2026-01-26"):
            pipeline.import_csv(desk, ROUND, "round.csv")
        pipeline.evaluate(desk)
        pipeline.send_due_digest(desk)
        pipeline.deliver(desk)
    desk.close()
    return home.alerts


@pytest.mark.parametrize(
    ("mark", "name"), [("alert", "2026/*-funding.announced-stepfun-*.md"), ("digest", "digests/2026-W05.md")]
)
def test_the_readme_shows_what_is_said(mark: str, name: str, said: Path) -> None:
    """Between the marks stands the file as it was written."""
    (file,) = said.glob(name)
    shown = f"\n```text\n{file.read_text(encoding='utf-8').strip()}\n```\n"
    text = README.read_text(encoding="utf-8")
    before, opened, rest = text.partition(f"<!-- {mark} -->")
    inside, _, after = rest.partition("<!-- end -->")
    assert opened, f"no mark for the {mark}"
    if os.environ.get("TRACKER_GOLDEN") == "write":
        README.write_text(f"{before}<!-- {mark} -->\n{shown}\n<!-- end -->{after}", encoding="utf-8")
        return

    assert inside.strip() == shown.strip()
