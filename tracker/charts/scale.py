"""From numbers to places: an interval mapped onto pixels, round numbers for its axis, and no more points than pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A point of a chart: x, and the interval that its value lies in. None is an open end; lo = hi is one number."""

    x: float
    lo: float | None
    hi: float | None

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.lo is not None and self.lo == self.hi


@dataclass(frozen=True, slots=True)
class Scale:
    """[low, high] onto [start, end]; `at` cuts off what lies outside."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value."""
        width = self.high - self.low
        share = 0.5 if width <= 0 else (min(max(value, self.low), self.high) - self.low) / width
        return self.start + share * (self.end - self.start)


def around(values: Iterable[float], *, room: float = 0.08) -> tuple[float, float]:
    """The interval that holds these values, with some room at both ends; never empty."""
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    pad = (high - low) * room or abs(high) * room or 1.0
    return low - pad, high + pad


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round numbers (1, 2 or 5 times a power of ten) within [low, high], rising."""
    rough = (high - low) / max(count, 1)
    if not math.isfinite(rough) or rough <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((each * power for each in (1, 2, 5) if each * power >= rough), 10 * power)
    first = math.ceil(low / step)
    return [number * step for number in range(first, first + 20) if number * step <= high]


def thinned(points: Sequence[Span], scale: Scale) -> list[Span]:
    """The same line with at most two points per pixel: the lowest and the highest of each, and the very first and last."""
    if len(points) <= 2 * abs(scale.end - scale.start):
        return list(points)
    columns: dict[int, list[Span]] = {}
    for point in points:
        columns.setdefault(int(scale.at(point.x)), []).append(point)
    kept: list[Span] = []
    for column in columns.values():
        chosen = {id(one): one for one in (min(column, key=middle), max(column, key=middle))}
        kept += sorted(chosen.values(), key=lambda one: one.x)
    ends = [points[0]] if kept[0] is not points[0] else []
    return [*ends, *kept, *([points[-1]] if kept[-1] is not points[-1] else [])]


def middle(point: Span) -> float:
    """Where the line of a point runs: between its ends, at the end that is known."""
    known = [end for end in (point.lo, point.hi) if end is not None]
    return sum(known) / len(known) if known else 0.0


def short(number: float) -> str:
    """Without needless digits."""
    text = f"{number:.1f}"
    return text.removesuffix(".0")


def path(places: Iterable[tuple[float, float]]) -> str:
    """The `d` of a line through these places, relative after the first: half the bytes."""
    parts: list[str] = []
    last: tuple[float, float] | None = None
    for x, y in places:
        here = (round(x, 1), round(y, 1))
        if last is None:
            parts.append(f"M{short(here[0])} {short(here[1])}l")
        else:
            parts.append(f"{short(round(here[0] - last[0], 1))} {short(round(here[1] - last[1], 1))}")
        last = here
    return " ".join(parts).replace("l ", "l").rstrip("l")
