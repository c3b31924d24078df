"""A reader for companies that do not exist, and short ways to ask it."""

from __future__ import annotations

from datetime import UTC, datetime

from tracker.extraction import EventReading, Reader, Reading, Text
from tracker.model.declared import Declaration, Person, Subject
from tracker.pipeline.reading.readers import reader_of

SUBJECTS = {
    "starbridge": Subject(
        key="starbridge",
        name="Starbridge",
        aliases=("星桥智能", "星桥", "Star Bridge"),
        blockers=("星桥式",),
        people=(
            Person(name="林越/Lin Yue", role="founder and CEO"),
            Person(name="苏晴/Su Qing", role="CFO", since="2026-03-01"),
        ),
    ),
    "yuanfan": Subject(key="yuanfan", name="Yuanfan Auto", aliases=("远帆汽车", "远帆"), klass="carmaker"),
    "lumen": Subject(key="lumen", name="Lumen Labs", aliases=("流明",)),
}
AT = datetime(2026, 5, 8, 9, 30, tzinfo=UTC)


def declaration(**more: object) -> Declaration:
    """A watch of these companies without sources or indicators."""
    return Declaration.model_validate({"watch": "test", "receivers": {}, "subjects": SUBJECTS, **more})


READER: Reader = reader_of(declaration())


def read(title: str, summary: str = "", *, at: datetime | None = AT, any_subject: bool = False) -> Reading:
    """One text as it is read."""
    return READER.read(Text(title=title, summary=summary, date=at), any_subject=any_subject)


def told(title: str, summary: str = "", *, any_subject: bool = False) -> list[str]:
    """Its events as `type subject modality`, in order."""
    return [
        f"{one.type} {one.subject or '-'} {one.modality}"
        for one in read(title, summary, any_subject=any_subject).events
    ]


def event(title: str, summary: str = "", *, at: datetime | None = AT) -> EventReading:
    """Its only event."""
    (found,) = read(title, summary, at=at).events
    return found
