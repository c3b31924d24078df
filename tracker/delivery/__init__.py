"""What to say to whom, now: what should have been said compared with what was said. Pure; sends nothing.

Muted, inhibited, quiet and acknowledged touch delivery only, never the state of an alert.
"""

from __future__ import annotations

from tracker.delivery.gates import Inhibition, Policy
from tracker.delivery.hours import quiet_until
from tracker.delivery.plan import Batch, Plan, Utterance, plan
from tracker.delivery.wanted import Voice

__all__ = ["Batch", "Inhibition", "Plan", "Policy", "Utterance", "Voice", "plan", "quiet_until"]
