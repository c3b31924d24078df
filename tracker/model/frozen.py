"""What everything declared is made of: the two base models, and values that many keys take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, PrivateAttr

from tracker.model.spelling import Duration as Duration
from tracker.model.spelling import Texts as Texts

Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")
Cadence = Literal["daily", "weekly", "monthly", "quarterly", "yearly"]
KindOfValue = Literal["actual", "target", "estimate", "rumour", "denial"]


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Frozen(BaseModel):
    """Unknown keys are mistakes; docstrings of attributes become hover texts in the JSON Schema (`model.described`)."""

    # Built when first used: a command needs few of the kinds.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        defer_build=True,
        ser_json_timedelta="float",
        ser_json_inf_nan="constants",
    )


class OfKind(Frozen):
    """What is of a kind, which brings its own parameters."""

    kind: str
    params: Any = None
    # For `model.kept`: what was written of them, and what makes `params` of it when somebody first asks for them.
    _written: dict[str, Any] | None = PrivateAttr(default=None)
    _unread: Callable[[], Any] | None = PrivateAttr(default=None)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name != "params":
                return super().__getattr__(name)
            made = self.__dict__["params"] = self._unread() if self._unread is not None else None
            return made
