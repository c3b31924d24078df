"""The way of a value in a mail: a picture beside the text over real SMTP, and a row of letters where none can be drawn."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.alerts.making import context, growth, message
from tests.alerts.smtp import mailroom
from tracker import alerts, charts
from tracker.alerts import email
from tracker.charts import Span
from tracker.model.told import Message

POINTS = [Span(float(day), float(value), float(value)) for day, value in enumerate((45, 30, 12, 8))]
WAY = {
    "chart": charts.sparkline(POINTS, [10.0], 50.0),
    "chart_letters": charts.letters(POINTS),
    "chart_words": "4 figures, from 45x (2024-H2) to 8x (2026-H1)",
}


def _sent(told: Message, root: Path) -> EmailMessage:
    with mailroom() as room:
        params = email.Params.model_validate({"to": ["desk@example.org"], "from": "tracker@example.org"})
        environ = {"TRACKER_SMTP_URL": f"smtp://127.0.0.1:{room.port}"}
        email.send(params, told, alerts.render(told), context(root, environ, now=told.at))
    (mail,) = room.mails
    return mail


def _page(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_the_picture_comes_with_the_mail(tmp_path: Path) -> None:
    """A PNG that the page names by its id; the text beside it, and the words in place of it, carry the numbers."""
    pytest.importorskip("resvg_py")
    mail = _sent(message(growth(**WAY)), tmp_path)

    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    page = _page(mail)
    assert picture.get_content().startswith(b"\x89PNG")
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in page
    assert f'alt="{WAY["chart_words"]}"' in page
    text = mail.get_body(("plain",))
    assert text is not None
    assert f"Trend:          █▅▂▁  {WAY['chart_words']}" in text.get_content()
    assert not re.search(r'(src|href)="(?!cid:)', page)


def test_a_drawing_that_cannot_be_drawn_is_a_row_of_letters(tmp_path: Path) -> None:
    """The mail goes out all the same, and names no picture that it does not hold."""
    mail = _sent(message(growth(**(WAY | {"chart": "<svg no drawing"}))), tmp_path)

    assert not [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert "cid:" not in _page(mail)
    assert "█▅▂▁" in _page(mail)


def test_two_tries_are_the_same_bytes(tmp_path: Path) -> None:
    """Pictures, boundaries and all."""
    told = message(growth(**WAY))
    first, second = (_sent(told, tmp_path) for _ in range(2))

    assert first.as_bytes() == second.as_bytes()


def test_a_mail_is_in_the_language_of_its_watch(tmp_path: Path) -> None:
    """Subject, labels and words; what the desk and the sources wrote stays."""
    mail = _sent(message(growth("resolved"), language="zh"), tmp_path)

    assert mail["Subject"] == "[已解除] API call growth (StepFun): 8x is below 10x"
    page = _page(mail)
    assert '<html lang="zh">' in page
    assert "可信度" in page
    assert not re.search(r"How sure|Source|Answer|cleared|critical ·", page)
