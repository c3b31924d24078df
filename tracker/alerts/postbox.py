"""Where mail goes out: TRACKER_SMTP_URL, taken apart. What is wrong with it is said without saying it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from tracker.errors import DeliveryError, TrackerError

Security = Literal["none", "starttls", "tls"]
SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
FORM = "write smtp+starttls://user:password@host:587, smtps://… or smtp://…"
_ESCAPED = "characters such as @ : / # ? % in the user or the password are written as %40 %3A %2F %23 %3F %25"
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Postbox:
    """A mail server and who we are there."""

    host: str
    port: int
    security: Security
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def without_secrets(self, text: str) -> str:
        """What a server said, without the password in any form in which it went over the wire."""
        if not self.password:
            return text
        login = f"\0{self.user}\0{self.password}"
        spelt = {self.password, quote(self.password, safe="")}
        spelt |= {b64encode(one.encode()).decode() for one in (self.password, login)}
        for one in sorted(spelt, key=len, reverse=True):
            text = text.replace(one, "***")
        return text


def of(secret: Callable[[str], str | None]) -> Postbox:
    """The mail server of this home. Whatever is wrong here somebody can mend, so the message is kept and tried again."""
    try:
        url = secret("SMTP_URL")
    except TrackerError as error:  # the file that holds it cannot be read
        raise DeliveryError(str(error)) from error
    if not url or not url.strip():
        raise DeliveryError(f"TRACKER_SMTP_URL is not set, so no mail can be sent; {FORM}")
    return parse(url.strip())


def parse(url: str) -> Postbox:
    """The parts of a URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _wrong(f"its host or port cannot be read; {_ESCAPED}") from None
    if parts.scheme not in SCHEMES:
        raise _wrong(f"it begins with none of {', '.join(f'{one}://' for one in SCHEMES)}")
    if not host or not re.fullmatch(r"[A-Za-z0-9.:_-]+", host):
        raise _wrong(f"it names no host; {_ESCAPED}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise _wrong(f"something stands after the host; {_ESCAPED}")
    if (parts.username is None) != (parts.password is None):
        raise _wrong("a user needs a password; leave both out where the server asks for none")
    security, usual = SCHEMES[parts.scheme]
    user, password = _decoded(parts.username), _decoded(parts.password)
    return Postbox(host=host, port=port or usual, security=security, user=user, password=password)


def _decoded(text: str | None) -> str:
    if text is None:
        return ""
    if _BROKEN_ESCAPE.search(text):
        raise _wrong(f"a % is not followed by two hexadecimal digits; {_ESCAPED}")
    plain = unquote(text, errors="replace")
    if not plain.isascii() or _UNWRITABLE.search(plain):
        raise _wrong("the user or the password holds characters that a mail server cannot be told")
    return plain


def _wrong(why: str) -> DeliveryError:
    return DeliveryError(f"TRACKER_SMTP_URL is malformed: {why}; {FORM}")
