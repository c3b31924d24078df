"""The product's own words in the language of the reader. English stands in the code; each other language is a table.

`say` is given the English sentence and what belongs into it. Whoever draws something for a reader does it within
`speaking(language)`; outside of that everything is English. What rules wrote down in English is turned by `heard`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_SPOKEN: ContextVar[Language] = ContextVar("language", default="en")
#: What certain slots hold; any other holds anything.
_NUMBER, _TRUTH = r"[-+?]?\d[^ ]*(?: [^ ]+)?", r"\S+ (?:holds|does not hold|is unknown)"
_HELD = {"number": _NUMBER, "low": _NUMBER, "high": _NUMBER, "truth": _TRUTH, "truths": rf"{_TRUTH}(?:, {_TRUTH})*"}
#: A longer text than a rule writes is no sentence of one.
_LONGEST = 600
_SLOT = re.compile(r"\\{(\w+)\\}")


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Within it `say` speaks this language; what is called from there needs not be told."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def language() -> Language:
    """The language that is spoken here."""
    return _SPOKEN.get()


def say(english: str, **values: object) -> str:
    """The sentence with its values in the language that is spoken; English where the table lacks it."""
    said = sentences(_SPOKEN.get()).get(english, english)
    return said.format(**values) if values else said


def many(number: int, one: str, more: str, **values: object) -> str:
    """`{n} day` or `{n} days`: English knows two forms; {n} is grouped as people write it."""
    return say(one if number == 1 else more, n=f"{number:,}", **values)


def listed(parts: list[str]) -> str:
    """Things in a row, with the comma of the language."""
    return ("，" if _SPOKEN.get() == "zh" else ", ").join(parts)


def heard(english: str) -> str:
    """What was written down in English long ago, in the language that is spoken: each sentence that the tables know.

    A sentence may hold others; what no table knows (a name, a number, a quotation) stays as it is.
    """
    return english if _SPOKEN.get() == "en" or len(english) > _LONGEST else _turned(english, _SPOKEN.get(), 6)


def _turned(english: str, spoken: Language, deep: int) -> str:
    known = sentences(spoken).get(english)
    if known is not None and "{" not in known:
        return known
    for pattern, said in _patterns(spoken) if deep else ():
        if found := pattern.fullmatch(english):
            return said.format(**{name: _turned(text, spoken, deep - 1) for name, text in found.groupdict().items()})
    return english


def sentences(spoken: Language) -> Mapping[str, str]:
    """English to another language; for English itself nothing."""
    if spoken == "en":
        return {}
    from tracker.tongue import zh

    return zh.SENTENCES


@lru_cache(maxsize=2)
def _patterns(spoken: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences that rules write, as patterns; the earlier one wins."""
    if spoken == "en":
        return ()
    from tracker.tongue import zh_rules

    return tuple(
        (re.compile(_SLOT.sub(_slot, re.escape(english))), said) for english, said in zh_rules.PATTERNS.items()
    )


def _slot(slot: re.Match[str]) -> str:
    return f"(?P<{slot[1]}>{_HELD.get(slot[1], '.+?')})"
