"""The tables of what is remembered: append-only. A correction is a row, a withdrawal is a row.

Every change here needs a migration; a test compares the two, and another the picture in `db/schema.sql`.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from tracker.db.columns import metadata, text, time
from tracker.db.types import Big, Exact, Json, Utc

# --- the life of the home, and the batches in which a person adds to it

life = Table(
    "life",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    time("newest", nullable=True),  # newest recorded time: the home does not live backwards
    Column("seq", Big, nullable=False),  # last number given
    CheckConstraint("id = 1", name="one_row"),
)

meta = Table("meta", metadata, text("key", primary_key=True), text("value"))

batch = Table("batch", metadata, text("id", primary_key=True), text("kind"), text("note"), time("recorded_at"))

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("target", Big, nullable=False, index=True),  # seq of an observation or of a mention
    time("published_at"),
    time("recorded_at"),
    text("reason"),
    Column("ours", Boolean, nullable=False),  # an undo or a review, not something that the world said
    text("batch"),
)

# --- values

series = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    text("subject"),
    text("indicator"),
    text("labels"),  # canonical JSON
    text("edition"),
    text("unit"),
    UniqueConstraint("subject", "indicator", "labels", "edition", "unit"),
)

observation = Table(
    "observation",
    metadata,
    # The end comes first: levels are dated by their end, so the newest value of a series is the first row of a walk.
    Column("series_id", Integer, ForeignKey("series.id"), primary_key=True, autoincrement=False),
    Column("occurred_end", Utc, primary_key=True),
    Column("occurred_start", Utc, primary_key=True),
    Column("seq", Big, primary_key=True, autoincrement=False),
    text("occurred_text"),
    time("period_end"),  # as named; occurred_end is cut where an actual was published before its period was over
    Column("lo", Exact),
    Column("hi", Exact),
    Column("lo_real", Double),  # for sorting and charts only
    Column("hi_real", Double),
    text("op"),
    text("kind"),
    time("by_start", nullable=True),
    time("by_end", nullable=True),
    Column("by_text", Text),
    text("tier"),
    Column("tier_rank", SmallInteger, nullable=False),
    Column("confidence", Double, nullable=False),
    text("source"),
    text("citation"),
    text("url"),
    Column("entry", Integer, ForeignKey("entry.id")),
    text("quote"),
    Column("span_start", Integer),
    Column("span_end", Integer),
    text("extractor"),
    time("published_at"),
    time("recorded_at"),
    Column("supersedes", Big),
    text("batch"),
    text("note"),
    text("declaration"),
    sqlite_with_rowid=False,
)
Index("ix_observation_seq", observation.c.seq, unique=True)
_recorded = Index("ix_observation_recorded_at", observation.c.recorded_at)
_partial = [
    Index("ix_observation_supersedes", observation.c.supersedes, sqlite_where=observation.c.supersedes.is_not(None)),
    Index("ix_observation_batch", observation.c.batch, sqlite_where=observation.c.batch != ""),
]

# --- texts, events and their mentions

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Big, nullable=False, unique=True),
    text("source"),
    text("key"),
    Column("version", Integer, nullable=False),
    text("title"),
    text("link"),
    text("summary"),
    text("language"),
    time("published_at"),
    Column("date_known", Boolean, nullable=False),
    time("recorded_at"),
    text("content_hash"),
    UniqueConstraint("source", "key", "version"),
)

#: What else an entry was known by: another guid or address must not make a new entry of an old one.
entry_alias = Table(
    "entry_alias",
    metadata,
    text("source", primary_key=True),
    text("alias", primary_key=True),
    text("key"),
    sqlite_with_rowid=False,
)

entry_subject = Table(
    "entry_subject",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("entry_id", Integer, ForeignKey("entry.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Index("ix_entry_subject_entry_id", "entry_id"),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    text("key", primary_key=True),
    Column("seq", Big, nullable=False, unique=True),
    text("type"),
    text("subject"),
    text("title"),
    time("occurred_start"),
    time("occurred_end"),
    text("occurred_text"),
    text("kind"),
    Column("amount_lo", Exact),
    Column("amount_hi", Exact),
    Column("amount_op", Text),  # NULL: no amount is known
    Column("amount_unit", Text),
    Column("labels", Json, nullable=False),
    Column("people", Json, nullable=False),
    Column("products", Json, nullable=False),
    text("role"),
    Column("counterparty", Json, nullable=False),
    time("recorded_at"),
    Index(None, "subject", "type"),
)

mention = Table(
    "mention",
    metadata,
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("event", Text, ForeignKey("event.key"), nullable=False, index=True),
    Column("entry", Integer, ForeignKey("entry.id"), index=True),
    text("role"),
    text("status"),
    text("why"),
    text("title"),
    text("source"),
    text("citation"),
    text("url"),
    text("tier"),
    text("quote"),
    Column("late", Boolean, nullable=False),
    text("extractor"),
    time("published_at"),
    time("recorded_at"),
    text("batch"),
    text("note"),
    text("declaration"),
)
_partial.append(Index("ix_mention_batch", mention.c.batch, sqlite_where=mention.c.batch != ""))

# --- numbers out of texts that a person must look at, and what was decided of them

waiting = Table(
    "waiting",
    metadata,
    Column("seq", Big, primary_key=True, autoincrement=False),
    text("subject"),
    text("indicator"),
    Column("entry", Integer, ForeignKey("entry.id"), nullable=False, index=True),
    Column("value", Json, nullable=False),  # the observation that it would be
    text("reason"),
    time("published_at"),
    time("recorded_at"),
)

decision = Table(
    "decision",
    metadata,
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("waiting", Big, ForeignKey("waiting.seq"), nullable=False, index=True),
    text("verdict"),  # accepted, rejected, corrected
    text("said"),  # the value that a person gave instead
    text("why"),
    Column("observation", Big),  # seq of the value that it became
    time("recorded_at"),
)


def for_postgresql() -> None:
    """What only PostgreSQL is told, when it is spoken to: to load its dialect costs each short command 30 ms."""
    _recorded.dialect_options["postgresql"]["using"] = "brin"
    for index in _partial:
        index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
