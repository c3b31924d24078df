"""The fixtures themselves: what other tests stand on."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.world import World
from tracker.settings import Home


def test_the_world_answers_as_of_its_date(world: Callable[[str], World]) -> None:
    """Its clock moves while it runs, and its log holds what was asked."""
    internet = world("2026-08-17T12:00")

    internet.set_date("2026-08-18T00:00+08:00")

    assert internet.get("/_date") == b"2026-08-18T00:00:00+08:00"
    assert internet.get("/feeds/36kr.xml").startswith(b"<?xml")
    assert internet.log() == [["GET", "/feeds/36kr.xml", 200, False]]


def test_a_home_is_made_from_a_text(home: Callable[..., Home]) -> None:
    """Every file is where it was asked for."""
    made = home("watch: 阶跃\n", files={"db/baseline.csv": "subject\n"})

    assert made.declaration.read_text(encoding="utf-8") == "watch: 阶跃\n"
    assert (made.db / "baseline.csv").exists()
    assert made.environ == {}
