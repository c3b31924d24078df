"""What every table is made with: the one MetaData, and the two most frequent columns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, MetaData, Text

from tracker.db.types import Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text(name: str, *, primary_key: bool = False) -> Column[str]:
    """A text that is never NULL: "" says nothing was said."""
    return Column(name, Text, primary_key=primary_key, nullable=False)


def time(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[datetime]:
    """An instant."""
    return Column(name, Utc, primary_key=primary_key, nullable=nullable)
