"""kind: webhook. The message as JSON, posted to an address; signed where a key is declared, known again by its id.

    {"version": 1, "id", "watch", "receiver", "kind": "alert|opening|digest|test", "at", "timezone", "subject",
     "period", "instead_of", "undelivered", "items": [{"alert", "word", "severity", "indicator", …}], "text"}

An item has the fields of `told.Item`; times are ISO 8601 in UTC. Keys may be added in time, none goes or changes its meaning.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Self

from pydantic import Field, field_validator, model_validator

from tracker import network, plain
from tracker.alerts.kind import Context, Kind
from tracker.errors import DeliveryError, SourceError, TrackerError
from tracker.model.declared import Duration, Frozen
from tracker.model.told import Message, Rendered

_SECRET = r"^[A-Za-z][A-Za-z0-9_]{0,39}$"
#: Statuses below 500 that say nothing of the message: it is tried again.
_FOR_NOW = (408, 425, 429)
#: Below the time after which another process may take the message over.
_LONGEST = timedelta(seconds=60)


class Signing(Frozen):
    """A key that both sides know, by the name of its secret."""

    secret: str = Field(pattern=_SECRET)
    """TRACKER_<SECRET> in the environment, or the file that TRACKER_<SECRET>_FILE names."""


class Params(Frozen):
    """JSON to an address over HTTP; what is answered with 2xx has arrived."""

    url: str | None = None
    """The address, where it is no secret."""
    secret: str | None = Field(default=None, pattern=_SECRET)
    """TRACKER_<SECRET> holds the address, as it does for most chats: who knows it may post."""
    sign: Signing | None = None
    """Sends `X-Tracker-Signature: sha256=<hex>`, the HMAC of the body under this key."""
    allow_private: bool = False
    """Opens the address where it is one of a private network."""
    timeout: Duration = timedelta(seconds=20)
    """For the whole conversation, at most 60s."""

    @field_validator("url", mode="after")
    @classmethod
    def _sound(cls, given: str | None) -> str | None:
        if given is not None and (why := network.objection(given)):
            raise ValueError(f"nothing can be posted to this address: {why}")
        return given

    @field_validator("timeout", mode="after")
    @classmethod
    def _short(cls, given: timedelta) -> timedelta:
        if not timedelta(seconds=1) <= given <= _LONGEST:
            raise ValueError("the time of a conversation is between 1s and 60s")
        return given

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.url is None) == (self.secret is None):
            raise ValueError(
                "a webhook needs one address: `url`, or `secret` with the name of the secret that holds it"
            )
        return self


def body(message: Message, rendered: Rendered) -> bytes:
    """The same bytes in every try."""
    told = {
        "version": 1, "id": message.id, "watch": message.watch, "receiver": message.receiver, "kind": message.kind,
        "at": message.at, "timezone": message.timezone, "subject": rendered.subject, "period": message.period,
        "instead_of": message.instead_of, "undelivered": message.undelivered,
        "items": [dataclasses.asdict(item) for item in message.items], "text": rendered.text,
    }  # fmt: skip
    return plain.json(told).encode()


def send(params: Params, message: Message, rendered: Rendered, context: Context) -> None:
    """Post it once. It is safe when the answer is 2xx."""
    url = _address(params, context.secret)
    content = body(message, rendered)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": message.id,
        "User-Agent": network.agent(),
    }
    if params.sign is not None:
        key = _secret(params.sign.secret, context.secret)
        headers["X-Tracker-Signature"] = f"sha256={hmac.new(key.encode(), content, hashlib.sha256).hexdigest()}"
    where = _where(url)
    context.say(f"> POST {where} ({len(content)} bytes{', signed' if params.sign else ''}; the path is not shown)")
    try:
        receipt = network.post(
            url, content, headers=headers, allow_private=params.allow_private, deadline=params.timeout.total_seconds()
        )
    except SourceError as error:
        raise DeliveryError(f"the webhook {where}: {error}") from None
    context.say(f"< {receipt.said}")
    _judge(receipt, where)


def _judge(receipt: network.Receipt, where: str) -> None:
    status, said = receipt.status, f"the webhook {where} answered {receipt.said}"
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise DeliveryError(f"{said}: a message is not sent on; declare the address it leads to", permanent=True)
    if status in _FOR_NOW or status >= 500:
        raise DeliveryError(f"{said}", retry_after=receipt.wait)
    raise DeliveryError(f"{said}: it does not take this message", permanent=True)


def _address(params: Params, secret: Callable[[str], str | None]) -> str:
    if params.url is not None:
        return params.url
    assert params.secret is not None
    url = _secret(params.secret, secret)
    if not url.startswith(("https://", "http://")):
        raise DeliveryError(f"TRACKER_{params.secret.upper()} does not begin with https:// or http://; correct it")
    if why := network.objection(url):
        raise DeliveryError(f"TRACKER_{params.secret.upper()} is no address that can be posted to: {why}; correct it")
    return url


def _secret(name: str, secret: Callable[[str], str | None]) -> str:
    """Whatever is wrong here somebody can mend, so the message is kept and tried again."""
    try:
        value = (secret(name) or "").strip()
    except TrackerError as error:  # the file that holds it cannot be read
        raise DeliveryError(str(error)) from None
    if not value:
        raise DeliveryError(f"TRACKER_{name.upper()} is not set, so nothing can be posted")
    return value


def _where(url: str) -> str:
    """All of an address that may be read by others."""
    scheme, host, port = network.origin(url)
    return f"{scheme}://{host}" if port == {"https": 443, "http": 80}[scheme] else f"{scheme}://{host}:{port}"


KIND = Kind(Params=Params, send=send)
