"""Kinds of sources: each asks through the door and brings entries, values and events out of what it is answered.

A kind stores nothing and decides nothing; a source that fails raises SourceError with its state word and sentence.
A kind is loaded when a source names it. Other packages bring more under the entry point group `tracker.collectors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tracker.collectors.kind import Context, EmittedEvent, EmittedValue, Harvest, Kind, RawEntry, Sheet
from tracker.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

#: The kinds that are always there, and where each lives.
OURS: Mapping[str, str] = {
    "feed": "tracker.collectors.feed",
    "json": "tracker.collectors.json",
    "github": "tracker.collectors.github",
    "huggingface": "tracker.collectors.huggingface",
    "openrouter": "tracker.collectors.openrouter",
    "csv": "tracker.collectors.csv",
    "livebench": "tracker.collectors.livebench",
    "html": "tracker.collectors.html",
    "sql": "tracker.collectors.sql",
    "prometheus": "tracker.collectors.prometheus",
    "inbox": "tracker.collectors.inbox",
}
_GROUP = "tracker.collectors"


class _Kinds(Mapping[str, Kind]):
    """Ours first, in the order above; then those of other packages, which cannot take a name of ours."""

    def __init__(self) -> None:
        self._loaded: dict[str, Kind] = {}

    def __getitem__(self, name: str) -> Kind:
        if name not in self._loaded:
            self._loaded[name] = _loaded(name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        yield from OURS
        yield from (name for name in _plugins() if name not in OURS)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _loaded(name: str) -> Kind:
    from importlib import import_module

    if name in OURS:
        kind = import_module(OURS[name]).KIND
    elif name in (found := _plugins()):
        kind = _of_plugin(name, found[name])
    else:
        raise KeyError(name)
    assert isinstance(kind, Kind)
    return kind


def _of_plugin(name: str, found: EntryPoint) -> Kind:
    """What somebody else wrote: whatever is wrong with it is said in a sentence."""
    try:
        kind = found.load()
    except Exception as error:
        raise UsageError(f"the plugin {name!r} ({found.value}) cannot be loaded: {error}") from error
    if not isinstance(kind, Kind):
        raise UsageError(f"the plugin {name!r} ({found.value}) is no tracker.collectors.Kind")
    return kind


def _plugins() -> Mapping[str, EntryPoint]:
    """What is installed beside us; looked up only when a name is none of ours, or all are listed."""
    from importlib.metadata import entry_points

    return {one.name: one for one in entry_points(group=_GROUP)}


KINDS: Mapping[str, Kind] = _Kinds()

__all__ = ["KINDS", "OURS", "Context", "EmittedEvent", "EmittedValue", "Harvest", "Kind", "RawEntry", "Sheet"]
