"""One conversation with a mail server, step by step. Every way it can end is a sentence, and says whether to try again.

What happens before MAIL FROM (no connection, no TLS, a login that is refused) is about the server or the settings: somebody can
mend it, and the message waits. From MAIL FROM on the answer is about this message, and a 5xx is final, as RFC 5321 has it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.alerts.facts import clipped
from tracker.alerts.postbox import Postbox
from tracker.errors import DeliveryError

if TYPE_CHECKING:
    import smtplib
    import ssl

Reply = tuple[int, bytes]
#: The whole conversation may take so many times the time of one answer; the lease on the message is longer.
_ANSWERS = 4
#: Codes that speak of the login, whenever they come.
_LOGIN = (530, 534, 535, 538)
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


def post(
    box: Postbox, sender: str, recipients: Sequence[str], content: bytes, *,
    hostname: str, say: Callable[[str], None], timeout: float, patient: bool,
) -> tuple[str, ...]:  # fmt: skip
    """Send a mail; what is given back says who did not get it. `patient` = wait rather than leave somebody out for now."""
    import smtplib
    import ssl

    own = hostname if _HOST.fullmatch(hostname) else "localhost"
    tls = ssl.create_default_context() if box.security != "none" else None
    server = (
        smtplib.SMTP_SSL(local_hostname=own, timeout=timeout, context=tls)
        if box.security == "tls"
        else smtplib.SMTP(local_hostname=own, timeout=timeout)
    )
    talk = _Talk(box=box, server=server, say=say)
    with _limited(server, timeout * _ANSWERS) as late:
        try:
            talk.open(tls)
            return talk.deliver(sender, recipients, content, patient=patient)
        except (OSError, UnicodeError) as error:  # what smtplib raises is the one, a host that is no name the other
            # Without a cause: it may hold what the server said, word for word.
            raise DeliveryError(talk.sentence(error, timeout, late=late.is_set())) from None
        finally:
            talk.close()


@contextmanager
def _limited(server: smtplib.SMTP, seconds: float) -> Iterator[threading.Event]:
    """A server that sends one letter at a time is cut off in the end; the event says that it was."""
    import socket

    late = threading.Event()

    def cut() -> None:
        late.set()
        if server.sock is not None:
            with suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


@dataclass(slots=True, kw_only=True)
class _Talk:
    """The conversation: each step is shown, each answer is judged."""

    box: Postbox
    server: smtplib.SMTP
    say: Callable[[str], None]

    def open(self, tls: ssl.SSLContext | None) -> None:
        """Connect, greet, encrypt, log in."""
        box, server = self.box, self.server
        self.say(f"connecting to {box}{' with TLS' if box.security == 'tls' else ''}")
        # What the certificate must name. A constructor that is told the host sets it, but connects at once, without the limit.
        server._host = box.host  # type: ignore[attr-defined]
        self._judge(server.connect(box.host, box.port), "the greeting", 220)
        self._greet()
        if box.security == "starttls":
            self.say("> STARTTLS")
            self._judge(server.starttls(context=tls), "STARTTLS", 220)
            self._greet()
        if box.user:
            self.say("> AUTH (user and password are not shown)")
            self._judge(server.login(box.user, box.password), "AUTH", 235, 503)

    def _greet(self) -> None:
        self.say(f"> EHLO {self.server.local_hostname}")
        self.server.ehlo_or_helo_if_needed()
        heard = self.server.ehlo_resp or self.server.helo_resp or b""
        self.say(f"< {self._heard(heard)}")

    def deliver(self, sender: str, recipients: Sequence[str], content: bytes, *, patient: bool) -> tuple[str, ...]:
        """Sender, recipients, data."""
        size = (f"size={len(content)}",) if self.server.has_extn("size") else ()
        self.say(f"> MAIL FROM:<{sender}>")
        self._judge(self.server.mail(sender, size), "MAIL FROM", 250, about=f"the sender {sender}")
        refused = self._recipients(recipients, patient=patient)
        self.say(f"> DATA ({len(content)} bytes)")
        try:
            reply = self.server.data(content)
        except OSError as error:
            code = getattr(error, "smtp_code", None)
            if code is None:
                raise
            reply = (code, getattr(error, "smtp_error", b""))
        self._judge(reply, "DATA", 250, about="the message")
        return refused

    def _recipients(self, recipients: Sequence[str], *, patient: bool) -> tuple[str, ...]:
        refused: list[tuple[int, str]] = []
        for one in recipients:
            self.say(f"> RCPT TO:<{one}>")
            code, text = self.server.rcpt(one)
            self.say(f"< {code} {self._heard(text)}")
            if code == 421:  # it is closing: that is not about this address
                raise DeliveryError(
                    f"the mail server {self.box} is closing ({code} {self._heard(text)}); it is tried again"
                )
            if code not in (250, 251):
                refused.append((code, f"{one} is refused ({code} {self._heard(text)})"))
        for_now = any(code < 500 or code in _LOGIN for code, _ in refused)
        if refused and (len(refused) == len(recipients) or (for_now and patient)):
            said = "; ".join(why for _, why in refused)
            raise DeliveryError(f"the mail server {self.box} does not take the message: {said}", permanent=not for_now)
        return tuple(why for _, why in refused)

    def _judge(self, reply: Reply, step: str, *good: int, about: str = "") -> None:
        """`about` names what was refused, from MAIL FROM on; before that nothing is final."""
        code, text = reply
        self.say(f"< {code} {self._heard(text)}")
        if code in good:
            return
        final = bool(about) and 500 <= code < 600 and code not in _LOGIN
        what = f"refuses {about} at {step}" if about else f"refuses at {step}"
        raise DeliveryError(f"the mail server {self.box} {what}: {code} {self._heard(text)}", permanent=final)

    def _heard(self, text: bytes | str) -> str:
        said = text if isinstance(text, str) else text.decode(errors="replace")
        return self.box.without_secrets(clipped(self.box.without_secrets(said), 300))

    def sentence(self, error: Exception, timeout: float, *, late: bool) -> str:
        """What went wrong below the answers."""
        import smtplib
        import ssl

        where, again = f"the mail server {self.box}", "it is tried again"
        if isinstance(error, smtplib.SMTPAuthenticationError):
            said = f"{error.smtp_code} {self._heard(error.smtp_error)}"
            return f"{where} does not accept the user or the password of TRACKER_SMTP_URL ({said}); correct it, {again}"
        if isinstance(error, smtplib.SMTPResponseException):
            return f"{where} refuses: {error.smtp_code} {self._heard(error.smtp_error)}; {again}"
        if late:
            return f"{where} took longer than {timeout * _ANSWERS:g} s in all; {again}"
        if isinstance(error, TimeoutError) or isinstance(
            error.__context__, TimeoutError
        ):  # smtplib calls it a disconnection
            return f"{where} did not answer within {timeout:g} s; {again}"
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return f"{where} closed the connection before it had said that it has the message; {again} under the same Message-ID"
        if isinstance(error, smtplib.SMTPException):
            return f"{where} does not offer what {self._wants()} of TRACKER_SMTP_URL need: {self._heard(str(error))}; {again}"
        if isinstance(error, ssl.SSLError):
            return f"{where}: no encrypted connection: {self._heard(error.reason or str(error))}; {again}"
        why = getattr(error, "strerror", None) or type(error).__name__
        return f"{where} cannot be reached: {self._heard(why)}; {again}"

    def _wants(self) -> str:
        return "the scheme and the login" if self.box.security == "starttls" else "the login"

    def close(self) -> None:
        """Say goodbye; what was said before stands, whatever comes back now."""
        with suppress(OSError):
            if self.server.sock is not None:
                self.say("> QUIT")
                self.server.quit()
        self.server.close()
