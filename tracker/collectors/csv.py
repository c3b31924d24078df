"""kind: csv. A table under a URL, by the names of its header; its cells are numbers where they look like numbers."""

from __future__ import annotations

from pydantic import Field

from tracker.collectors import rows, table
from tracker.collectors.asking import Asking, Auth, headers_of, marks
from tracker.collectors.decoding import decode
from tracker.collectors.emitting import Row
from tracker.collectors.fields import Expression, Url
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.model.declared import Frozen, Source

_ACCEPT = "text/csv, text/plain;q=0.9, */*;q=0.5"


class Params(Frozen):
    """A CSV file under a URL: a row for each line, by the names of the header."""

    url: Url
    """Address of the file. For an edition per version of it: `edition: '$header."last-modified"'`."""
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    """What stands between two cells."""
    where: Expression | None = None
    """JMESPath condition on a row; every cell is a text: `organization == 'StepFun'`."""
    auth: Auth | None = None
    """The key that it wants."""
    may_be_empty: bool = False
    """That a list which had rows has none is no failure."""


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Read the whole file; one that is cut short is none."""
    asking = Asking(source, context)
    headers = {"Accept": _ACCEPT, **headers_of(params.auth, context)}
    text = asking.text(params.url, headers, lambda answer: decode(answer.body, answer.headers.get("content-type", "")))
    answer = {"header": marks(asking.pages[0])}
    found = [Row(row, answer) for row in table.rows(text, params.delimiter)]
    return rows.harvest(
        source, found, context, where=params.where, pages=asking.pages, unchanged=asking.unchanged, moved=asking.moved,
        may_be_empty=params.may_be_empty,
    )  # fmt: skip


KIND = Kind(Params=Params, collect=collect)
