"""A page on a free port, over real HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.cli.conftest import WATCH
from tracker import pipeline
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import Clock, SystemClock
from tracker.web import Address, Server
from tracker.web.access import Access


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is served, and the desk behind it."""

    port: int
    desk: Desk

    def ask(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request, with a Host header of one's own where one is given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers=dict(headers or {}))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read().decode())
        finally:
            connection.close()

    def send(self, path: str, *, headers: Mapping[str, str] | None = None, **sent: str) -> Answer:
        """A form, as a page of ours sends it."""
        own = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        return self.ask(path, method="POST", headers=own | dict(headers or {}), body=urlencode(sent).encode())


Serve = Callable[..., Page]


@pytest.fixture(name="root")
def _root(home: Callable[..., Home]) -> Path:
    """The folder of a home that nothing was done in yet."""
    return home(WATCH).root


@pytest.fixture(name="serve")
def _serve(home: Callable[..., Home]) -> Iterator[Serve]:
    """`serve()` on a home that nothing was done in yet, `serve(text, clock=…)` on another."""
    with ExitStack() as stack:

        def serve(text: str = WATCH, *, clock: Clock | None = None, access: Access | None = None) -> Page:
            desk = stack.enter_context(pipeline.open_desk(home(text), clock or SystemClock()))
            server = Server(Address(port=0, access=access or Access()), lambda: desk)
            server.start()
            stack.callback(server.stop)
            return Page(server.port, desk)

        yield serve
