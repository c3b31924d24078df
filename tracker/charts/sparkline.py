"""A small line without letters: the way of a value, its limits dashed, where it stands now as a dot."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.charts.scale import Scale, Span, around, middle, path, short, thinned

WIDTH, HEIGHT, EDGE = 140, 34, 4


def sparkline(points: Sequence[Span], limits: Sequence[float] = (), target: float | None = None) -> str:
    """An `svg` of 140 by 34, hidden from readers: what it shows is said beside it. "" without a point.

    A limit or target far outside of what the value ever was is drawn at the edge, not to scale.
    """
    if not points:
        return ""
    ends = [end for point in points for end in (point.lo, point.hi) if end is not None]
    low, high = around(ends)
    wide = (high - low) * 1.5
    low, high = around([*ends, *(one for one in limits if low - wide <= one <= high + wide)])
    across = Scale(points[0].x, points[-1].x, EDGE, WIDTH - EDGE)
    up = Scale(low, high, HEIGHT - EDGE, EDGE)
    drawn = [_level("limit", up.at(limit)) for limit in limits]
    if target is not None:
        drawn.append(_level("target", up.at(target)))
    line = [(across.at(point.x), up.at(middle(point))) for point in thinned(points, across)]
    if len(line) > 1:
        drawn.append(f'<path class="line" d="{path(line)}"/>')
    drawn += [_interval(point, across, up) for point in points[-12:] if not point.exact]
    x, y = line[-1]
    drawn.append(f'<circle class="now" cx="{short(x)}" cy="{short(y)}" r="2.6"/>')
    return _svg("".join(drawn))


def strip(places: Sequence[float], start: float, end: float) -> str:
    """When things happened between start and end, as strokes on a line, of the same size as a sparkline."""
    across = Scale(start, end, EDGE, WIDTH - EDGE)
    y = HEIGHT / 2
    strokes = "".join(f"M{short(across.at(x))} {short(y - 7)}v14" for x in places if start <= x <= end)
    return _svg(
        f'<path class="grid" d="M0 {short(y)}H{WIDTH}"/>'
        + (f'<path class="happened" d="{strokes}"/>' if strokes else "")
    )


def _svg(drawn: str) -> str:
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true" '
        f'focusable="false">{drawn}</svg>'
    )


def _level(klass: str, y: float) -> str:
    return f'<path class="{klass}" d="M0 {short(y)}H{WIDTH}"/>'


def _interval(point: Span, across: Scale, up: Scale) -> str:
    """The ends between which it lies; an open end runs to the edge."""
    low = up.start if point.lo is None else up.at(point.lo)
    high = up.end if point.hi is None else up.at(point.hi)
    return f'<path class="interval" d="M{short(across.at(point.x))} {short(low)}V{short(high)}"/>'
