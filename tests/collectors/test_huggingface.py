"""kind: huggingface. Cursors in Link, fields that are asked for, and the day that means nobody knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tests.collectors.asking import Asker
from tests.support.web import Site
from tracker.network import Door

EMIT = (
    {"indicator": "downloads", "value": "downloads", "aggregate": "sum"},
    {"event": "release", "key": "id", "at": "createdAt", "title": "id"},
)


def test_models_of_an_author(site: Site, door: Door) -> None:
    """Every page, each repeated key, and releases with the day on which they were made."""
    link = {"Link": f'<{site.url}/api/models?cursor=x>; rel="next"'}
    one = {"id": "acme/one", "downloads": 12, "createdAt": "2026-02-01T06:00:00.000Z"}
    two = {"id": "acme/two", "downloads": 30, "createdAt": "2025-07-31T06:00:00.000Z"}
    site.put("/api/models", json.dumps([one]), headers=link)
    site.put("/api/models?cursor=x", json.dumps([two]))

    harvest = Asker(door=door, kind="huggingface", params={"url": site.url, "author": "acme"}, emit=EMIT).ask()

    query = "author=acme&expand=downloads&expand=likes&expand=createdAt&expand=lastModified&limit=100"
    assert site.paths[0] == f"/api/models?{query}"
    assert [str(row.value) for row in harvest.rows] == ["42"]
    assert [event.key for event in harvest.events] == ["acme/one", "acme/two"]
    assert (harvest.lists_past, harvest.reached_back) == (True, datetime(2025, 7, 31, 6, tzinfo=UTC))


def test_older_than_the_records(site: Site, door: Door) -> None:
    """That day or any before; the list does not reach further back than what is dated."""
    old = {"id": "acme/old", "downloads": 1, "createdAt": "2022-03-02T23:29:04.000Z"}
    new = {"id": "acme/new", "downloads": 1, "createdAt": "2026-02-01T06:00:00.000Z"}
    site.put("/api/models", json.dumps([old, new]))

    harvest = Asker(door=door, kind="huggingface", params={"url": site.url, "author": "acme"}, emit=EMIT).ask()

    at = harvest.events[0].at
    assert at is not None
    assert (at.open_start, at.text) == (True, "..2022-03-02")
    assert harvest.reached_back == datetime(2026, 2, 1, 6, tzinfo=UTC)
