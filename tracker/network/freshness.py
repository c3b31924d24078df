"""How long an answer says it stays as it is: Cache-Control, Expires, Retry-After, by the server's own clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from tracker.network.statuses import date, waiting

#: Whatever a server says, its document is looked at again after a day.
LONGEST = timedelta(hours=24)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NO_STORE = re.compile(r"(?:^|[,\s])(?:no-cache|no-store)\b", re.IGNORECASE)


def fresh_for(headers: Mapping[str, str], status: int = 200) -> timedelta | None:
    """Zero where it does not say, up to a day; None for a 304 that leaves what was said before as it is.

    `headers` have names in lower case.
    """
    if status == 304 and not any(name in headers for name in ("cache-control", "expires", "retry-after")):
        return None
    control = headers.get("cache-control", "")
    said = [waiting(headers) or timedelta(0)]
    if _NO_STORE.search(control):
        pass
    elif match := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        spent = int(age[:9]) if age.isascii() and age.isdigit() else 0
        said.append(timedelta(seconds=max(min(int(match[1]), 10**9) - spent, 0)))
    else:
        said.append(_until_expiry(date(headers.get("expires", "")), date(headers.get("date", ""))))
    return min(max(said), LONGEST)


def _until_expiry(expires: datetime | None, now: datetime | None) -> timedelta:
    return max(expires - now, timedelta(0)) if expires and now else timedelta(0)
