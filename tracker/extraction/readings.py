"""What a text says, as values with spans. A reading keeps its reasons; it never decides whether something is spoken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from tracker.quantity import Found, Quantity

Modality = Literal["actual", "rumour", "denied", "target", "opinion"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it was published. `date` stands in the zone of its source: relative days are read from it."""

    title: str
    summary: str = ""
    language: str = ""
    date: datetime | None = None

    @property
    def whole(self) -> str:
        """The text that spans count in, by code points: the title, a line break, the summary."""
        return f"{self.title}\n{self.summary}" if self.summary else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place that names a subject, by itself or by one of its people."""

    subject: str
    start: int
    end: int
    name: str  # as written
    person: str = ""  # the first spelling of the declared person's name
    role: str = ""  # the declared person's role


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReading:
    """One thing that the text says took place, was planned, rumoured or denied."""

    type: str
    subject: str | None  # None: somebody who is not declared
    modality: Modality
    ends: bool = False  # it says that such a thing is over
    amount: Quantity | None = None
    valuation: Quantity | None = None
    people: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    who: tuple[str, ...] = ()  # names of somebody who is not declared, as far as they can be told; in small letters
    others: tuple[str, ...] = ()  # names of other parties to an agreement that nobody declared; in small letters
    field: str = ""  # what the office of the person who left or came is about
    role: str = ""  # of the person who left or came; `buyer` or `bought` of an acquisition
    counterparty: tuple[str, ...] = ()  # other declared subjects in the clause, and their classes
    start: int = 0
    end: int = 0
    quote: str = ""
    why: str = ""
    occurred: date | None = None  # the day that the text gives, if it does
    in_title: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that was read in one text. Spans count code points of `Text.whole`."""

    subjects: tuple[Hit, ...] = ()
    events: tuple[EventReading, ...] = ()
    quantities: tuple[Found, ...] = ()
    products: tuple[str, ...] = ()  # named in the title
    vetoes: tuple[str, ...] = field(default=())  # what was nearly read, and what forbade it

    @property
    def keys(self) -> tuple[str, ...]:
        """The subjects named, each once, in the order of the text."""
        return tuple(dict.fromkeys(hit.subject for hit in self.subjects))
