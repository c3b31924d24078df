"""A document handed over: vetted, once, not sent on, in bounded time, and without its URL in any sentence or log."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from tests.support.web import Site
from tracker import network
from tracker.errors import SourceError
from tracker.network import Receipt

SECRET = "/services/T0/s3cret?key=s3cret"


def _post(url: str, **options: object) -> Receipt:
    return network.post(url, b"{}", headers={"Idempotency-Key": "0f"}, **{"allow_private": True, **options})


def _refusal(url: str, **options: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        _post(url, **options)
    return caught.value


@pytest.mark.parametrize(
    ("status", "headers", "said", "wait"),
    [
        (200, {}, "200 (OK)", None),
        (204, {}, "204 (No Content)", None),
        (404, {}, "404 (Not Found)", None),
        (429, {"Retry-After": "120"}, "429 (Too Many Requests)", 120),
        (503, {"Retry-After": "soon"}, "503 (Service Unavailable)", None),
        (599, {}, "599", None),
    ],
)
def test_whatever_is_answered_is_given_back(
    site: Site, status: int, headers: dict[str, str], said: str, wait: int | None
) -> None:
    """What it means for a message, the kind of receiver knows."""
    receipt = _post(site.put("/in", b"", status=status, headers=headers))

    assert (receipt.status, receipt.said) == (status, said)
    assert receipt.wait == (None if wait is None else timedelta(seconds=wait))
    (asked,) = site.asked
    assert (asked.method, asked.body, asked.headers["idempotency-key"]) == ("POST", b"{}", "0f")


def test_a_redirect_is_not_followed(site: Site) -> None:
    """Neither to where it leads, nor as a GET."""
    url = site.put("/in", status=302, headers={"Location": site.put("/there")})

    assert _post(url).status == 302
    assert site.paths == ["/in"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9/in", "private address"),
        ("http://localhost:9/in", "private address"),
        ("http://169.254.169.254/latest/", "never asked"),
        ("ftp://example.org/in", "not http or https"),
        ("http://user:word@example.org/in", "user name"),
    ],
)
def test_a_closed_address_is_refused(url: str, words: str) -> None:
    """A webhook of the home must not become a way into the network that it stands in."""
    error = _refusal(url, allow_private=False)

    assert error.state == "refused"
    assert words in str(error)


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(site: Site) -> None:
    """A name is looked up once: it cannot change its mind in between."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    site.put("/in")

    assert _post(f"http://hooks.example.org:{site.port}/in", resolve=resolve).status == 200
    assert asked == ["hooks.example.org"]
    assert site.asked[0].headers["host"] == f"hooks.example.org:{site.port}"


def test_an_answer_that_never_comes_ends_at_the_deadline(site: Site) -> None:
    """However the other side spends the time."""
    done = threading.Event()
    url = site.do("/in", lambda handler: done.wait(10) and None)

    error = _refusal(url, deadline=0.3)
    done.set()

    assert "too slow" in str(error)


def test_an_endless_answer_is_not_read_to_its_end(site: Site) -> None:
    """Its status has said all; a server that talks on for ever holds nobody up."""
    sent: list[int] = []

    def speak(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**12))
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)
            sent.append(65536)

    assert _post(site.do("/in", speak)).status == 200
    assert sum(sent) < 100_000_000


def test_a_body_that_breaks_off_changes_nothing(site: Site) -> None:
    """What was accepted was accepted."""

    def speak(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(201)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"x")
        handler.close_connection = True

    assert _post(site.do("/in", speak)).status == 201


def test_a_closed_line_is_not_asked_again(site: Site) -> None:
    """It may have been taken: whether to try again is for the outbox to say."""
    tries: list[str] = []

    def speak(handler: BaseHTTPRequestHandler) -> None:
        tries.append(handler.path)
        handler.close_connection = True

    assert "without an answer" in str(_refusal(site.do("/in", speak)))
    assert tries == ["/in"]


def test_no_sentence_and_no_log_holds_the_url(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """At any level, whether it is taken, refused or unreachable; nor what no header can carry."""
    caplog.set_level(logging.DEBUG)
    site.put("/services/T0/s3cret")
    _post(f"{site.url}{SECRET}")

    errors = [
        _refusal(f"http://127.0.0.1:9{SECRET}"),
        _refusal(f"{site.url}{SECRET}", allow_private=False),
        _refusal(f"http://[::1{SECRET}"),
        _refusal(f"https://exa mple.org{SECRET}"),
    ]
    with pytest.raises(SourceError) as caught:
        network.post(f"{site.url}/in", b"", headers={"X-Key": "s3cret\n"}, allow_private=True)

    assert "s3cret" not in " ".join(str(error) for error in [*errors, caught.value])
    assert "s3cret" not in caplog.text
