"""A declaration that was read once is taken from memory, and nobody can tell but by the time it takes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tracker import db, indicators, pipeline
from tracker.errors import DeclarationError
from tracker.indicators import starter
from tracker.model import kept
from tracker.model.declared import Declaration
from tracker.pipeline import remembered
from tracker.settings import Home
from tracker.timing import ManualClock

KINDS = pipeline.kinds()
NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
SHIPPED = (starter.ORIGINALS / "indicators.yaml").read_text(encoding="utf-8")
CASES = Path(__file__).parents[1] / "rules"
SMALL = """\
watch: desk
receivers: {folder: {kind: markdown}}
subjects: {starbridge: {name: 星桥}}
sources: {wire: {kind: feed, url: "https://example.org/feed.xml", every: 90m}}
indicators:
  growth:
    name: Growth
    unit: x
    rules: {low: {kind: threshold, fire: "< 10", for: 2d}}
"""


def _made(section: str, kind: str, written: Any) -> Any:
    return getattr(KINDS, section)[kind].Params.model_validate(written)


def _declared() -> list[str]:
    """The shipped watch, and every rule of the rule tests on an indicator of its own: all kinds, with most of their keys."""
    cases = [case for path in sorted(CASES.glob("*.yaml")) for case in yaml.safe_load(path.read_text("utf-8"))]
    small = yaml.safe_load(SMALL)
    made = [SHIPPED, SMALL]
    for case in cases:
        for follows in ({"unit": "x"}, {"event": "funding"}):
            indicators = {"one": {"name": "One", **follows, "rules": case.get("rules", {"only": case.get("rule")})}}
            made.append(yaml.safe_dump({**small, "indicators": indicators}, allow_unicode=True))
    return made


def _recalled(home: Home) -> Declaration | None:
    with closing(db.Store.open(home.database, read_only=True)) as store, store.read() as connection:
        return remembered.recall(connection, home.declaration, _made)


def test_what_is_kept_is_what_was_read() -> None:
    """Whole: keys, defaults, durations, the parameters of each kind, and which of it was written."""
    seen = 0
    for text in _declared():
        try:
            read = indicators.load(text, file="x.yaml", kinds=KINDS)
        except DeclarationError:
            continue  # a rule for the other kind of indicator
        again = kept.restore(kept.dump(read) or "", _made)
        assert again.model_dump(exclude=kept.APART) == read.model_dump(exclude=kept.APART)
        for section in ("sources", "receivers"):
            for name, one in getattr(read, section).items():
                assert getattr(again, section)[name].params == one.params
        for indicator in read.indicators.values():
            for name, rule in indicator.rules.items():
                other = again.indicators[indicator.key].rules[name]
                assert (other.params, other.model_fields_set) == (rule.params, rule.model_fields_set)
                assert other.params.model_fields_set == rule.params.model_fields_set
        seen += 1
    assert seen > 50


def test_kinds_are_asked_only_for_what_is_needed() -> None:
    """So a command that compares nothing loads no kind."""
    asked: list[str] = []
    read = indicators.load(SMALL, file="x.yaml", kinds=KINDS)
    again = kept.restore(
        kept.dump(read) or "", lambda section, kind, written: asked.append(kind) or _made(section, kind, written)
    )
    assert not asked
    rule = again.indicators["growth"].rules["low"]
    assert rule.params == rule.params == read.indicators["growth"].rules["low"].params
    assert asked == ["threshold"]


def test_only_the_same_text_is_recalled(home: Callable[..., Home]) -> None:
    """An edit, however small, is read anew; so is a file that is gone, and one that another reader read."""
    made = home(SMALL)
    assert _recalled(made) is None
    with pipeline.open_desk(made, ManualClock(NOON)) as desk:
        pipeline.record_value(desk, "growth", "5")
    found = _recalled(made)
    assert found is not None
    assert found.subjects["starbridge"].name == "星桥"
    made.declaration.write_text(SMALL.replace("< 10", "< 11"), encoding="utf-8")
    assert _recalled(made) is None
    made.declaration.write_text("\ufeff" + SMALL, encoding="utf-8")
    assert _recalled(made) is not None  # a byte-order mark says nothing
    with closing(db.Store.open(made.database)) as store, store.write(NOON) as tx:
        db.meta.put(tx, "declaration.of", f"{found.hash} an older reader")
    assert _recalled(made) is None
    made.declaration.unlink()
    assert _recalled(made) is None


def test_what_cannot_be_restored_is_read(home: Callable[..., Home]) -> None:
    """A text of another reader, and a number that JSON does not have."""
    made = home(SMALL)
    with pipeline.open_desk(made, ManualClock(NOON)) as desk:
        pipeline.record_value(desk, "growth", "5")
        with desk.store.write(NOON) as tx:
            db.meta.put(tx, "declaration.read", '{"frame": {"watch": 1}, "written": []}')
    assert _recalled(made) is None
    with pipeline.open_desk(made, ManualClock(NOON)) as desk:
        assert desk.declaration.indicators["growth"].rules["low"].params is not None
    endless = indicators.load(
        SMALL + "phrases: {opening: {words: {A: [x]}, weight: .inf}}\n", file="x.yaml", kinds=KINDS
    )
    assert kept.dump(endless) is None


def test_a_mistake_is_never_covered_by_what_is_remembered(home: Callable[..., Home]) -> None:
    """The error is that of the file as it is now; and a home whose file was never sound is not begun."""
    fresh = home(SMALL.replace("< 10", "around 10"))
    with pytest.raises(DeclarationError), pipeline.open_desk(fresh, ManualClock(NOON)):
        pass
    assert not list(fresh.db.glob("*.sqlite3*"))
    fresh.declaration.write_text(SMALL, encoding="utf-8")
    with pipeline.open_desk(fresh, ManualClock(NOON)) as desk:
        pipeline.record_value(desk, "growth", "5")
    fresh.declaration.write_text(SMALL.replace("< 10", "around 10"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="around 10"), pipeline.open_desk(fresh, ManualClock(NOON)):
        pass


def test_a_recalled_rule_decides_as_one_that_was_read(home: Callable[..., Home]) -> None:
    """Recorded by one command, evaluated by the next, which reads nothing."""
    made = home(SMALL.replace(", for: 2d", ""))
    with pipeline.open_desk(made, ManualClock(NOON)) as desk:
        pipeline.record_value(desk, "growth", "5")
    with pipeline.open_desk(made, ManualClock(NOON)) as desk:
        pipeline.evaluate(desk)
        with desk.store.read() as connection:
            assert [one.what for one in db.alerts.transitions(connection)] == ["firing"]
