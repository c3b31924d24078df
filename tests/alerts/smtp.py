"""A mail server on loopback (aiosmtpd) that a test tells how to answer, and sockets that misbehave below the answers."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as MODERN

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mailroom:
    """What it has taken, and what it is to say. `cut` closes the line after the data, in place of the answer."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    tls: list[bool] = field(default_factory=list)  # of each mail: did it come encrypted?
    sender_answer: str = "250 OK"
    answers: dict[str, str] = field(default_factory=dict)  # to RCPT, by address
    data_answer: str = "250 OK"
    cut: bool = False
    password: str = ""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            self.mails.append(message_from_bytes(envelope.content, policy=MODERN))  # type: ignore[arg-type]
            self.recipients.append(list(envelope.rcpt_tos))
            self.tls.append(session.ssl is not None)
        if self.cut:
            assert server.transport is not None
            server.transport.abort()
        return self.data_answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Takes any user with the password; who else comes is told 535, with what he said."""
        assert isinstance(data, LoginPassword)
        user, password = data.login.decode(), data.password.decode()
        self.logins.append((user, password))
        if password == self.password:
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 not with {password}, {user}")


@contextmanager
def mailroom(*, tls: ssl.SSLContext | None = None, implicit: bool = False, password: str = "") -> Iterator[Mailroom]:
    """A running server; `tls` offers STARTTLS, or is spoken from the start when `implicit`."""
    room = Mailroom(password=password)
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        login = {"authenticator": room.authenticate, "auth_require_tls": False} if password else {}
        starttls = {} if implicit else {"tls_context": tls}
        return SMTP(room, hostname="mail.example.org", loop=loop, **login, **starttls)

    server = loop.run_until_complete(
        loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)  # type: ignore[arg-type]
    )
    room.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield room
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def line(speak: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """A port where each caller gets what `speak` says; the event is set when the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.02)

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError):
                    caller, _ = listener.accept()
                    with caller:
                        speak(caller, over)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        thread.join(10)


def silent(caller: socket.socket, over: threading.Event) -> None:
    """Takes the call and says nothing."""
    over.wait(10)


def dripping(caller: socket.socket, over: threading.Event) -> None:
    """Says a letter now and then: no single wait is ever too long."""
    caller.sendall(b"220-")
    while not over.is_set():
        caller.sendall(b"x")
        time.sleep(0.02)


def hanging_up(caller: socket.socket, over: threading.Event) -> None:
    """Takes the call and ends it."""


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
