"""How well the watch sees: sources that failed, rules that cannot decide, checks by hand, rules that were closed, the post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tracker import timing
from tracker.digest import words
from tracker.digest.facts import Facts, Post, Undelivered
from tracker.digest.page import Row
from tracker.digest.standing import Name, Stand, of
from tracker.tongue import listed, many, say

_JUDGEMENTS = {"useful": "{n} useful", "noise": "{n} noise", "wrong": "{n} wrong"}

#: What a source is that answers, but not as it should.
_STATE_WORDS = {
    "partial": "partial",
    "empty": "empty",
    "schema_changed": "schema changed",
    "gone": "gone",
    "moved": "moved",
    "stale": "stale",
}


def not_seen(facts: Facts, stands: Mapping[Name, Stand]) -> Iterator[Row]:
    """What may be missing: silent sources, texts that gave no reading, rules without data, each with the reason."""
    yield from _silent(facts)
    for subject, number in facts.unread:
        one, more = "{n} entry names {subject} and gave no reading", "{n} entries name {subject} and gave no reading"
        yield Row(label=say("entries"), parts=(many(number, one, more, subject=facts.subject(subject)),))
    reasons: dict[tuple[str, str], list[str]] = {}
    for tracked in facts.tracked:
        for watch, stand in of(tracked, stands):
            if stand.health != "ok":
                several = len(_subjects(facts, tracked.indicator.key)) > 1
                name = (
                    say("{rule} of {subject}", rule=watch.rule.id, subject=watch.subject) if several else watch.rule.id
                )
                reasons.setdefault((stand.health, stand.reason), []).append(name)
    for (health, reason), rules in sorted(reasons.items()):
        label = say("error") if health == "error" else say("no data")
        yield Row(label=label, parts=words.joined((words.readable(reason), listed(rules))))


def _silent(facts: Facts) -> Iterator[Row]:
    """Sources that have been silent since one day for one reason are one line: mostly it was the daemon that slept."""
    silent: dict[tuple[str, str], list[str]] = {}
    for one in facts.troubles:
        since = say("it has never answered")
        if one.state:
            word = _STATE_WORDS[one.state]
            since = "" if one.why.startswith(word) else say(word)
        elif one.since is not None:
            days = (timing.local_date(facts.at, facts.zone) - timing.local_date(one.since, facts.zone)).days
            word = "down since {day} ({span})" if one.why else "not heard since {day} ({span})"
            since = say(word, day=words.day(one.since, facts.zone), span=words.days(days))
        silent.setdefault((since, one.why), []).append(one.source)
    for (since, why), names in silent.items():
        label = say("source") if len(names) == 1 else say("{n} sources", n=len(names))
        told = say("{about}: {now}", about=listed(names), now=since or words.readable(why))
        yield Row(label=label, parts=words.joined((told, words.readable(why) if since else "")))


def _subjects(facts: Facts, indicator: str) -> set[str]:
    return {one.subject for one in facts.tracked if one.indicator.key == indicator and one.key}


def by_hand(facts: Facts) -> Iterator[Row]:
    """What a person has to look up."""
    for one in facts.checks:
        about = say("{name} ({subject})", name=one.name, subject=facts.subject(one.subject))
        due = say("{about}: {cadence} check due since {day}", about=about, cadence=say(one.cadence), day=one.since)
        yield Row(parts=words.joined((due, one.where)))


def closed(facts: Facts) -> Iterator[Row]:
    """Rules that were taken out while they fired."""
    for change in facts.history:
        one = change.transition
        if one.what == "closed" and facts.fresh(change.recorded_at):
            parts = (
                listed([facts.label(one.indicator, one.subject), one.rule]),
                words.readable(one.reason),
                say("on {day}", day=words.day(one.at, facts.zone)),
            )
            yield Row(label=say("closed"), parts=words.joined(parts))


def sent(facts: Facts) -> Iterator[Row]:
    """The post of the period, and what people thought of it."""
    post = facts.post
    muted = sum(change.muted and facts.fresh(change.recorded_at) for change in facts.history)
    judged = Counter(judgement for _, judgement in post.judged if judgement)
    parts = [
        many(
            post.sent, "{n} message, {held} held back, {lost} undeliverable", "{n} messages, {held} held back, {lost} undeliverable",
            held=muted, lost=len(post.undelivered),
        ),
        say("{n} waiting", n=post.waiting) if post.waiting else "",
        say("judged: {tally}", tally=_tally(judged, zero=True)) if judged else "",
    ]  # fmt: skip
    yield Row(parts=words.joined(parts))
    yield from _undelivered(post)
    for rule in sorted({rule for rule, judgement in post.judged if judgement in ("noise", "wrong")}):
        own = Counter(judgement for name, judgement in post.judged if name == rule)
        yield Row(label=say("judged"), parts=(say("{about}: {now}", about=rule, now=_tally(own, zero=False)),))


def _undelivered(post: Post) -> Iterator[Row]:
    """What a receiver did not take: one line for each receiver and reason."""
    letters: dict[tuple[str, str], list[Undelivered]] = {}
    for one in post.undelivered:
        letters.setdefault((one.receiver, one.reason), []).append(one)
    for (receiver, reason), ones in letters.items():
        what = ones[0].subject if len(ones) == 1 else many(len(ones), "{n} message", "{n} messages")
        instead = listed(sorted({one.instead for one in ones if one.instead}))
        told = say("{about}: {now}", about=receiver, now=what)
        parts = (told, reason, say("{receiver} has it instead", receiver=instead) if instead else "")
        yield Row(label=say("undeliverable"), parts=words.joined(parts))


def _tally(judged: Counter[str], *, zero: bool) -> str:
    return listed([say(told, n=judged[word]) for word, told in _JUDGEMENTS.items() if zero or judged[word]])
