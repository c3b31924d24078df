"""Which sources an indicator stands on, and how long each may be silent."""

from __future__ import annotations

from datetime import timedelta

from tracker.model.declared import Declaration, Indicator, Source


def feeding(declaration: Declaration, indicator: Indicator) -> list[Source]:
    """The sources whose silence would hide something from this indicator."""
    named = indicator.sources
    return [
        source
        for source in declaration.sources.values()
        if (source.key in named if named else source.kind == "feed")
        or any(
            emit.indicator == indicator.key or (emit.event and emit.event in indicator.types) for emit in source.emit
        )
    ]


def lists(source: Source, indicator: Indicator, subject: str) -> bool:
    """Whether what it lists are events of this indicator and subject: of others its list says nothing."""
    return any(emit.event in indicator.types and emit.subject in (None, subject) for emit in source.emit if emit.event)


def grace(source: Source) -> timedelta:
    """How long after its time a source may still be late without counting as silent."""
    return max(source.every, timedelta(hours=1))


def past_of(source: str) -> str:
    """The watcher that stands for what a source lists of its own past; no source can be called so."""
    return f"past:{source}"
