"""One store suite for SQLite in memory, a SQLite file and PostgreSQL."""
