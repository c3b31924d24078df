"""composite: a condition over other rules of the same subject, in three-valued logic."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from tracker.model.declared import Frozen, Rule
from tracker.model.told import Evidence
from tracker.rules.expression import Expression, parse
from tracker.rules.facts import Knowledge, Truth
from tracker.rules.kind import Kind
from tracker.rules.verdict import Verdict, nodata

_WORDS = {True: "holds", False: "does not hold", None: "is unknown"}

When = Annotated[
    Expression,
    BeforeValidator(lambda text: parse(text) if isinstance(text, str) else text),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["behind_pace and not funding.announced", "(a or b) and not c"]}),
]


class Params(Frozen):
    """Other rules of the same subject, joined in the three-valued logic of Kleene (1938): a rule holds while it fires,
    and is unknown while it cannot tell."""

    when: When
    """Names of rules (`rule` of the same indicator, or `indicator.rule`) with `and`, `or`, `not` and parentheses."""

    @property
    def children(self) -> tuple[str, ...]:
        """The rules that are asked."""
        return self.when.names


def judge(rule: Rule, params: Params, known: Knowledge, at: datetime, born: datetime) -> Verdict:
    """Breach when the condition surely holds, clear when it surely does not, else no data."""
    truths: dict[str, Truth] = {name: known.holds(name, at) for name in params.children}
    told = ", ".join(f"{name} {_WORDS[truth]}" for name, truth in truths.items())
    evidence = Evidence(compared=f"{params.when}: {told}")
    whole = params.when.evaluate(truths.__getitem__)
    if whole is None:
        unknown = ", ".join(name for name, truth in truths.items() if truth is None)
        return nodata(f"cannot tell: {unknown} cannot decide")
    return Verdict(outcome="breach" if whole else "clear", dated=at, evidence=evidence)


KIND = Kind(Params=Params, judge=judge)
