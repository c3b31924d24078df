"""A small site on loopback that a test fills with documents and misbehaviour; it remembers what it was asked."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Speak = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    path: str  # with its query
    headers: Mapping[str, str]  # names in lower case
    status: int
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a path answers; an `etag` makes it conditional."""

    body: bytes = b""
    status: int = 200
    type: str = "application/xml"
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Site:
    """`put` a document or `do` something else under a path; `url` has no slash at its end."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._paths: dict[str, Document | Speak] = {}
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": self}))
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def put(
        self, path: str, body: bytes | str = b"", *, packed: bool = False, etag: str | None = None, **fields: Any
    ) -> str:
        """A document at a path; its URL. Without an `etag` one is made of the body; "" means none."""
        data = body.encode() if isinstance(body, str) else body
        made = f'"{hashlib.sha256(data).hexdigest()[:16]}"' if etag is None else etag
        headers = dict(fields.pop("headers", {}))
        if packed:
            data, headers["Content-Encoding"] = gzip.compress(data), "gzip"
        self._paths[path] = Document(body=data, etag=made, headers=headers, **fields)
        return self.url + path

    def do(self, path: str, speak: Speak) -> str:
        """Anything else: the handler is yours; the URL."""
        self._paths[path] = speak
        return self.url + path

    def found(self, path: str) -> Document | Speak | None:
        """What lies at a path, with its query or without."""
        return self._paths.get(path) or self._paths.get(path.partition("?")[0])

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [one.path for one in self.asked]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other side hung up: that is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site
    body = b""

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def send_response_only(self, code: int, message: str | None = None) -> None:
        names = {name.lower(): value for name, value in self.headers.items()}
        self.site.asked.append(Asked(self.path, names, code, self.command, self.body))
        super().send_response_only(code, message)

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.do_GET()

    def do_GET(self) -> None:
        found = self.site.found(self.path)
        if found is None:
            self._answer(Document(status=404))
        elif isinstance(found, Document):
            fresh = bool(found.etag) and self.headers.get("If-None-Match") == found.etag
            self._answer(Document(status=304, etag=found.etag) if fresh else found)
        else:
            found(self)

    def _answer(self, document: Document) -> None:
        self.send_response(document.status)
        for name, value in document.headers.items():
            self.send_header(name, value)
        if document.etag:
            self.send_header("ETag", document.etag)
        if document.status != 304:
            self.send_header("Content-Type", document.type)
            self.send_header("Content-Length", str(len(document.body)))
        self.end_headers()
        if document.status != 304:
            self.wfile.write(document.body)
