"""Numbers that were read in texts and wait for a person, and what was decided of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db.types import Big, Json, Utc

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Two tables; nothing that was there is touched."""
    op.create_table(
        "waiting",
        sa.Column("seq", Big, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("subject", "indicator")),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("value", Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *(sa.Column(name, Utc(), nullable=False) for name in ("published_at", "recorded_at")),
        sa.PrimaryKeyConstraint("seq", name="pk_waiting"),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_waiting_entry"),
    )
    op.create_index("ix_waiting_entry", "waiting", ["entry"])
    op.create_table(
        "decision",
        sa.Column("seq", Big, nullable=False, autoincrement=False),
        sa.Column("waiting", Big, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("verdict", "said", "why")),
        sa.Column("observation", Big, nullable=True),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_decision"),
        sa.ForeignKeyConstraint(["waiting"], ["waiting.seq"], name="fk_decision_waiting"),
    )
    op.create_index("ix_decision_waiting", "decision", ["waiting"])
