"""Where the next page of an answer lies: in its Link header, behind a number, an offset or a cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote_plus, unquote_plus, urljoin, urlsplit, urlunsplit

from pydantic import Field, model_validator

from tracker.collectors.fields import Expression
from tracker.model.declared import Frozen

_PARAM = {"page": "page", "offset": "offset", "cursor": "cursor"}
_SIZE = {"link": "per_page", "page": "per_page", "offset": "limit", "cursor": "limit", "none": "per_page"}


class Paging(Frozen):
    """How the answer is split into pages."""

    style: Literal["link", "page", "offset", "cursor", "none"]
    """link: the Link header says; page: numbers from 1; offset: rows to skip; cursor: a token in the answer."""
    param: str = ""
    """Name of the parameter that carries the number, offset or cursor; default the style's own name."""
    start: int | None = None
    """Of the first page (default 1) or offset (default 0)."""
    size: int | None = Field(default=None, ge=1)
    """Rows to ask for per page."""
    size_param: str = ""
    """Name of the parameter that carries the size; default per_page, or limit for offset and cursor."""
    cursor: Expression | None = None
    """JMESPath of the next cursor (or of the next URL) in the answer."""
    stop: Expression | None = None
    """JMESPath condition on the answer: when it is true, this was the last page."""
    max_pages: int = Field(default=50, ge=1, le=1000)
    """More pages than this are a gap."""

    @model_validator(mode="after")
    def _has_cursor(self) -> Paging:
        if (self.style == "cursor") != (self.cursor is not None):
            raise ValueError("`cursor` is the JMESPath of the next cursor, and goes with `style: cursor`")
        return self


def first(url: str, paging: Paging | None) -> str:
    """The URL of the first page."""
    if paging is None:
        return url
    asked: dict[str, str] = {}
    if paging.size is not None:
        asked[paging.size_param or _SIZE[paging.style]] = str(paging.size)
    if paging.style == "page" or (paging.style == "offset" and paging.start):
        asked[_name(paging)] = str(_start(paging))
    return with_query(url, asked)


def following(url: str, paging: Paging, number: int, rows: Sequence[Any], taken: int, found: Any, link: str) -> str:
    """The URL of the page after page `number` (from 1), "" after the last. `found` is the cursor in the answer."""
    if paging.style == "link":
        return link
    if paging.style == "cursor":
        return _by_cursor(url, paging, found)
    if paging.style == "none" or not rows:  # a short page may be the server's own limit: only an empty one is the end
        return ""
    at = _start(paging) + (number if paging.style == "page" else taken)
    return with_query(url, {_name(paging): str(at)})


def asked_of(asked: str, answered: str, link: str) -> str:
    """The URL of the next page under the scheme that was asked for, where a redirect led from http to https of one host.

    So every page is asked for where the declaration says; each is led on as the first one was.
    """
    here, there, target = urlsplit(asked), urlsplit(answered), urlsplit(link)
    led_on = (here.scheme, there.scheme) == ("http", "https") and here.hostname == there.hostname
    if not led_on or (target.scheme, target.netloc) != (there.scheme, there.netloc):
        return link
    return urlunsplit(target._replace(scheme=here.scheme, netloc=here.netloc))


def _by_cursor(url: str, paging: Paging, found: Any) -> str:
    if found is None or isinstance(found, bool | list | dict) or found == "":
        return ""
    said = str(found)
    if said.startswith(("http://", "https://", "/")):
        return urljoin(url, said)
    return with_query(url, {_name(paging): said})


def _name(paging: Paging) -> str:
    return paging.param or _PARAM.get(paging.style, "")


def _start(paging: Paging) -> int:
    return paging.start if paging.start is not None else (1 if paging.style == "page" else 0)


def with_query(url: str, asked: Mapping[str, str | Sequence[str]]) -> str:
    """The URL with these parameters; others stay as they are written, the same ones are replaced."""
    if not asked:
        return url
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and unquote_plus(pair.partition("=")[0]) not in asked]
    new = [
        f"{quote_plus(name)}={quote_plus(value, safe=':,')}"
        for name, values in asked.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return urlunsplit(parts._replace(query="&".join(kept + new)))
