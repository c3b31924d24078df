"""The command line: one file per group of commands, imported when a command of it is called.

`main` turns every error into one message and an exit code; a traceback is shown only with `-v -v`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tracker.cli.failing import run


def main(args: Sequence[str] | None = None) -> None:
    """Entry point of the `tracker` command."""
    sys.exit(run(sys.argv[1:] if args is None else args))
