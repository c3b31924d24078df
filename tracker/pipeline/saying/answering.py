"""What people answer: acknowledge an alert, keep one quiet for a while, let it speak again."""

from __future__ import annotations

import getpass
from datetime import timedelta

from tracker import db
from tracker.errors import UsageError
from tracker.model.told import Ack, Mute
from tracker.pipeline.opening import Desk

JUDGEMENTS = ("useful", "noise", "wrong")


def ack(desk: Desk, alert: int, judgement: str | None = None, why: str = "", *, author: str = "") -> str:
    """Stop the repeats of an alert's episode, and keep the judgement for the digest. What was acknowledged, in words.

    `author` is who says so; without one, the user of this machine.
    """
    if judgement and judgement not in JUDGEMENTS:
        raise UsageError(f"{judgement!r} is no judgement; one of {', '.join(JUDGEMENTS)}")
    with desk.store.write(desk.clock.now(), strict=desk.strict) as tx:
        found = next((one for one in db.alerts.alerts(tx.connection) if one.id == alert), None)
        if found is None:
            raise UsageError(f"there is no alert {alert}; `tracker alerts` lists them with their numbers")
        db.alerts.save_ack(
            tx,
            Ack(
                alert=alert,
                episode=found.episode,
                at=tx.at,
                judgement=judgement or "",
                why=why,
                author=author or _author(),
            ),
        )
        return f"{found.indicator}.{found.rule} of {found.subject}"


def mute(desk: Desk, *, rule: str | None, subject: str | None, lasts: timedelta, why: str, author: str = "") -> int:
    """Keep what matches quiet until the end; the number under which `unmute` ends it."""
    known = {one.id for indicator in desk.declaration.indicators.values() for one in indicator.rules.values()}
    if rule is not None and rule not in known:
        raise UsageError(f"there is no rule {rule!r}; write it as indicator.rule")
    if subject is not None and subject not in desk.declaration.subjects:
        raise UsageError(f"there is no subject {subject!r}")
    if not why.strip():
        raise UsageError("say why (--why): whoever finds it quiet will want to know")
    with desk.store.write(desk.clock.now(), strict=desk.strict) as tx:
        made = Mute(start=tx.at, end=tx.at + lasts, rule=rule, subject=subject, author=author or _author(), why=why)
        return db.alerts.save_mute(tx, made)


def unmute(desk: Desk, number: int) -> None:
    """End a mute now; what still fires and was never delivered speaks at the next pass."""
    with desk.store.write(desk.clock.now(), strict=desk.strict) as tx:
        if not any(one.id == number and one.end > tx.at for one in db.alerts.mutes(tx.connection)):
            raise UsageError(f"there is no mute {number} in force")
        db.alerts.end_mute(tx, number)


def quiet(desk: Desk) -> list[str]:
    """One sentence for each mute in force: what it covers, until when, who made it and why, and how it is ended."""
    now = desk.clock.now()
    with desk.store.read() as connection:
        held = [one for one in db.alerts.mutes(connection) if one.start <= now < one.end]
    return [
        f"{covers(one)} is muted until {one.end.astimezone(desk.zone):%Y-%m-%d %H:%M}: {one.why} ({one.author}); "
        f"to end it: tracker unmute {one.id}"
        for one in held
    ]


def covers(mute: Mute) -> str:
    """What a mute keeps quiet, in words."""
    what = f"rule {mute.rule}" if mute.rule else "every rule"
    return f"{what} of {mute.subject}" if mute.subject else what


def _author() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
