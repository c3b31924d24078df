"""A chart of one value over time: line, intervals, limits, the way to a target, and marks for what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.scale import Scale, Span, around, middle, path, short, thinned, ticks

WIDTH, HEIGHT = 1000, 240
#: Room above for the marks of alerts, below for those of events.
TOP, BOTTOM = 16, 16
LABELS = 5
#: So many of the newest revisions are drawn.
REVISED = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at x: `alert` stands above the line, `event` below."""

    x: float
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A chart in two parts: `svg` stretches to any width; `rows` are (height in percent from above, number) of the axis."""

    svg: str
    rows: tuple[tuple[float, float], ...]
    columns: tuple[float, ...]  # x of the labels below, evenly spaced


def plot(
    points: Sequence[Span], first: Sequence[tuple[Span, Span]] = (), limits: Sequence[float] = (), ways: Sequence[tuple[Span, Span]] = (),
    marks: Sequence[Mark] = (),
) -> Plot:  # fmt: skip
    """A chart of 1000 by 240 units that stretches; lines keep their width. `first` are (what was said at first, what is believed now).

    `ways` are the straight lines from where a target began to be aimed at to the target.
    """
    ends = [end for point in (*points, *(was for was, _ in first)) for end in (point.lo, point.hi) if end is not None]
    ends += [*limits, *(middle(one) for way in ways for one in way)]
    low, high = around(ends)
    places = [point.x for point in points] + [one.x for way in ways for one in way] + [mark.x for mark in marks]
    start, end = (min(places), max(places)) if places else (0.0, 1.0)
    if start == end:
        start, end = start - 1, end + 1
    across, up = Scale(start, end, 6, WIDTH - 6), Scale(low, high, HEIGHT - BOTTOM, TOP)
    rows = tuple((round(100 * up.at(tick) / HEIGHT, 2), tick) for tick in ticks(low, high))
    columns = tuple(start + (end - start) * number / (LABELS - 1) for number in range(LABELS))
    drawn = [f'<path class="grid" d="M0 {short(y * HEIGHT / 100)}H{WIDTH}"/>' for y, _ in rows]
    drawn += [f'<path class="limit" d="M0 {short(up.at(limit))}H{WIDTH}"/>' for limit in limits]
    drawn += [_line("way", way, across, up) for way in ways]
    drawn += [_mark(mark, across) for mark in marks]
    drawn += [_revised(was, now, across, up) for was, now in first[-REVISED:]]
    drawn += [_interval(point, across, up) for point in thinned(points, across) if not point.exact]
    drawn.append(_line("line", points, across, up))
    drawn.append(_dots(points, across, up))
    svg = (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{"".join(drawn)}</svg>'
    )
    return Plot(svg=svg, rows=rows, columns=columns)


def _line(klass: str, points: Sequence[Span], across: Scale, up: Scale) -> str:
    """A line, or for a single point nothing: that one is a dot."""
    if len(points) < 2:
        return ""
    d = path((across.at(point.x), up.at(middle(point))) for point in thinned(points, across))
    return f'<path class="{klass}" d="{d}"/>'


def _dots(points: Sequence[Span], across: Scale, up: Scale) -> str:
    """Round where few: a line of no length with round ends keeps its form however the chart is stretched."""
    if not points:
        return ""
    few = points if len(points) <= 80 else points[-1:]
    d = "".join(f"M{short(across.at(point.x))} {short(up.at(middle(point)))}h0" for point in few)
    return f'<path class="dot" d="{d}"/>'


def _interval(point: Span, across: Scale, up: Scale) -> str:
    low = up.start if point.lo is None else up.at(point.lo)
    high = up.end if point.hi is None else up.at(point.hi)
    return f'<path class="interval" d="M{short(across.at(point.x))} {short(low)}V{short(high)}"/>'


def _revised(was: Span, now: Span, across: Scale, up: Scale) -> str:
    """From what was said at first, a dot, to what is believed now."""
    x, from_, to = short(across.at(was.x)), short(up.at(middle(was))), short(up.at(middle(now)))
    return f'<path class="first" d="M{x} {from_}V{to}"/><path class="first-dot" d="M{x} {from_}h0"/>'


def _mark(mark: Mark, across: Scale) -> str:
    x = short(across.at(mark.x))
    if mark.kind == "alert":
        return f'<path class="alert-line" d="M{x} 0V{HEIGHT}"/><path class="alert" d="M{x} 5h0"/>'
    return f'<path class="event" d="M{x} {HEIGHT - 6}h0"/>'
