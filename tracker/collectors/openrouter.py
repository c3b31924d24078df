"""kind: openrouter. Prices, tokens a day and benchmarks of models, as OpenRouter publishes them (CC BY 4.0, cited)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, Literal

from tracker.collectors import api
from tracker.collectors.asking import Auth, Rate
from tracker.collectors.fields import Expression, Url
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.collectors.numbers import coerce
from tracker.model.declared import Duration, Frozen, Source, Texts

_CITATION = "Source: OpenRouter (openrouter.ai/rankings), as of {as_of}"
_PATHS = {"models": "models", "tokens": "datasets/rankings-daily", "benchmarks": "benchmarks"}
#: What a model is called in the rows of each.
_NAMES = ("id", "model_permaslug")
_MILLION = Decimal(1_000_000)


class Params(Frozen):
    """OpenRouter: what models cost, how many tokens pass through them, how they score."""

    data: Literal["models", "tokens", "benchmarks"]
    """models: a row for each (`id`, `created`, `input_per_mtok`, `output_per_mtok` in USD for a million tokens); tokens: a row
    for each model and day (`model_permaslug`, `date`, `total_tokens`), the top 50 only; benchmarks: a row for each model."""
    models: Texts = ()
    """Only models whose name fits one of these and none that begins with `!`: `[stepfun/*, stepfun-ai/*, "!*:free"]`. Of those
    that fit, `newest` is true in the row of the one that was made last."""
    benchmark: Literal["artificial-analysis", "design-arena", "openrouter"] = "artificial-analysis"
    """Whose benchmarks."""
    url: Url = "https://openrouter.ai/api/v1"
    """Where the API lies."""
    where: Expression | None = None
    """JMESPath condition on a row."""
    auth: Auth = Auth(secret="openrouter")
    """The key, by the name of its secret; `models` needs none."""
    rate: Rate = Rate(per_minute=30, per_day=500)
    """How often it may be asked; the limits of its key."""
    since: Duration = timedelta(days=30)
    """How long before the last good pass the days of `tokens` begin: sums of past days may be restated."""
    may_be_empty: bool = False
    """That a list which had rows has none is no failure."""


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """One list, whole; models that do not fit are no rows, but they are listed."""
    request = api.Api(
        url=f"{params.url.rstrip('/')}/{_PATHS[params.data]}", params=_query(params), rows="data", where=params.where,
        auth=None if params.data == "models" else params.auth, rate=params.rate, since=params.since,
        attribution=_CITATION, may_be_empty=params.may_be_empty,
    )  # fmt: skip
    return api.collect(
        source, request, context, shape=lambda rows: _with_newest([_priced(row) for row in rows], params.models),
        keep=lambda row: _fits(row, params.models),
    )  # fmt: skip


def _query(params: Params) -> dict[str, Any]:
    if params.data == "tokens":
        return {"start_date": ("${since}",), "end_date": ("${yesterday}",)}
    return {"source": (params.benchmark,)} if params.data == "benchmarks" else {}


def _fits(row: Any, models: Texts) -> bool:
    name = next((str(row[key]) for key in _NAMES if isinstance(row, Mapping) and key in row), "")
    wanted = [one for one in models if not one.startswith("!")]
    fits = not wanted or any(fnmatchcase(name, one) for one in wanted)
    return fits and not any(fnmatchcase(name, one[1:]) for one in models if one.startswith("!"))


def _with_newest(rows: list[Any], models: Texts) -> list[Any]:
    """Each row that says when its model was made says too whether it was the last of those that fit."""
    dated = [row for row in rows if _is_dated(row)]
    last = max((row["created"] for row in dated if _fits(row, models)), default=None)
    return [{**row, "newest": row["created"] == last} if _is_dated(row) else row for row in rows]


def _is_dated(row: Any) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("created"), int)


def _priced(row: Any) -> Any:
    """Prices are texts, in dollars for one token."""
    pricing = row.get("pricing") if isinstance(row, Mapping) else None
    if not isinstance(pricing, Mapping):
        return row
    each = {"input_per_mtok": coerce(pricing.get("prompt")), "output_per_mtok": coerce(pricing.get("completion"))}
    return {**row, **{name: f"{price * _MILLION:f}" for name, price in each.items() if price is not None}}


KIND = Kind(Params=Params, collect=collect)
