"""A source keeps what its kind remembers, how new its newest row is, and whether it lists its own past."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from tracker.db.types import Json, Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing is known of the passes before this."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    kinds: dict[str, sa.types.TypeEngine[Any]] = {"newest": Utc(), "lists_past": sa.Boolean(), "memory": Json()}
    for name, kind in kinds.items():
        with op.batch_alter_table("source_state", recreate="always" if on_sqlite else "never") as table:
            table.add_column(sa.Column(name, kind, nullable=True))
