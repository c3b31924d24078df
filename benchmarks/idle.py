"""The daemon with nothing to do: its memory after the first pass and a minute later, and what it costs to wait.

Its sources are as many feeds as the shipped watch has, on loopback. Linux only: /proc says what a process holds.
"""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import homes

MINUTE = 60.0
FIRST_PASS = 30.0  # seconds until every source was asked once, generously
ITEM = (
    "<item><title>A headline about nothing in particular, number {0}</title><guid>{0}</guid>"
    "<link>http://127.0.0.1/{0}</link><pubDate>Mon, 17 Aug 2026 12:00:00 GMT</pubDate></item>"
)
FEED = (
    "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>feed</title>"
    + "".join(ITEM.format(number) for number in range(30))
    + "</channel></rss>"
).encode()


class _Feeds(http.server.BaseHTTPRequestHandler):
    """The same small feed at every path."""

    def do_GET(self) -> None:
        """Answer with the feed."""
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(FEED)))
        self.end_headers()
        self.wfile.write(FEED)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def measure() -> Iterator[Sequence[str]]:
    """Two rows: with the page, which brings the web framework into the process, and without it."""
    if not Path("/proc/self/statm").exists():
        return
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Feeds)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for name, options in (("with the page", ("--port", "0")), ("without it", ("--no-web",))):
            with tempfile.TemporaryDirectory() as folder:
                home = homes.make(Path(folder) / "home", feeds=f"http://127.0.0.1:{server.server_port}")
                yield from _watch(home, name, options)
    finally:
        server.shutdown()
        server.server_close()


def _watch(home: Path, name: str, options: Sequence[str]) -> Iterator[Sequence[str]]:
    command = [*homes.COMMAND, "--home", str(home), "run", *options]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        time.sleep(FIRST_PASS)
        if process.poll() is not None:
            assert process.stderr is not None
            sys.exit(f"{' '.join(command)} ended: {process.stderr.read().decode().strip()}")
        before, spent = _memory(process.pid), processor(process.pid)
        time.sleep(MINUTE)
        after, cost = _memory(process.pid), processor(process.pid) - spent
        process.terminate()
        process.wait(timeout=30)
    yield f"{name}, after the first pass", f"{before:.0f} MiB", ""
    yield f"{name}, a minute later", f"{after:.0f} MiB", f"{cost:.2f} s"


def _memory(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def processor(pid: int) -> float:
    """User and system time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
