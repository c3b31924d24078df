"""A source remembers from pass to pass (moves, rhythm); an entry is known by more than its key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db.types import Json

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing is remembered yet; the other marks of entries are noted from now on."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("source_state", recreate="always" if on_sqlite else "never") as table:
        table.add_column(sa.Column("memory", Json(), nullable=False, server_default="{}"))
    op.create_table(
        "entry_alias",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "alias", name="pk_entry_alias"),
        sqlite_with_rowid=False,
    )
