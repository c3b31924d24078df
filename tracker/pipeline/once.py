"""run --once: one pass over what is due, in the order of the sentence: collect, extract, store, evaluate, enqueue, send, report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.model.told import Transition
from tracker.pipeline.asking.collecting import Pass, Progress, collect
from tracker.pipeline.deciding.evaluating import evaluate
from tracker.pipeline.opening import Desk
from tracker.pipeline.reporting.digesting import send_due_digest
from tracker.pipeline.saying.delivering import Delivered, deliver


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one pass did."""

    collected: Pass
    transitions: Sequence[Transition]
    delivered: Delivered
    digest: str = ""  # the period whose digest was drawn


def run_once(desk: Desk, *, dry: bool = False, progress: Progress | None = None) -> Round:
    """Collect what is due (`progress` looks on), decide, speak, and draw the digest of the week that ended."""
    collected = collect(desk, dry=dry, progress=progress)
    evaluation = evaluate(desk, dry=dry)
    digest = "" if dry else send_due_digest(desk)
    delivered = deliver(desk, dry=dry)
    return Round(collected=collected, transitions=evaluation.transitions, delivered=delivered, digest=digest)
