"""The first schema: what is remembered, how things stand, what is said."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

from tracker.db.types import Big, Exact, Json, Utc

revision = "0001"
down_revision = None


def _column(kind: Any, name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, autoincrement=False)


text, time, json = partial(_column, sa.Text()), partial(_column, Utc()), partial(_column, Json())
big, integer, small = partial(_column, Big), partial(_column, sa.Integer()), partial(_column, sa.SmallInteger())
boolean, real = partial(_column, sa.Boolean()), partial(_column, sa.Double())
exact = partial(_column, Exact(), nullable=True)


def upgrade() -> None:
    """Make every table; `seq` starts at 0, and nothing has lived here."""
    _life()
    _values()
    _news()
    _running()
    _deciding()
    _speaking()
    op.execute("INSERT INTO life (id, newest, seq) VALUES (1, NULL, 0)")


def _life() -> None:
    """The counter of everything, and what people add to it."""
    op.create_table(
        "life",
        integer("id"), time("newest", nullable=True), big("seq"),
        sa.PrimaryKeyConstraint("id", name="pk_life"),
        sa.CheckConstraint("id = 1", name="one_row"),
    )  # fmt: skip
    op.create_table(
        "meta",
        text("key"), text("value"),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )  # fmt: skip
    op.create_table(
        "batch",
        text("id"), text("kind"), text("note"), time("recorded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
    )  # fmt: skip
    op.create_table(
        "withdrawal",
        big("seq"), big("target"), time("published_at"), time("recorded_at"), text("reason"), boolean("ours"),
        text("batch"),
        sa.PrimaryKeyConstraint("seq", name="pk_withdrawal"),
    )  # fmt: skip
    op.create_index("ix_withdrawal_target", "withdrawal", ["target"])


def _values() -> None:
    """Values."""
    op.create_table(
        "series",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True), text("subject"), text("indicator"),
        text("labels"), text("edition"), text("unit"),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint(
            "subject", "indicator", "labels", "edition", "unit",
            name="uq_series_subject_indicator_labels_edition_unit",
        ),
    )  # fmt: skip
    op.create_table(
        "entry",
        integer("id"), big("seq"), text("source"), text("key"), integer("version"), text("title"), text("link"),
        text("summary"), text("language"), time("published_at"), boolean("date_known"), time("recorded_at"),
        text("content_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("seq", name="uq_entry_seq"),
        sa.UniqueConstraint("source", "key", "version", name="uq_entry_source_key_version"),
    )  # fmt: skip
    op.create_table(
        "observation",
        integer("series_id"), time("occurred_end"), time("occurred_start"), big("seq"), text("occurred_text"),
        time("period_end"), exact("lo"), exact("hi"), real("lo_real", nullable=True),
        real("hi_real", nullable=True), text("op"), text("kind"), time("by_start", nullable=True),
        time("by_end", nullable=True), text("by_text", nullable=True), text("tier"), small("tier_rank"),
        real("confidence"), text("source"), text("citation"), text("url"), integer("entry", nullable=True),
        text("quote"), integer("span_start", nullable=True), integer("span_end", nullable=True),
        text("extractor"), time("published_at"), time("recorded_at"), big("supersedes", nullable=True),
        text("batch"), text("note"), text("declaration"),
        sa.PrimaryKeyConstraint("series_id", "occurred_end", "occurred_start", "seq", name="pk_observation"),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_observation_entry"),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_observation_series_id"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index(
        "ix_observation_batch",
        "observation",
        ["batch"],
        sqlite_where=sa.text("batch != ''"),
        postgresql_where=sa.text("batch != ''"),
    )
    op.create_index("ix_observation_recorded_at", "observation", ["recorded_at"], postgresql_using="brin")
    op.create_index("ix_observation_seq", "observation", ["seq"], unique=True)
    op.create_index(
        "ix_observation_supersedes",
        "observation",
        ["supersedes"],
        sqlite_where=sa.text("supersedes IS NOT NULL"),
        postgresql_where=sa.text("supersedes IS NOT NULL"),
    )


def _news() -> None:
    """Texts, events and their mentions."""
    op.create_table(
        "entry_subject",
        text("subject"), integer("entry_id"), integer("position"),
        sa.PrimaryKeyConstraint("subject", "entry_id", name="pk_entry_subject"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_subject_entry_id"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ix_entry_subject_entry_id", "entry_subject", ["entry_id"])
    op.create_table(
        "event",
        text("key"), big("seq"), text("type"), text("subject"), text("title"), time("occurred_start"),
        time("occurred_end"), text("occurred_text"), text("kind"), exact("amount_lo"), exact("amount_hi"),
        text("amount_op", nullable=True), text("amount_unit", nullable=True), json("labels"), json("people"),
        json("products"), text("role"), json("counterparty"), time("recorded_at"),
        sa.PrimaryKeyConstraint("key", name="pk_event"),
        sa.UniqueConstraint("seq", name="uq_event_seq"),
    )  # fmt: skip
    op.create_index("ix_event_subject_type", "event", ["subject", "type"])
    op.create_table(
        "mention",
        big("seq"), text("event"), integer("entry", nullable=True), text("role"), text("status"), text("why"),
        text("title"), text("source"), text("citation"), text("url"), text("tier"), text("quote"),
        boolean("late"), text("extractor"), time("published_at"), time("recorded_at"), text("batch"),
        text("note"), text("declaration"),
        sa.PrimaryKeyConstraint("seq", name="pk_mention"),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_mention_entry"),
        sa.ForeignKeyConstraint(["event"], ["event.key"], name="fk_mention_event"),
    )  # fmt: skip
    op.create_index(
        "ix_mention_batch",
        "mention",
        ["batch"],
        sqlite_where=sa.text("batch != ''"),
        postgresql_where=sa.text("batch != ''"),
    )
    op.create_index("ix_mention_entry", "mention", ["entry"])
    op.create_index("ix_mention_event", "mention", ["event"])


def _running() -> None:
    """How sources and the schedule stand."""
    op.create_table(
        "source_state",
        text("source"), text("state"), time("last_ok", nullable=True), time("last_try", nullable=True),
        text("last_error", nullable=True), time("failing_since", nullable=True), integer("failures"),
        time("reached_back", nullable=True), text("note"),
        sa.PrimaryKeyConstraint("source", name="pk_source_state"),
    )  # fmt: skip
    op.create_table(
        "page",
        text("source"), text("url"), text("etag"), text("last_modified"), text("next_url"), text("rows"),
        text("body_hash"),
        sa.PrimaryKeyConstraint("source", "url", name="pk_page"),
    )  # fmt: skip
    op.create_table(
        "coverage",
        text("watcher"), time("start_at"), big("seq"), time("end_at"),
        sa.PrimaryKeyConstraint("watcher", "start_at", "seq", name="pk_coverage"),
    )  # fmt: skip
    op.create_table(
        "schedule",
        text("key"), text("spec_hash"), time("next_due"), time("lease_until", nullable=True),
        text("owner", nullable=True), integer("attempts"), time("last_ok", nullable=True),
        text("last_error", nullable=True), boolean("enabled"),
        sa.PrimaryKeyConstraint("key", name="pk_schedule"),
    )  # fmt: skip
    op.create_index("ix_schedule_next_due", "schedule", ["next_due"])


def _deciding() -> None:
    """Where the rules stand, and what changed."""
    op.create_table(
        "rule_state",
        text("indicator"), text("rule"), text("subject"), text("health"), text("reason"), json("memory"),
        text("rule_hash"), time("born", nullable=True), time("evaluated_to", nullable=True), big("watermark"),
        time("deadline", nullable=True), integer("ordinal"),
        sa.PrimaryKeyConstraint("indicator", "rule", "subject", name="pk_rule_state"),
    )  # fmt: skip
    op.create_table(
        "alert",
        integer("id"), text("indicator"), text("rule"), text("subject"), text("key"), text("state"),
        text("word"), text("severity"), integer("episode"), time("since", nullable=True),
        time("changed_at", nullable=True), integer("ordinal"), text("value"), text("summary"), json("evidence"),
        boolean("late"), integer("settled"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("indicator", "rule", "subject", "key", name="uq_alert_indicator_rule_subject_key"),
    )  # fmt: skip
    op.create_table(
        "transition",
        text("indicator"), text("rule"), text("subject"), integer("ordinal"), big("position"), time("at"),
        text("what"), text("severity"), integer("episode"), text("key"), text("reason"), json("evidence"),
        text("rule_hash"), big("as_of"), time("recorded_at"),
        sa.PrimaryKeyConstraint("indicator", "rule", "subject", "ordinal", name="pk_transition"),
        sa.UniqueConstraint("position", name="uq_transition_position"),
    )  # fmt: skip
    op.create_index("ix_transition_at", "transition", ["at"])


def _speaking() -> None:
    """What is said and answered."""
    op.create_table(
        "delivery",
        integer("position"), text("id"), text("receiver"), text("kind"), text("state"), integer("attempts"),
        time("next_at"), time("lease_until", nullable=True), text("owner", nullable=True), time("created_at"),
        time("sent_at", nullable=True), text("error", nullable=True), json("message"), json("rendered"),
        sa.PrimaryKeyConstraint("position", name="pk_delivery"),
        sa.UniqueConstraint("id", name="uq_delivery_id"),
    )  # fmt: skip
    op.create_index("ix_delivery_created_at", "delivery", ["created_at"])
    op.create_index("ix_delivery_state_next_at", "delivery", ["state", "next_at"])
    op.create_table(
        "delivery_item",
        text("delivery"), integer("alert"), integer("ordinal"), text("word"), integer("episode"),
        text("severity"),
        sa.PrimaryKeyConstraint("delivery", "alert", "ordinal", "word", name="pk_delivery_item"),
        sa.ForeignKeyConstraint(["alert"], ["alert.id"], name="fk_delivery_item_alert"),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.id"], name="fk_delivery_item_delivery"),
    )  # fmt: skip
    op.create_index("ix_delivery_item_alert", "delivery_item", ["alert"])
    op.create_table(
        "mute",
        integer("id"), time("start_at"), time("end_at"), text("rule", nullable=True),
        text("subject", nullable=True), text("author"), text("why"),
        sa.PrimaryKeyConstraint("id", name="pk_mute"),
    )  # fmt: skip
    op.create_table(
        "ack",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True), integer("alert"), integer("episode"),
        time("at"), text("judgement"), text("why"), text("author"),
        sa.PrimaryKeyConstraint("id", name="pk_ack"),
        sa.ForeignKeyConstraint(["alert"], ["alert.id"], name="fk_ack_alert"),
    )  # fmt: skip
    op.create_index("ix_ack_alert", "ack", ["alert"])
    op.create_table(
        "digest_run",
        text("period"), time("at"),
        sa.PrimaryKeyConstraint("period", name="pk_digest_run"),
    )  # fmt: skip
