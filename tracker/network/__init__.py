"""The only door to the network: whom we may ask, how politely, how long, and how much of an answer we take.

It refuses private addresses that were not opened, redirects that lead astray, answers that are too large, too slow or
cut short. What goes wrong is a SourceError with the state word and the sentence that `sources` shows.
"""

from __future__ import annotations

from tracker.network.door import Answer, Door, agent
from tracker.network.freshness import fresh_for
from tracker.network.posting import Receipt, post
from tracker.network.urls import objection, origin

__all__ = ["Answer", "Door", "Receipt", "agent", "fresh_for", "objection", "origin", "post"]
