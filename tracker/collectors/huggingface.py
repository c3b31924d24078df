"""kind: huggingface. What an author publishes on the Hub, with the day on which each was made: it lists its own past."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from tracker.collectors import api
from tracker.collectors.asking import Auth, Rate
from tracker.collectors.fields import Expression, Url
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.collectors.paging import Paging
from tracker.model.declared import Frozen, Source, Texts

#: What the Hub gives for everything that is older than its records.
_UNKNOWN = "2022-03-02T23:29:04"


class Params(Frozen):
    """Hugging Face: models, datasets or spaces of an author."""

    author: str = Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")
    """Name of the author: a row for each (`id`, `downloads`, `likes`, `createdAt`, `lastModified`). `downloads` is of 30 days."""
    list: Literal["models", "datasets", "spaces"] = "models"
    """What of them."""
    expand: Texts = ("downloads", "likes", "createdAt", "lastModified")
    """The fields of a row; `downloadsAllTime` comes only when it is asked for."""
    url: Url = "https://huggingface.co"
    """Where the Hub lies."""
    where: Expression | None = None
    """JMESPath condition on a row."""
    auth: Auth | None = None
    """A token, by the name of its secret: twice the requests."""
    rate: Rate | None = None
    """How often it may be asked."""
    may_be_empty: bool = False
    """That a list which had rows has none is no failure."""


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Every page of the list."""
    expand = tuple(one for one in params.expand if params.list != "spaces" or one != "downloads")
    request = api.Api(
        url=f"{params.url.rstrip('/')}/api/{params.list}",
        params={"author": (params.author,), "expand": expand}, where=params.where,
        page=Paging(style="link", size=100, size_param="limit"), auth=params.auth, rate=params.rate,
        may_be_empty=params.may_be_empty,
    )  # fmt: skip
    return api.collect(source, request, context, shape=lambda rows: [_dated(row) for row in rows], lists_past=True)


def _dated(row: Any) -> Any:
    """The oldest date of the Hub's records means that day or any before."""
    if isinstance(row, dict) and str(row.get("createdAt", "")).startswith(_UNKNOWN):
        return {**row, "createdAt": "..2022-03-02"}
    return row


KIND = Kind(Params=Params, collect=collect)
