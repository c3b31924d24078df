"""Watch companies: indicators declared in YAML, values and news remembered with what was known when, alerts said once.

    import tracker
    home = tracker.open("path/of/home")
    home.frame("funding")            # a pandas DataFrame of what is believed now

All else is the `tracker` command.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.notebook import Notebook

__version__ = "0.1.0"

__all__ = ["__version__", "open"]


def open(home: str | Path) -> Notebook:
    """A home for reading in Python: `frame`, `values`, `events`. Works while the daemon runs."""
    from tracker.notebook import Notebook

    return Notebook.at(Path(home))
