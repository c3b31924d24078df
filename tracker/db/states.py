"""The tables of state: how sources, schedule, rules, alerts and deliveries stand. Updated in place, but transitions."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from tracker.db.columns import metadata, text, time
from tracker.db.types import Big, Json, Utc

# --- how the sources are doing, and when things are due

source_state = Table(
    "source_state",
    metadata,
    text("source", primary_key=True),
    text("state"),
    time("last_ok", nullable=True),
    time("last_try", nullable=True),
    Column("last_error", Text),
    time("failing_since", nullable=True),
    Column("failures", Integer, nullable=False),
    time("reached_back", nullable=True),
    text("note"),
    Column("memory", Json, nullable=False, server_default="{}"),
)

page = Table(
    "page",
    metadata,
    text("source", primary_key=True),
    text("url", primary_key=True),
    text("etag"),
    text("last_modified"),
    text("next_url"),
    text("rows"),
    text("body_hash"),
)

coverage = Table(
    "coverage",
    metadata,
    text("watcher", primary_key=True),
    Column("start_at", Utc, primary_key=True),
    Column(
        "seq", Big, primary_key=True, autoincrement=False
    ),  # 0: watched as it went; else filled afterwards, at its end
    time("end_at"),
)

schedule = Table(
    "schedule",
    metadata,
    text("key", primary_key=True),
    text("spec_hash"),
    Column("next_due", Utc, nullable=False, index=True),
    time("lease_until", nullable=True),
    Column("owner", Text),
    Column("attempts", Integer, nullable=False),
    time("last_ok", nullable=True),
    Column("last_error", Text),
    Column("enabled", Boolean, nullable=False),
)

# --- where the rules stand, and what changed

rule_state = Table(
    "rule_state",
    metadata,
    text("indicator", primary_key=True),
    text("rule", primary_key=True),
    text("subject", primary_key=True),
    text("health"),
    text("reason"),
    Column("memory", Json, nullable=False),
    text("rule_hash"),
    time("born", nullable=True),
    time("evaluated_to", nullable=True),
    Column("watermark", Big, nullable=False),
    time("deadline", nullable=True),
    Column("ordinal", Integer, nullable=False),
)

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    text("indicator"),
    text("rule"),
    text("subject"),
    text("key"),
    text("state"),
    text("word"),
    text("severity"),
    Column("episode", Integer, nullable=False),
    time("since", nullable=True),
    time("changed_at", nullable=True),
    Column("ordinal", Integer, nullable=False),
    text("value"),
    text("summary"),
    Column("evidence", Json, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("settled", Integer, nullable=False),  # ordinal up to which every receiver has heard what it should
    UniqueConstraint("indicator", "rule", "subject", "key"),
)

transition = Table(
    "transition",
    metadata,
    text("indicator", primary_key=True),
    text("rule", primary_key=True),
    text("subject", primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("position", Big, nullable=False, unique=True),  # the order in which they were written
    time("at"),
    text("what"),
    text("severity"),
    Column("episode", Integer, nullable=False),
    text("key"),
    text("reason"),
    Column("evidence", Json, nullable=False),
    text("rule_hash"),
    Column("as_of", Big, nullable=False),
    time("recorded_at"),
    Index(None, "at"),
)

# --- the outbox

delivery = Table(
    "delivery",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),  # Message.id: what it says
    text("receiver"),
    text("kind"),
    text("state"),
    Column("attempts", Integer, nullable=False),
    time("next_at"),
    time("lease_until", nullable=True),
    Column("owner", Text),
    time("created_at"),
    time("sent_at", nullable=True),
    Column("error", Text),
    Column("message", Json, nullable=False),
    Column("rendered", Json, nullable=False),
    time("ended_at", nullable=True),  # sent, given up or taken back
    Index(None, "state", "next_at"),
    Index(None, "created_at"),
)

delivery_item = Table(
    "delivery_item",
    metadata,
    Column("delivery", Text, ForeignKey("delivery.id"), primary_key=True),
    Column("alert", Integer, ForeignKey("alert.id"), primary_key=True, autoincrement=False, index=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    text("word", primary_key=True),
    Column("episode", Integer, nullable=False),
    text("severity"),
)

# --- what people answer, and what was drawn

mute = Table(
    "mute",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    time("start_at"),
    time("end_at"),
    Column("rule", Text),  # indicator.rule; NULL: all
    Column("subject", Text),
    text("author"),
    text("why"),
)

ack = Table(
    "ack",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("alert", Integer, ForeignKey("alert.id"), nullable=False, index=True),
    Column("episode", Integer, nullable=False),
    time("at"),
    text("judgement"),
    text("why"),
    text("author"),
)

digest_run = Table("digest_run", metadata, text("period", primary_key=True), time("at"))
