"""The message of `tracker notify test`: every part of an alert, and nothing that could be taken for one."""

from __future__ import annotations

import hashlib
from datetime import datetime

from tracker import timing
from tracker.alerts.facts import local
from tracker.model.told import Item, Message


def sample(receiver: str, watch: str, timezone: str, now: datetime) -> Message:
    """A sample for one receiver; two samples at two times are two messages."""
    day = timing.local_date(now, timing.zone(timezone))
    stamp = local(now, timezone)
    item = Item(
        alert=0, thread=f"{day}-test", word="firing", severity="info", indicator="sample", indicator_name="Sample",
        rule="sample", subject="sample", subject_name=watch, at=now,
        headline=f"This is a sample: messages of {watch} reach {receiver} — 样本",
        surety="reported · 2 sources · named press", quote="这是一条测试消息，没有发生任何事情。", quote_source="tracker",
        occurred=str(day), published=stamp, reached_us=stamp, basis="whoever set the threshold",
        last_value="45x (actual, 2024-H2)", clears_when=">= 10", speaks_next="when it gets graver or clears",
        answer="tracker ack ALERT --as useful|noise|wrong",
    )  # fmt: skip
    made_of = f"test {receiver} {timing.iso(now)}"
    return Message(
        id=hashlib.sha256(made_of.encode()).hexdigest()[:32], receiver=receiver, kind="test", at=now, items=(item,),
        thread="", watch=watch, timezone=timezone,
    )  # fmt: skip
