"""Mail over a real server: taken, put off, refused, lost. It is one mail in every try, and no secret is ever said."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.alerts import smtp
from tests.alerts.making import NOON, growth, item, message
from tests.alerts.making import context as make_context
from tests.alerts.smtp import mailroom
from tracker import alerts
from tracker.alerts import email
from tracker.errors import DeliveryError
from tracker.model.told import Message, Rendered

PASSWORD = "p@ss:w/rd#1?"
SPELT = "p%40ss%3Aw%2Frd%231%3F"
DESK = {"to": ["desk@example.org"], "from": "tracker@example.org"}


@pytest.fixture
def post(tmp_path: Path) -> Callable[..., list[str]]:
    """Sends a message as the worker does, but with short patience; gives the dialogue."""

    def send(
        url: str | None, told: Message | None = None, *, to: dict[str, object] | None = None, timeout: float = 5.0,
        late: timedelta = timedelta(0), said: list[str] | None = None, rendered: Rendered | None = None,
    ) -> list[str]:  # fmt: skip
        told = told or message(item())
        dialogue = [] if said is None else said
        environ = {} if url is None else {"TRACKER_SMTP_URL": url}
        context = make_context(tmp_path, environ, now=told.at + late, say=dialogue.append)
        params = email.Params.model_validate(to or DESK)
        email.send(params, told, rendered or alerts.render(told), context, timeout=timeout)
        return dialogue

    return send


def body(mail: EmailMessage, kind: str) -> str:
    """The text of one of the two parts."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_is_taken(post: Callable[..., list[str]]) -> None:
    """Both forms as they were rendered, the headers that keep machines from answering, the date of the message."""
    told = message(item())
    with mailroom() as room:
        dialogue = post(f"smtp://127.0.0.1:{room.port}", told)

    (mail,) = room.mails
    assert mail["Subject"] == "[WARNING] MiniMax 技术负责人离职 — MiniMax"
    assert mail["From"] == "StepFun tracker <tracker@example.org>"
    assert mail["To"] == "desk@example.org"
    assert mail["Date"] == "Wed, 19 Aug 2026 12:00:00 +0800"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["List-Id"] == "<stepfun.tracker>"
    assert mail.get_content_type() == "multipart/alternative"
    assert body(mail, "plain") == alerts.render(told).text
    assert body(mail, "html") == alerts.render(told).html
    assert max(map(len, room.raw[0].splitlines())) <= 998
    assert room.raw[0].isascii()
    assert "> RCPT TO:<desk@example.org>" in dialogue
    assert [one for one in dialogue if one.startswith("< 250")]


def test_a_kind_sends_with_its_own_patience(tmp_path: Path) -> None:
    """What `KINDS` holds is what is tested here."""
    with mailroom() as room:
        context = make_context(tmp_path, {"TRACKER_SMTP_URL": f"smtp://127.0.0.1:{room.port}"})
        kind = alerts.KINDS["email"]
        kind.send(kind.Params.model_validate(DESK), message(item()), alerts.render(message(item())), context)

    assert len(room.mails) == 1
    assert 10 <= email.TIMEOUT <= 30


def test_every_try_is_the_same_mail(post: Callable[..., list[str]]) -> None:
    """Byte for byte, also an hour later."""
    with mailroom() as room:
        for hours in (0, 1):
            post(f"smtp://127.0.0.1:{room.port}", late=timedelta(hours=hours))

    assert room.raw[0] == room.raw[1]


def test_one_thread_per_episode(post: Callable[..., list[str]]) -> None:
    """Every message refers to one root, so a first mail that was lost breaks nothing; another episode has another root."""
    told = [
        message(growth(), id="1" * 32),
        message(growth("resolved"), id="2" * 32, at=NOON + timedelta(days=2)),
        message(item(), id="3" * 32),
    ]
    with mailroom() as room:
        for one in told:
            post(f"smtp://127.0.0.1:{room.port}", one)

    first, second, other = room.mails
    assert first["References"] == first["In-Reply-To"] == second["References"] == second["In-Reply-To"]
    assert other["References"] != first["References"]
    assert len({mail["Message-ID"] for mail in room.mails} | {first["References"], other["References"]}) == 5
    for mail, one in zip(room.mails, told, strict=True):
        assert mail["Message-ID"].startswith(f"<{one.id}.")
        assert mail["Message-ID"].endswith("@stepfun.tracker>")
    for raw in room.raw:  # no id is folded or encoded: some servers get that wrong
        assert (
            sum(line.startswith((b"Message-ID: <", b"References: <", b"In-Reply-To: <")) for line in raw.splitlines())
            == 3
        )


def test_a_home_that_begins_anew_has_new_ids() -> None:
    """It counts from 1 again; a mail reader must not take its first alert for one that it has seen."""
    from tracker.alerts.letter import message_id

    told = message(item())

    assert message_id(told) != message_id(replace(told, at=NOON + timedelta(days=90)))
    assert message_id(told) != message_id(replace(told, watch="阶跃星辰"))
    assert message_id(replace(told, id="digest of 2026-W34\r\n<x>")).isascii()


def test_a_digest_and_a_sample_are_no_answers(post: Callable[..., list[str]]) -> None:
    """They stand alone; a digest without HTML is plain text."""
    digest = message(kind="digest", period="2026-W34", text="StepFun\nnow  then", thread="")
    with mailroom() as room:
        post(f"smtp://127.0.0.1:{room.port}", digest)
        post(f"smtp://127.0.0.1:{room.port}", alerts.sample("desk", "StepFun", "Asia/Shanghai", NOON))

    assert room.mails[0].get_content_type() == "text/plain"
    assert body(room.mails[0], "plain") == "StepFun\nnow  then\n"
    assert [mail["References"] for mail in room.mails] == [None, None]
    assert room.mails[1]["Subject"] == "[test] StepFun: a sample; nothing has happened"


@pytest.mark.parametrize(
    "headline",
    [
        "a\r\nBcc: all@evil.example",
        "=?utf-8?q?a=0D=0ABcc:_all@evil.example?=",
        "\x1b[31m \ud800 \u202e",
        "长" * 400,
        "x" * 400,
    ],
)
def test_a_headline_is_no_header(headline: str, post: Callable[..., list[str]]) -> None:
    """Whatever it holds, the mail has the headers that we gave it, and goes to whom we said."""
    told = message(item(headline=headline), watch="Step\r\nBcc: all@evil.example")
    with mailroom() as room:
        post(f"smtp://127.0.0.1:{room.port}", told)

    (mail,) = room.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == alerts.render(told).subject.replace("=?", "= ?")
    assert room.recipients == [["desk@example.org"]]
    assert not [line for line in room.raw[0].split(b"\r\n\r\n")[0].splitlines() if line.lower().startswith(b"bcc")]


@pytest.mark.parametrize(
    ("step", "code", "permanent"),
    [
        ("sender", "451 4.3.0 come back later", False),
        ("sender", "550 5.7.1 not from you", True),
        ("sender", "530 5.7.0 log in first", False),
        ("recipient", "451 4.7.1 greylisted", False),
        ("recipient", "550 5.1.1 no such user", True),
        ("recipient", "421 4.3.2 closing", False),
        ("data", "451 4.3.0 come back later", False),
        ("data", "550 5.7.1 looks like spam", True),
        ("data", "552 5.3.4 too big", True),
    ],
)
def test_a_refusal_says_whether_to_try_again(
    step: str, code: str, permanent: bool, post: Callable[..., list[str]]
) -> None:
    """4xx: later. 5xx from MAIL FROM on: never, unless it is about the login. The server's words are passed on."""
    with mailroom() as room:
        room.sender_answer = code if step == "sender" else "250 OK"
        room.answers = {"desk@example.org": code} if step == "recipient" else {}
        room.data_answer = code if step == "data" else "250 OK"
        with pytest.raises(DeliveryError) as caught:
            post(f"smtp://127.0.0.1:{room.port}")

    assert caught.value.permanent is permanent
    assert code in str(caught.value)
    assert room.mails == []


def test_who_is_refused_for_good_does_not_keep_it_from_the_others(
    post: Callable[..., list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    """They get it at once, and the log says who did not."""
    with mailroom() as room:
        room.answers = {"gone@example.org": "550 5.1.1 no such user"}
        post(
            f"smtp://127.0.0.1:{room.port}",
            to={"to": ["gone@example.org", "desk@example.org"], "from": "t@example.org"},
        )

    assert room.recipients == [["desk@example.org"]]
    assert "gone@example.org is refused (550 5.1.1 no such user)" in caplog.text


def test_who_is_put_off_is_waited_for_a_while(post: Callable[..., list[str]]) -> None:
    """Nobody gets it twice because of a greylist; after ten minutes the others get it alone."""
    to = {"to": ["slow@example.org", "desk@example.org"], "from": "t@example.org"}
    with mailroom() as room:
        room.answers = {"slow@example.org": "451 4.7.1 greylisted"}
        with pytest.raises(DeliveryError, match=r"slow@example\.org is refused \(451") as caught:
            post(f"smtp://127.0.0.1:{room.port}", to=to, late=timedelta(minutes=9))
        assert not caught.value.permanent
        assert room.mails == []
        post(f"smtp://127.0.0.1:{room.port}", to=to, late=timedelta(minutes=11))

    assert room.recipients == [["desk@example.org"]]


def test_a_line_that_is_lost_after_the_data(post: Callable[..., list[str]]) -> None:
    """The server may have it or not; it is sent again, and whoever has both sees one Message-ID."""
    with mailroom() as room:
        room.cut = True
        with pytest.raises(DeliveryError, match="closed the connection before it had said") as caught:
            post(f"smtp://127.0.0.1:{room.port}")
        room.cut = False
        post(f"smtp://127.0.0.1:{room.port}", late=timedelta(minutes=1))

    assert not caught.value.permanent
    assert len(room.mails) == 2
    assert room.mails[0]["Message-ID"] == room.mails[1]["Message-ID"]


@pytest.mark.parametrize(
    ("speak", "why"),
    [
        (smtp.silent, r"did not answer within 0\.2 s"),
        (smtp.dripping, r"took longer than 0\.8 s in all"),
        (smtp.hanging_up, "closed the connection"),
    ],
    ids=["silent", "dripping", "hanging_up"],
)
def test_a_server_that_does_not_answer(speak: Callable[..., None], why: str, post: Callable[..., list[str]]) -> None:
    """No server holds the worker longer than the lease on the message."""
    with smtp.line(speak) as port, pytest.raises(DeliveryError, match=why) as caught:
        post(f"smtp://127.0.0.1:{port}", timeout=0.2)

    assert not caught.value.permanent


def test_nobody_listens(post: Callable[..., list[str]]) -> None:
    """The server is down, and comes back."""
    with pytest.raises(DeliveryError, match="cannot be reached: Connection refused") as caught:
        post(f"smtp://127.0.0.1:{smtp.closed_port()}")

    assert not caught.value.permanent


@pytest.mark.parametrize("url", [None, "", "  "])
def test_no_url(url: str | None, post: Callable[..., list[str]]) -> None:
    """The sentence names the variable, and the message waits until it is set."""
    with pytest.raises(DeliveryError, match="TRACKER_SMTP_URL is not set") as caught:
        post(url)

    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"http://u:{SPELT}@h", "begins with none of smtp://, smtp\\+starttls://, smtps://"),
        (f"u:{PASSWORD}@h", "begins with none of"),
        (f"smtp://u:{PASSWORD}@h", "its host or port cannot be read"),
        (f"smtp://u:{SPELT}@h:25x", "its host or port cannot be read"),
        (f"smtp://u:{SPELT}@", "names no host"),
        (f"smtp://u:{SPELT}@h/inbox", "something stands after the host"),
        ("smtp://u@h", "a user needs a password"),
        (f"smtp://u:{SPELT}%zz@h", "a % is not followed by two hexadecimal digits"),
        (f"smtp://u:{SPELT}%0A@h", "characters that a mail server cannot be told"),
        (f"smtp://u:{SPELT}密@h", "characters that a mail server cannot be told"),
    ],
)
def test_a_bad_url(url: str, why: str, post: Callable[..., list[str]]) -> None:
    """What is wrong is said without saying the URL; the message waits until it is mended."""
    with pytest.raises(DeliveryError, match=why) as caught:
        post(url)

    assert not caught.value.permanent
    assert _silent_about(SPELT, caught.value)
    assert _silent_about(PASSWORD, caught.value)


def test_a_secret_file_that_cannot_be_read(tmp_path: Path) -> None:
    """It is named; it fails this message, not the worker."""
    context = make_context(tmp_path, {"TRACKER_SMTP_URL_FILE": str(tmp_path / "none")})
    with pytest.raises(DeliveryError, match="TRACKER_SMTP_URL_FILE: cannot read") as caught:
        email.send(email.Params.model_validate(DESK), message(item()), alerts.render(message(item())), context)

    assert not caught.value.permanent


def test_a_login(post: Callable[..., list[str]]) -> None:
    """Percent-encoded in the URL, plain at the server, and not shown in the dialogue."""
    with mailroom(password=PASSWORD) as room:
        dialogue = post(f"smtp://desk%40example.org:{SPELT}@127.0.0.1:{room.port}", to={"to": "desk@example.org"})

    assert room.logins == [("desk@example.org", PASSWORD)]
    assert room.mails[0]["From"] == "StepFun tracker <desk@example.org>"
    assert "> AUTH (user and password are not shown)" in dialogue
    assert PASSWORD not in "\n".join(dialogue)


def test_a_login_that_is_refused(post: Callable[..., list[str]]) -> None:
    """Somebody changed the password and can mend it: the message waits. This server even repeats the password; we do not."""
    said: list[str] = []
    with mailroom(password="another") as room, pytest.raises(DeliveryError) as caught:
        post(f"smtp://u:{SPELT}@127.0.0.1:{room.port}", said=said)

    assert not caught.value.permanent
    assert "does not accept the user or the password of TRACKER_SMTP_URL (535 5.7.8" in str(caught.value)
    assert "***" in str(caught.value)
    assert _silent_about(PASSWORD, caught.value)
    assert PASSWORD not in "\n".join(said)
    assert room.mails == []


def test_a_server_without_a_login(post: Callable[..., list[str]]) -> None:
    """A user is set and the server knows none: that is a mistake in the URL."""
    with mailroom() as room, pytest.raises(DeliveryError, match="does not offer what the login") as caught:
        post(f"smtp://u:{SPELT}@127.0.0.1:{room.port}")

    assert not caught.value.permanent
    assert _silent_about(PASSWORD, caught.value)


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_an_encrypted_line(
    scheme: str, post: Callable[..., list[str]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate is looked at: one that nobody vouches for is refused before the password is said."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    with mailroom(tls=tls, implicit=scheme == "smtps", password=PASSWORD) as room:
        url = f"{scheme}://u:{SPELT}@localhost:{room.port}"
        with pytest.raises(DeliveryError, match="no encrypted connection") as caught:
            post(url)
        assert not caught.value.permanent
        assert room.logins == []

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        post(url)

    assert room.logins == [("u", PASSWORD)]
    assert len(room.mails) == 1


def test_a_server_that_offers_no_encryption_is_not_told_the_password(post: Callable[..., list[str]]) -> None:
    """smtp+starttls means it."""
    with (
        mailroom(password=PASSWORD) as room,
        pytest.raises(DeliveryError, match="does not offer what the scheme") as caught,
    ):
        post(f"smtp+starttls://u:{SPELT}@127.0.0.1:{room.port}")

    assert not caught.value.permanent
    assert room.logins == []


@pytest.mark.parametrize(
    "given",
    [
        {}, {"to": []}, {"to": "desk"}, {"to": ["desk@"]}, {"to": "a@b.org\nBcc: c@d.org"}, {"to": "a@b.org, c@d.org"},
        {"to": "desk@example.org", "from": "me"}, {"to": "a..b@example.org"}, {"to": "x\ny <a@b.org>"},
        {"to": "desk@example.org", "password": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_address_is_said_when_the_declaration_is_read(given: dict[str, object]) -> None:
    """Not at the first alert."""
    with pytest.raises(ValidationError):
        email.Params.model_validate(given)


def test_addresses_with_names(post: Callable[..., list[str]]) -> None:
    """In any script; each address gets it once."""
    to = ["分析组 <desk@example.org>", "Boss <boss@example.org>", "desk@example.org"]
    with mailroom() as room:
        post(f"smtp://127.0.0.1:{room.port}", to={"to": to, "from": "看守 <t@example.org>"})

    assert room.recipients == [["desk@example.org", "boss@example.org"]]
    assert room.mails[0]["To"].startswith("分析组 <desk@example.org>, Boss <boss@example.org>")
    assert room.mails[0]["From"] == "看守 <t@example.org>"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody has signed, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is needed to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    made = partial(subprocess.run, check=True, capture_output=True)
    made(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


def _silent_about(secret: str, error: DeliveryError) -> bool:
    """Neither the sentence nor what a traceback shows holds the secret."""
    return secret not in str(error) and secret not in _shown(error)


def _shown(error: DeliveryError) -> str:
    frames = "".join(traceback.format_exception(error))
    return "\n".join(line for line in frames.splitlines() if not line.startswith("    "))  # the lines of code are ours
