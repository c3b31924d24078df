"""Numbers as drawings: SVG for the page, PNG and letters for mail. Pure: points in, text of numbers out; nothing foreign is ever drawn.

Colours are classes: the style sheet of whoever shows it decides. The plot of a chart stretches to any width, so what has
letters stands beside it and not in it.
"""

from __future__ import annotations

from tracker.charts.letters import letters
from tracker.charts.plot import Mark, Plot, plot
from tracker.charts.raster import STYLE, png
from tracker.charts.scale import Span
from tracker.charts.sparkline import sparkline, strip

__all__ = ["STYLE", "Mark", "Plot", "Span", "letters", "plot", "png", "sparkline", "strip"]
