"""Who may look and who may act, where the page is asked for a login: tokens kept as hashes, or a proxy that is trusted.

A token is 256 random bits, so its SHA-256 needs no salt and cannot be guessed. A login trades it for a session: a random
name in a cookie, remembered here as a hash until the process ends.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from tracker.errors import UsageError
from tracker.settings import Home

Scope = Literal["read", "write"]
COOKIE = "tracker_session"
#: How long a login lasts.
SESSION = timedelta(hours=12)
#: So many sessions are remembered; the oldest goes first.
MOST = 1000
#: In which header a trusted proxy names the person.
HEADER = "x-forwarded-user"

_FORM = re.compile(r"(?:(read|write):)?sha256:([0-9a-f]{64})")
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. Without a name it is whoever sits at this machine."""

    name: str = ""
    scope: Scope = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The declared ways in. Without any, loopback is the door and whoever is inside may do everything."""

    tokens: tuple[tuple[str, Scope], ...] = ()  # SHA-256 in hex, and what it opens
    proxies: tuple[_Network, ...] = ()
    hosts: frozenset[str] = frozenset()  # further names that the page answers to

    @property
    def asked(self) -> bool:
        """Whether a login is asked for."""
        return bool(self.tokens or self.proxies)

    def scope_of(self, token: str) -> Scope | None:
        """What a token opens; every hash is compared, so that the time tells nothing."""
        given, found = digest(token), None
        for known, scope in self.tokens:
            if hmac.compare_digest(known, given):
                found = scope
        return found

    def trusts(self, peer: str) -> bool:
        """Whether what comes from this address names the person itself."""
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.proxies)


def digest(token: str) -> str:
    """What is kept of a token or a session."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> tuple[str, str]:
    """A token, and what TRACKER_WEB_TOKEN says of it."""
    token = secrets.token_urlsafe(32)
    return token, f"sha256:{digest(token)}"


def declared(environ: Mapping[str, str]) -> Access:
    """TRACKER_WEB_TOKEN (hashes), TRACKER_WEB_PROXY (networks) and TRACKER_WEB_HOSTS (names), or files that they name.

    UsageError for what cannot be read; a token in the clear is one, and is not repeated.
    """
    settings = Home(Path(), environ)
    tokens = tuple(_token(text) for text in _listed(settings.secret("web_token")))
    proxies = tuple(_network(text) for text in _listed(settings.secret("web_proxy")))
    hosts = frozenset(text.lower() for text in _listed(settings.secret("web_hosts")))
    return Access(tokens=tokens, proxies=proxies, hosts=hosts)


def _listed(text: str | None) -> list[str]:
    return [part for part in re.split(r"[\s,]+", text or "") if part]


def _token(text: str) -> tuple[str, Scope]:
    match = _FORM.fullmatch(text)
    if match is None:
        raise UsageError(
            "TRACKER_WEB_TOKEN must hold hashes (sha256:…, or read:sha256:… for one that may only look), not the token itself; "
            "`tracker web --new-token` makes both"
        )
    return match[2], "read" if match[1] == "read" else "write"


def _network(text: str) -> _Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise UsageError(
            f"TRACKER_WEB_PROXY: {text!r} is no address or network, such as 10.0.0.5 or 10.0.0.0/24"
        ) from error


class Sessions:
    """The logins of this process."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Scope, datetime]] = {}
        self._turn = threading.Lock()

    def start(self, scope: Scope, now: datetime) -> str:
        """A new session; the text of its cookie."""
        name = secrets.token_urlsafe(32)
        with self._turn:
            self._known[digest(name)] = (scope, now + SESSION)
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]
        return name

    def scope_of(self, name: str, now: datetime) -> Scope | None:
        """What a session opens; None when it is unknown or over."""
        with self._turn:
            scope, end = self._known.get(digest(name), (None, now))
        return scope if now < end else None

    def end(self, name: str) -> None:
        """Log out."""
        with self._turn:
            self._known.pop(digest(name), None)
