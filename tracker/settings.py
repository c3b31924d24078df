"""Where a home is, and what comes from the environment. Secrets are read here by name and never stored."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tracker.errors import HomeError


@dataclass(frozen=True, slots=True)
class Home:
    """The three places of a home: what is asked, what is said, what is remembered."""

    root: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False, compare=False)

    @property
    def declaration(self) -> Path:
        """What is asked."""
        return self.root / "indicators.yaml"

    @property
    def alerts(self) -> Path:
        """What is said."""
        return self.root / "alerts"

    @property
    def db(self) -> Path:
        """What is remembered."""
        return self.root / "db"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL: TRACKER_DATABASE_URL, else one SQLite file in `db/`."""
        return self.environ.get("TRACKER_DATABASE_URL") or f"sqlite:///{self.db / 'tracker.sqlite3'}"

    def secret(self, name: str) -> str | None:
        """The secret TRACKER_<NAME>, or the contents of the file TRACKER_<NAME>_FILE names; None when neither is set."""
        variable = f"TRACKER_{name.upper()}"
        if value := self.environ.get(variable):
            return value
        if path := self.environ.get(f"{variable}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise HomeError(f"{variable}_FILE: cannot read {path}: {error.strerror}") from error
            except UnicodeDecodeError:  # which holds what it could not read: it goes no further
                raise HomeError(f"{variable}_FILE: {path} is no text in UTF-8") from None
        return None


def find_home(option: str | None, environ: Mapping[str, str]) -> Home:
    """The home named by the option, else by TRACKER_HOME, else the current folder."""
    root = Path(option or environ.get("TRACKER_HOME") or ".").expanduser()
    if root.exists() and not root.is_dir():
        raise HomeError(f"{root}: the home must be a folder, this is a file")
    return Home(root.resolve(), environ)
