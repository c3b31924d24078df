"""What a kind of rule is: its parameters, and either a judgement of a number or something to tell of each event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tracker.model.declared import Frozen, KindOfValue, Rule
from tracker.model.told import Evidence, What
from tracker.rules.facts import Knowledge
from tracker.rules.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing to say of one event or target."""

    what: What
    key: str
    severity: Any = None  # Severity, None = the rule's
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a telling kind says at one instant, its new memory (JSON), and when it must be asked again."""

    told: Sequence[Told] = ()
    memory: Mapping[str, Any]
    wake: datetime | None = None


Judge = Callable[[Rule, Any, Knowledge, datetime, datetime], Verdict]
Tell = Callable[[Rule, Any, Knowledge, datetime, Mapping[str, Any]], Telling]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind: exactly one of `judge` (rule, params, knowledge, at, born) and `tell` (rule, params, knowledge, at, memory).

    `reach` says how long before the newest value of its series it still looks; without it, all that was ever known counts.
    """

    Params: type[Frozen]
    judge: Judge | None = None
    tell: Tell | None = None
    reach: Callable[[Any], timedelta | None] | None = None
    reads: tuple[KindOfValue, ...] = ("actual",)  # the kinds of value that it takes by default

    def kinds(self, rule: Rule) -> tuple[KindOfValue, ...]:
        """The kinds of value that a rule of this kind reads."""
        return rule.kinds or self.reads
