"""The verbs, and the only place that knows their order: collect -> extract -> store -> evaluate -> enqueue -> send -> report.

Everything above (command line, daemon, page, rehearsal) acts through these names.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.pipeline.answering import ack, mute, unmute
    from tracker.pipeline.by_hand import import_csv, record_event, record_value, undo
    from tracker.pipeline.checks import check_due
    from tracker.pipeline.collecting import collect
    from tracker.pipeline.declaring import in_force, newer_declaration
    from tracker.pipeline.delivering import BACKOFF, GIVE_UP, deliver
    from tracker.pipeline.digesting import digest, save_digest, send_digest, send_due_digest
    from tracker.pipeline.due import next_deadline, next_fetch, next_wake, next_word, unread
    from tracker.pipeline.evaluating import evaluate
    from tracker.pipeline.explaining import explain
    from tracker.pipeline.health import complaints, status
    from tracker.pipeline.heartbeat import BEAT, beat, pulse, rest
    from tracker.pipeline.listing import alerts, entries, events, sources
    from tracker.pipeline.once import run_once
    from tracker.pipeline.opening import Desk, declaration_of, kinds, open_desk
    from tracker.pipeline.overview import board, values
    from tracker.pipeline.owners import is_gone, owner
    from tracker.pipeline.showing import show
    from tracker.pipeline.texts import read_texts
    from tracker.pipeline.trying import notify_test
    from tracker.pipeline.versions import nearest_rule, spelt

#: Where each verb lives. They are loaded when they are used: `tracker record` needs neither the network nor templates.
_HOMES = {
    "answering": ("ack", "mute", "quiet", "unmute"),
    "overview": ("board", "values"),
    "by_hand": ("import_csv", "record_event", "record_value", "undo"),
    "checks": ("check_due",),
    "collecting": ("collect",),
    "declaring": ("in_force", "newer_declaration"),
    "delivering": ("BACKOFF", "GIVE_UP", "deliver"),
    "digesting": ("digest", "save_digest", "send_digest", "send_due_digest"),
    "evaluating": ("evaluate",),
    "explaining": ("explain",),
    "due": ("next_deadline", "next_fetch", "next_wake", "next_word", "unread"),
    "health": ("complaints", "status"),
    "heartbeat": ("BEAT", "beat", "pulse", "rest"),
    "listing": ("alerts", "entries", "events", "sources"),
    "once": ("run_once",),
    "opening": ("Desk", "declaration_of", "kinds", "open_desk"),
    "owners": ("is_gone", "owner"),
    "showing": ("show",),
    "texts": ("read_texts",),
    "trying": ("notify_test",),
    "versions": ("nearest_rule", "spelt"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "BACKOFF", "BEAT", "GIVE_UP", "Desk", "ack", "alerts", "beat", "board", "check_due", "collect", "complaints",
    "declaration_of", "deliver", "digest", "entries", "evaluate", "events", "explain", "import_csv", "in_force",
    "is_gone", "kinds", "mute", "nearest_rule", "newer_declaration", "next_deadline", "next_fetch", "next_wake",
    "next_word", "notify_test", "open_desk", "owner", "pulse", "quiet", "read_texts", "record_event", "record_value",
    "rest", "run_once", "save_digest", "send_digest", "send_due_digest", "show", "sources", "spelt", "status", "undo",
    "unmute", "unread", "values",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
