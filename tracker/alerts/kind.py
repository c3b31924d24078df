"""What a kind of receiver is: its parameters, and how one message is sent to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.model.declared import Frozen
from tracker.model.told import Message, Rendered
from tracker.settings import Home


def _nothing(line: str) -> None:
    """Nobody listens to the dialogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What sending may know and use. `say` hears the dialogue, line by line and without secrets."""

    home: Home
    secret: Callable[[str], str | None]
    hostname: str
    now: datetime
    say: Callable[[str], None] = _nothing


Send = Callable[[Any, Message, Rendered, Context], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of receiver. `send` returns when the message is safe there, else raises DeliveryError."""

    Params: type[Frozen]
    send: Send
