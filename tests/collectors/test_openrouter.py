"""kind: openrouter. Prices for a million tokens, sums a day over variants and old names, and whom they cite."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.collectors.asking import Asker
from tests.support.web import Site
from tracker.network import Door


def _openrouter(site: Site, door: Door, *emit: dict[str, Any], **params: Any) -> Asker:
    asker = Asker(door=door, kind="openrouter", params={"url": site.url, **params}, emit=emit)
    asker.secret = {"openrouter": "k3y"}.get
    return asker


def test_the_price_of_the_newest_model(site: Site, door: Door) -> None:
    """Written for one token, told for a million; no key is needed, and none is sent."""
    models = [
        {"id": "acme/m2", "created": 1764594642, "pricing": {"prompt": "0.00000027", "completion": "0.0000004"}},
        {"id": "acme/m1", "created": 1741000000, "pricing": {"prompt": "0.0000005", "completion": "0.000001"}},
        {"id": "acme/m2:free", "created": 1764594642, "pricing": {"prompt": "0", "completion": "0"}},
        {"id": "other/x", "created": 1764594642, "pricing": {"prompt": "-1", "completion": "-1"}},
    ]
    site.put("/models", json.dumps({"data": models}))
    emit = {"indicator": "price", "value": "input_per_mtok", "labels": {"model": "id"}}

    harvest = _openrouter(site, door, emit, data="models", models="acme/*", where="!ends_with(id, ':free')").ask()

    assert [(one.labels, str(one.value)) for one in harvest.rows] == [
        ((("model", "acme/m2"),), "0.27000000"),
        ((("model", "acme/m1"),), "0.5000000"),
    ]
    assert "authorization" not in site.asked[0].headers

    newest = _openrouter(site, door, {**emit, "where": "newest"}, data="models", models=["acme/*", "!*:free"]).ask()
    assert [str(one.value) for one in newest.rows] == ["0.27000000"]


def test_tokens_a_day(site: Site, door: Door) -> None:
    """Of all variants and under both names of the maker; a day on which none is listed is at most the last of the list."""
    data = [
        {"date": "2026-08-18", "model_permaslug": "acme/m1", "total_tokens": "100"},
        {"date": "2026-08-18", "model_permaslug": "acme/m1:free", "total_tokens": "7"},
        {"date": "2026-08-18", "model_permaslug": "acme-ai/m0", "total_tokens": "1"},
        {"date": "2026-08-18", "model_permaslug": "big/x", "total_tokens": "9000"},
        {"date": "2026-08-19", "model_permaslug": "big/x", "total_tokens": "9001"},
        {"date": "2026-08-19", "model_permaslug": "small/y", "total_tokens": "60"},
    ]
    meta = {"as_of": "2026-08-20T06:00:00Z", "version": "v1"}
    site.put("/datasets/rankings-daily", json.dumps({"data": data, "meta": meta}))
    emit = {
        "indicator": "tokens", "value": "total_tokens", "at": "date", "aggregate": "sum", "as_of": "$meta.as_of",
        "absent": "censored",
    }  # fmt: skip

    harvest = _openrouter(site, door, emit, data="tokens", models=["acme/*", "acme-ai/*"]).ask()

    assert [(one.at and one.at.text, one.op, str(one.value)) for one in harvest.rows] == [
        ("2026-08-18", "eq", "108"),
        ("2026-08-19", "le", "60"),
    ]
    assert {(one.as_of, one.citation) for one in harvest.rows} == {
        (
            datetime(2026, 8, 20, 6, tzinfo=UTC),
            "Source: OpenRouter (openrouter.ai/rankings), as of 2026-08-20T06:00:00Z",
        )
    }
    assert site.paths == ["/datasets/rankings-daily?start_date=2026-07-21&end_date=2026-08-19"]
    assert site.asked[0].headers["authorization"] == "Bearer k3y"


def test_benchmarks(site: Site, door: Door) -> None:
    site.put(
        "/benchmarks", json.dumps({"data": [{"model_permaslug": "acme/m1", "intelligence_index": 43.5}], "meta": {}})
    )
    emit = {"indicator": "index", "value": "intelligence_index", "labels": {"model": "model_permaslug"}}

    harvest = _openrouter(site, door, emit, data="benchmarks", models="acme/*").ask()

    assert [str(one.value) for one in harvest.rows] == ["43.5"]
    assert site.paths == ["/benchmarks?source=artificial-analysis"]


def test_a_key_that_is_missing(site: Site, door: Door) -> None:
    """Said with its name; nothing is asked."""
    asker = _openrouter(site, door, {"indicator": "t", "value": "total_tokens"}, data="tokens")
    asker.secret = lambda name: None

    sentence = "its key is missing: set TRACKER_OPENROUTER, or TRACKER_OPENROUTER_FILE to a file that holds it"
    assert (str(asker.ask().failure), site.asked) == (sentence, [])
