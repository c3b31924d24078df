"""The same line in letters, for text and for whoever has no pictures: ▁▂▅▇."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.charts.scale import Span, middle

_BARS = "▁▂▃▄▅▆▇█"
#: So many bars at most: each stands for as many points as there are for it, and shows the last of them.
WIDTH = 16


def letters(points: Sequence[Span]) -> str:
    """The way of a value in at most 16 bars; "" for fewer than two points."""
    if len(points) < 2:
        return ""
    share = max(len(points) / WIDTH, 1)
    count = min(len(points), WIDTH)
    shown = [middle(points[min(round((number + 1) * share) - 1, len(points) - 1)]) for number in range(count)]
    low, high = min(shown), max(shown)
    if low == high:
        return _BARS[3] * count
    return "".join(_BARS[round((one - low) / (high - low) * (len(_BARS) - 1))] for one in shown)
