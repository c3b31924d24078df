"""A rule replayed over the stored history: its episodes, what it would have said, and what another version of it would."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tracker import pipeline
from tracker.db import Connection
from tracker.errors import UsageError
from tracker.model.declared import Declaration, Rule
from tracker.pipeline import Desk
from tracker.pipeline.saying.speaking import policy_of
from tracker.rehearsal.episodes import Difference, Doubt, Episode, difference, doubts, episodes, firing, unknown
from tracker.rehearsal.hearing import Heard, hear, without_mutes
from tracker.rehearsal.replaying import Span, replay

Row = dict[str, Any]

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
DECLARED = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One version of a rule with what it gave."""

    version: str
    rule: Rule
    subjects: tuple[str, ...]
    episodes: tuple[Episode, ...]
    doubts: tuple[Doubt, ...]
    heard: tuple[Heard, ...]


def backtest(desk: Desk, name: str, span: Span, against: Path | None = None) -> list[Row]:
    """One row for the rule as it is declared; with another declaration file, one more for its version there."""
    if span.end <= span.start:
        raise UsageError("the end of a backtest must lie after its start, and not after now")
    with desk.store.read() as connection:
        versions = [_play(desk, connection, rule_of(desk.declaration, name, ""), DECLARED, span)]
        if against is not None:
            other = replace(desk, declaration=_other(against))
            versions.append(
                _play(other, connection, rule_of(other.declaration, name, str(against)), str(against), span)
            )
    if len(versions) == 1:
        return [_row(versions[0], span, Difference(only=(), shifted=()))]
    mine, theirs = versions
    return [
        _row(mine, span, difference(mine.episodes, theirs.episodes)),
        _row(theirs, span, difference(theirs.episodes, mine.episodes)),
    ]


def rule_of(declaration: Declaration, name: str, file: str) -> Rule:
    """The rule of this name, `indicator.rule`."""
    rule = declaration.rule_named(name, "") if "." in name else None
    if rule is None:
        raise UsageError(
            f"{file + ': ' if file else ''}no rule {name!r} is declared; {pipeline.nearest_rule(declaration, name)}"
        )
    return rule


def _other(file: Path) -> Declaration:
    from tracker import indicators

    return indicators.load_file(file, pipeline.kinds())


def _play(desk: Desk, connection: Connection, rule: Rule, version: str, span: Span) -> Played:
    changes = replay(desk, connection, rule, span)
    own = tuple(one for one in changes if (one.indicator, one.rule) == (rule.indicator, rule.name))
    policy = without_mutes(policy_of(desk, connection))
    subjects = (
        (rule.subject,) if rule.subject else desk.declaration.subjects_of(desk.declaration.indicators[rule.indicator])
    )
    return Played(
        version=version, rule=rule, subjects=subjects, episodes=tuple(episodes(own)), doubts=tuple(doubts(own)),
        heard=tuple(hear(desk.declaration, policy, rule, changes, span.end)),
    )  # fmt: skip


def _row(played: Played, span: Span, differs: Difference) -> Row:
    subjects = [_subject(played, subject, span.end) for subject in played.subjects]
    weeks = Decimal((span.end - span.start) / _WEEK)
    return {
        "indicator": played.rule.indicator, "rule": played.rule.name, "version": played.version, "hash": played.rule.hash,
        "declared": pipeline.spelt(played.rule), "clock": span.clock, "from": span.start, "to": span.end,
        "subjects": subjects, "episodes": [_episode(one) for one in played.episodes],
        "unknown": [{"subject": one.subject, "from": one.start, "to": one.end, "why": one.why} for one in played.doubts],
        "days_firing": sum((one["days_firing"] for one in subjects), Decimal(0)),
        "days_unknown": sum((one["days_unknown"] for one in subjects), Decimal(0)),
        "messages": len(played.heard), "messages_a_week": _rounded(len(played.heard) / weeks),
        "said": [_said(one) for one in played.heard],
        "only": [_episode(one) for one in differs.only],
        "shifted": [_episode(one) | _elsewhere(other) for one, other in differs.shifted],
    }  # fmt: skip


def _subject(played: Played, subject: str, end: datetime) -> Row:
    return {
        "subject": subject, "episodes": sum(one.subject == subject for one in played.episodes),
        "days_firing": _days(firing(played.episodes, subject, end)),
        "days_unknown": _days(unknown(played.doubts, subject, end)),
    }  # fmt: skip


def _episode(one: Episode) -> Row:
    return {
        "subject": one.subject, "key": one.key or None, "from": one.start, "to": one.end, "severity": one.severity,
        "why": one.why,
    }  # fmt: skip


def _elsewhere(other: Episode) -> Row:
    return {"other_from": other.start, "other_to": other.end, "other_severity": other.severity}


def _said(one: Heard) -> Row:
    items = [{"word": word, "subject": subject, "key": key or None} for word, subject, key in one.items]
    return {"at": one.at, "receiver": one.receiver, "items": items}


def _days(length: timedelta) -> Decimal:
    return _rounded(Decimal(length / _DAY))


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"))
