"""kind: livebench. Score and rank of a subject's models in the newest release of LiveBench, and whether it is listed at all.

A score is the mean over the categories of the mean over their tasks. Each release is an edition: scores are re-based.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from fnmatch import fnmatchcase
from typing import Any, ClassVar
from urllib.parse import urljoin

from pydantic import Field

from tracker.collectors import jsontext, rows, table
from tracker.collectors.asking import Asking
from tracker.collectors.decoding import decode
from tracker.collectors.emitting import Row
from tracker.collectors.fields import Url
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.collectors.numbers import coerce
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source, Texts
from tracker.network import Answer

_SITE = "https://livebench.ai"
#: Its own files, listed by the host that they lie on.
_LISTING = "https://api.github.com/repos/LiveBench/livebench.github.io/contents/public"
_TABLE = re.compile(r"table_(\d{4}_\d{2}_\d{2})\.csv")
_CENT = Decimal("0.01")


class Params(Frozen):
    """LiveBench: a row for each model of a subject (`model`, `score`, `rank`, `listed`, `models`); the edition is the release."""

    #: Each row says whose it is.
    names_subjects: ClassVar[bool] = True

    models: dict[str, Texts]
    """Subject to the names of its models: `{stepfun: "step-*"}`. One without a listed model has a row without a score."""
    release: str | None = Field(default=None, pattern=r"^\d{4}_\d{2}_\d{2}$")
    """Only this release, `2024_08_31`; default the newest."""
    url: Url = _SITE
    """Where `table_….csv` and `categories_….json` lie."""
    index: Url | None = None
    """A document that names the tables; default the list of the site's files; elsewhere what `url` or its host answers."""


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """The newest table with its categories; every value gets its release as edition."""
    asking = Asking(source, context)
    release = params.release or _newest(asking, params)
    base = params.url.rstrip("/")
    told = asking.text(f"{base}/table_{release}.csv", {}, _decoded)
    categories = asking.text(f"{base}/categories_{release}.json", {}, lambda answer: jsontext.decoded(answer.body))
    scores = _scores(table.rows(told, ragged=True), jsontext.parse(categories))
    answer = {"edition": release, "models": len(scores)}
    found = [Row(row, answer, row["subject"]) for row in _rows(scores, params.models)]
    editioned = [one if one.edition else one.model_copy(update={"edition": "$edition"}) for one in source.emit]
    return rows.harvest(
        source.model_copy(update={"emit": tuple(editioned)}), found, context, pages=asking.pages,
        unchanged=asking.unchanged, moved=asking.moved, notes=[f"release {release}, {len(scores)} models"], sparse=True,
    )  # fmt: skip


def _newest(asking: Asking, params: Params) -> str:
    """The newest release that a document names."""
    base = params.url.rstrip("/")
    index = params.index or (_LISTING if base == _SITE else f"{base}/")
    try:
        told = asking.text(index, {}, _decoded)
    except SourceError:
        if params.index is not None or base == _SITE:
            raise
        told = asking.text(urljoin(base, "/"), {}, _decoded)
    found = _TABLE.findall(told)
    if not found:
        raise SourceError("the index has changed: it names no table", state="schema_changed")
    return str(max(found))


def _decoded(answer: Answer) -> str:
    return decode(answer.body, answer.headers.get("content-type", ""))


def _scores(models: Sequence[Mapping[str, Any]], categories: Any) -> list[tuple[Decimal, str]]:
    """(score, model), best first. A task without a number does not count; a model without a whole category is left out."""
    if not isinstance(categories, dict) or not all(isinstance(tasks, list) for tasks in categories.values()):
        raise SourceError("the categories have changed: they are no lists of tasks", state="schema_changed")
    tasks = [str(task) for each in categories.values() for task in each]
    if models and (missing := [task for task in tasks if task not in models[0]]):
        raise SourceError(f"the table has changed: it has no column {missing[0]!r}", state="schema_changed")
    if not models or not categories or "model" not in models[0]:
        raise SourceError("the table has changed: it has no models", state="schema_changed")
    found = [(score, str(row["model"])) for row in models if (score := _score(row, categories)) is not None]
    return sorted(found, key=lambda one: (-one[0], one[1]))


def _score(row: Mapping[str, Any], categories: Mapping[str, Sequence[str]]) -> Decimal | None:
    means = []
    for tasks in categories.values():
        numbers = [number for task in tasks if (number := coerce(row.get(task))) is not None]
        if not numbers:
            return None
        means.append(_mean(numbers))
    return _mean(means)


def _mean(numbers: Sequence[Decimal]) -> Decimal:
    with localcontext() as context:
        context.prec = 20
        return sum(numbers, Decimal(0)) / len(numbers)


def _rows(scores: Sequence[tuple[Decimal, str]], wanted: Mapping[str, Texts]) -> Iterator[dict[str, Any]]:
    """Two with one score share a rank; the score is told as the site tells it, with two places."""
    for subject, patterns in wanted.items():
        listed = [one for one in scores if any(fnmatchcase(one[1].lower(), each.lower()) for each in patterns)]
        for score, model in listed:
            rank = 1 + sum(other > score for other, _ in scores)
            yield {
                "subject": subject, "model": model, "score": str(score.quantize(_CENT)), "rank": rank, "listed": 1,
                "models": len(scores),
            }  # fmt: skip
        if not listed:
            yield {"subject": subject, "model": None, "score": None, "rank": None, "listed": 0, "models": len(scores)}


KIND = Kind(Params=Params, collect=collect)
