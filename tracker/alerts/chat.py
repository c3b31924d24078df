"""kind: chat. One room of one chat service, through apprise: Feishu, DingTalk, WeCom, Slack, Telegram and many more.

The address is a secret. apprise brings its own way to the network and logs addresses, so it is heard by nobody but us while
it sends, and no word of its own is repeated: what went wrong is told by the status alone.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import Field

from tracker.alerts.kind import Context, Kind
from tracker.errors import DeliveryError, TrackerError
from tracker.model.declared import Frozen
from tracker.model.told import Message, Rendered

#: A text longer than so many messages of the service is cut: the lease on a message is two minutes, and rooms are for people.
_PARTS = 8
_SLOWEST = 20.0
_CUT = "… (the message is longer than this service takes)"
_STATUS = re.compile(r"\berror=([345]\d\d)\b")
_ANOTHER = re.compile(r"[\s,;][A-Za-z][A-Za-z0-9+.-]*://")
_FOR_NOW = (408, 425, 429)
_TALKATIVE = ("apprise", "requests", "urllib3")
_TURN = threading.Lock()


class Params(Frozen):
    """One room of one chat service; needs the extra `chat`."""

    secret: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")
    """TRACKER_<SECRET> holds the apprise URL of the room, such as feishu://…, dingtalk://…, wecombot://…, slack://…, tgram://…"""


def send(params: Params, message: Message, rendered: Rendered, context: Context) -> None:
    """Say it in the room, in several parts where it is long. It is safe when the service has taken every part."""
    url = _address(params, context)
    with _alone() as heard:
        service = _service(url, f"TRACKER_{params.secret.upper()}")
        name, form, text = _form(service, rendered)
        context.say(f"> {name}: {len(text)} characters as {form.value} (the address is not shown)")
        try:
            taken = bool(service.notify(title=rendered.subject, body=text, body_format=form))
        except Exception as error:  # a plugin may fail in every way that code can
            raise DeliveryError(f"{name} could not be asked ({type(error).__name__})") from None
    if not taken:
        raise _refusal(name, " ".join(heard))
    context.say(f"< {name} has taken it")


def _address(params: Params, context: Context) -> str:
    variable = f"TRACKER_{params.secret.upper()}"
    try:
        url = (context.secret(params.secret) or "").strip()
    except TrackerError as error:  # the file that holds it cannot be read
        raise DeliveryError(str(error)) from None
    if not url:
        raise DeliveryError(f"{variable} is not set, so nothing can be said there; it holds an apprise URL")
    if _ANOTHER.search(url):
        raise DeliveryError(f"{variable} holds more than one address; name one room, and make a receiver for each")
    return url


def _service(url: str, variable: str) -> Any:
    """The one service that the address names, set so that the outbox alone decides when to try again."""
    try:
        from apprise import Apprise, AppriseAsset, OverflowMode
    except ImportError:
        raise DeliveryError("a chat needs apprise, which is not installed: pip install 'tracker[chat]'") from None
    service = Apprise.instantiate(url, asset=AppriseAsset(async_mode=False, secure_logging=True))
    if service is None:
        raise DeliveryError(f"{variable} is no apprise URL, or something is missing in it; correct it")
    service.retry = 0
    service.redirects = False  # a POST that is sent on may arrive as a GET, without the message
    service.overflow_mode = OverflowMode.SPLIT
    service.socket_read_timeout = min(service.socket_read_timeout, _SLOWEST)
    if len(service) > 1:
        why = "if one failed, the others would hear the message twice"
        raise DeliveryError(f"{variable} names {len(service)} rooms; name one, and make a receiver for each: {why}")
    return service


def _form(service: Any, rendered: Rendered) -> tuple[str, Any, str]:
    """The service's name, and the text in the form that it takes."""
    from apprise import NotifyFormat

    markdown = bool(rendered.markdown) and service.resolve_format(NotifyFormat.MARKDOWN) == NotifyFormat.MARKDOWN
    text = rendered.markdown if markdown else rendered.text
    most = _PARTS * service.body_maxlen
    if len(text) > most:
        text = f"{text[: most - len(_CUT) - 2].rpartition(chr(10))[0]}\n\n{_CUT}"
    return str(service.service_name), NotifyFormat.MARKDOWN if markdown else NotifyFormat.TEXT, text


def _refusal(name: str, heard: str) -> DeliveryError:
    """What a refusal means; without a status nothing is known of it, and the message waits."""
    found = _STATUS.search(heard)
    if found is None:
        return DeliveryError(f"{name} could not be reached, or did not take the message")
    status = int(found[1])
    if 300 <= status < 400:
        return DeliveryError(f"{name} answered {status}: a message is not sent on; correct the address", permanent=True)
    if status in _FOR_NOW or status >= 500:
        return DeliveryError(f"{name} answered {status}")
    return DeliveryError(f"{name} answered {status}: it does not take this message", permanent=True)


class _Ear(logging.Handler):
    """Keeps what is said in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.heard.append(record.getMessage())


@contextmanager
def _alone() -> Iterator[list[str]]:
    """One chat at a time, and what the libraries say of it goes nowhere else: it holds addresses."""
    ear = _Ear()
    logs = [logging.getLogger(name) for name in _TALKATIVE]
    with _TURN:
        before = [(log.propagate, log.level) for log in logs]
        for log in logs:
            log.propagate = False
            log.setLevel(logging.WARNING)
            log.addHandler(ear)
        try:
            yield ear.heard
        finally:
            for log, (propagate, level) in zip(logs, before, strict=True):
                log.removeHandler(ear)
                log.setLevel(level)
                log.propagate = propagate


KIND = Kind(Params=Params, send=send)
