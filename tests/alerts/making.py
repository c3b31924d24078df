"""Messages as `pipeline` makes them, with every fact filled in, and what a receiver may know when it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tracker.alerts import Context
from tracker.model.told import Item, Message
from tracker.settings import Home

NOON = datetime(2026, 8, 19, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
THREAD = "2026-08-19-departures.left-minimax-1"


def item(word: str = "event", **changed: Any) -> Item:
    """The departure at MiniMax, as it is told first."""
    facts: dict[str, Any] = {
        "alert": 7, "thread": THREAD, "word": word, "severity": "warning", "indicator": "departures",
        "indicator_name": "Departures", "rule": "left", "subject": "minimax", "subject_name": "MiniMax", "at": NOON,
        "headline": "MiniMax 技术负责人离职 — MiniMax", "surety": "reported · 2 sources · named press",
        "quote": "MiniMax 技术负责人已于近日离职", "quote_source": "kr36", "link": "https://36kr.com/p/1",
        "occurred": "2026-08-19", "published": "2026-08-19 10:37", "reached_us": "2026-08-19 12:00",
        "basis": "section 5 of the analysis", "speaks_next": "when it is confirmed or denied",
        "answer": "tracker ack 7 --as useful|noise|wrong", "since": "2026-08-19 12:00",
    }  # fmt: skip
    return Item(**(facts | changed))


def growth(word: str = "firing", **changed: Any) -> Item:
    """A threshold that was crossed."""
    facts: dict[str, Any] = {
        "alert": 3, "thread": "2026-08-19-api_growth.slow-stepfun-2", "severity": "critical", "indicator": "api_growth",
        "indicator_name": "API call growth", "rule": "slow", "subject": "stepfun", "subject_name": "StepFun",
        "headline": "API call growth (StepFun): 8x is below 10x", "surety": "actual · official · StepFun",
        "quote": "", "quote_source": "", "link": "", "occurred": "2026-H1", "last_value": "8x (actual, 2026-H1)",
        "clears_when": ">= 12", "speaks_next": "when it gets graver or clears", "answer": "tracker ack 3",
    }  # fmt: skip
    return item(word, **(facts | changed))


def message(*items: Item, **changed: Any) -> Message:
    """One message to `folder` about these items."""
    facts: dict[str, Any] = {
        "id": "0f" * 16, "receiver": "folder", "kind": "alert", "at": NOON, "items": items,
        "thread": items[0].thread if items else "", "watch": "StepFun", "timezone": "Asia/Shanghai",
    }  # fmt: skip
    return Message(**(facts | changed))


def context(
    root: Path,
    environ: Mapping[str, str] | None = None,
    *,
    now: datetime = NOON,
    say: Callable[[str], None] | None = None,
) -> Context:
    """What sending may know, in a home with this environment."""
    home = Home(root, dict(environ or {}))
    return Context(home=home, secret=home.secret, hostname="desk.example.org", now=now, say=say or (lambda line: None))
