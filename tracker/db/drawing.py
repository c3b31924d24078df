"""The picture of the schema that stands in `db/schema.sql`, for people who open the file with something else."""

from __future__ import annotations

from textwrap import wrap

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from tracker.db import schema, views

_HEAD = f"""\
-- The schema of the database, version {schema.HEAD}, as SQLite has it. A picture: the truth is tracker/db/, and a test
-- compares the two. Times are UTC texts that sort as the times do; lo and hi are exact decimals, lo_real and hi_real
-- their shadows for sorting and charts; "" says that nothing was said. Rely on the views v1_*: their names and columns
-- are frozen.
"""


def picture() -> str:
    """Every table with its indexes, then the columns of every view."""
    dialect = sqlite.dialect()
    parts = [_HEAD]
    for table in schema.metadata.sorted_tables:
        lines = str(CreateTable(table).compile(dialect=dialect)).strip().replace("\t", "    ").splitlines()
        made = "\n".join(line.rstrip() for line in lines)
        indexes = sorted(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)
        parts.append("\n".join(f"{statement};" for statement in (made, *indexes)) + "\n")
    for name, statement in views.statements("sqlite").items():
        columns = ", ".join(column.name for column in statement.selected_columns)
        lines = wrap(f"VIEW {name} ({columns})", 115, initial_indent="-- ", subsequent_indent="--     ")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)
