"""The message of `tracker notify test`: every part of an alert, and nothing that could be taken for one."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal

from tracker import quantity, timing
from tracker.alerts.facts import local
from tracker.model.told import Item, Message
from tracker.tongue import Language, many, say, speaking


def sample(receiver: str, watch: str, timezone: str, now: datetime, language: Language = "en") -> Message:
    """A sample for one receiver; two samples at two times are two messages."""
    with speaking(language):
        item = _item(receiver, watch, timezone, now)
    made_of = f"test {receiver} {timing.iso(now)}"
    return Message(
        id=hashlib.sha256(made_of.encode()).hexdigest()[:32], receiver=receiver, kind="test", at=now, items=(item,),
        thread="", watch=watch, timezone=timezone, language=language,
    )  # fmt: skip


def _item(receiver: str, watch: str, timezone: str, now: datetime) -> Item:
    day = timing.local_date(now, timing.zone(timezone))
    stamp = local(now, timezone)
    surety = " · ".join((say("reported"), many(2, "{n} source", "{n} sources"), say("named press")))
    return Item(
        alert=0, thread=f"{day}-test", word="firing", severity="info", indicator="sample", indicator_name=say("Sample"),
        rule="sample", subject="sample", subject_name=watch, at=now,
        headline=say("This is a sample: messages of {watch} reach {receiver}", watch=watch, receiver=receiver),
        surety=surety, quote="这是一条测试消息，没有发生任何事情。", quote_source="tracker",
        occurred=str(day), published=stamp, reached_us=stamp, basis=say("whoever set the threshold"),
        last_value=f"{quantity.as_said(Decimal(45), Decimal(45), 'eq', 'x')} ({say('actual')}, 2024-H2)",
        clears_when=say("at least {limit}", limit=10), speaks_next=say("when it gets graver or clears"),
        answer="tracker ack ALERT --as useful|noise|wrong",
    )  # fmt: skip
