"""Numbers as drawings: where things stand, what an open end looks like, how few points a line of many keeps."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tracker import charts
from tracker.charts import Mark, Span
from tracker.charts.scale import Scale, around, path, thinned, ticks


def exact(*values: float) -> list[Span]:
    return [Span(float(x), value, value) for x, value in enumerate(values)]


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 10, [0, 5, 10]),
        (0.9, 3.2, [1, 2, 3]),
        (-1.2, 1.1, [-1, 0, 1]),
        (14_700, 23_100, [15_000, 20_000]),
        (2e9, 2.4e9, [2e9, 2.1e9, 2.2e9, 2.3e9, 2.4e9]),
        (5, 5, []),
    ],
)
def test_the_axis_has_round_numbers(low: float, high: float, found: list[float]) -> None:
    """Few, rising, within the interval."""
    assert ticks(low, high) == pytest.approx(found)


def test_a_scale_cuts_off_and_never_divides_by_nothing() -> None:
    """Outside is at the edge; an interval without width is in the middle."""
    scale = Scale(0, 10, 100, 0)
    assert [scale.at(value) for value in (0, 5, 10, 99, -99)] == [100, 50, 0, 0, 100]
    assert Scale(3, 3, 0, 10).at(3) == 5
    assert around([]) == (0, 1)
    low, high = around([7.0])
    assert low < 7 < high


def test_many_points_keep_their_extremes() -> None:
    """At most two for each pixel, among them the highest and the lowest of all."""
    values = [float(number % 97) for number in range(100_000)]
    values[41_234], values[77_777] = 1e6, -1e6
    kept = thinned(exact(*values), Scale(0, 99_999, 0, 1000))

    assert len(kept) <= 2 * 1001
    assert {1e6, -1e6} <= {point.lo for point in kept}
    assert [point.x for point in kept] == sorted(point.x for point in kept)
    assert kept[0].x == 0
    assert kept[-1].x == 99_999


def test_a_path_ends_where_the_points_end() -> None:
    """Steps are relative; what is rounded away does not add up."""
    places = [(number * 0.33, number * 0.17) for number in range(1000)]
    found = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path(places))]
    assert sum(x for x, _ in found) == pytest.approx(places[-1][0], abs=0.06)
    assert sum(y for _, y in found) == pytest.approx(places[-1][1], abs=0.06)


def test_a_small_line_shows_value_limit_and_target() -> None:
    """A limit lies where it is, one far away at the edge; nothing is drawn of nothing."""
    drawn = ElementTree.fromstring(charts.sparkline(exact(10, 20), limits=[15.0, 1e9], target=1e9))
    limits = [one.attrib["d"] for one in drawn if one.attrib["class"] == "limit"]

    assert limits == ["M0 17H140", "M0 4H140"]
    assert [one.attrib["class"] for one in drawn].count("target") == 1
    assert charts.sparkline([]) == ""


def test_an_open_end_runs_to_the_edge() -> None:
    """At least 5 runs up from 5; at most 5 down from it; between 4 and 6 from the one to the other."""
    points = [Span(0, 5, None), Span(1, None, 5), Span(2, 4, 6), Span(3, 4, 4)]
    drawn = ElementTree.fromstring(charts.sparkline(points))
    spans = [re.findall(r"[\d.]+", one.attrib["d"]) for one in drawn if one.attrib["class"] == "interval"]
    (_, five, top), (_, bottom, also_five), (_, four, six) = spans

    assert five == also_five
    assert float(top) < float(six) < float(five) < float(four) < float(bottom)


def test_a_chart_says_what_stands_beside_it() -> None:
    """Heights of its round numbers, dates below, one mark per happening; it stretches, so it has no letters."""
    chart = charts.plot(
        exact(1, 2, 3), first=[(Span(1, 1, 1), Span(1, 2, 2))], limits=[2.0], ways=[(Span(2, 3, 3), Span(4, 5, 5))],
        marks=[Mark(1.0, "alert"), Mark(2.0, "event")],
    )  # fmt: skip
    drawn = ElementTree.fromstring(chart.svg)
    classes = [one.attrib["class"] for one in drawn]

    assert chart.columns == (0, 1, 2, 3, 4)
    assert [number for _, number in chart.rows] == [2, 4]
    heights = [height for height, _ in chart.rows]
    assert heights == sorted(heights, reverse=True)
    assert all(
        classes.count(one) == 1 for one in ("limit", "way", "alert", "event", "first", "first-dot", "line", "dot")
    )
    assert not any(one.text for one in drawn.iter())
    assert ElementTree.fromstring(charts.plot([]).svg) is not None


def test_what_happened_long_ago_is_not_drawn() -> None:
    """Only strokes between the two ends."""
    assert charts.strip([0.0, 5.0, 11.0], 1.0, 10.0).count("v14") == 1
    assert "happened" not in charts.strip([], 1.0, 10.0)
