"""Hold what a case gave against what it expects, and say where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tracker.errors import UsageError
from tracker.model.told import Item, Message, Transition
from tracker.rehearsal.cases import PARTS, Loaded, load
from tracker.rehearsal.simulate import ANONYMOUS, Recording, simulate
from tracker.rehearsal.times import Axis

#: Times are written as fractions of days: what lies closer than this is the same instant.
_SAME = timedelta(seconds=1)
_REASONS = ("revised", "retracted", "target_revised")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One part of one case that does not hold."""

    file: str
    test: str
    part: str  # expect, notify or dead
    want: tuple[str, ...]
    got: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run of rule tests found."""

    cases: int
    failures: tuple[Failure, ...]

    @property
    def ok(self) -> bool:
        """Whether every case holds."""
        return not self.failures


def test(files: Iterable[str | Path]) -> Report:
    """Run every case of every file. DeclarationError (exit 2) for a malformed file."""
    cases = 0
    failures: list[Failure] = []
    for file in files:
        for loaded in load(_text(Path(file)), str(file)):
            cases += 1
            failures += judge(loaded, simulate(loaded), str(file))
    return Report(cases=cases, failures=tuple(failures))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from error


def judge(loaded: Loaded, recording: Recording, file: str = "") -> list[Failure]:
    """The parts of a case that do not hold; a part that it leaves out is not compared."""
    case, axis = loaded.case, loaded.axis
    got = {
        "expect": [(one.at, _transition(one, loaded)) for one in recording.transitions],
        "notify": sorted((at, _message(message)) for at, message in recording.messages),
        "dead": sorted((at, f"{receiver} dead") for at, receiver in recording.dead),
    }
    failures = []
    for part in PARTS:
        want = getattr(case, part)
        if want is None:
            continue
        wanted = [_read(axis, line) for line in want]
        if part != "expect":
            wanted.sort()
        if not _same(wanted, got[part]):
            shown = tuple(f"{axis.show(at)} {text}" for at, text in got[part])
            failures.append(Failure(file=file, test=case.test, part=part, want=tuple(want), got=shown))
    return failures


def _same(want: Sequence[tuple[datetime, str]], got: Sequence[tuple[datetime, str]]) -> bool:
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
