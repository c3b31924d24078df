"""The kinds that a declaration may name: each brings the model of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kinds:
    """By name, for each room; a kind has the attribute `Params`, a pydantic model that forbids unknown keys."""

    sources: Mapping[str, Any]
    rules: Mapping[str, Any]
    receivers: Mapping[str, Any]

    def same(self, other: Kinds) -> bool:
        """Whether both name the very same kinds."""
        return self.sources is other.sources and self.rules is other.rules and self.receivers is other.receivers
