"""kind: email. Plain text with a simple HTML part, over SMTP; the server comes from the environment, never from the declaration."""

from __future__ import annotations

import logging
import re

from pydantic import Field, field_validator

from tracker.alerts import dialogue, letter, postbox
from tracker.alerts.kind import Context, Kind
from tracker.errors import DeliveryError
from tracker.model.declared import Frozen, Texts
from tracker.model.told import Message, Rendered

log = logging.getLogger(__name__)

TIMEOUT = 20.0  # seconds that the server may take for one answer
#: A server that puts off some of the recipients for now (greylisting) is waited for so long; then the others get it alone.
_PATIENCE_MINUTES = 10
#: In ASCII: every server takes that. A domain in another script has an xn-- form.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


class Params(Frozen):
    """Mail to one or more addresses; the server is named by TRACKER_SMTP_URL."""

    to: Texts = Field(min_length=1)
    """Addresses, each as `desk@example.org` or `The desk <desk@example.org>`."""
    sender: str | None = Field(default=None, alias="from")
    """Address in From; default the user of TRACKER_SMTP_URL where that is an address, else tracker@ this host."""

    @field_validator("to", mode="after")
    @classmethod
    def _addresses(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for one in given:
            _check(one)
        return tuple(dict.fromkeys(given))

    @field_validator("sender", mode="after")
    @classmethod
    def _sender(cls, given: str | None) -> str | None:
        return None if given is None else _check(given)


def _check(given: str) -> str:
    name, address = letter.parts(given)
    if not _ADDRESS.fullmatch(address) or ".." in address or name != " ".join(name.split()):
        raise ValueError(f"{given!r} is no mail address; write desk@example.org or The desk <desk@example.org>")
    return given


def send(params: Params, message: Message, rendered: Rendered, context: Context, *, timeout: float = TIMEOUT) -> None:
    """Hand the message to the mail server. It is safe once the server has said 250 after the data."""
    box = postbox.of(context.secret)
    sender = params.sender or _default_sender(box, context.hostname)
    content = letter.compose(message, rendered, sender, params.to)
    waited = (context.now - message.at).total_seconds() / 60
    refused = dialogue.post(
        box, letter.parts(sender)[1], tuple(dict.fromkeys(letter.parts(one)[1] for one in params.to)), content,
        hostname=context.hostname, say=context.say, timeout=timeout, patient=waited < _PATIENCE_MINUTES,
    )  # fmt: skip
    for one in refused:
        log.warning("%s: the message was sent, but not to all: %s", message.receiver, one)


def _default_sender(box: postbox.Postbox, hostname: str) -> str:
    if _ADDRESS.fullmatch(box.user) and box.user != box.password:
        return box.user
    made = f"tracker@{hostname}"
    if not _ADDRESS.fullmatch(made):
        raise DeliveryError("the name of this host makes no mail address; set `from` of the receiver")
    return made


KIND = Kind(Params=Params, send=send)
