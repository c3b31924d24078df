"""A pass that takes its time says on a terminal how far it is; without a terminal, and in a short one, nothing is shown."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.command import environment
from tests.support.web import Site

DECLARED = """
watch: W
receivers: {{folder: {{kind: markdown}}}}
subjects: {{acme: {{name: Acme}}}}
sources:
  slow: {{kind: json, url: "{url}/slow", allow_private: true, emit: [{{indicator: n, value: n}}]}}
  fast: {{kind: json, url: "{url}/fast", allow_private: true, emit: [{{indicator: m, value: n}}]}}
indicators: {{n: {{name: N, unit: x}}, m: {{name: M, unit: x}}}}
"""


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


def _on_a_terminal(home: Path, *args: str, release: threading.Event | None = None) -> str:
    """What a terminal shows; `release` is set as soon as it shows how far the pass is."""
    own, theirs = pty.openpty()
    command = [sys.executable, "-m", "tracker", *args]
    process = subprocess.Popen(command, cwd=home, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(own, 4096)
        except OSError:  # the other end is closed
            break
        if release is not None and b"1 of 2 sources done" in shown:
            release.set()
    process.wait(timeout=60)
    os.close(own)
    return shown.decode()


def test_a_slow_pass_shows_how_far_it_is(site: Site, tmp_path: Path) -> None:
    """The slow source answers when the line was seen: without the line it would never come to an end."""
    release = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        release.wait(18)
        handler.send_response(200)
        handler.send_header("Content-Length", "10")
        handler.end_headers()
        handler.wfile.write(b'[{"n": 1}]')

    site.do("/slow", answer)
    site.put("/fast", '[{"n": 2}]')
    (tmp_path / "indicators.yaml").write_text(DECLARED.format(url=site.url), encoding="utf-8")

    shown = _on_a_terminal(tmp_path, "collect", release=release)

    assert "\r\x1b[K1 of 2 sources done" in shown
    assert shown.endswith("\r\x1b[Kfast: 1 value\r\nslow: 1 value\r\n")


def test_a_short_pass_shows_nothing(site: Site, tmp_path: Path) -> None:
    site.put("/slow", '[{"n": 1}]')
    site.put("/fast", '[{"n": 2}]')
    (tmp_path / "indicators.yaml").write_text(DECLARED.format(url=site.url), encoding="utf-8")

    assert "sources done" not in _on_a_terminal(tmp_path, "collect", "fast")
