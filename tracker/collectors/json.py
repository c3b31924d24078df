"""kind: json. Rows out of a JSON API, page by page; each page conditional, and kept for the day on which it says 304.

A later page that fails makes the source partial: what was read is stored, and no sum over half of it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import Field, field_validator

from tracker.collectors import emitting, paging
from tracker.collectors.emitting import search
from tracker.collectors.fields import Expression, Url
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.collectors.numbers import Written
from tracker.collectors.paging import Paging
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source, Texts
from tracker.model.observed import Page
from tracker.network import Answer, origin

#: Seconds of asking for all pages together; pauses between them do not count.
_PATIENCE = 40.0
_ONE_PAGE = 20.0
#: Bytes of all pages together: what is read is held, parsed and kept at once.
_MOST_BYTES = 30_000_000
#: What the door itself sets.
_OURS = {"accept-encoding", "connection", "content-length", "host", "if-modified-since", "if-none-match", "user-agent"}


class Auth(Frozen):
    """A key, by the name of its secret."""

    secret: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")
    """TRACKER_<SECRET> in the environment, or the file that TRACKER_<SECRET>_FILE names."""
    header: str = Field(default="Authorization", pattern=r"^[A-Za-z0-9-]{1,60}$")
    """Authorization carries `Bearer <key>`, any other header the key alone."""


class Params(Frozen):
    """A JSON API that answers with rows."""

    url: Url
    """Address of the first page."""
    params: dict[str, Texts | int | bool] = Field(default_factory=dict)
    """Query parameters; a list repeats its key."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Further request headers, none of them a secret."""
    rows: Expression | None = None
    """JMESPath of the rows; default the document itself."""
    where: Expression | None = None
    """JMESPath condition on a row."""
    page: Paging | None = None
    """How the answer is split into pages."""
    auth: Auth | None = None
    """The key that it wants."""

    @field_validator("headers")
    @classmethod
    def _not_ours(cls, headers: dict[str, str]) -> dict[str, str]:
        if ours := [name for name in headers if name.lower() in _OURS]:
            raise ValueError(f"the header {ours[0]} is not for you to set")
        return headers


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Ask for every page, then make values and events of all rows together."""
    reading = _Reading(source, params, context)
    reading.run()
    found = emitting.emit(
        source.emit, reading.rows, where=params.where, zone=context.zone, now=context.now, whole=reading.failure is None
    )
    failure = reading.failure
    if failure is None and found.gaps:
        failure = SourceError("partial: " + "; ".join(found.gaps), state="partial")
    unchanged = reading.unchanged and failure is None
    return Harvest(
        rows=tuple(found.values),
        events=tuple(found.events),
        pages=tuple(reading.pages),
        state="partial" if failure else "unchanged" if unchanged else "ok",
        confirmed=unchanged,
        failure=failure,
        note="; ".join([*reading.notes, *found.notes]),
    )


@dataclass(slots=True)
class _Reading:
    """The pages of one pass."""

    source: Source
    params: Params
    context: Context
    rows: list[Any] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failure: SourceError | None = None
    unchanged: bool = True
    seconds: float = 0.0
    bytes: int = 0

    def run(self) -> None:
        """Every page; the first one that fails is an error, a later one a gap."""
        query = {name: _texts(value) for name, value in self.params.params.items()}
        url = paging.first(paging.with_query(self.params.url, query), self.params.page)
        most = self.params.page.max_pages if self.params.page else 1
        seen: set[str] = set()
        while url:
            try:
                self._check(url, seen, most)
                seen.add(url)
                url = self._one(url)
            except SourceError as error:
                if not self.pages:
                    raise
                sentence = f"partial: page {len(self.pages) + 1}: {error}"
                self.failure = SourceError(
                    sentence, state="partial", retry_after=error.retry_after, whole_host=error.whole_host
                )
                return

    def _check(self, url: str, seen: set[str], most: int) -> None:
        if origin(url) != origin(self.params.url):
            raise SourceError("the next page lies on another host")
        if url in seen:
            raise SourceError("the pages go in a circle")
        if len(seen) >= most and self.params.page is None:
            raise SourceError(
                "there are further pages; `page: {style: link}` reads them, `page: {style: none}` does not"
            )
        if len(seen) >= most:
            raise SourceError(f"there are more than {most} pages; `max_pages` sets how many are read")
        if self.seconds >= _PATIENCE:
            raise SourceError(f"too slow: {len(seen)} pages took more than {_PATIENCE:g} s")
        if self.bytes >= _MOST_BYTES:
            raise SourceError(f"too large: {len(seen)} pages are more than {_MOST_BYTES / 1_000_000:g} MB together")

    def _one(self, url: str) -> str:
        """Read one page; the URL of the next."""
        kept = self.context.pages.get(url)
        if kept is None or not kept.rows:
            kept = Page(url=url)
        answer = self.context.door.get(
            url, headers=self._headers(), etag=kept.etag, last_modified=kept.last_modified,
            allow_private=self.source.allow_private, deadline=min(_ONE_PAGE, _PATIENCE - self.seconds),
        )  # fmt: skip
        self.seconds += answer.seconds
        page, document = self._page(kept, answer)
        rows = self._picked(document)
        if self._repeats(page):
            raise SourceError("it repeats the page before; is `param` the name that this API knows?")
        self.rows += rows
        if answer.status != 304:
            page = replace(page, next_url=self._next(document, rows, answer))
        self.pages.append(page)
        return page.next_url

    def _page(self, kept: Page, answer: Answer) -> tuple[Page, Any]:
        """The page as it is kept, and its document. A 304 has no body: what was kept speaks again."""
        self.bytes += len(answer.body or kept.rows)
        if answer.status == 304:
            etag, modified = answer.etag or kept.etag, answer.last_modified or kept.last_modified
            return replace(kept, etag=etag, last_modified=modified), parse(kept.rows)
        digest = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
        self.unchanged = self.unchanged and digest == kept.body_hash
        if answer.moved:
            self.notes.append(f"moved for good to {answer.moved}: change its url")
        text = _decoded(answer.body)
        page = Page(url=kept.url, etag=answer.etag, last_modified=answer.last_modified, rows=text, body_hash=digest)
        return page, parse(text)

    def _picked(self, document: Any) -> list[Any]:
        found = document if self.params.rows is None else search(self.params.rows, document)
        if found is None:
            raise SourceError(f"the answer has changed: it has no `{self.params.rows}`", state="schema_changed")
        return list(found) if isinstance(found, list) else [found]

    def _repeats(self, page: Page) -> bool:
        numbered = self.params.page is not None and self.params.page.style in ("page", "offset")
        return numbered and bool(self.pages) and self.pages[-1].body_hash == page.body_hash

    def _next(self, document: Any, rows: Sequence[Any], answer: Answer) -> str:
        link = answer.links.get("next", "")
        how = self.params.page
        if how is None:  # nobody said that there are pages; if there are, a sum over the first would be a lie
            return link
        cursor = search(how.cursor, document) if how.cursor else None
        return paging.following(answer.url, how, len(self.pages) + 1, rows, len(self.rows), cursor, link)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json", **self.params.headers}
        if (auth := self.params.auth) is None:
            return headers
        key = self.context.secret(auth.secret)
        if not key:
            name = f"TRACKER_{auth.secret.upper()}"
            raise SourceError(f"its key is missing: set {name}, or {name}_FILE to a file that holds it")
        return {**headers, auth.header: f"Bearer {key}" if auth.header.lower() == "authorization" else key}


def _texts(value: tuple[str, ...] | int | bool) -> list[str]:
    if isinstance(value, tuple):
        return list(value)
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _decoded(body: bytes) -> str:
    """JSON is UTF-8; marks and wide encodings are told by how it begins."""
    if not body.strip():
        raise SourceError("empty: the answer has no bytes", state="empty")
    return body.decode(json.detect_encoding(body), "replace").replace("\0", "")


def parse(text: str) -> Any:
    """The document, its numbers as they were written."""
    try:
        return json.loads(text, parse_float=Written, parse_constant=str, strict=False)
    except json.JSONDecodeError as error:
        raise SourceError(_said(text, error)) from error
    except RecursionError as error:
        raise SourceError("not JSON that can be read: it is nested too deeply") from error
    except ValueError as error:
        raise SourceError(f"not JSON that can be read: {str(error)[:100]}") from error


def _said(text: str, error: json.JSONDecodeError) -> str:
    where = f"line {error.lineno} column {error.colno}"
    if text.lstrip()[:1] == "<":
        return "not JSON: this is an HTML or XML page"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"cut short: the JSON ends in the middle, at {where}"
    return f"not JSON: {error.msg} at {where}"


KIND = Kind(Params=Params, collect=collect)
