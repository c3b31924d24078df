"""The views: frozen columns, and the same beliefs as the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.db.making import DAY, HOUR, NOON, RENDERED, alert, day, entry, event, mention, message, said, value
from tracker import db
from tracker.db import Store, news, observations, views
from tracker.model.observed import SourceState
from tracker.model.told import Ack, RuleState

VALUE = (
    "subject indicator labels edition unit kind occurred occurred_start occurred_end due value lo hi op lo_real "
    "hi_real tier confidence source citation url quote published_at recorded_at batch note seq"
)
#: Frozen: people build on these names.
COLUMNS = {
    "v1_latest": VALUE,
    "v1_series": VALUE,
    "v1_observations": f"{VALUE} supersedes superseded withdrawn",
    "v1_events": "key type subject title occurred occurred_start occurred_end kind status amount_lo amount_hi "
    "amount_op amount_unit labels people products role counterparty mentions published_at recorded_at",
    "v1_alerts": "id indicator rule subject key state health severity word episode since changed_at first_sent value "
    "summary acked late",
    "v1_sources": "source state last_ok last_try last_error failing_since failures reached_back entries note",
}


def rows(store: Store, view: str) -> list[dict[str, Any]]:
    with store.read() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {view}")).mappings()]


def test_the_columns_of_the_views(store: Store) -> None:
    assert set(COLUMNS) == set(views.NAMES)
    for name, columns in COLUMNS.items():
        with store.read() as connection:
            assert list(connection.execute(text(f"SELECT * FROM {name}")).keys()) == columns.split()


def test_values_in_the_views(store: Store) -> None:
    with store.write(NOON) as tx:
        observations.add(tx, [value("1.50"), value(2, occurred=day(1)), value(9, kind="target", hi=None, op="ge")])
        observations.add(tx, [value(3, occurred=day(1)), value(4, occurred=day(2), op="range")])
        observations.withdraw(tx, [5], reason="wrong", ours=True)
    assert {(row["kind"], row["value"]) for row in rows(store, "v1_latest")} == {("actual", "3"), ("target", ">=9")}
    assert [row["value"] for row in rows(store, "v1_series") if row["kind"] == "actual"] == ["1.5", "3"]
    every = rows(store, "v1_observations")
    assert len(every) == 5
    assert [(row["value"], row["seq"]) for row in every if row["withdrawn"]] == [("4..4", 5)]


@pytest.mark.parametrize(
    ("statuses", "lived"),
    [
        (["rumoured"], 0),
        (["rumoured"], 119),
        (["rumoured"], 120),
        (["rumoured", "rumoured"], 121),
        (["rumoured", "reported"], 0),
        (["confirmed", "reported"], 500),
        (["confirmed", "denied"], 0),
        (["confirmed", "denied", "rumoured"], 0),
        (["denied", "reported", "rumoured"], 0),
        (["denied"], 500),
    ],
)
def test_the_status_in_the_view_is_that_of_the_model(store: Store, statuses: list[str], lived: int) -> None:
    at = NOON + timedelta(microseconds=7)
    with store.write(at) as tx:
        news.add_event(tx, event("gone"))
        news.withdraw_mentions(tx, [news.add_mention(tx, mention("gone"))], "misread")
        news.add_event(tx, event())
        for status in statuses:
            news.add_mention(tx, mention(status=status))
        news.withdraw_mentions(tx, [news.add_mention(tx, mention(status="confirmed"))], "misread")
    now: datetime = at + lived * DAY
    with store.write(now) as tx:
        db.meta.put(tx, "lived", "so long")
    with store.read() as connection:
        (known,) = news.events(connection, hidden=False)
    (shown,) = rows(store, "v1_events")
    assert (shown["key"], shown["status"], shown["mentions"]) == ("funding:b", known.status(now), len(statuses))


def test_alerts_and_sources_in_the_views(store: Store) -> None:
    with store.write(NOON) as tx:
        number = db.alerts.save_alert(tx, alert())
        db.alerts.save_alert(tx, alert(key="2026-12-31"))
        db.alerts.save_rule_state(tx, RuleState(indicator="stars", rule="low", subject="stepfun", health="nodata"))
        db.outbox.enqueue(tx, message(), RENDERED, [said(number)])
        db.outbox.claim(tx, "m1", "me", NOON + HOUR)
        db.outbox.sent(tx, "m1")
        db.alerts.save_ack(tx, Ack(alert=number, episode=1, at=NOON))
        db.sources.save_state(tx, SourceState(source="wire", state="ok", last_ok=NOON))
        news.add_entries(tx, [entry("1"), entry("2")])
        news.add_entries(tx, [replace(entry("1"), title="edited")])
    first, second = sorted(rows(store, "v1_alerts"), key=lambda row: row["id"])
    assert (first["health"], bool(first["acked"]), bool(second["acked"])) == ("nodata", True, False)
    assert (first["first_sent"] is None, second["first_sent"]) == (False, None)
    (source,) = rows(store, "v1_sources")
    assert (source["source"], source["entries"]) == ("wire", 2)
