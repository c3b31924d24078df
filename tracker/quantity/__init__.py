"""Numbers as people write them, in Chinese and English: 45x, $2.5bn, 超50亿元, 近25亿美元, 数亿, 12% <-> interval, operator, unit.

`parse` reads one number that a person typed and refuses what it cannot read whole; `find` looks for numbers in running
text and leaves out what it is not sure of. Values are exact decimals in the unit itself; money carries an ISO code.
"""

from __future__ import annotations

from tracker.quantity.parsing import answer, parse
from tracker.quantity.values import CURRENCIES, YES_NO, Found, Op, Quantity, Role
from tracker.quantity.wording import as_recorded, as_said, number_said, retold


def find(text: str) -> tuple[Found, ...]:
    """Every number with a unit in a text, by place; its patterns are made when the first text is read."""
    from tracker.quantity import finding

    return finding.find(text)


__all__ = [
    "CURRENCIES", "YES_NO", "Found", "Op", "Quantity", "Role", "answer", "as_recorded", "as_said", "find", "number_said", "parse", "retold",
]  # fmt: skip
