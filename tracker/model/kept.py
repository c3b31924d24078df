"""A declaration as text that is quickly read again: checked once, its kinds are loaded only when their parameters are asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from tracker.model.declared import Declaration
from tracker.model.frozen import OfKind

#: Section of `Kinds`, name of the kind, what was written -> its parameters.
Maker = Callable[[str, str, Mapping[str, Any]], Any]

_WITHOUT: dict[str, Any] = {"__all__": {"params"}}
#: What is made by the kinds, for pydantic's `exclude`.
APART: dict[str, Any] = {"sources": _WITHOUT, "receivers": _WITHOUT, "indicators": {"__all__": {"rules": _WITHOUT}}}


def mark_of(raw: bytes) -> str:
    """16 hex digits of the text of a declaration in UTF-8, a byte-order mark aside: `Declaration.hash`."""
    return hashlib.sha256(raw.removeprefix(b"\xef\xbb\xbf")).hexdigest()[:16]


def dump(declaration: Declaration) -> str | None:
    """JSON of a declaration that was read from a file; None when it cannot be put into words again."""
    written = [one._written for _, one in _of_kinds(declaration)]
    if any(one is None for one in written):
        return None
    frame = declaration.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude=APART)
    try:
        return json.dumps(
            {"frame": frame, "written": written}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
    except (TypeError, ValueError):
        return None


def restore(text: str, make: Maker) -> Declaration:
    """The declaration that was dumped; `make` is asked for the parameters of a kind when they are first needed."""
    kept = json.loads(text)
    declaration = Declaration.model_validate(kept["frame"])
    for (section, one), written in zip(_of_kinds(declaration), kept["written"], strict=True):
        del one.__dict__["params"]
        one.model_fields_set.add("params")
        one._written = written
        one._unread = partial(make, section, one.kind, written)
    return declaration


def _of_kinds(declaration: Declaration) -> Iterator[tuple[str, OfKind]]:
    yield from (("sources", one) for one in declaration.sources.values())
    yield from (("receivers", one) for one in declaration.receivers.values())
    for indicator in declaration.indicators.values():
        yield from (("rules", one) for one in indicator.rules.values())
