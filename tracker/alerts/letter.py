"""A message as a mail: the same bytes in every try, under the same Message-ID, in one thread per episode. Pure.

Every id is made of what is stored with the message, never of the host or the time of the try, so that a second try after a
crash is recognised as the same mail. The time at which the message was made is part of its id: a home that is begun anew
counts from 1 again, and a mail reader must not take its first alert for one that it has seen. The thread's root is an id that
no message has: whichever message is the first to arrive, all refer to the same one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tracker import charts, plain, timing

if TYPE_CHECKING:
    from email.headerregistry import Address
    from email.message import EmailMessage

    from tracker.model.told import Message, Rendered

_NAMED = re.compile(r"\s*\"?([^<>\"]*?)\"?\s*<([^<>]*)>\s*")
#: Short enough that no id is folded, which some servers get wrong.
_SHORT_ID = re.compile(r"[A-Za-z0-9-]{1,32}")


def compose(message: Message, rendered: Rendered, sender: str, to: Sequence[str]) -> bytes:
    """The mail, ready for DATA."""
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime

    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))  # passes every server, also one without 8BITMIME
    mail["Subject"] = _header(rendered.subject)
    mail["From"] = _address(sender, f"{message.watch} tracker")
    mail["To"] = [_address(one) for one in to]
    mail["Date"] = format_datetime(message.at.astimezone(timing.zone(message.timezone)))
    mail["Message-ID"] = message_id(message)
    if root := thread_root(message):
        mail["In-Reply-To"] = root
        mail["References"] = root
    mail["List-Id"] = f"<{domain(message.watch)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_encodable(rendered.text), charset="utf-8")
    if rendered.html:
        page, pictures = _pictures(message, rendered)
        mail.add_alternative(_encodable(page), subtype="html", charset="utf-8")
        if pictures:
            _attach(mail, pictures)
        boundary = hashlib.sha256(message_id(message).encode()).hexdigest()[:30]
        mail.set_boundary(f"=_{boundary}")
        for number, part in enumerate(one for one in mail.iter_parts() if one.is_multipart()):
            part.set_boundary(f"=_{boundary}.{number}")
    return mail.as_bytes()


def _pictures(message: Message, rendered: Rendered) -> tuple[str, dict[str, bytes]]:
    """The HTML and its pictures by id; a drawing that cannot be one here stands in the text as a row of letters."""
    page, pictures = rendered.html, {}
    for name, svg, letters in rendered.images:
        drawn = charts.png(svg)
        if drawn is None:
            said = plain.html(letters).replace("\\", "")
            page = re.sub(rf'<img src="cid:{re.escape(name)}"[^>]*>', said, page)
        else:
            own = f"{name}.{domain(message.watch)}"
            page = page.replace(f'src="cid:{name}"', f'src="cid:{own}"')
            pictures[own] = drawn
    return page, pictures


def _attach(mail: EmailMessage, pictures: Mapping[str, bytes]) -> None:
    """Beside the HTML, so that nothing is loaded from anywhere."""
    from email.message import EmailMessage

    page = list(mail.iter_parts())[-1]
    assert isinstance(page, EmailMessage)
    for name, drawn in pictures.items():
        page.add_related(drawn, maintype="image", subtype="png", cid=f"<{name}>", disposition="inline")


def message_id(message: Message) -> str:
    """The same in every try."""
    own = message.id if _SHORT_ID.fullmatch(message.id) else _hash(message.id)[:32]
    return f"<{own}.{int(message.at.timestamp()):x}@{domain(message.watch)}>"


def thread_root(message: Message) -> str:
    """What every message of an episode refers to; "" where there is no thread (a digest, a sample)."""
    return f"<thread.{_hash(message.thread)[:32]}@{domain(message.watch)}>" if message.thread else ""


def domain(watch: str) -> str:
    """The right side of every id: the watch, so that two watches in one mailbox stay apart."""
    name = re.sub(r"[^a-z0-9]", "", watch.lower())[:12] or f"w{_hash(watch)[:8]}"
    return f"{name}.tracker"


def parts(given: str) -> tuple[str, str]:
    """Name and address of `The desk <desk@example.org>`; the name is "" where there is none."""
    named = _NAMED.fullmatch(given)
    return (named[1].strip(), named[2].strip()) if named else ("", given.strip())


def _address(given: str, name: str = "") -> Address:
    from email.headerregistry import Address

    own, address = parts(given)
    return Address(display_name=_header(own or name), addr_spec=address)


def _header(text: str) -> str:
    """One line in which nothing is an encoded word: that would be decoded again, and could bring a line break back."""
    return plain.line(text).replace("=?", "= ?")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()
