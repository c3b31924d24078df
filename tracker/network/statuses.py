"""What a status other than 200 and 304 means for a source: its state word, its sentence, and how long to stay away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from tracker.errors import SourceError

#: However long a server asks for, it is asked again after a week.
_LONGEST = timedelta(days=7)
#: The year 3000: seconds since 1970, or milliseconds that were meant for seconds, further than a calendar goes.
_FAR = 32_503_680_000
_UNSAID = timedelta(seconds=60)
_RESET = re.compile(r";\s*t=(\d{1,9})")


def failure(status: int, host: str, headers: Mapping[str, str], *, public: bool) -> SourceError:
    """The error for an answer that brings no document."""
    said = f"{host} answered {status}{phrase(status)}"
    asked = waiting(headers)
    if status in (429, 503) or (status == 403 and _spent(headers)):
        why = "no more requests for now" if status in (403, 429) else "it is busy"
        rest = asked if asked is not None else _UNSAID
        return SourceError(f"{said}: {why}", state="throttled", retry_after=rest, whole_host=public)
    if status == 410:
        return SourceError(f"{said}: the document was taken away for good", state="gone", retry_after=asked)
    if status == 403 and "cf-mitigated" in headers:
        return SourceError(f"{said}: it wants a browser to solve a challenge", retry_after=asked)
    if status in (401, 403):
        said += ": it wants another key, or none of ours will do"
    return SourceError(said, retry_after=asked)


def phrase(status: int) -> str:
    """The status in words: ` (Not Found)`."""
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""


def _spent(headers: Mapping[str, str]) -> bool:
    return (
        headers.get("x-ratelimit-remaining") == "0"
        or "retry-after" in headers
        or re.search(r";\s*r=0\b", headers.get("ratelimit", "")) is not None
    )


def waiting(headers: Mapping[str, str]) -> timedelta | None:
    """How long the server asks to be left alone, by its own clock where it gives a date; None where it does not say."""
    said = headers.get("retry-after", "").strip()
    wait = timedelta(seconds=int(said[:9])) if said.isascii() and said.isdigit() else _until(date(said), headers)
    if wait is None and (match := _RESET.search(headers.get("ratelimit", ""))):
        wait = timedelta(seconds=int(match[1]))
    reset = headers.get("x-ratelimit-reset", "").strip()
    if wait is None and headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit():
        seconds = min(int(reset[:15]), _FAR)
        # Either the time of the reset, in seconds since 1970, or the seconds until then.
        wait = _until(datetime.fromtimestamp(seconds, UTC), headers) if seconds > 10**9 else timedelta(seconds=seconds)
    return None if wait is None else min(max(wait, timedelta(0)), _LONGEST)


def _until(at: datetime | None, headers: Mapping[str, str]) -> timedelta | None:
    here = date(headers.get("date", ""))
    return at - here if at is not None and here is not None else None


def date(text: str) -> datetime | None:
    """An HTTP date, aware; None for what is none."""
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
