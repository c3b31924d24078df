"""kind: pypistats. How often a package was downloaded: yesterday, in a week, in a month.

sources:
  downloads: {kind: pypistats, package: httpx, every: 1d,
              emit: [{indicator: downloads, value: last_month}]}
"""

from __future__ import annotations

from pydantic import Field

from tracker.collectors import Context, Harvest, Kind, jsontext, rows
from tracker.collectors.asking import Asking
from tracker.collectors.emitting import Row
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source


class Params(Frozen):
    """What the declaration may say, besides the keys of every source."""

    package: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Name of the package, as its page has it."""
    url: str = "https://pypistats.org"
    """Where the API lies."""


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """One row. What goes wrong is a SourceError, whose sentence `tracker sources` shows."""
    asking = Asking(source, context)  # asks through the door: conditional, bounded, never a private address
    url = f"{params.url.rstrip('/')}/api/packages/{params.package}/recent"
    document = jsontext.parse(asking.text(url, {}, lambda answer: jsontext.decoded(answer.body)))
    if not isinstance(document, dict) or not isinstance(document.get("data"), dict):
        raise SourceError("the answer has changed: it has no `data`", state="schema_changed")
    # From here on it is as with any other kind: `emit` makes values and events of the rows.
    return rows.harvest(
        source, [Row(document["data"], document)], context, pages=asking.pages, unchanged=asking.unchanged
    )


KIND = Kind(Params=Params, collect=collect)
