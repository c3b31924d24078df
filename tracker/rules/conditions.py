"""Conditions as people write them (`< 80`, `>= 5bn`) and what they say of an interval: true, false or cannot tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from tracker import quantity
from tracker.errors import QuantityError
from tracker.model.declared import SEVERITIES, Frozen, Severity

Comparison = Literal["<", "<=", ">", ">="]
_FORM = re.compile(r"\s*(<=|>=|<|>)\s*(\S.*)")
_OPPOSITE: Mapping[Comparison, Comparison] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with a fixed limit, in the unit itself."""

    op: Comparison
    limit: Decimal

    def holds(self, lo: Decimal | None, hi: Decimal | None) -> bool | None:
        """Whether it holds for every value, for none (False), or only for a part of the interval (None)."""
        if self.op in ("<", "<="):
            every = hi is not None and (hi < self.limit or (self.op == "<=" and hi == self.limit))
            none = lo is not None and (lo > self.limit or (self.op == "<" and lo == self.limit))
        else:
            every = lo is not None and (lo > self.limit or (self.op == ">=" and lo == self.limit))
            none = hi is not None and (hi < self.limit or (self.op == ">" and hi == self.limit))
        return True if every else False if none else None

    @property
    def low_side(self) -> bool:
        """Whether it fires on small values."""
        return self.op in ("<", "<=")

    def opposite(self) -> Condition:
        """What holds exactly when this does not."""
        return Condition(_OPPOSITE[self.op], self.limit)

    def __str__(self) -> str:
        return f"{self.op} {quantity.number_said(self.limit)}"


def exact(one: Condition) -> str:
    """A condition for programs: its limit unscaled, without grouping."""
    return f"{one.op} {one.limit:f}"


def condition(text: object) -> object:
    """Read `<80`, `>= 5bn`, `<= -20`; anything else is a ValueError that pydantic places."""
    if not isinstance(text, str):
        return text
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no condition: write <, <=, > or >= and a number, such as '< 80' or '>= 5bn'")
    try:
        number = quantity.parse(match[2])
    except QuantityError as problem:
        raise ValueError(f"{text!r} is no condition: {problem}") from problem
    if number.op != "eq" or number.lo is None:
        raise ValueError(f"{text!r} is no condition: the limit must be one exact number")
    return Condition(match[1], number.lo)  # type: ignore[arg-type]


Written = Annotated[
    Condition,
    BeforeValidator(condition),
    PlainSerializer(exact),
    WithJsonSchema({"type": "string", "pattern": r"^\s*(<=|>=|<|>)", "examples": ["< 80", ">= 5bn"]}),
]


@dataclass(frozen=True, slots=True)
class Band:
    """Where a rule fires, by level from mild to grave, and where it clears; between them it holds."""

    levels: tuple[tuple[Severity | None, Condition], ...]
    clear: Condition

    @property
    def low_side(self) -> bool:
        """Whether it fires on small values."""
        return self.levels[0][1].low_side

    def level(self, lo: Decimal | None, hi: Decimal | None, default: Severity) -> tuple[Severity | None, bool]:
        """The gravest level that surely holds (None: none does), and whether that is certain."""
        held: bool | None = False
        for severity, fire in reversed(self.levels):
            held = fire.holds(lo, hi)
            if held:
                return severity or default, True
        return None, held is not None  # where the mildest surely does not hold, no graver one does

    def clears(self, lo: Decimal | None, hi: Decimal | None) -> bool:
        """Whether it is surely back in the clear."""
        return self.clear.holds(lo, hi) is True

    def __str__(self) -> str:
        return ", ".join(f"{severity + ' ' if severity else ''}{fire}" for severity, fire in self.levels)


class Banded(Frozen):
    """The parameters of a rule that compares one number: `fire` or `levels`, and `clear`."""

    fire: Written | None = None
    """Fires when this surely holds: `< 80`, `>= 5bn`. A value that is an interval must lie whole on that side."""
    levels: dict[Severity, Written] | None = Field(default=None, min_length=1)
    """Instead of `fire`: a condition per severity, each stricter than the one before; the gravest that holds counts."""
    clear: Written | None = None
    """Clears when this surely holds; default the opposite of `fire`. Between the two nothing changes (hysteresis, as in
    Grafana's recovery threshold)."""

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.fire is None) == (self.levels is None):
            raise ValueError("give either `fire` or `levels`")
        conditions = [fire for _, fire in self.band.levels]
        if len({one.low_side for one in conditions}) > 1:
            raise ValueError("`levels` must all look to the same side: all < or all >")
        limits = [one.limit for one in conditions]
        if limits != sorted(limits, reverse=conditions[0].low_side) or len(set(limits)) < len(limits):
            raise ValueError("`levels` must rise from info over warning to critical, each stricter than the one before")
        if self.clear is not None and self.clear.low_side == conditions[0].low_side:
            raise ValueError("`clear` must look to the other side than `fire`")
        return self

    @property
    def band(self) -> Band:
        """The levels in rising order, with the clear condition."""
        if self.fire is not None:
            levels: tuple[tuple[Severity | None, Condition], ...] = ((None, self.fire),)
        else:
            given = self.levels or {}
            levels = tuple((severity, given[severity]) for severity in SEVERITIES if severity in given)
        return Band(levels, self.clear or levels[0][1].opposite())
