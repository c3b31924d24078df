"""The views in somebody else's hands: Datasette serves them over the file of a home while the home is written to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cli.conftest import WATCH
from tracker import db, pipeline
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import ManualClock

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
#: What an analyst would ask, and what comes of it.
QUESTIONS = (
    ("select indicator, value, unit, citation from v1_latest where kind = 'actual'", [["growth", "4", "x", "年报"]]),
    ("select occurred, value from v1_series order by occurred", [["2026-06", "20"], ["2026-07", "4"]]),
    ("select count(*), sum(superseded) from v1_observations", [[2, 0]]),
    ("select type, status, amount_unit from v1_events", [["funding", "reported", "USD"]]),
    ("select indicator, state, severity from v1_alerts where state = 'firing'", [["growth", "firing", "warning"]]),
    ("select count(*) from v1_sources", [[0]]),
)  # fmt: skip


def test_the_views_work_in_datasette(home: Callable[..., Home]) -> None:
    """Each answers, in JSON and in CSV, beside a writer; nothing can be written through it."""
    datasette = pytest.importorskip("datasette.app", reason="datasette is not installed, `make test` installs it")
    made = home(WATCH)
    with pipeline.open_desk(made, ManualClock(NOON)) as desk:
        pipeline.record_value(desk, "growth", "20x", of="2026-06", published="2026-07-01")
        pipeline.record_value(desk, "growth", "4x", of="2026-07", published="2026-08-01", source="年报", note="x")
        pipeline.record_event(desk, "rounds", "A轮", value="$5M", subject="moonlake")
        pipeline.evaluate(desk)
        asyncio.run(_ask(datasette.Datasette([str(made.db / "tracker.sqlite3")]), desk))


async def _ask(served: Any, desk: Desk) -> None:
    await served.invoke_startup()
    for name in db.views.NAMES:
        answer = await served.client.get(f"/tracker/{name}.json")
        assert answer.status_code == 200, name
        sheet = await served.client.get(f"/tracker/{name}.csv")
        assert sheet.status_code == 200, name
    for sql, rows in QUESTIONS:
        answer = await served.client.get("/tracker.json", params={"sql": sql, "_shape": "arrays"})
        assert answer.json()["rows"] == rows, sql
    pipeline.record_value(desk, "growth", "5x", of="2026-08-16")
    sql = "select value from v1_latest where indicator = 'growth'"
    again = await served.client.get("/tracker.json", params={"sql": sql, "_shape": "arrays"})
    assert again.json()["rows"] == [["5"]]
    refused = await served.client.get("/tracker.json", params={"sql": "delete from observation"})
    assert refused.status_code == 400
