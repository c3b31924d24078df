"""The verbs, and the only place that knows their order: collect -> extract -> store -> evaluate -> enqueue -> send -> report.

Everything above (command line, daemon, page, rehearsal) acts through these names.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.pipeline.asking.collecting import collect
    from tracker.pipeline.deciding.due import next_deadline, next_fetch, next_wake, next_word, unread
    from tracker.pipeline.deciding.evaluating import evaluate
    from tracker.pipeline.deciding.explaining import explain
    from tracker.pipeline.deciding.versions import nearest_rule, spelt
    from tracker.pipeline.declaring import newer_declaration
    from tracker.pipeline.entering.by_hand import import_csv, record_event, record_value, undo
    from tracker.pipeline.known.checks import check_due
    from tracker.pipeline.looking.expecting import expected
    from tracker.pipeline.looking.health import complaints, status
    from tracker.pipeline.looking.heartbeat import BEAT, beat, pulse, rest
    from tracker.pipeline.looking.listing import alerts, entries, events, sources
    from tracker.pipeline.looking.overview import board, values
    from tracker.pipeline.looking.particulars import alert, event, mutes
    from tracker.pipeline.looking.picture import Goal, goals, limits, line_of, steps
    from tracker.pipeline.looking.showing import show
    from tracker.pipeline.looking.trails import Point, record, trails
    from tracker.pipeline.once import run_once
    from tracker.pipeline.opening import Desk, declaration_of, in_force, kinds, open_desk
    from tracker.pipeline.owners import is_gone, owner
    from tracker.pipeline.reading.reviewing import accept, correct, reject, waiting, waits
    from tracker.pipeline.reading.texts import read_texts
    from tracker.pipeline.reporting.digesting import digest, digest_page, save_digest, send_digest, send_due_digest
    from tracker.pipeline.saying.answering import ack, mute, unmute
    from tracker.pipeline.saying.delivering import BACKOFF, GIVE_UP, deliver
    from tracker.pipeline.saying.merging import merge
    from tracker.pipeline.saying.trying import notify_test

#: Where each verb lives. They are loaded when they are used: `tracker record` needs neither the network nor templates.
_HOMES = {
    "saying.answering": ("ack", "mute", "quiet", "unmute"),
    "looking.overview": ("board", "values"),
    "entering.by_hand": ("import_csv", "record_event", "record_value", "undo"),
    "known.checks": ("check_due",),
    "asking.collecting": ("collect",),
    "declaring": ("newer_declaration",),
    "saying.delivering": ("BACKOFF", "GIVE_UP", "deliver"),
    "reporting.digesting": ("digest", "digest_page", "save_digest", "send_digest", "send_due_digest"),
    "deciding.evaluating": ("evaluate",),
    "deciding.explaining": ("explain",),
    "deciding.due": ("next_deadline", "next_fetch", "next_wake", "next_word", "unread"),
    "looking.expecting": ("expected",),
    "looking.health": ("complaints", "status"),
    "looking.heartbeat": ("BEAT", "beat", "pulse", "rest"),
    "looking.listing": ("alerts", "entries", "events", "sources"),
    "once": ("run_once",),
    "opening": ("Desk", "declaration_of", "in_force", "kinds", "open_desk"),
    "owners": ("is_gone", "owner"),
    "looking.particulars": ("alert", "event", "mutes"),
    "looking.picture": ("Goal", "goals", "limits", "line_of", "steps"),
    "looking.showing": ("show",),
    "reading.reviewing": ("accept", "correct", "reject", "waiting", "waits"),
    "looking.trails": ("Point", "record", "trails"),
    "reading.texts": ("read_texts",),
    "saying.merging": ("merge",),
    "saying.trying": ("notify_test",),
    "deciding.versions": ("nearest_rule", "spelt"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "BACKOFF", "BEAT", "GIVE_UP", "Desk", "Goal", "Point", "accept", "ack", "alert", "alerts", "beat", "board",
    "check_due", "collect", "complaints", "correct", "declaration_of", "deliver", "digest", "digest_page",
    "entries", "evaluate", "event", "events", "expected", "explain", "goals", "import_csv", "in_force", "is_gone",
    "kinds", "limits", "line_of", "merge", "mute", "mutes", "nearest_rule", "newer_declaration", "next_deadline",
    "next_fetch", "next_wake", "next_word", "notify_test", "open_desk", "owner", "pulse", "quiet", "read_texts",
    "record", "record_event", "record_value", "reject", "rest", "run_once", "save_digest", "send_digest",
    "send_due_digest", "show", "sources", "spelt", "status", "steps", "trails", "undo", "unmute", "unread",
    "values", "waiting", "waits",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
