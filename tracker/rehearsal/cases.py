"""The form of a rule test: every key checked, every mistake with its place. Reads text, runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from tracker import rules
from tracker.errors import DeclarationError, PeriodError, Problem
from tracker.indicators import positions
from tracker.model.declared import Duration, KindOfValue, Rule
from tracker.rehearsal.times import DAY_ZERO, Axis, is_day


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


#: What a case may expect: the transitions, the messages, and those that were given up.
PARTS = ("expect", "notify", "dead")


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Observe(_Form):
    """What became known, and when."""

    at: str
    of: str | None = None
    value: str | None = None
    series: str = "s"
    subject: str | None = None
    kind: KindOfValue = "actual"
    by: str | None = None
    key: str | None = None
    title: str = ""
    role: str = ""
    counterparty: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    retract: bool = False


class Mute(_Form):
    """A mute."""

    from_: str = Field(alias="from")
    to: str
    rule: str | None = None
    subject: str | None = None


class Ack(_Form):
    """An acknowledgement; without a rule, of everything that fires."""

    at: str
    rule: str | None = None


class Inhibit(_Form):
    """While `source` fires, `target` of the same subject is not spoken."""

    source: str
    target: str


class Fail(_Form):
    """Sending fails in this interval."""

    receiver: str
    from_: str = Field(alias="from")
    to: str
    permanent: bool = False


class Case(_Form):
    """One rule test."""

    test: str
    source: str = ""
    rule: dict[str, Any] | None = None
    rules: tuple[dict[str, Any], ...] = ()
    observe: tuple[Observe, ...] = ()
    ticks: tuple[str, ...] = ()
    until: str | None = None
    down: tuple[tuple[str, str], ...] = ()
    receivers: tuple[str, ...] = ("mail",)
    group_by: Literal["rule", "subject", "all"] = "rule"
    group_wait: Duration | None = None
    group_interval: Duration | None = None
    mutes: tuple[Mute, ...] = ()
    quiet: tuple[tuple[str, str], ...] = ()
    acks: tuple[Ack, ...] = ()
    inhibit: tuple[Inhibit, ...] = ()
    fail: tuple[Fail, ...] = ()
    backoff: tuple[Duration, ...] = ()
    crash_after_send: tuple[str, ...] = ()
    expect: tuple[str, ...] | None = None
    notify: tuple[str, ...] | None = None
    dead: tuple[str, ...] | None = None

    @field_validator("down", "quiet", mode="before")
    @classmethod
    def _one_interval(cls, value: object) -> object:
        """`[d10, d20]` for one interval, or a list of them."""
        if isinstance(value, list) and len(value) == 2 and not any(isinstance(part, list) for part in value):
            return [value]
        return value

    def places(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every time at which something happens in the case, with where it stands; not what values speak about."""
        for name in ("observe", "acks"):
            yield from (((name, number, "at"), one.at) for number, one in enumerate(getattr(self, name)))
        for name in ("mutes", "fail"):
            for number, one in enumerate(getattr(self, name)):
                yield (name, number, "from"), one.from_
                yield (name, number, "to"), one.to
        for name in ("down", "quiet"):
            for number, pair in enumerate(getattr(self, name)):
                yield from (((name, number, place), time) for place, time in enumerate(pair))
        for name in ("ticks", "crash_after_send"):
            yield from (((name, number), time) for number, time in enumerate(getattr(self, name)))
        if self.until is not None:
            yield ("until",), self.until

    @property
    def times(self) -> list[str]:
        """The same without the places."""
        return [time for _, time in self.places()]

    def axis(self) -> Axis:
        """Where d0 lies: day zero, or in a case that speaks in dates the first at which something became known.

        Ticks never count: they must not change a result.
        """
        known = [one.at for one in self.observe]
        times = known or [time for place, time in self.places() if place[0] != "ticks"]
        if not times or any(is_day(time) for time in times):
            return Axis(DAY_ZERO)
        return Axis(min(Axis(DAY_ZERO).instant(time) for time in times), dated=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A case with its rules, in the order in which they are written."""

    case: Case
    axis: Axis
    rules: tuple[tuple[str, str, Rule], ...]  # (series, id, rule)


def load(text: str, file: str) -> list[Loaded]:
    """Every case of a file, or DeclarationError with all mistakes."""
    tree = positions.read(text, file)
    cases = tree.root.declared()
    if not isinstance(cases, list):
        raise DeclarationError([Problem(message="a rule test file is a list of cases", file=file)], text)
    loaded: list[Loaded] = []
    problems: list[Problem] = list(tree.problems)
    for number, raw in enumerate(cases):
        try:
            loaded.append(_load_case(raw))
        except ValidationError as error:
            problems += [_problem(tree, (number, *one["loc"]), one["msg"], one["type"]) for one in error.errors()]
        except _Misplaced as error:
            problems.append(_problem(tree, (number, *error.path), str(error), error.code))
        except PeriodError as error:
            problems.append(_problem(tree, (number,), str(error), "value_error"))
    if problems:
        raise DeclarationError(problems, text)
    return loaded


class _Misplaced(ValueError):
    def __init__(self, path: tuple[str | int, ...], message: str, code: str = "value_error") -> None:
        super().__init__(message)
        self.path = path
        self.code = code


def _problem(tree: positions.Document, path: tuple[str | int, ...], message: str, code: str) -> Problem:
    """A mistake at the place of a path: the key's for an unknown key, else the value's."""
    place = tree.place(path, on="key" if code == "extra_forbidden" else "value")
    said = f"unknown key {path[-1]!r}" if code == "extra_forbidden" else message.removeprefix("Value error, ")
    return Problem(
        message=said, file=tree.file, line=place.line, column=place.column, length=place.length, code=code,
        path=".".join(str(part) for part in path),
    )  # fmt: skip


def _load_case(raw: object) -> Loaded:
    case = Case.model_validate(raw)
    _check_times(case)
    axis = case.axis()
    if bool(case.rules) == (case.rule is not None):
        raise _Misplaced((), "a case needs either `rule` or `rules`")
    for number, one in enumerate(case.observe):
        _check_known(axis, one, number)
    written = (
        [(("rule",), case.rule)] if case.rule is not None else [(("rules", n), one) for n, one in enumerate(case.rules)]
    )
    made = tuple(_rule(path, dict(one)) for path, one in written)
    ids = [one[1] for one in made]
    if len(set(ids)) < len(ids):
        raise _Misplaced(("rules",), "two rules have one id")
    return Loaded(case=case, axis=axis, rules=made)


def _check_times(case: Case) -> None:
    """Every time can be read, and no interval ends before it begins."""
    began: dict[tuple[str | int, ...], tuple[str, datetime]] = {}
    expected = [((part, n), line.split()) for part in PARTS for n, line in enumerate(getattr(case, part) or ())]
    for path, time in [*case.places(), *((path, words[0] if words else "") for path, words in expected)]:
        try:
            at = Axis(DAY_ZERO).instant(time)
        except PeriodError as error:
            raise _Misplaced(path, str(error)) from error
        if len(path) < 3:
            continue
        first, start = began.setdefault(path[:2], (time, at))
        if is_day(first) == is_day(time) and at < start:
            raise _Misplaced(path, f"{time} lies before the beginning of the interval, {first}")


def _check_known(axis: Axis, one: Observe, number: int) -> None:
    """What a value speaks about can be read, and it became known in the case."""
    for key, read in (("of", axis.period), ("by", axis.day)):
        try:
            if text := getattr(one, key):
                read(text)
        except PeriodError as error:
            raise _Misplaced(("observe", number, key), str(error)) from error
    if axis.instant(one.at) < axis.start:
        raise _Misplaced(("observe", number, "at"), f"{one.at} precedes the start of the case")


def _rule(path: tuple[str | int, ...], raw: dict[str, Any]) -> tuple[str, str, Rule]:
    """One rule: the frame's keys to the frame, the others to the parameters of its kind."""
    name = str(raw.pop("id", "r"))
    kind = rules.KINDS.get(str(raw.get("kind")))
    if kind is None:
        raise _Misplaced((*path, "kind"), f"unknown kind of rule {raw.get('kind')!r}; one of {', '.join(rules.KINDS)}")
    own = kind.Params.model_fields.keys() | {field.alias for field in kind.Params.model_fields.values() if field.alias}
    series = str(raw["series"] if "series" in own and "series" in raw else raw.pop("series", "s"))
    frame = {key: value for key, value in raw.items() if key not in own}
    try:
        params = kind.Params.model_validate({key: value for key, value in raw.items() if key in own})
        rule = Rule.model_validate({**frame, "name": name, "indicator": series, "params": params})
    except ValidationError as error:
        first = error.errors()[0]
        raise _Misplaced((*path, *first["loc"]), first["msg"].removeprefix("Value error, "), first["type"]) from error
    return series, name, rule
