"""A daily that gathers thirty headlines a day, from February to April 2026: the events of StepFun come out of it once each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.conftest import SHARED
from tests.support.world import World
from tracker import db, pipeline
from tracker.db import Store
from tracker.indicators import starter
from tracker.model.observed import KnownEvent
from tracker.settings import Home
from tracker.timing import ManualClock

DAYS = tuple(datetime(2026, month, day, 12, tzinfo=UTC) for month, day in ((2, 26), (3, 3), (3, 18), (4, 3)))

#: type, day, status, product
EVENTS = [
    ("funding", "2026-02-26", "reported", ""),
    ("ipo", "2026-02-26", "rumoured", ""),
    ("release", "2026-03-03", "reported", "step-3.5-flash"),
    ("partnership", "2026-03-18", "reported", "step-3.5-flash"),  # into the cars of a partner
    ("release", "2026-03-20", "reported", "stepclaw"),
    ("release", "2026-03-23", "reported", "step-plan"),
    ("release", "2026-04-03", "reported", "step-3.5-flash-2603"),
]


@pytest.fixture(name="events", scope="module")
def _events(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[KnownEvent]]:
    """Four passes over the daily as it stood on four days."""
    if not SHARED.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    world = World.start(SHARED / "world" / "serve.py", DAYS[0].isoformat())
    desk = _desk(tmp_path_factory.mktemp("daily") / "home", world.url)
    try:
        for day in DAYS:
            world.set_date(day.isoformat())
            assert isinstance(desk.clock, ManualClock)
            desk.clock.set(day)
            assert pipeline.collect(desk).failed == []
        with desk.store.read() as connection:
            known = db.news.events(connection, subject="stepfun")
        yield [one for one in known if one.mentions[0].source == "daily"]
    finally:
        desk.close()
        world.stop()


def _desk(root: Path, url: str) -> pipeline.Desk:
    starter.make(root)
    yaml, file = YAML(), root / "indicators.yaml"
    declared = yaml.load(file.read_text(encoding="utf-8"))
    declared["sources"] = {
        "daily": {
            "kind": "feed", "url": f"{url}/feeds/juya.xml", "timezone": "Asia/Shanghai", "every": "1h", "allow_private": True,
        }
    }  # fmt: skip
    for indicator in declared["indicators"].values():
        indicator.pop("sources", None)
    with file.open("w", encoding="utf-8") as opened:
        yaml.dump(declared, opened)
    home = Home(root, {})
    return pipeline.Desk(
        home=home, declaration=pipeline.declaration_of(home), store=Store.memory(), clock=ManualClock(DAYS[0])
    )


def test_each_event_comes_out_once(events: list[KnownEvent]) -> None:
    told = sorted((one.event.occurred.text, one.event.type, one.status(DAYS[-1])) for one in events)
    assert told == sorted((day, type_, status) for type_, day, status, _ in EVENTS)


@pytest.mark.parametrize(("type_", "day", "product"), [(row[0], row[1], row[3]) for row in EVENTS if row[3]])
def test_its_product_is_named(events: list[KnownEvent], type_: str, day: str, product: str) -> None:
    (found,) = [one for one in events if (one.event.type, one.event.occurred.text) == (type_, day)]
    assert product in found.event.products


def test_a_second_report_is_a_mention(events: list[KnownEvent]) -> None:
    """The data that the model was trained on came out twelve days after it: no other release."""
    (model,) = [one for one in events if one.event.products[:1] == ("step-3.5-flash",) and one.event.type == "release"]
    assert [mention.published_at.date().isoformat() for mention in model.mentions] == ["2026-03-03", "2026-03-15"]
