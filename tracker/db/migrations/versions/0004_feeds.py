"""An entry is known by more than its key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """The other marks of entries are noted from now on."""
    op.create_table(
        "entry_alias",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "alias", name="pk_entry_alias"),
        sqlite_with_rowid=False,
    )
