"""What a source gives to an indicator: the part of the declaration that is about rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from tracker.model.frozen import Frozen

KindOfValue = Literal["actual", "target", "estimate", "rumour", "denial"]


class At(Frozen):
    """A date in a form of its own."""

    path: str
    """JMESPath of the date."""
    format: str
    """How it is written, as `strptime` takes it: `%d.%m.%Y`; without a time of day it is a local day."""


class Emit(Frozen):
    """What one source gives to one indicator (or to one type of event), row by row.

    An expression that begins with `$` is about the answer as a whole instead of a row: `$meta.as_of`.
    """

    indicator: str | None = None
    """Key of the indicator that takes the values."""
    event: str | None = None
    """A type of event: the rows are events, with `key`, `at` and `title`."""
    subject: str | None = None
    """Default: the subject that the row names where the kind knows it, else the indicator's only one."""
    value: str | None = None
    """JMESPath on the row."""
    at: str | At | None = None
    """JMESPath of the date; without it, the local day of the pass."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Name to JMESPath."""
    key: str | None = None
    """JMESPath of the source's own key of an event; default its title."""
    title: str | None = None
    """JMESPath of an event's title; default its key."""
    unit: str | None = None
    """Default: the indicator's unit."""
    edition: str | None = None
    """Another edition is another series, and never compared: a text, or an expression that begins with `$`."""
    kind: KindOfValue = "actual"
    """actual, target, estimate, rumour or denial."""
    aggregate: Literal["sum", "count", "mean", "max", "min"] | None = None
    """One observation per complete pass (per date, where there is `at`), without labels."""
    where: str | None = None
    """JMESPath condition on the row, on top of the source's."""
    scale: Decimal = Decimal(1)
    """Multiplies the value: 1000000 makes a price per token one per million."""
    as_of: str | None = None
    """JMESPath of when the source itself says that it stood so; default the time of the pass."""
    absent: Literal["censored"] | None = None
    """censored: a date without a row is at most the smallest value that is listed, not zero; with `sum` or `max`."""

    @model_validator(mode="after")
    def _foldable(self) -> Emit:
        if self.absent is not None and self.aggregate not in ("sum", "max"):
            raise ValueError("`absent: censored` goes with `aggregate: sum` or `max`")
        return self
