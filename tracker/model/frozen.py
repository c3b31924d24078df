"""What every model of the declaration is made with: frozen, strict about keys; durations, and one text or several."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from tracker.timing import parse_duration


def _duration(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
#: One text or a list of texts.
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Frozen(BaseModel):
    """Unknown keys are mistakes; docstrings of attributes become hover texts in the JSON Schema (`model.described`)."""

    # Built when first used: a command needs few of the kinds.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
