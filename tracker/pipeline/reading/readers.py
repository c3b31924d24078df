"""The reader of a declaration: compiled once from its subjects, its own phrases and the built-in ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from tracker import indicators, timing
from tracker.extraction import Reader, Text
from tracker.model.declared import Declaration, Source, Subject
from tracker.model.observed import Entry

#: What stands in every row that was read: it changes when readings change.
EXTRACTOR = "reader@2"
#: Declarations whose readers are kept: a daemon has one, a rehearsal a few.
_KEPT = 4

_compiled: list[tuple[Mapping[str, Subject], Mapping[str, Any], Reader]] = []


@cache
def built_in() -> Mapping[str, Any]:
    """The phrases that are shipped: words, roles, fields, types."""
    text = resources.files("tracker.extraction").joinpath("phrases.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = indicators.plain(text, "phrases.yaml")
    return loaded


def reader_of(declaration: Declaration) -> Reader:
    """The reader for what is declared; the same one as long as subjects and phrases are the same."""
    subjects, phrases = declaration.subjects, declaration.phrases
    for known, declared, reader in _compiled:
        if known is subjects and declared is phrases:
            return reader
    made = Reader(subjects, built_in(), phrases)
    _compiled.insert(0, (subjects, phrases, made))
    del _compiled[_KEPT:]
    return made


def text_of(declaration: Declaration, source: Source, entry: Entry) -> Text:
    """A stored text as the reader takes it: its date stands in the zone of its source."""
    zone = timing.zone(source.timezone or declaration.timezone)
    return Text(
        title=entry.title, summary=entry.summary, language=entry.language, date=entry.published_at.astimezone(zone)
    )


def naming(declaration: Declaration, source: Source) -> Callable[[Entry], tuple[str, ...]]:
    """What says which declared subjects a text of this source names, in the order of the text."""
    reader = reader_of(declaration)

    def named(entry: Entry) -> tuple[str, ...]:
        hits = reader.subjects_in(text_of(declaration, source, entry))
        return tuple(dict.fromkeys(hit.subject for hit in hits))

    return named
