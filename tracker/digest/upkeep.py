"""How well the watch sees: sources that failed, rules that cannot decide, checks by hand, rules that were closed, the post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tracker import timing
from tracker.digest import words
from tracker.digest.facts import Facts, Post, Undelivered
from tracker.digest.page import Row
from tracker.digest.standing import Name, Stand, of

_JUDGEMENTS = ("useful", "noise", "wrong")


def not_seen(facts: Facts, stands: Mapping[Name, Stand]) -> Iterator[Row]:
    """What may be missing: silent sources, texts that gave no reading, rules without data, each with the reason."""
    yield from _silent(facts)
    for subject, number in facts.unread:
        verb = "names" if number == 1 else "name"
        text = f"{words.many(number, 'entry', 'entries')} {verb} {facts.subject(subject)} and gave no reading"
        yield Row(label="entries", parts=(text,))
    reasons: dict[tuple[str, str], list[str]] = {}
    for tracked in facts.tracked:
        for watch, stand in of(tracked, stands):
            if stand.health != "ok":
                several = len(_subjects(facts, tracked.indicator.key)) > 1
                name = f"{watch.rule.id} of {watch.subject}" if several else watch.rule.id
                reasons.setdefault((stand.health, stand.reason), []).append(name)
    for (health, reason), rules in sorted(reasons.items()):
        label = "error" if health == "error" else "no data"
        yield Row(label=label, parts=words.joined((words.readable(reason), ", ".join(rules))))


def _silent(facts: Facts) -> Iterator[Row]:
    """Sources that have been silent since one day for one reason are one line: mostly it was the daemon that slept."""
    silent: dict[tuple[str, str], list[str]] = {}
    for one in facts.troubles:
        since = "it has never answered"
        if one.state:
            word = one.state.replace("_", " ")
            since = "" if one.why.startswith(word) else word
        elif one.since is not None:
            days = (timing.local_date(facts.at, facts.zone) - timing.local_date(one.since, facts.zone)).days
            word = "down" if one.why else "not heard"
            since = f"{word} since {words.day(one.since, facts.zone)} ({words.many(days, 'day')})"
        silent.setdefault((since, one.why), []).append(one.source)
    for (since, why), names in silent.items():
        label = "source" if len(names) == 1 else f"{len(names)} sources"
        said = "; ".join(part for part in (since, "" if since else why) if part)
        yield Row(label=label, parts=words.joined((f"{', '.join(names)}: {said}", why if since else "")))


def _subjects(facts: Facts, indicator: str) -> set[str]:
    return {one.subject for one in facts.tracked if one.indicator.key == indicator and one.key}


def by_hand(facts: Facts) -> Iterator[Row]:
    """What a person has to look up."""
    for one in facts.checks:
        about = f"{one.name} ({facts.subject(one.subject)}): {one.cadence} check due since {one.since}"
        yield Row(parts=words.joined((about, one.where)))


def closed(facts: Facts) -> Iterator[Row]:
    """Rules that were taken out while they fired."""
    for change in facts.history:
        one = change.transition
        if one.what == "closed" and facts.fresh(change.recorded_at):
            parts = (
                f"{facts.label(one.indicator, one.subject)}, {one.rule}",
                one.reason,
                f"on {words.day(one.at, facts.zone)}",
            )
            yield Row(label="closed", parts=words.joined(parts))


def sent(facts: Facts) -> Iterator[Row]:
    """The post of the period, and what people thought of it."""
    post = facts.post
    muted = sum(change.muted and facts.fresh(change.recorded_at) for change in facts.history)
    judged = Counter(judgement for _, judgement in post.judged if judgement)
    parts = [
        f"{words.many(post.sent, 'message')}, {muted} held back, {len(post.undelivered)} undeliverable",
        f"{post.waiting} waiting" if post.waiting else "",
        f"judged: {_tally(judged, zero=True)}" if judged else "",
    ]
    yield Row(parts=words.joined(parts))
    yield from _undelivered(post)
    for rule in sorted({rule for rule, judgement in post.judged if judgement in ("noise", "wrong")}):
        own = Counter(judgement for name, judgement in post.judged if name == rule)
        yield Row(label="judged", parts=(f"{rule}: {_tally(own, zero=False)}",))


def _undelivered(post: Post) -> Iterator[Row]:
    """What a receiver did not take: one line for each receiver and reason."""
    letters: dict[tuple[str, str], list[Undelivered]] = {}
    for one in post.undelivered:
        letters.setdefault((one.receiver, one.reason), []).append(one)
    for (receiver, reason), ones in letters.items():
        what = ones[0].subject if len(ones) == 1 else words.many(len(ones), "message")
        instead = ", ".join(sorted({one.instead for one in ones if one.instead}))
        parts = (f"{receiver}: {what}", reason, f"{instead} has it instead" if instead else "")
        yield Row(label="undeliverable", parts=words.joined(parts))


def _tally(judged: Counter[str], *, zero: bool) -> str:
    return ", ".join(f"{judged[word]} {word}" for word in _JUDGEMENTS if zero or judged[word])
