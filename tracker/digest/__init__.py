"""A week (or any period) in one page: what matters, in order. Pure: facts in, a page out, and its three forms."""

from __future__ import annotations

from tracker.digest.draw import draw
from tracker.digest.facts import (
    Change,
    Check,
    Correction,
    Facts,
    Goal,
    Happening,
    Known,
    Level,
    Post,
    Saying,
    Tracked,
    Trouble,
    Undelivered,
    Watch,
)
from tracker.digest.html import html, images
from tracker.digest.markdown import markdown
from tracker.digest.page import Line, Page, Row, Section, Table
from tracker.digest.text import text

__all__ = [
    "Change",
    "Check",
    "Correction",
    "Facts",
    "Goal",
    "Happening",
    "Known",
    "Level",
    "Line",
    "Page",
    "Post",
    "Row",
    "Saying",
    "Section",
    "Table",
    "Tracked",
    "Trouble",
    "Undelivered",
    "Watch",
    "draw",
    "html",
    "images",
    "markdown",
    "text",
]
