"""What no request gets past: where the page may listen, which names it answers to, who may send something."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import WATCH
from tests.support.command import environment, tracker
from tests.web.conftest import Serve
from tracker import pipeline
from tracker.errors import UsageError
from tracker.web import Address, Server, admitted

HOSTS = (
    ("evil.example", 400), ("127.0.0.1.evil.example", 400), ("192.168.0.1", 400), ("", 400), ("localhost.evil", 400),
    ("[::2]", 400), ("127.0.0.1", 200), ("localhost", 200), ("LOCALHOST:1234", 200), ("[::1]:80", 200),
)  # fmt: skip
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "none"},
)


def test_a_foreign_host_is_400(serve: Serve) -> None:
    """A name that somebody pointed at loopback opens nothing; its own names do, with the port of any tunnel."""
    page = serve()
    for host, status in HOSTS:
        for path in ("/", "/api/v1/list", "/healthz"):
            assert page.ask(path, headers={"Host": host}).status == status, host


def test_a_cross_site_request_is_403(serve: Serve) -> None:
    """Whatever the path and the method; reading from a link is fine."""
    page = serve()
    for headers in FOREIGN:
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert page.ask("/", method=method, headers=headers).status == 403, (method, headers)
        assert page.ask("/", headers=headers).status == 200


def test_a_request_of_the_page_itself_gets_through(serve: Serve) -> None:
    """And one of a program, which says nothing of where it comes from; what is sent to a page that takes nothing is 405."""
    page = serve()
    own = {"Origin": f"http://127.0.0.1:{page.port}", "Sec-Fetch-Site": "same-origin"}
    shy = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}  # what a browser sends under our own referrer policy

    assert page.ask("/", method="POST", headers=own).status == 405
    assert page.ask("/", method="POST").status == 405
    assert page.ask("/", method="POST", headers=shy).status == 405
    assert page.send("/enter", headers=own, indicator="growth", value="4x", do="store").status == 200
    assert len(pipeline.values(page.desk, "growth")) == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "127.0.0.1.evil.example", "", "*"])
def test_an_address_off_loopback_is_refused_before_anything_else(host: str, tmp_path: Path) -> None:
    """Also without a home, for every command that serves."""
    with pytest.raises(UsageError, match="not a loopback address"):
        admitted(host, 8765, {})
    if host == "0.0.0.0":
        for command in (("web",), ("run",), ("run", "--once"), ("run", "--no-web")):
            done = tracker("--home", "nowhere", *command, "--host", host, cwd=tmp_path)
            assert done.returncode == 2
            assert "not a loopback address" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("host", "literal"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1.2.3", "127.1.2.3"),
        ("::1", "[::1]"),
        ("[::1]", "[::1]"),
        ("localhost", "localhost"),
    ],
)
def test_loopback_has_several_names(host: str, literal: str) -> None:
    """As they stand in a URL."""
    assert admitted(host, 1, {}).literal == literal


def test_a_port_in_use_is_said_at_once(tmp_path: Path) -> None:
    """Before the daemon starts anything."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} on 127.0.0.1 is in use"):
            Server(Address(port=port), lambda: pytest.fail("no desk is needed"))
        (tmp_path / "indicators.yaml").write_text(WATCH, encoding="utf-8")
        done = tracker("web", "--port", str(port), cwd=tmp_path)
    assert done.returncode == 2
    assert "--port 0 for any free one" in done.stderr


def test_the_page_alone_is_a_process(tmp_path: Path) -> None:
    """`tracker web --port 0` says where it is, answers, and ends with 0 on SIGTERM."""
    (tmp_path / "indicators.yaml").write_text(WATCH, encoding="utf-8")
    command = [sys.executable, "-m", "tracker", "web", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        url = process.stderr.readline().split()[1]
        with urllib.request.urlopen(f"{url}healthz", timeout=20) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert "Traceback" not in process.stderr.read()
