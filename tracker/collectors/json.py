"""kind: json. Rows out of any JSON API, page by page."""

from __future__ import annotations

from tracker.collectors import api
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.model.declared import Source


class Params(api.Api):
    """A JSON API that answers with rows."""


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Ask for every page, then make values and events of all rows together."""
    return api.collect(source, params, context)


KIND = Kind(Params=Params, collect=collect)
