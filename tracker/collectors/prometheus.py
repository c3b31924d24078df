"""kind: prometheus. The answer to one instant query: a row for each series, with its labels, its value and its time."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from tracker.collectors import api
from tracker.collectors.asking import Auth, Rate
from tracker.collectors.fields import Expression, Url
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source


class Params(Frozen):
    """Prometheus (or what speaks like it): a row for each series, its labels beside `value` and `time`."""

    url: Url
    """Where it lies: `https://prometheus.example:9090`."""
    query: str = Field(min_length=1)
    """PromQL, asked at the time of the pass: `sum(api_calls_total)`."""
    where: Expression | None = None
    """JMESPath condition on a row."""
    auth: Auth | None = None
    """The key that it wants."""
    rate: Rate | None = None
    """How often it may be asked."""


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """One question. No series is an answer; a series that is NaN now has no number, and none of which has one is none."""
    request = api.Api(
        url=f"{params.url.rstrip('/')}/api/v1/query",
        params={"query": (params.query,), "time": (str(int(context.now.timestamp())),)},
        where=params.where, auth=params.auth, rate=params.rate, may_be_empty=True,
    )  # fmt: skip
    return api.collect(source, request, context, shape=lambda answers: [row for one in answers for row in _rows(one)])


def _rows(answer: Any) -> list[dict[str, Any]]:
    """The series of an answer; SourceError when it is no answer, or a stretch of time instead of an instant."""
    if not isinstance(answer, dict) or answer.get("status") not in ("success", "error"):
        raise SourceError("the answer has changed: it is none of Prometheus", state="schema_changed")
    if answer["status"] == "error":
        raise SourceError(f"the query failed: {str(answer.get('error', ''))[:200]}")
    if answer.get("warnings"):
        raise SourceError(f"partial: {str(answer['warnings'][0])[:200]}", state="partial")
    data = answer.get("data")
    kind, result = (data.get("resultType"), data.get("result")) if isinstance(data, dict) else (None, None)
    if kind == "scalar" and isinstance(result, list) and len(result) == 2:
        return _numbered([{"time": result[0], "value": result[1]}])
    if kind != "vector" or not isinstance(result, list):
        raise SourceError(f"the query gives a {kind}; only a vector or a scalar has one value now")
    return _numbered(
        [{**one["metric"], "time": one["value"][0], "value": one["value"][1]} for one in result if _whole(one)]
    )


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Nothing is said by NaN, but no sum is whole where a series of others is NaN."""
    rows = [{**row, "value": None if row["value"] == "NaN" else row["value"]} for row in rows]
    return rows if any(row["value"] is not None for row in rows) else []


def _whole(series: Any) -> bool:
    return (
        isinstance(series, dict)
        and isinstance(series.get("metric"), dict)
        and isinstance(series.get("value"), list)
        and len(series["value"]) == 2
    )


KIND = Kind(Params=Params, collect=collect)
