"""The daemon's own pipeline with nothing sent: rule tests on a home in memory, backtests over what a home remembers."""

from __future__ import annotations

from tracker.rehearsal.judging import Failure
from tracker.rehearsal.running import Report, Result, test

__all__ = ["Failure", "Report", "Result", "test"]
