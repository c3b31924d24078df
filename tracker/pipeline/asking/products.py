"""Which names in a list are one release: a file that is packed otherwise, a base model, what is issued again under a date.

A date makes another release, as every version does, unless the name without it came out within two weeks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: What makes another file of a model and no other model: how it is packed, what it was before tuning.
_PACKED = re.compile(
    r"[-_.](?:fp\d{1,2}|bf16|nvfp4|mxfp4|int[48]|w\da\d{1,2}|[48]bit|q\d(?:_\w+)?|gguf|awq|gptq|mlx|onnx|hf|base)$",
    re.IGNORECASE,
)
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_DATED = re.compile(rf"[-_](?:20\d\d-?{_MONTH}-?{_DAY}|2\d{_MONTH}{_DAY}|{_MONTH}{_DAY}|2\d{_MONTH})$")
_VERSION = re.compile(r"v?\.?(\d+(?:(?:[-+.]|[-+.]?(?:rc|alpha|beta|dev|post|pre|a|b)\.?)\d+)*)", re.IGNORECASE)
#: Names with a date and without it are one release when they came out within this time.
NEAR = timedelta(days=14)


def product_of(name: str, house: str = "") -> str:
    """`acme/Step-3.5-Flash-FP8` is a file of step-3.5-flash. A tag that is all version is one of its `house`."""
    name = _unpacked(name.strip().rpartition("/")[2])
    bare = _VERSION.fullmatch(name)
    return f"{house}-{bare[1]}".lower() if bare and house else name.lower()


def products_of(listed: Sequence[tuple[str, datetime | None]]) -> list[str]:
    """The product of each (name, when it came out) of one list; None: nobody knows when."""
    told = Told()
    for name, at in listed:
        told.add(name, at)
    return [plain if (plain := undated(name)) and told.near(plain, at) else name for name, at in listed]


def undated(product: str) -> str:
    """The name before its date, "" where it has none."""
    plain = _DATED.sub("", product)
    return _unpacked(plain) if plain != product else ""


def _unpacked(name: str) -> str:
    while (shorter := _PACKED.sub("", name)) != name:
        name = shorter
    return name


@dataclass(slots=True)
class Told:
    """The products that one source has told, with when they came out."""

    _plain: defaultdict[str, set[datetime | None]] = field(default_factory=lambda: defaultdict(set))
    _dated: defaultdict[str, set[datetime | None]] = field(default_factory=lambda: defaultdict(set))

    def add(self, product: str, at: datetime | None) -> None:
        """Note one."""
        self._plain[product].add(at)
        if plain := undated(product):
            self._dated[plain].add(at)

    def near(self, product: str, at: datetime | None) -> bool:
        """Whether just this product came out within two weeks of a time."""
        return _near(self._plain.get(product, ()), at)

    def has(self, product: str, at: datetime | None) -> bool:
        """Whether it was told, or is what was told with a date or without one."""
        plain = undated(product)
        return (
            product in self._plain
            or (bool(plain) and self.near(plain, at))
            or _near(self._dated.get(product, ()), at)
        )  # fmt: skip


def _near(times: Iterable[datetime | None], at: datetime | None) -> bool:
    return at is not None and any(one is not None and abs(one - at) <= NEAR for one in times)
