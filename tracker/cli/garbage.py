"""Python's garbage collector: a short command ends before a round of it has paid; what lives on wants it as usual."""

from __future__ import annotations

import gc

_SELDOM = 100_000  # objects between two rounds
_USUAL = gc.get_threshold()


def seldom() -> None:
    """For the time until we know how long the command lives."""
    gc.set_threshold(_SELDOM)


def as_usual() -> None:
    """For a process that goes on."""
    gc.set_threshold(*_USUAL)
