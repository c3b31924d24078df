"""What every kind that asks over HTTP shares: its key, its budget, and one document that may not have changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any

from pydantic import Field

from tracker.collectors.kind import Context
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source
from tracker.model.observed import Page
from tracker.network import Answer

#: Seconds of asking for all documents of a pass together; pauses between them do not count.
PATIENCE = 40.0
_ONE = 20.0
#: Bytes of all documents together: what is read is held, parsed and kept at once.
_MOST_BYTES = 30_000_000
#: Seconds that a budget may make a pass wait in all: less than the lease of its slot.
_LONGEST_WAIT = 100.0
#: Seconds of a pass in all, its own pauses and those of manners: with one more request it ends within the lease.
_LONGEST_PASS = 150.0
#: What a header may hold.
_WRITABLE = re.compile(r"[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?")


class Auth(Frozen):
    """A key, by the name of its secret."""

    secret: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")
    """TRACKER_<SECRET> in the environment, or the file that TRACKER_<SECRET>_FILE names."""
    header: str = Field(default="Authorization", pattern=r"^[A-Za-z0-9-]{1,60}$")
    """Authorization carries `Bearer <key>`, any other header the key alone."""


class Rate(Frozen):
    """How often a source may be asked; what is left over waits for the next pass."""

    per_minute: int | None = Field(default=None, ge=1)
    """Requests a minute: between two of them it waits."""
    per_day: int | None = Field(default=None, ge=1)
    """Requests a day, counted in UTC."""


def key_of(auth: Auth, context: Context) -> str:
    """The secret itself; SourceError where nobody has set it."""
    key = context.secret(auth.secret)
    if not key:
        name = f"TRACKER_{auth.secret.upper()}"
        raise SourceError(f"its key is missing: set {name}, or {name}_FILE to a file that holds it")
    return key


def headers_of(auth: Auth | None, context: Context) -> dict[str, str]:
    """The header that carries the key."""
    if auth is None:
        return {}
    key = key_of(auth, context)
    if not _WRITABLE.fullmatch(key):  # before a library tells its log of it
        raise SourceError(f"its key holds characters that HTTP does not allow: look at TRACKER_{auth.secret.upper()}")
    return {auth.header: f"Bearer {key}" if auth.header.lower() == "authorization" else key}


def marks(page: Page) -> dict[str, Any]:
    """What `$header` speaks of: by what an answer was marked."""
    return {"last-modified": page.last_modified, "etag": page.etag}


def digest_of(body: bytes) -> str:
    """By which a body that was read before is known again."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


@dataclass(slots=True)
class Asking:
    """The requests of one pass: conditional, within its time, its bytes and its budget."""

    source: Source
    context: Context
    rate: Rate | None = None
    pages: list[Page] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unchanged: bool = True
    moved: str = ""
    seconds: float = 0.0
    bytes: int = 0
    asked: int = 0
    waited: float = 0.0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.context.ticks()

    def get(self, url: str, headers: Mapping[str, str]) -> tuple[Page, Answer]:
        """One document as it is kept (its text is still to be set), and the answer. A 304 has no body."""
        if self.seconds >= PATIENCE:
            raise SourceError(f"too slow: {self.asked} pages took more than {PATIENCE:g} s")
        if self.bytes >= _MOST_BYTES:
            raise SourceError(f"too large: {self.asked} pages are more than {_MOST_BYTES / 1_000_000:g} MB together")
        if self.context.ticks() - self.began >= _LONGEST_PASS:
            raise SourceError(f"too slow: {self.asked} pages took more than {_LONGEST_PASS:g} s with their pauses")
        self._keep_to_the_budget()
        kept = self.context.pages.get(url)
        if kept is None or not kept.rows:
            kept = Page(url=url)
        answer = self.context.door.get(
            url, headers=headers, etag=kept.etag, last_modified=kept.last_modified,
            allow_private=self.source.allow_private, deadline=min(_ONE, PATIENCE - self.seconds),
        )  # fmt: skip
        self.seconds += answer.seconds
        self.bytes += len(answer.body or kept.rows)
        if answer.status == 304:
            etag, modified = answer.etag or kept.etag, answer.last_modified or kept.last_modified
            return replace(kept, etag=etag, last_modified=modified), answer
        digest = digest_of(answer.body)
        self.unchanged = self.unchanged and digest == kept.body_hash
        self.moved = self.moved or answer.moved  # of several pages the first
        return Page(url=url, etag=answer.etag, last_modified=answer.last_modified, body_hash=digest), answer

    def text(self, url: str, headers: Mapping[str, str], read: Callable[[Answer], str]) -> str:
        """One document as text, which is kept for the day on which it says 304."""
        page, answer = self.get(url, headers)
        if answer.status != 304:
            if not answer.body.strip():
                raise SourceError("empty: the answer has no bytes", state="empty")
            page = replace(page, rows=read(answer).replace("\0", ""))
        self.pages.append(page)
        return page.rows

    def _keep_to_the_budget(self) -> None:
        rate = self.rate or Rate()
        if rate.per_day is not None and self._today + self.asked >= rate.per_day:
            raise SourceError(f"its budget of {rate.per_day} requests a day is spent", state="throttled")
        if rate.per_minute is not None and self.asked:
            wait = 60.0 / rate.per_minute
            if self.waited + wait > _LONGEST_WAIT:
                raise SourceError(f"at {rate.per_minute} requests a minute one pass takes too long", state="throttled")
            self.waited += wait
            self.context.pause(wait)
        self.asked += 1

    @property
    def _day(self) -> str:
        return self.context.now.astimezone(UTC).date().isoformat()

    @property
    def _today(self) -> int:
        """Requests that earlier passes of this day have made."""
        spent = self.context.memory.get("asked", {})
        return int(spent.get("count", 0)) if spent.get("day") == self._day else 0

    def memory(self) -> dict[str, Any]:
        """What the next pass must know of this one."""
        return {"asked": {"day": self._day, "count": self._today + self.asked}} if self.rate is not None else {}
