"""A delivery keeps when it ended, so that the past does not know what was given up later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db.types import Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """What ended before this ended, as far as is known, when it was sent or last due."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("delivery", recreate="always" if on_sqlite else "never") as table:
        table.add_column(sa.Column("ended_at", Utc(), nullable=True))
    op.execute("UPDATE delivery SET ended_at = COALESCE(sent_at, next_at) WHERE state IN ('sent', 'dead', 'superseded')")
