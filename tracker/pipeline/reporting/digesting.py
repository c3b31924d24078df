"""digest: draw any period from what was known at its end, and send the digest of a week once, also across a crash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tracker import db, timing
from tracker.db import Writing
from tracker.errors import UsageError
from tracker.model.declared import DigestPlan
from tracker.model.told import Message
from tracker.pipeline.known.instances import HAND
from tracker.pipeline.opening import Desk
from tracker.pipeline.reporting import periods
from tracker.timing import Period

if TYPE_CHECKING:
    from tracker.digest.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One digest in its three forms, made once: every receiver gets the same."""

    period: str
    title: str
    markdown: str
    text: str
    html: str  # for a file: its drawings stand in it
    mail: str = ""  # the same for a mail, with the pictures that it names
    images: tuple[tuple[str, str, str], ...] = ()
    front: tuple[tuple[str, str], ...] = ()


def digest(desk: Desk, period: str | None = None, fmt: str = "md") -> str:
    """The digest of a period (default: the week that ended last), as md, html or text, from what was known at its end."""
    drawn = draw(desk, periods.chosen(period, desk.clock.now(), desk.zone))
    return {"md": drawn.markdown, "html": drawn.html, "text": drawn.text}[fmt]


def digest_page(desk: Desk, period: str | None = None) -> Page:
    """The same before it has a form: title, one line, a table and sections, all of it plain text."""
    return _page(desk, periods.chosen(period, desk.clock.now(), desk.zone))[0]


def save_digest(text: str, file: Path) -> None:
    """Put what was drawn into a file, all of it or nothing; what is no file (a pipe, a terminal) is written to."""
    from tracker.alerts import writing

    target = file.resolve()
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")
    else:
        writing.replace(target, text)


def draw(desk: Desk, period: Period) -> Drawn:
    """One digest in all its forms."""
    from tracker import digest as room

    page, at = _page(desk, period)
    days = [timing.local_date(at, desk.zone) for at in (period.start, period.end - timedelta.resolution)]
    front = (("from", days[0].isoformat()), ("to", days[1].isoformat()), ("as_of", timing.iso(at)))
    return Drawn(
        period=period.text,
        title=page.title,
        markdown=room.markdown(page),
        text=room.text(page),
        html=room.html(page),
        mail=room.html(page, mail=True),
        images=room.images(page),
        front=front,
    )


def _page(desk: Desk, period: Period) -> tuple[Page, datetime]:
    """The page of a period, and the instant as of which it is drawn."""
    from tracker import digest as room
    from tracker.pipeline.reporting.gathering import gather

    with desk.store.read() as connection:
        facts = gather(desk, connection, period, desk.clock.now())
    return room.draw(facts), facts.at


def send_digest(desk: Desk, period: str | None = None) -> bool:
    """Put the digest of a period that has ended into the outbox, once for ever; False when that was done before."""
    now = desk.clock.now()
    chosen = periods.chosen(period, now, desk.zone)
    if chosen.end > now:
        last = timing.local_date(chosen.end - timedelta.resolution, desk.zone)
        raise UsageError(
            f"{chosen.text} has not ended: its last day is {last}; without --send it can be drawn at any time"
        )
    if not _receivers(desk):
        raise UsageError("nobody receives the digest; write `digest: {receivers: [...]}` into indicators.yaml")
    if _was_sent(desk, chosen.text):
        return False
    drawn = draw(desk, chosen)  # before the transaction: nobody waits for the drawing
    with desk.store.write(now, strict=desk.strict) as tx:
        return enqueue(desk, tx, drawn)


def enqueue(desk: Desk, tx: Writing, drawn: Drawn) -> bool:
    """Claim the period and put one message per receiver into the outbox, in the transaction of the caller: all or nothing."""
    from tracker import alerts as room

    if not db.digests.claim(tx, drawn.period):
        return False
    for receiver in _receivers(desk):
        message = _message(desk, tx, drawn, receiver)
        db.outbox.enqueue(tx, message, room.render(message), [])
    return True


def _message(desk: Desk, tx: Writing, drawn: Drawn, receiver: str) -> Message:
    made_of = json.dumps(["digest", drawn.period, receiver])
    return Message(
        id=hashlib.sha256(made_of.encode()).hexdigest()[:32], receiver=receiver, kind="digest", at=tx.at, period=drawn.period,
        watch=desk.declaration.watch, timezone=desk.declaration.timezone,
        language=desk.declaration.language, title=drawn.title,
        markdown=drawn.markdown, text=drawn.text, html=drawn.mail, images=drawn.images, front=drawn.front,
    )  # fmt: skip


def _receivers(desk: Desk) -> tuple[str, ...]:
    """Who gets the digest: those that its plan names, without a list all."""
    plan = desk.declaration.digest or DigestPlan()
    return tuple(desk.declaration.receivers) if plan.receivers is None else plan.receivers


def _was_sent(desk: Desk, period: str) -> bool:
    with desk.store.read() as connection:
        return any(name == period for name, _ in db.digests.runs(connection))


def send_due_digest(desk: Desk) -> str:
    """Send the digest of the week that ended, when its time has come; its period, "" when there was nothing to send.

    After a gap only the latest week has one; the first is that of the week in which the home started.
    """
    plan = desk.declaration.digest
    if plan is None or not _receivers(desk):
        return ""
    week = periods.due_week(plan, desk.clock.now(), desk.zone)
    with desk.store.read() as connection:
        if any(name == week for name, _ in db.digests.runs(connection)):
            return ""
        born = min((span.start for span in db.sources.coverage(connection, HAND)), default=None)
    if born is None or born >= timing.parse_period(week, desk.zone).end:
        return ""
    return week if send_digest(desk, week) else ""
