"""Numbers, dates, spans, zones, units, paths and expressions: what the models take as text is read here once."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath
from zoneinfo import ZoneInfo

from tracker import quantity, timing
from tracker.errors import PeriodError, QuantityError
from tracker.indicators.findings import Findings
from tracker.indicators.positions import Node, Path
from tracker.model.declared import Declaration, Emit, Indicator, Target

_PLAIN_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_LIMIT = re.compile(r"\s*(?:<=|>=|<|>)\s*(\S.*)", re.DOTALL)
_EXPRESSIONS = ("value", "key", "title", "where", "as_of")


def check(findings: Findings, declaration: Declaration) -> None:
    """Say every text that cannot be read as what it stands for."""
    zone = _zone(findings, ("timezone",), declaration.timezone) or timing.zone("UTC")
    _inside(findings, declaration.baseline)
    for key, source in declaration.sources.items():
        if findings.document.node(("sources", key, "timezone")) is not None:
            _zone(findings, ("sources", key, "timezone"), source.timezone)
        for number, emit in enumerate(source.emit):
            _expressions(findings, ("sources", key, "emit", number), emit)
    for key, subject in declaration.subjects.items():
        for number, person in enumerate(subject.people):
            if person.since is not None:
                _period(findings, ("subjects", key, "people", number, "since"), person.since, zone)
    _hours(findings, declaration)
    for key, indicator in declaration.indicators.items():
        _indicator(findings, ("indicators", key), indicator, zone)


def _hours(findings: Findings, declaration: Declaration) -> None:
    for key, receiver in declaration.receivers.items():
        for number, hours in enumerate(receiver.quiet):
            if hours.timezone:
                _zone(findings, ("receivers", key, "quiet", number, "timezone"), hours.timezone)


def _indicator(findings: Findings, path: Path, indicator: Indicator, zone: ZoneInfo) -> None:
    if indicator.complete is not None:
        _period(findings, (*path, "complete"), indicator.complete, zone)
    # The declaration leaves out targets without a day, so that only the node knows where each one stands.
    node = findings.document.node((*path, "targets"))
    dated = [number for number, one in enumerate(_items(node)) if not _says_nothing(one, "by")]
    for number, target in zip(dated, indicator.targets, strict=False):
        _target(findings, (*path, "targets", number), target, indicator.unit, zone)
    for name, rule in indicator.rules.items():
        if rule.kind == "threshold":
            _limits(findings, (*path, "rules", name), indicator.unit)


def _items(node: Node | None) -> list[Node]:
    if node is None:
        return []
    return [node] if node.kind == "map" else node.items


def _says_nothing(node: Node, key: str) -> bool:
    return node.kind == "map" and (key not in node.keys or node.keys[key][1].is_null())


def _target(findings: Findings, path: Path, target: Target, unit: str | None, zone: ZoneInfo) -> None:
    if unit is None:
        findings.add(path, "a target needs an indicator with a `unit`", on="key")
        return
    try:
        wanted = quantity.parse(target.value, unit)
    except QuantityError as error:
        findings.add((*path, "value"), str(error))
    else:
        _same_unit(findings, (*path, "value"), target.value, wanted.unit, unit)
    day = _period(findings, (*path, "by"), target.by, zone)
    if day is not None and day.open_end:
        findings.add(
            (*path, "by"), f"{target.by!r} has no last day", hint="a target is due at the end of a day: 2026-12-31"
        )
    if target.published is not None:
        _period(findings, (*path, "published"), target.published, zone)


def _limits(findings: Findings, path: Path, unit: str | None) -> None:
    """`fire: "< $2bn"` on an indicator in CNY would compare dollars with yuan."""
    node = findings.document.node(path)
    if node is None or unit is None:
        return
    places: list[tuple[Path, Node]] = [
        ((*path, key), node.keys[key][1]) for key in ("fire", "clear") if key in node.keys
    ]
    if "levels" in node.keys:
        places += [((*path, "levels", key), one) for key, (_, one) in node.keys["levels"][1].keys.items()]
    for place, one in places:
        match = _LIMIT.fullmatch(one.text)
        if match is None:
            continue
        try:
            said = quantity.parse(match[1]).unit
        except QuantityError:
            continue  # the kind has said so itself
        _same_unit(findings, place, one.text, said, unit)


def _same_unit(findings: Findings, path: Path, text: str, said: str, unit: str) -> None:
    if said and said != unit:
        findings.add(
            path,
            f"{text!r} is in {said}, the indicator is in {unit}",
            hint="convert it, or leave the unit out",
            code="unit",
        )


def _period(findings: Findings, path: Path, text: str, zone: ZoneInfo) -> timing.Period | None:
    try:
        return timing.parse_period(text, zone)
    except PeriodError as error:
        findings.add(path, str(error))
        return None


def _zone(findings: Findings, path: Path, name: str) -> ZoneInfo | None:
    try:
        return timing.zone(name)
    except PeriodError as error:
        findings.add(path, str(error))
        return None


def _inside(findings: Findings, baseline: str | None) -> None:
    """The baseline lies in the home, however the path is written."""
    if baseline is None:
        return
    for path in (PurePosixPath(baseline), PureWindowsPath(baseline)):
        if path.is_absolute() or ".." in path.parts or not path.parts:
            findings.add(
                ("baseline",), f"{baseline!r} does not lie in the home", hint="write a path such as db/baseline.csv"
            )
            return


def _expressions(findings: Findings, path: Path, emit: Emit) -> None:
    """JMESPath is compiled here, so that a slip is found before the first fetch; plain names need no library."""
    written: list[tuple[Path, str]] = [
        ((name,), text) for name in _EXPRESSIONS if (text := getattr(emit, name)) is not None
    ]
    written += [(("labels", name), text) for name, text in emit.labels.items()]
    if emit.at is not None:
        written.append((("at",), emit.at) if isinstance(emit.at, str) else (("at", "path"), emit.at.path))
    if emit.edition is not None and emit.edition.startswith("$"):
        written.append((("edition",), emit.edition))
    for place, said in written:
        text = said.removeprefix("$")  # about the answer as a whole
        if _PLAIN_PATH.fullmatch(text):
            continue
        import jmespath
        from jmespath.exceptions import JMESPathError

        try:
            jmespath.compile(text)
        except JMESPathError as error:
            reason = str(error).splitlines()[0].rstrip(":")
            findings.add((*path, *place), f"{text!r} is no JMESPath: {reason}", code="expression")
