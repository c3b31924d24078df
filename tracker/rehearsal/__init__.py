"""Rule tests: the daemon's own pipeline on an in-memory home, with a simulated clock and recording receivers."""

from __future__ import annotations

from tracker.rehearsal.judging import Failure, Report, test

__all__ = ["Failure", "Report", "test"]
