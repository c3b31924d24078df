"""What the tests of the pipeline borrow: the PostgreSQL server of the tests of the store."""

from __future__ import annotations

from tests.db.conftest import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]
