"""Fetch one document: ask, follow, vet every hop, read within bounds. Everything but 200 and 304 is a SourceError."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from tracker import __version__
from tracker.errors import SourceError
from tracker.network import body, statuses
from tracker.network.manners import Manners
from tracker.network.resolving import Resolve, lookup
from tracker.network.urls import objection, origin, shown

if TYPE_CHECKING:
    import httpx

    from tracker.network.transport import Deadline

MAX_BYTES = 10_000_000
DEADLINE = 20.0
CONNECT = 5.0
READ = 10.0
PAUSE = 1.0
HOPS = 5
#: Longer validators are not worth their bytes.
_LONGEST_VALIDATOR = 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A document (200), or word that it has not changed (304). Validators are as received, byte for byte (latin-1)."""

    status: int
    url: str  # where it was found in the end
    headers: Mapping[str, str]  # names in lower case
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    links: Mapping[str, str]  # rel to absolute URL
    moved: str = ""  # where it has moved for good: the end of the permanent redirects that came first
    seconds: float = 0.0  # that the asking took, pauses left out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """One request as it was meant; each hop is made of it."""

    url: str
    headers: Mapping[str, str]
    params: Sequence[tuple[str, str]]
    etag: str
    last_modified: str
    allow_private: bool
    max_bytes: int

    @property
    def conditional(self) -> bool:
        return bool(self.etag or self.last_modified)


def agent(contact: str = "") -> str:
    """How we name ourselves, with somebody to write to where there is one."""
    where = contact if not contact or ":" in contact else f"mailto:{contact}"
    return f"tracker/{__version__}" + (f" (+{where})" if where else "")


class Door:
    """Safe to share among threads. `allow` opens private hosts and ports for every source."""

    def __init__(
        self,
        *,
        timeout: tuple[float, float] = (CONNECT, READ),
        user_agent: str = "",
        allow: Collection[tuple[str, int]] = (),
        resolve: Resolve = lookup,
        manners: Manners | None = None,
    ) -> None:
        self._connect, self._read = timeout
        self._agent = user_agent or agent()
        self._allow = frozenset((host.lower(), port) for host, port in allow)
        self._resolve = resolve
        self._manners = manners or Manners(PAUSE)
        self._opening = threading.Lock()
        self._deadline: Deadline | None = None
        self._clients: dict[bool, httpx.Client] = {}

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
        etag: str = "",
        last_modified: str = "",
        allow_private: bool = False,
        max_bytes: int = MAX_BYTES,
        deadline: float = DEADLINE,
    ) -> Answer:
        """The document, or 304 where a validator was given. `allow_private` opens host and port of this URL alone."""
        pairs = list(params.items()) if isinstance(params, Mapping) else list(params or ())
        ask = _Ask(
            url=url, headers=headers or {}, params=pairs, etag=etag, last_modified=last_modified,
            allow_private=allow_private, max_bytes=max_bytes,
        )  # fmt: skip
        if why := objection(url):
            raise SourceError(f"refused: {why}", state="refused")
        return self._follow(ask, _Watch(deadline))

    def close(self) -> None:
        """Let go of every connection."""
        with self._opening:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _follow(self, ask: _Ask, watch: _Watch) -> Answer:
        """Hop by hop; each is vetted as if it were the first."""
        url, moved, for_good = ask.url, "", True
        for hop in range(HOPS + 1):
            try:
                found = self._hop(ask, url, watch)
            except SourceError as error:
                if hop and error.state == "refused":
                    raise SourceError(f"redirect refused: {error}", state="refused") from error
                raise
            if isinstance(found, Answer):
                return _with(found, moved=moved, seconds=watch.spent)
            target, status = found
            if why := _astray(url, target):
                raise SourceError(f"redirect refused: {why}", state="refused")
            for_good = for_good and status in _FOR_GOOD
            url, moved = target, target if for_good else moved
        raise SourceError(f"redirect refused: more than {HOPS} in a row, the last to {shown(url)}", state="refused")

    def _hop(self, ask: _Ask, url: str, watch: _Watch) -> Answer | tuple[str, int]:
        """One request: an answer, or where it leads and how permanently."""
        _, host, port = origin(url)
        own = ask.allow_private and (host, port) == origin(ask.url)[1:]
        turn: AbstractContextManager[None] = nullcontext() if own else self._manners.turn(host)
        with turn, watch:
            from tracker.network import asking

            client, deadline = self._client(private=own or (host, port) in self._allow)
            deadline.until = watch.until
            try:
                with asking.asked(client, self._request(client, ask, url), url) as response:
                    return self._taken(ask, url, response, public=not own)
            except SourceError as error:
                if error.whole_host and error.retry_after is not None:
                    self._manners.rest(host, error.retry_after)
                raise

    def _taken(self, ask: _Ask, url: str, response: httpx.Response, *, public: bool) -> Answer | tuple[str, int]:
        status, headers = response.status_code, {name.lower(): value for name, value in response.headers.items()}
        if status in _REDIRECTS and "location" in headers:
            return urljoin(url, headers["location"].strip().replace(" ", "%20")), status
        if status == 304 and ask.conditional:
            response.read()  # nothing comes, and the connection stays usable
            return _answer(url, response, headers, b"")
        if status == 304:
            raise SourceError(f"{origin(url)[1]} answered 304 (Not Modified) to a request without validators")
        if status not in (200, 203):
            raise statuses.failure(status, origin(url)[1], headers, public=public)
        encoding, length = headers.get("content-encoding", ""), headers.get("content-length", "")
        if not encoding and length.isdigit() and int(length[:18]) > ask.max_bytes:
            raise body.too_large(ask.max_bytes)
        return _answer(url, response, headers, body.read(response.iter_raw(), encoding, ask.max_bytes))

    def _request(self, client: httpx.Client, ask: _Ask, url: str) -> httpx.Request:
        """What belongs to the source's own origin (keys above all) goes to no other."""
        headers: list[tuple[bytes, bytes]] = []
        home = origin(url) == origin(ask.url)
        for name, value in ask.headers.items():
            if home or name.lower() == "accept":
                headers.append((name.encode("latin-1"), value.encode("latin-1", "replace")))
        if ask.etag:
            headers.append((b"If-None-Match", ask.etag.encode("latin-1")))
        if ask.last_modified:
            headers.append((b"If-Modified-Since", ask.last_modified.encode("latin-1")))
        import httpx

        try:
            target = httpx.URL(url)
            if url == ask.url and ask.params:
                target = target.copy_merge_params(list(ask.params))
            return client.build_request("GET", target, headers=headers)
        except (httpx.InvalidURL, ValueError) as error:
            raise SourceError(f"refused: this is no URL ({error})", state="refused") from error

    def _client(self, *, private: bool) -> tuple[httpx.Client, Deadline]:
        """Open and closed addresses never share a connection."""
        from tracker.network import asking

        with self._opening:
            if self._deadline is None:
                self._deadline = asking.new_deadline()
            if private not in self._clients:
                self._clients[private] = asking.new_client(
                    self._deadline, self._resolve, self._agent, self._connect, self._read, private=private
                )
            return self._clients[private], self._deadline


class _Watch:
    """The time that one fetch has: it runs while a request is under way, not while a host's turn is awaited."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.spent, self._since = seconds, 0.0, 0.0

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self.spent += time.monotonic() - self._since

    @property
    def until(self) -> float:
        """When the request that is under way must be over."""
        return self._since + self.seconds - self.spent


def _astray(url: str, target: str) -> str:
    """Why this redirect is not followed, "" when it is."""
    if why := objection(target):
        return why
    if url.startswith("https:") and target.startswith("http:"):
        return f"{shown(target)} is not encrypted, {shown(url)} is"
    return ""


def _answer(url: str, response: httpx.Response, headers: Mapping[str, str], content: bytes) -> Answer:
    return Answer(
        status=304 if response.status_code == 304 else 200, url=url, headers=headers, body=content,
        etag=_validator(response, b"etag"), last_modified=_validator(response, b"last-modified"),
        links={rel: urljoin(url, link["url"]) for rel, link in response.links.items() if rel and link.get("url")},
    )  # fmt: skip


def _with(found: Answer, *, moved: str, seconds: float) -> Answer:
    from dataclasses import replace

    return replace(found, moved=moved, seconds=seconds)


def _validator(response: httpx.Response, name: bytes) -> str:
    value = next((value for key, value in response.headers.raw if key.lower() == name), b"")
    return value.decode("latin-1") if len(value) <= _LONGEST_VALIDATOR else ""
