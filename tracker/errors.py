"""Every error the tracker raises on purpose. The docstring of a class is its default message.

TrackerError                        exit 1
├── UsageError                      exit 2   the command cannot be carried out as asked
│   ├── DeclarationError            exit 2   indicators.yaml has mistakes, each with its place
│   ├── HomeError                   exit 2   the home is missing, not a folder, or cannot be written
│   ├── BackwardsError              exit 2   a home does not live backwards
│   ├── PeriodError                 exit 2   text that is no date, period or duration
│   └── QuantityError               exit 2   text that is no number
├── DataRejected                    exit 3   rows from outside that were refused, all or none
├── StoreError                      exit 1   the database cannot do it (newer schema, full disk, locked)
├── SourceError                     exit 6   one source failed; `state` is the word that `sources` shows
└── DeliveryError                   exit 1   one message failed; `permanent` says whether to try again
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


class TrackerError(Exception):
    """Something went wrong."""

    exit_code = 1

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])


class UsageError(TrackerError):
    """The command cannot be carried out as asked."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a declaration or a data file, with its place (line and column count from 1)."""

    message: str
    file: str
    line: int = 1
    column: int = 1
    length: int = 1
    code: str = "invalid"
    level: str = "error"  # error or warning
    path: str = ""  # where in the tree, e.g. indicators.funding.rules.quiet_year.window
    hint: str = ""  # what to do: "did you mean 'severity'?"


class DeclarationError(UsageError):
    """The declaration has mistakes."""

    def __init__(self, problems: Sequence[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source  # the text, so that a caret can be drawn under the place
        first = self.problems[0]
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{first.file}:{first.line}:{first.column}: {first.message}{more}")


class HomeError(UsageError):
    """The home cannot be used."""


class BackwardsError(UsageError):
    """A home does not live backwards."""


class PeriodError(UsageError, ValueError):
    """This is no date, period or duration."""


class QuantityError(UsageError, ValueError):
    """This is no number."""


class DataRejected(TrackerError):
    """The data were refused; nothing was stored."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        if isinstance(problems, str):
            self.problems: tuple[Problem, ...] = ()
            super().__init__(problems)
            return
        self.problems = tuple(problems)
        first = self.problems[0]
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{first.file}:{first.line}:{first.column}: {first.message}{more}; nothing was stored")


class StoreError(TrackerError):
    """The database cannot do this."""


class SourceError(TrackerError):
    """The source failed.

    `state` is one word for `sources`: failed, empty, partial, throttled, moved, gone, refused, schema_changed.
    `retry_after` is how long the source (or its host) asks to be left alone.
    """

    exit_code = 6

    def __init__(
        self,
        message: str,
        *,
        state: str = "failed",
        retry_after: timedelta | None = None,
        whole_host: bool = False,
    ) -> None:
        super().__init__(message)
        self.state = state
        self.retry_after = retry_after
        self.whole_host = whole_host


class DeliveryError(TrackerError):
    """The message could not be delivered; `permanent` says that trying again is useless."""

    def __init__(self, message: str, *, permanent: bool = False, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
