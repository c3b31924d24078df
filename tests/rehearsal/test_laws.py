"""What must always be true of the whole pipeline, over random rules, facts, gates, failures and rhythms."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.model.told import Message, Transition
from tracker.rehearsal.cases import Loaded, load
from tracker.rehearsal.simulate import Recording, simulate

DAYS = 16
_SUBJECTS = ("y", "z", "w")
_BANDS: Sequence[dict[str, Any]] = (
    {"fire": "< 50"},
    {"fire": "< 50", "clear": ">= 60"},
    {"fire": ">= 40", "clear": "< 30"},
    {"levels": {"info": "< 60", "warning": "< 40", "critical": "< 20"}},
)
_KINDS: Sequence[dict[str, Any]] = (
    {"kind": "threshold"},
    {"kind": "threshold"},
    {"kind": "threshold", "max_age": "3d"},
    {"kind": "change", "fire": "<= -20", "clear": "> -10", "window": "2d", "tolerance": "3d"},
    {"kind": "pace", "fire": "< 0.8", "clear": ">= 0.9"},
    {"kind": "stale", "every": "1d", "grace": "12h"},
    {"kind": "stale", "every": "2d", "dated": "known"},
    {"kind": "velocity", "fire": "< 2", "window": "3d"},
    {"kind": "velocity", "levels": {"warning": ">= 2", "critical": ">= 3"}, "window": "5d"},
    {"kind": "peers", "fire": "< 0.7", "clear": ">= 0.9", "min_peers": 2, "max_age": "9d"},
    {"kind": "anomaly", "fire": "> 1.5", "min_n": 3},
    {"kind": "event", "max_event_age": "4d"},
    {"kind": "due", "before": ["4d", "2d"], "report_lag": "3d"},
)
_FRAMES: Sequence[dict[str, Any]] = (
    {}, {}, {"for": "12h"}, {"for": "1d", "for_count": 2}, {"keep_firing_for": "12h"}, {"clear_count": 2},
    {"keep_firing_for": "1d", "clear_count": 2}, {"on_nodata": "ok"}, {"on_nodata": "alert"}, {"repeat": "2d"},
    {"repeat": "1d", "repeat_max": "4d", "severity": "critical"}, {"on_error": "alert", "severity": "info"},
)  # fmt: skip
_WHEN = ("r0 and r1", "r0 or not r1", "not (r0 and r1)", "r1 and not r0")


def _day(quarters: int) -> str:
    return f"d{quarters / 4:g}"


def _rules(chance: random.Random) -> list[dict[str, Any]]:
    """One to three of any kind, and often one over the first two."""
    rules = []
    for _ in range(chance.randint(1, 3)):
        rule = dict(chance.choice(_KINDS))
        if rule["kind"] == "threshold":
            rule |= chance.choice(_BANDS)
        if rule["kind"] not in ("event", "due"):
            rule |= chance.choice(_FRAMES)
        rules.append(rule)
    if len(rules) > 1 and chance.random() < 0.6:
        rules.append({"kind": "composite", "when": chance.choice(_WHEN), **chance.choice(_FRAMES)})
    return [{"id": f"r{number}", **rule} for number, rule in enumerate(rules)]


def _observations(chance: random.Random, *, peers: bool) -> list[dict[str, Any]]:
    """Values, targets, events, rumours, denials and retractions; of now or of before, in any order."""
    others = 0.5 if peers else chance.choice((0, 0, 0.2))
    made: list[dict[str, Any]] = []
    for _ in range(chance.randint(4, 26)):
        quarters = chance.randint(0, DAYS * 4)
        back = chance.choice((0, 0, 0, 0, 1, 2, 6, 20))
        one: dict[str, Any] = {"at": _day(quarters), "of": _day(max(0, quarters - back))}
        if chance.random() < others:
            one["subject"] = chance.choice(_SUBJECTS)
        shape = chance.random()
        if shape < 0.6:
            one["value"] = chance.choice(("10", "30", "45", "55", "70", "90", "45", "55", "40..60", ">=45"))
            one["value"] = "n/a" if chance.random() < 0.03 else one["value"]
        elif shape < 0.68:
            one |= {"value": chance.choice(("40", "80")), "kind": "target", "by": f"d{chance.randint(1, DAYS)}"}
        elif shape < 0.9:
            one |= {"key": chance.choice("abcd"), "kind": chance.choice(("actual", "actual", "rumour", "denial"))}
        elif made:
            said = chance.choice(made)
            later = max(one["at"], said["at"], key=lambda at: float(at[1:]))
            kept = {name: said[name] for name in ("of", "subject", "key", "kind") if name in said}
            one = {"at": later, "retract": True, **kept}
        made.append(one)
    return made


def _intervals(chance: random.Random, most: int, longest: int = 12) -> list[list[str]]:
    starts = [chance.randint(0, DAYS * 4) for _ in range(chance.randint(0, most))]
    return [[_day(start), _day(start + chance.randint(1, longest))] for start in starts]


def _gates(chance: random.Random) -> dict[str, Any]:
    """What may keep a word back, and a receiver that refuses for a while."""
    case: dict[str, Any] = {
        "receivers": chance.choice((["mail"], ["mail", "hook"])),
        "quiet": _intervals(chance, 3, 4),
        "mutes": [{"from": a, "to": b} for a, b in _intervals(chance, 2)],
        "acks": [{"at": _day(chance.randint(0, DAYS * 4))} for _ in range(chance.randint(0, 2))],
        "group_by": chance.choice(("rule", "subject", "all")),
        "fail": [
            {"receiver": "mail", "from": a, "to": b, "permanent": chance.random() < 0.3}
            for a, b in _intervals(chance, 2)
        ],
        "backoff": ["1h", "6h", "1d"],
    }
    if chance.random() < 0.4:
        case |= {"group_wait": "12h", "group_interval": chance.choice(("1d", "3d"))}
    if chance.random() < 0.3:
        case["inhibit"] = [{"source": "r0", "target": "r1"}]
    return case


def _case(chance: random.Random, *, gates: bool = True) -> dict[str, Any]:
    rules = _rules(chance)
    observed = _observations(chance, peers=any(rule["kind"] == "peers" for rule in rules))
    return {
        "test": "made", "rules": rules, "observe": observed, "until": f"d{DAYS + 8}", **(_gates(chance) if gates else {})
    }  # fmt: skip


_SEEDS = st.integers(0, 2**32).map(random.Random)


def _loaded(case: dict[str, Any]) -> Loaded:
    (loaded,) = load(json.dumps([case]), "generated.json")
    return loaded


def _moments(chance: random.Random, loaded: Loaded) -> list[datetime]:
    return [loaded.axis.start + chance.randint(0, (DAYS + 8) * 48) * timedelta(minutes=30) for _ in range(6)]


def _changes(recording: Recording) -> list[tuple[Any, ...]]:
    return [
        (str(one.at), one.rule, one.subject, one.what, one.severity, one.episode, one.ordinal, one.key, one.reason)
        for one in recording.transitions
    ]


def _said(recording: Recording) -> list[tuple[Any, ...]]:
    return [
        (str(at), message.receiver, sorted((item.word, item.rule, item.subject) for item in message.items), message.id)
        for at, message in recording.messages
    ]


@settings(max_examples=60, deadline=None)
@given(chance=_SEEDS)
def test_the_rhythm_changes_nothing(chance: random.Random) -> None:
    """More passes, more processes, and every pass once more an instant later: the same changes and the same messages."""
    loaded = _loaded(_case(chance))
    once = simulate(loaded)
    moments = sorted({loaded.axis.instant(time) for time in loaded.case.times} | {one.at for one in once.transitions})
    again = [at + timedelta.resolution for at in chance.sample(moments, min(12, len(moments)))]
    ticks = [*_moments(chance, loaded), *again]

    often = simulate(loaded, extra_ticks=ticks, restarts=_moments(chance, loaded))

    assert _changes(often) == _changes(once)
    assert sorted(often.dead) == sorted(once.dead)
    assert sorted(_said(often)) == sorted(_said(once))


@settings(max_examples=30, deadline=None)
@given(chance=_SEEDS)
def test_whoever_was_away_catches_up(chance: random.Random) -> None:
    """The same changes at the same times, and of each alert no more is said than by one who was there."""
    case = _case(chance, gates=False)
    for rule in case["rules"]:
        if rule["kind"] == "velocity":  # a window that was not watched whole is not the same
            rule |= {"fire": ">= 2", "levels": None}
    whole = simulate(_loaded(case))
    case["down"] = _intervals(chance, 3, 30) or [["d2", "d9"]]

    caught_up = simulate(_loaded(case))

    assert _changes(caught_up) == _changes(whole)
    assert len(_items(caught_up)) <= len(_items(whole))


def _items(recording: Recording) -> list[tuple[datetime, Message, Any]]:
    return [(at, message, item) for at, message in recording.messages for item in message.items]


@settings(max_examples=60, deadline=None)
@given(chance=_SEEDS)
def test_each_receiver_hears_each_word_once(chance: random.Random) -> None:
    """No end without a beginning, no second beginning, and a double only after a crash, under its own id."""
    case = _case(chance)
    case["crash_after_send"] = [_day(chance.randint(0, DAYS * 4)) for _ in range(chance.randint(0, 3))]
    recording = simulate(_loaded(case))

    ids = Counter(message.id for _, message in recording.messages)
    assert sum(times - 1 for times in ids.values()) <= len(case["crash_after_send"])
    heard: dict[tuple[str, str], list[str]] = defaultdict(list)
    for _, message in {message.id: (at, message) for at, message in reversed(recording.messages)}.values():
        for item in message.items:
            heard[message.receiver, item.thread].insert(0, item.word)
    for words in heard.values():
        assert all(_follows(last, word) for last, word in pairwise(["", *words])), words


@settings(max_examples=40, deadline=None)
@given(chance=_SEEDS)
def test_in_the_end_everybody_knows_how_it_stands(chance: random.Random) -> None:
    """Whatever held a word back or failed for a while: what fires was said at its level, what is over was ended."""
    case = _case(chance)
    case |= {"inhibit": [], "backoff": ["12h"] * 20}
    for fail in case["fail"]:
        fail["permanent"] = False
    doubtful = {
        one["key"] for one in case["observe"] if one.get("retract") or one.get("kind") == "denial" if "key" in one
    }
    recording = simulate(_loaded(case))

    heard = {
        (message.receiver, item.rule, item.subject, item.thread.rpartition("-")[2] if kind == "event" else ""): item
        for _, message, item in _items(recording)
        for kind in [case["rules"][int(item.rule[1:])]["kind"]]
    }
    told = {(message.receiver, item.alert) for _, message, item in _items(recording) if item.word == "event"}
    events = {
        (one.rule, one.subject, one.key)
        for one in recording.transitions
        if one.what == "event" and one.key.rpartition(":")[2] not in doubtful
    }
    for receiver in case["receivers"]:
        assert sum(name == receiver for name, _ in told) >= len(events)
        for rule, subject, last in _standing(recording):
            item = heard.get((receiver, rule, subject, ""))
            if last.what == "resolved":
                assert item is None or item.word == "resolved"
            else:
                assert item is not None, (rule, subject)
                assert item.word in ("firing", "update", "repeat")
                assert item.severity == last.severity


def _standing(recording: Recording) -> list[tuple[str, str, Transition]]:
    """Of each rule and subject that is a state, the last thing that changed it."""
    words = ("firing", "escalated", "downgraded", "resolved")
    found = {(one.rule, one.subject): one for one in recording.transitions if one.what in words}
    return [(*name, one) for name, one in found.items()]


#: What a receiver may hear next of one episode, event or target; a due day is told by where it stands.
_NEXT = {
    "": ("firing", "event", "upcoming", "met", "missed", "unknown", "overdue"),
    "firing": ("update", "repeat", "resolved"), "update": ("update", "repeat", "resolved"),
    "repeat": ("update", "repeat", "resolved"), "resolved": (), "event": ("confirmed", "denied"),
    "confirmed": ("denied",), "denied": ("confirmed",),
}  # fmt: skip


def _follows(last: str, word: str) -> bool:
    return word in _NEXT.get(last, ("upcoming", "met", "missed", "unknown", "overdue"))
