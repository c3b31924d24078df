"""Render and send what was enqueued. A kind of receiver is one file; it decides nothing and looks nothing up.

A message is rendered once, when it is enqueued; every try sends the same bytes under the same id.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.alerts import chat, email, markdown, webhook
from tracker.alerts.kind import Context, Kind
from tracker.alerts.rendering import render
from tracker.alerts.sample import sample

KINDS: Mapping[str, Kind] = {
    "email": email.KIND,
    "markdown": markdown.KIND,
    "webhook": webhook.KIND,
    "chat": chat.KIND,
}

__all__ = ["KINDS", "Context", "Kind", "render", "sample"]
