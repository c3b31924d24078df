"""Hold what a case gave against what it expects, and say where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tracker.model.told import Item, Message, Transition
from tracker.rehearsal.cases import PARTS, Loaded
from tracker.rehearsal.simulate import ANONYMOUS, Recording
from tracker.rehearsal.times import Axis

#: Times are written as fractions of days: what lies closer than this is the same instant.
_SAME = timedelta(seconds=1)
_REASONS = ("revised", "retracted", "target_revised")

#: How a case was played: as it stands, with more ticks, by two processes one after the other, or both.
Rhythm = Literal["", "ticks", "halves", "ticks and halves"]
#: By part, what a case gave: times and lines, in order.
Lines = Mapping[str, Sequence[tuple[datetime, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One part of one case that does not hold; in another rhythm, `want` is what it gave in its own."""

    file: str
    test: str
    part: str  # expect, notify or dead
    want: tuple[str, ...]
    got: tuple[str, ...]
    rhythm: Rhythm = ""
    seed: int = 0  # of the chance that gave the rhythm


def judge(loaded: Loaded, recording: Recording, file: str = "") -> list[Failure]:
    """The parts of a case that do not hold; a part that it leaves out is not compared."""
    case, axis = loaded.case, loaded.axis
    got = given(loaded, recording)
    failures = []
    for part in PARTS:
        want = getattr(case, part)
        if want is None:
            continue
        wanted = [_read(axis, line) for line in want]
        if part != "expect":
            wanted.sort()
        if not same(wanted, got[part]):
            shown = tuple(written(axis, got[part]))
            failures.append(Failure(file=file, test=case.test, part=part, want=tuple(want), got=shown))
    return failures


def given(loaded: Loaded, recording: Recording) -> Lines:
    """What a case gave, in the words in which expectations are written; messages of one instant in order of their text."""
    return {
        "expect": [(one.at, _transition(one, loaded)) for one in recording.transitions],
        "notify": sorted((at, _message(message)) for at, message in recording.messages),
        "dead": sorted((at, f"{receiver} dead") for at, receiver in recording.dead),
    }


def written(axis: Axis, lines: Sequence[tuple[datetime, str]]) -> list[str]:
    """The lines as a file holds them."""
    return [f"{axis.show(at)} {text}" for at, text in lines]


def same(want: Sequence[tuple[datetime, str]], got: Sequence[tuple[datetime, str]]) -> bool:
    """Whether two lists say the same at the same times."""
    return len(want) == len(got) and all(
        abs(a - b) < _SAME and one == other for (a, one), (b, other) in zip(want, got, strict=True)
    )


def _read(axis: Axis, line: str) -> tuple[datetime, str]:
    """An expected line: its time, and the rest with the items of a message sorted."""
    time, _, rest = line.strip().partition(" ")
    at = axis.instant(time)
    receiver, colon, items = rest.partition(": ")
    if colon:
        rest = f"{receiver}: {', '.join(sorted(item.strip() for item in items.split(',')))}"
    return at, " ".join(rest.split())


def _transition(one: Transition, loaded: Loaded) -> str:
    parts: list[str] = [one.what]
    if one.what in ("escalated", "downgraded"):
        parts.append(one.severity)
    parts.append(_name(one.rule, one.subject))
    if one.what in ("event", "confirmed", "late", "denied"):
        key = one.key.removeprefix(f"{one.indicator}:{one.subject}:")
        parts.append("" if key.startswith(ANONYMOUS) else key)
    if one.reason in _REASONS and one.what == "resolved":
        parts.append(f"({one.reason})")
    return " ".join(part for part in parts if part)


def _message(message: Message) -> str:
    return f"{message.receiver}: {', '.join(sorted(_item(item) for item in message.items))}"


def _item(item: Item) -> str:
    return f"{item.word} {_name(item.rule, item.subject)}".strip()


def _name(rule: str, subject: str) -> str:
    """`rule:subject`; the rule `r` of the subject `x` needs no name."""
    if subject != "x":
        return f"{rule}:{subject}"
    return "" if rule == "r" else rule
