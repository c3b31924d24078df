"""Which URLs may be asked at all, before any name is looked up; what two parsers could read differently is refused."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

SCHEMES = ("http", "https")
_PORTS = {"http": 80, "https": 443}
_LONGEST = 4000
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


def objection(url: str) -> str:
    """Why this URL is not asked, "" when it may be."""
    if not url or len(url) > _LONGEST:
        return f"the URL is longer than {_LONGEST} characters" if url else "there is no URL"
    if _FORBIDDEN.search(url):
        return "the URL contains a space, a backslash or a control character"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"this is no URL ({error})"
    if parts.scheme not in SCHEMES:
        return (
            f"{parts.scheme}: is not http or https"
            if parts.scheme
            else "the URL does not begin with https:// or http://"
        )
    return _host(parts) or ("there is no port 0" if port == 0 else "")


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host:
        return "the URL names no host"
    if "@" in parts.netloc:
        return "the URL carries a user name or a password"
    if "%" in host:
        return "the host is percent-encoded or has a zone"
    if any(ord(letter) > 127 and letter.isnumeric() for letter in host):
        return "the host is written in digits that are not 0 to 9"
    return ""


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL without objections."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    return parts.scheme, host, parts.port or _PORTS.get(parts.scheme, 0)


def shown(url: str) -> str:
    """A URL for a sentence: without its query, which may hold what nobody should read."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
