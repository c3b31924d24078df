"""What one receiver should still hear of one alert, before any gate. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from tracker.model.declared import SEVERITIES, Flap, Rule
from tracker.model.told import Ack, Alert, Said

#: Words of alerts that are a state; every other word is said of an event or a target.
_FIRING = ("firing", "recovering")
#: Words of events; a figure that an event rule reads is one without a key.
_EVENTS = ("event", "confirmed", "denied", "late")
#: Words that say that a state has changed.
_CHANGES = ("firing", "update", "resolved")
#: Words that only say more to whoever has heard the firing, or the event.
_CONTINUING = ("update", "repeat")
_OF_EVENTS_HEARD = ("confirmed", "denied")
#: Whoever never heard of the event hears of it as new, and nothing of a denial.
_FIRST = {"confirmed": "event", "denied": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One alert with its rule and, per severity, who hears it."""

    alert: Alert
    rule: Rule
    receivers: tuple[str, ...]  # for the alert's severity now


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A word that is due from `since` on, "" = none; `supersedes` are deliveries that it makes pointless."""

    word: str
    since: datetime
    supersedes: tuple[str, ...] = ()
    count: int = 0  # of messages that said the same before
    ends: str = ""  # the delivery by which an earlier episode was heard of that this ends


def wanted(voice: Voice, receiver: str, said: Sequence[Said], ack: Ack | None) -> Want | None:
    """The word that `receiver` should hear next of this alert; None when all is said."""
    live = [one for one in said if one.state != "superseded"]
    # What was taken back and stands again is another message than the one that was never sent.
    gone = sum(one.state == "superseded" and one.ordinal == voice.alert.ordinal for one in said)
    want = _wanted(voice, receiver, live, ack)
    return want and replace(want, count=want.count + gone)


def _wanted(voice: Voice, receiver: str, said: Sequence[Said], ack: Ack | None) -> Want | None:
    alert, flap = voice.alert, voice.rule.flap
    if alert.word in _EVENTS or alert.key:
        return _of_event(alert, said)
    if flap is not None and said and said[-1].word == "flapping":
        return _of_settled(alert, flap)
    want = _of_firing(voice, receiver, said, ack) if alert.state in _FIRING else _of_cleared(alert, said)
    if flap is not None and want is not None and want.word in _CHANGES and _flaps(flap, said, want.since):
        return replace(want, word="flapping")
    return want


def _flaps(flap: Flap, said: Sequence[Said], now: datetime) -> bool:
    """Whether so many changes were said in the window that the next one is only one more of them."""
    recent = [
        one for one in said if one.word in _CHANGES and one.state != "dead" and one.created_at > now - flap.window
    ]
    return len(recent) >= flap.enter


def _of_settled(alert: Alert, flap: Flap) -> Want | None:
    """How it stands, once a whole window has passed without a change."""
    assert alert.changed_at is not None
    word = "firing" if alert.state in _FIRING else "resolved"
    return Want(word=word, since=alert.changed_at + flap.window)


def _of_event(alert: Alert, said: Sequence[Said]) -> Want | None:
    since = alert.changed_at
    assert since is not None
    if alert.late or alert.word in ("late", "closed"):
        return None
    if orphans := _orphans(said, _OF_EVENTS_HEARD):
        return Want(word=_FIRST.get(alert.word, alert.word), since=since, supersedes=orphans)
    if said and alert.ordinal <= said[-1].ordinal:
        return None
    if any(one.state != "dead" for one in said):
        # What everybody has heard is no news; nor is that its confirmation or denial was taken back.
        return None if alert.word == "event" else Want(word=alert.word, since=since)
    return Want(word=_FIRST.get(alert.word, alert.word), since=since)


def _of_firing(voice: Voice, receiver: str, said: Sequence[Said], ack: Ack | None) -> Want | None:
    alert, rule = voice.alert, voice.rule
    since = alert.changed_at
    assert since is not None
    episode = [one for one in said if one.episode == alert.episode]
    if not episode or episode[-1].word == "resolved":
        return Want(word="firing", since=since) if receiver in voice.receivers else None
    if orphans := _orphans(episode, _CONTINUING):
        return Want(word="firing" if receiver in voice.receivers else "", since=since, supersedes=orphans)
    last = episode[-1]
    heard = any(one.state != "dead" for one in episode)
    if last.severity != alert.severity:
        if not heard and receiver not in voice.receivers:
            return None
        return Want(word="update" if heard else "firing", since=since)
    if rule.repeat is None or _acked(ack, episode) or last.state in ("queued", "sending"):
        return None
    # What died is not said again before its next time, else a receiver that refuses would be asked for ever.
    again = (last.sent_at or last.created_at) + _pause(rule, episode)
    return Want(word="repeat" if heard else "firing", since=again, count=len(episode))


def _orphans(said: Sequence[Said], continuing: Sequence[str]) -> tuple[str, ...]:
    """What waits to continue something that nobody heard, because it was given up in the meantime."""
    alive = [one for one in said if one.state != "dead"]
    waits = all(one.state == "queued" and one.word in continuing for one in alive)
    return tuple(one.delivery for one in alive) if waits else ()


def _pause(rule: Rule, episode: Sequence[Said]) -> timedelta:
    """The time until the next repeat: it doubles with each one said, up to `repeat_max`."""
    assert rule.repeat is not None
    if rule.repeat_max is None:
        return rule.repeat
    said = sum(one.word == "repeat" for one in episode)
    return min(rule.repeat * (1 << min(said, 20)), max(rule.repeat_max, rule.repeat))


def _acked(ack: Ack | None, episode: Sequence[Said]) -> bool:
    """Whether somebody has seen this episode, and nothing graver was said since."""
    return (
        ack is not None
        and ack.episode == episode[0].episode
        and not any(
            SEVERITIES.index(one.severity) > SEVERITIES.index(before.severity) and one.created_at > ack.at
            for before, one in pairwise(episode)
        )
    )


def _of_cleared(alert: Alert, said: Sequence[Said]) -> Want | None:
    """A firing that was delivered is resolved aloud; one that was not is taken back, silently."""
    if not said or said[-1].word == "resolved":
        return None
    assert alert.changed_at is not None
    ended = [one for one in said if one.state == "queued" and one.word == "resolved"]  # an earlier episode, on its way
    unsent = tuple(one.delivery for one in said if one.state == "queued" and one not in ended)
    heard = [one for one in said if one.state in ("sent", "sending") or one in ended]
    if heard and heard[-1].word != "resolved":
        # Another episode may have come and gone while this word was held back: it was never heard of.
        ends = heard[-1].delivery if heard[-1].episode != alert.episode else ""
        return Want(word="resolved", since=alert.changed_at, supersedes=unsent, ends=ends)
    return Want(word="", since=alert.changed_at, supersedes=unsent)
