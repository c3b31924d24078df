"""One document through the door: conditions, redirects, what answers mean, and the ways in which servers misbehave."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from tests.support.web import Site
from tracker.errors import SourceError
from tracker.network import Door, agent
from tracker.network.manners import Manners

RSS = b"<rss version='2.0'><channel/></rss>"


def _refusal(door: Door, url: str, **options: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        door.get(url, allow_private=True, **options)
    return caught.value


def test_a_document_comes_with_its_validators(site: Site, door: Door) -> None:
    """Byte for byte, however odd."""
    odd = 'W/"odd \xe9\x80"'
    url = site.put("/feed", RSS, etag=odd, headers={"Last-Modified": "Mon, 17 Aug 2026 12:00:00 GMT"})

    first = door.get(url, allow_private=True)
    second = door.get(url, allow_private=True, etag=first.etag, last_modified=first.last_modified)

    assert (first.status, first.body, first.etag) == (200, RSS, odd)
    assert first.last_modified == "Mon, 17 Aug 2026 12:00:00 GMT"
    assert (second.status, second.body, second.etag) == (304, b"", odd)
    assert site.asked[1].headers["if-modified-since"] == first.last_modified


def test_validators_that_are_too_long_are_dropped(site: Site, door: Door) -> None:
    """A kilobyte is enough for anybody."""
    url = site.put("/feed", RSS, etag='"' + "x" * 5000 + '"')

    assert door.get(url, allow_private=True).etag == ""


def test_we_say_who_we_are_and_take_gzip_only(site: Site, door: Door) -> None:
    """No cookie is ever sent back, no environment is asked."""
    url = site.put("/feed", RSS, packed=True, headers={"Set-Cookie": "track=me"})

    bodies = [door.get(url, allow_private=True).body for _ in range(2)]

    assert bodies == [RSS, RSS]
    assert site.asked[1].headers["user-agent"] == agent()
    assert site.asked[1].headers["accept-encoding"] == "gzip"
    assert "cookie" not in site.asked[1].headers
    assert agent("desk@example.org").endswith(" (+mailto:desk@example.org)")


def test_a_304_that_nobody_asked_for_is_an_error(site: Site, door: Door) -> None:
    """There is nothing that could be unchanged."""
    url = site.put("/feed", status=304)

    assert "304" in str(_refusal(door, url))


@pytest.mark.parametrize(
    ("status", "headers", "state", "wait", "words"),
    [
        (500, {}, "failed", None, "500 (Internal Server Error)"),
        (404, {}, "failed", None, "404 (Not Found)"),
        (401, {}, "failed", None, "another key"),
        (403, {}, "failed", None, "403 (Forbidden)"),
        (403, {"cf-mitigated": "challenge"}, "failed", None, "challenge"),
        (202, {}, "failed", None, "202 (Accepted)"),
        (418, {}, "failed", None, "418"),
        (599, {}, "failed", None, "599"),
        (410, {}, "gone", None, "taken away for good"),
        (429, {"Retry-After": "120"}, "throttled", 120, "no more requests for now"),
        (429, {}, "throttled", 60, "429"),
        (429, {"Retry-After": "-5"}, "throttled", 60, "429"),
        (429, {"Retry-After": "soon"}, "throttled", 60, "429"),
        (429, {"Retry-After": "999999999"}, "throttled", 7 * 86400, "429"),
        (429, {"RateLimit": '"api";r=0;t=55'}, "throttled", 55, "429"),
        (503, {"Retry-After": "1"}, "throttled", 1, "busy"),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "90"}, "throttled", 90, "403"),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "999999999999"}, "throttled", 7 * 86400, "403"),
        (429, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1787227200000"}, "throttled", 7 * 86400, "429"),
        (403, {"Retry-After": "30"}, "throttled", 30, "403"),
    ],
)
def test_what_a_status_means(
    site: Site, door: Door, status: int, headers: dict[str, str], state: str, wait: int | None, words: str
) -> None:
    """A state word, a sentence, and how long to stay away."""
    error = _refusal(door, site.put("/feed", b"no", status=status, headers=headers))

    assert (error.state, error.retry_after) == (state, None if wait is None else timedelta(seconds=wait))
    assert words in str(error)
    assert not error.whole_host


def test_times_are_read_by_the_clock_of_the_server(site: Site, door: Door) -> None:
    """Whose clock may be wrong by years."""

    def speak(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(429)
        handler.send_header("Date", "Mon, 17 Aug 2026 12:00:00 GMT")
        handler.send_header("Retry-After", "Mon, 17 Aug 2026 12:02:30 GMT")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    assert _refusal(door, site.do("/feed", speak)).retry_after == timedelta(seconds=150)


# -- redirects


def _moved(site: Site, path: str, target: str, status: int = 302) -> str:
    return site.put(path, status=status, headers={"Location": target})


def test_a_redirect_is_followed_with_its_validators(site: Site, door: Door) -> None:
    """And relative targets are resolved."""
    site.put("/b/feed", RSS, etag='"1"')
    url = _moved(site, "/a", "b/feed")

    answer = door.get(url, allow_private=True)

    assert (answer.url, answer.body, answer.moved) == (f"{site.url}/b/feed", RSS, "")
    assert door.get(url, allow_private=True, etag='"1"').status == 304


def test_only_the_permanent_redirects_that_come_first_are_learnt(site: Site, door: Door) -> None:
    """301, 308, 302: the new address is where the 308 leads."""
    site.put("/d", RSS)
    url = _moved(site, "/a", "/b", 301)
    _moved(site, "/b", "/c", 308)
    _moved(site, "/c", "/d", 302)

    answer = door.get(url, allow_private=True)

    assert (answer.url, answer.moved) == (f"{site.url}/d", f"{site.url}/c")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/loop", "more than 5 in a row"),
        ("file:///etc/passwd", "file: is not http or https"),
        ("http://169.254.169.254/latest/", "never asked"),
        ("http://127.0.0.1:9/", "private address"),
        ("http://localhost:9/", "private address"),
        ("http://user:word@example.org/", "user name"),
        ("http://example.org\\@127.0.0.1/", "backslash"),
    ],
)
def test_a_redirect_that_leads_astray_is_refused(site: Site, door: Door, target: str, words: str) -> None:
    """Every hop is judged as if it were the first; only the source's own host and port are open."""
    error = _refusal(door, _moved(site, "/loop", target))

    assert error.state == "refused"
    assert str(error).startswith("redirect refused: ")
    assert words in str(error)


def test_a_key_is_not_carried_to_another_host() -> None:
    """Only `Accept` goes along."""
    with Site() as first, Site() as second:
        door = Door(allow={("127.0.0.1", second.port)}, manners=Manners(0.0))
        second.put("/feed", RSS)
        url = _moved(first, "/feed", f"{second.url}/feed")

        door.get(url, allow_private=True, headers={"Authorization": "Bearer s3cret", "Accept": "text/xml"})
        door.close()

    assert first.asked[0].headers["authorization"] == "Bearer s3cret"
    assert "authorization" not in second.asked[0].headers
    assert second.asked[0].headers["accept"] == "text/xml"


def test_a_key_that_no_header_can_carry_is_not_repeated(site: Site, door: Door) -> None:
    """The sentence ends up in a log."""
    error = _refusal(door, site.put("/feed"), headers={"Authorization": "Bearer s3\ncret"})

    assert "s3" not in str(error)
    assert "key" in str(error)


# -- bodies


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        ("br", b"...", "only gzip was asked for"),
        ("gzip, gzip", b"...", "only gzip was asked for"),
        ("gzip", b"\x1f\x8b\x08 and then nonsense", "damaged"),
    ],
)
def test_a_body_packed_otherwise_is_refused(site: Site, door: Door, encoding: str, body: bytes, words: str) -> None:
    """One layer of gzip."""
    assert words in str(_refusal(door, site.put("/feed", body, headers={"Content-Encoding": encoding})))


def test_plain_text_that_says_gzip_is_taken_as_it_is(site: Site, door: Door) -> None:
    """Servers do that."""
    assert door.get(site.put("/feed", RSS, headers={"Content-Encoding": "gzip"}), allow_private=True).body == RSS


def test_what_unpacks_to_too_much_is_stopped(site: Site, door: Door) -> None:
    """By its size, or by its ratio long before: not much more is unpacked than is allowed."""
    bomb = site.put("/bomb", b" " * 300_000_000, packed=True)
    big = site.put("/big", b"x" * 2_000_000)

    tracemalloc.start()
    try:
        assert str(_refusal(door, bomb)) == "too large: more than 10 MB"
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    assert str(_refusal(door, big, max_bytes=1_000_000)) == "too large: more than 1 MB"


def test_a_stream_without_end_is_stopped(site: Site, door: Door) -> None:
    """Chunks say nothing of how many will follow."""

    def speak(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        while True:
            handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    assert str(_refusal(door, site.do("/feed", speak))).startswith("too large")


def test_a_body_that_ends_early_is_cut_short(site: Site, door: Door) -> None:
    """Promised more than was sent; packed and cut in the middle."""

    def speak(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(RSS)
        handler.close_connection = True

    short = site.do("/short", speak)
    packed = site.put("/whole", RSS * 100, packed=True)
    half = site.found("/whole")
    assert half is not None
    body = half.body[:30]
    site.put("/half", body, headers={"Content-Encoding": "gzip"})

    assert str(_refusal(door, short)).startswith(f"cut short: received {len(RSS)} bytes, expected 1000")
    assert str(_refusal(door, f"{site.url}/half")).startswith("cut short")
    assert door.get(packed, allow_private=True).body == RSS * 100


# -- time


def _drip(part: bytes, every: float) -> Callable[[BaseHTTPRequestHandler], None]:
    def speak(handler: BaseHTTPRequestHandler) -> None:
        while True:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(every)

    return speak


@pytest.mark.parametrize(
    "speak",
    [
        pytest.param(_drip(b"H", 0.05), id="a byte of the status line at a time"),
        pytest.param(_drip(b"HTTP/1.1 100 Continue\r\n\r\n", 0.001), id="endless 1xx"),
        pytest.param(lambda handler: time.sleep(60), id="silence"),
    ],
)
def test_an_answer_that_never_comes_ends_at_the_deadline(
    site: Site, door: Door, speak: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    """However lively the server seems: each of these would go on for a minute at least."""
    error = _refusal(door, site.do("/feed", speak), deadline=0.5)

    assert str(error) == "too slow: 127.0.0.1 did not deliver the whole answer in time"


def test_a_slow_body_ends_at_the_deadline(site: Site, door: Door) -> None:
    """Each byte in time, all of them never."""

    def speak(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        _drip(b"x", 0.02)(handler)

    error = _refusal(door, site.do("/feed", speak), deadline=0.5)

    assert str(error) == "too slow: 127.0.0.1 did not deliver the whole answer in time"


def test_a_name_that_is_not_resolved_in_time_is_given_up() -> None:
    """The system's resolver has no limit of its own."""
    door = Door(resolve=lambda host, port: time.sleep(2) or [], timeout=(0.2, 1.0))

    with pytest.raises(SourceError, match=r"too slow: the name slow\.example"):
        door.get("http://slow.example/")


def test_nobody_there(door: Door) -> None:
    """Nobody listens; no such name."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

        def nowhere(host: str, port: int) -> list[str]:
            raise socket.gaierror(-2, "Name or service not known")

        assert "cannot be reached" in str(_refusal(door, f"http://127.0.0.1:{port}/"))
        assert "cannot be found (Name or service not known)" in str(
            _refusal(Door(resolve=nowhere), "http://no.example/")
        )


def test_a_connection_that_was_closed_while_idle_is_replaced(site: Site, door: Door) -> None:
    """Asked once more, on a new one."""

    def once(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"ok")
        handler.close_connection = True  # without saying so

    url = site.do("/feed", once)

    assert [door.get(url, allow_private=True).body for _ in range(3)] == [b"ok"] * 3


# -- manners


def test_a_public_host_is_asked_one_at_a_time_and_rests_when_it_asks_for_it(site: Site) -> None:
    """For all sources that lie there; a private source rests alone."""
    door = Door(allow={("127.0.0.1", site.port)}, manners=Manners(0.0))
    busy = site.put("/busy", status=429, headers={"Retry-After": "60"})
    site.put("/feed", RSS)

    with pytest.raises(SourceError) as first:
        door.get(busy)
    with pytest.raises(SourceError, match="asked to be left alone") as second:
        door.get(f"{site.url}/feed")

    assert first.value.whole_host
    assert second.value.state == "throttled"
    assert second.value.retry_after is not None
    assert second.value.retry_after <= timedelta(seconds=60)
    assert site.paths == ["/busy"]
    assert door.get(f"{site.url}/feed", allow_private=True).body == RSS
    door.close()


def test_the_name_in_the_handshake_is_that_of_the_url() -> None:
    """Though the connection goes to an address."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def listen() -> None:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(4096))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        door = Door(resolve=lambda host, port: ["127.0.0.1"])
        error = _refusal(door, f"https://feed.example:{port}/")
        thread.join(5)

    assert b"feed.example" in heard[0]
    assert "feed.example" in str(error)
