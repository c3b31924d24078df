"""Two hundred newsrooms on loopback, half of them Chinese, in a process of their own: `python -m benchmarks.newsrooms`.

It prints its port. `POST /mode?name=` says how they answer: `etag` (with 304), `plain` (no validators), `rotating` (another
ETag each time, the same body); `POST /more` gives each one more entry; `GET /stale` counts validators that were not the last.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FEEDS, ENTRIES = 200, 50
NEWEST = datetime(2026, 8, 19, 8, tzinfo=UTC)
_ENGLISH = "model funding round robot valuation cloud chip release partner benchmark revenue users agent open source lab".split()
_CHINESE = "发布 模型 融资 估值 机器人 芯片 合作 营收 用户 智能体 开源 实验室 完成 宣布 推出 增长".split()


def entry(feed: int, number: int) -> str:
    """One entry, the same each time: about two kilobytes of HTML, in English or Chinese by its feed."""
    dice = random.Random(feed * 100_000 + number)
    words, glue = (_CHINESE, "") if feed % 2 else (_ENGLISH, " ")
    said = [glue.join(dice.choices(words, k=60)) for _ in range(4 if feed % 2 else 5)]
    title = f"{glue.join(dice.choices(words, k=8))} {number}"
    body = "".join(f'<p>{text} <a href="https://n{feed}.example/x">more</a></p>' for text in said)
    at = format_datetime(NEWEST - timedelta(minutes=7 * (ENTRIES - number)))
    return (
        f"<item><title>{escape(title)}</title><link>https://n{feed}.example/{number}</link>"
        f"<guid isPermaLink='false'>{feed}-{number}</guid><pubDate>{at}</pubDate><dc:creator>desk</dc:creator>"
        f"<category>news</category><description>{escape(body)}</description></item>"
    )


def document(feed: int, entries: int = ENTRIES) -> bytes:
    """A feed with its newest entries first, never more than fifty."""
    items = "".join(entry(feed, number) for number in range(entries - 1, entries - 1 - ENTRIES, -1))
    language = "zh-CN" if feed % 2 else "en"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>newsroom {feed}</title><link>https://n{feed}.example/</link><language>{language}</language>{items}</channel></rss>"
    ).encode()


class _Rooms:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.mode, self.entries, self.stale = "etag", ENTRIES, 0
        self.bodies = list(documents())
        self.last: dict[int, str] = {}
        self.served = 0

    def more(self) -> None:
        self.entries += 1
        self.bodies = list(documents(self.entries))

    def etag(self, feed: int) -> str:
        with self.lock:
            self.served += 1
            number = self.served if self.mode == "rotating" else self.entries
            return "" if self.mode == "plain" else f'"{feed}-{number}"'


def documents(entries: int = ENTRIES) -> Iterator[bytes]:
    """Every feed."""
    return (document(feed, entries) for feed in range(FEEDS))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    rooms: _Rooms

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def do_POST(self) -> None:
        where = urlsplit(self.path)
        if where.path == "/mode":
            self.rooms.mode = parse_qs(where.query)["name"][0]
        else:
            self.rooms.more()
        self._answer(b"", {})

    def do_GET(self) -> None:
        if self.path == "/stale":
            self._answer(str(self.rooms.stale).encode(), {})
            return
        feed = int(self.path.strip("/").removesuffix(".xml"))
        given, etag = self.headers.get("If-None-Match", ""), self.rooms.etag(feed)
        with self.rooms.lock:
            self.rooms.stale += bool(given) and given != self.rooms.last.get(feed)
            self.rooms.last[feed] = etag
        if etag and given == etag:
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        self._answer(self.rooms.bodies[feed % FEEDS], {"ETag": etag} if etag else {})

    def _answer(self, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": "application/rss+xml", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == "__main__":
    with _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"rooms": _Rooms()})) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
