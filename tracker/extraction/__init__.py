"""Pure: a text in, readings out. Subjects, events, numbers, how sure, and which reports tell one story; it explains itself.

Nothing here opens a file: phrases, subjects and rates of exchange come as arguments.
"""

from __future__ import annotations

from tracker.extraction.doubts import doubt_of
from tracker.extraction.figures import Figure
from tracker.extraction.reader import Reader
from tracker.extraction.readings import EventReading, Hit, Modality, Reading, Text
from tracker.extraction.sameness import Rate

__all__ = ["EventReading", "Figure", "Hit", "Modality", "Rate", "Reader", "Reading", "Text", "doubt_of"]
