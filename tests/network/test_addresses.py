"""What must never be asked, in every spelling that somebody has thought of."""

from __future__ import annotations

import pytest

from tests.support.web import Site
from tracker.errors import SourceError
from tracker.network import Door, objection
from tracker.network.addresses import reach

SPELLINGS = r"""
    127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1. localhost LOCALHOST
    localhost. [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1]
    [64:ff9b:1::7f00:1] [2002:7f00:1::] [2001:0:7f00:1::] 0.0.0.0 0 [::] 10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1
    198.18.0.1 [fd00::1] 169.254.169.254 2852039166 0xa9fea9fe [::ffff:169.254.169.254] [fd00:ec2::254] [fe80::1]
    100.100.100.200 168.63.129.16 224.0.0.1 [ff02::1] 255.255.255.255 240.0.0.1 user@127.0.0.1 user:word@example.org
    127.0.0.1\@example.org %31%32%37.0.0.1 ①②⑦.⓪.⓪.① １２７.0.0.1 [fe80::1%25eth0]
""".split()


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_reaches_a_closed_address(site: Site, door: Door, host: str) -> None:
    """Refused before anything is sent."""
    url = f"http://{host}:{site.port}/" if not host.startswith("user") else f"http://{host}/"

    with pytest.raises(SourceError) as caught:
        door.get(url, deadline=3)

    # A spelling that the machine's own resolver does not know leads nowhere either.
    assert caught.value.state == "refused" or "cannot be found" in str(caught.value)
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "javascript:alert(1)", "//example.org/",
        "example.org", "", "http://", "http:///feed", "http://example.org:0/", "http://example.org:99999/", "http://exa mple.org/",
        "http://example.org/\n", "http://example.org/\x00", "http://[::1", "https://example.org/" + "a" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_not_asked(door: Door, url: str) -> None:
    """And the sentence says why."""
    assert objection(url)
    with pytest.raises(SourceError, match=r"^refused: "):
        door.get(url)


@pytest.mark.parametrize(
    "url", ["https://36kr.com/feed", "http://example.org:8080/a?b=c#d", "https://例え.jp/フィード"]
)
def test_an_ordinary_address_has_no_objections(url: str) -> None:
    """Also one in another script."""
    assert objection(url) == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", "public"),
        ("2606:4700::1111", "public"),
        ("64:ff9b::5db8:d70e", "public"),  # 93.184.215.14 as an IPv6-only network reaches it
        ("127.0.0.1", "private"),
        ("::1", "private"),
        ("10.1.2.3", "private"),
        ("100.64.0.1", "private"),
        ("fd12::1", "private"),
        ("169.254.1.1", "never"),
        ("64:ff9b::a00:1", "never"),
        ("192.0.0.8", "never"),
        ("192.0.0.192", "never"),
        ("fec0::1", "never"),
        ("3fff::1", "never"),
        ("5f00::1", "never"),
        ("not an address", "never"),
    ],
)
def test_an_address_is_public_private_or_closed(address: str, expected: str) -> None:
    """`allow_private` opens the second sort only."""
    assert reach(address) == expected


def test_a_metadata_address_stays_closed_to_a_private_source(door: Door) -> None:
    """`allow_private: true` on such a URL changes nothing."""
    with pytest.raises(SourceError, match=r"169\.254\.169\.254 is an address that is never asked") as caught:
        door.get("http://169.254.169.254/latest/meta-data/", allow_private=True, deadline=3)
    assert caught.value.state == "refused"


def test_a_private_address_is_opened_by_its_own_source_only(site: Site, door: Door) -> None:
    """Even while a connection to it is open."""
    url = site.put("/feed", "<rss/>")

    assert door.get(url, allow_private=True).body == b"<rss/>"
    with pytest.raises(SourceError, match="allow_private: true"):
        door.get(url)

    assert site.paths == ["/feed"]


def test_what_was_judged_is_what_is_connected_to(site: Site) -> None:
    """One look-up per connection: a name that points elsewhere a moment later gains nothing."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["169.254.169.254", "127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    door = Door(resolve=resolve)
    site.put("/", "hello")

    assert door.get(f"http://rebinding.test:{site.port}/", allow_private=True).body == b"hello"
    assert asked == ["rebinding.test"]
    assert site.asked[0].headers["host"] == f"rebinding.test:{site.port}"
    door.close()


def test_a_public_name_with_a_private_address_is_refused(site: Site) -> None:
    """The name does not matter."""
    door = Door(resolve=lambda host, port: ["127.0.0.1"])
    with pytest.raises(SourceError, match=r"news\.example \(127\.0\.0\.1\) port \d+ is a private address"):
        door.get(f"http://news.example:{site.port}/")
    assert site.asked == []
