"""How Alembic runs here: always on a connection that was handed over, inside the caller's transaction and lock."""

from __future__ import annotations

from alembic import context

from tracker.db import schema, tables

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("run `tracker db upgrade`: migrations run on its connection, behind its lock and after its backup")
if connection.dialect.name == "postgresql":
    tables.for_postgresql()
context.configure(
    connection=connection,
    target_metadata=schema.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=False,  # the caller's transaction holds everything
)
context.run_migrations()
