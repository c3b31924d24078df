"""JMESPath on one row, or, after a `$`, on the answer that it stands in."""

from __future__ import annotations

from typing import Any

from tracker.collectors import plaintext
from tracker.errors import SourceError

_LONGEST = 500


def search(expression: str, row: Any) -> Any:
    """What stands there; an expression that a row cannot take means that the rows have changed."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.search(expression, row)
    except JMESPathError as error:
        reason = str(error).splitlines()[0][:200]
        raise SourceError(f"the rows have changed: `{expression}` fails ({reason})", state="schema_changed") from error


def ask(expression: str, row: Any, answer: Any) -> Any:
    """`$meta.as_of` is about the answer, everything else about the row."""
    return search(expression[1:] or "@", answer) if expression.startswith("$") else search(expression, row)


def true(value: Any) -> bool:
    """What JMESPath takes for true: 0 is."""
    return value is not None and value is not False and value not in ("", [], {})


def as_text(value: Any) -> str:
    """A value as a label, a key or a title."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plaintext.shortened(plaintext.clean(str(value)), _LONGEST)
