"""The small internet on loopback, as a process: real recorded documents as they stood on a date that the test moves."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

PATIENCE = 20.0  # seconds that a server may take to come up on a busy machine


@dataclass(frozen=True, slots=True)
class World:
    """A running server. `url` has no slash at its end."""

    url: str
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, script: Path, date: str) -> Self:
        """Start the server at a date and wait until it answers."""
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, str(script), "--port", str(port), "--date", date],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        world = cls(f"http://127.0.0.1:{port}", process)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                world.get("/_date")
            except (urllib.error.URLError, ConnectionError):
                if process.poll() is not None or time.monotonic() > deadline:
                    world.stop()
                    raise
                time.sleep(0.05)
            else:
                return world

    def set_date(self, at: str) -> None:
        """Move the world's clock, forward or back: `2026-08-18T09:00`, UTC where nothing else is said."""
        self.get(f"/_date?at={at.replace('+', '%2B')}", method="POST")

    def log(self) -> list[list[Any]]:
        """Every request since the start: [method, path, status, conditional?], without those of the test itself."""
        lines: list[list[Any]] = json.loads(self.get("/_log"))
        return [line for line in lines if not str(line[1]).startswith(("/_log", "/_date"))]

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, path: str, *, method: str = "GET") -> bytes:
        """The body of one answer; urllib.error.HTTPError for a refusal."""
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            body: bytes = answer.read()
        return body


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
