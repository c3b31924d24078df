"""Two types that YAML writes in more than one way: a duration, and one text or several."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from tracker.timing import parse_duration


def _duration(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
#: One text or a list of texts.
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
