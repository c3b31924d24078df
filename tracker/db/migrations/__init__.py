"""The history of the schema: one tree for SQLite and PostgreSQL. Views are not here: they are made anew each time."""
