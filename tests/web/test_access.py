"""The ways in: a token that is kept as a hash, a session in a cookie, a proxy that is trusted; and nobody else."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.command import tracker
from tests.web.conftest import Page, Serve
from tracker import pipeline
from tracker.errors import UsageError
from tracker.timing import ManualClock
from tracker.web import admitted, new_token
from tracker.web.access import COOKIE, SESSION, Access, declared, digest

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
CLOSED = ("/", "/alerts", "/enter", "/i/growth", "/sources", "/nothing")
PROGRAMS = ("/api/v1/list", "/api/v1/openapi.json", "/metrics", "/alerts.atom", "/calendar.ics")


@pytest.fixture(name="locked")
def _locked(serve: Serve) -> tuple[Page, str, str, ManualClock]:
    """A page with two tokens: one for everything, one for looking."""
    (token, kept), (looking, seen) = new_token(), new_token()
    access = declared({"TRACKER_WEB_TOKEN": f"{kept} read:{seen}"})
    clock = ManualClock(NOON)
    return serve(clock=clock, access=access), token, looking, clock


def test_without_a_login_nothing_is_shown(locked: tuple[Page, str, str, ManualClock]) -> None:
    """A person is sent to the form, a program is told; the health of the process is open, and says nothing of the home."""
    page, *_ = locked
    for path in CLOSED:
        answer = page.ask(path)
        assert (answer.status, answer.text) == (303, ""), path
        assert answer.headers["location"] == f"/login?to={path}"
    for path in PROGRAMS:
        answer = page.ask(path)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer"), path
    assert page.send("/enter", indicator="growth", value="4x", do="store").status == 401
    assert page.ask("/healthz").status == 200
    assert page.ask("/static/page.css").status == 200
    assert "星桥" not in page.ask("/login").text


def test_a_token_opens_a_session(locked: tuple[Page, str, str, ManualClock]) -> None:
    """Its cookie is out of reach of scripts and other sites, holds no token, and is worth nothing after its time or a logout."""
    page, token, _, clock = locked
    assert page.send("/login", token="guess", to="/").status == 403
    answer = page.send("/login", token=token, to="/alerts")
    cookie = answer.headers["set-cookie"]
    assert (answer.status, answer.headers["location"]) == (303, "/alerts")
    assert {"httponly", "samesite=strict"} <= {part.strip() for part in cookie.lower().split(";")}
    assert token not in cookie

    name = re.match(rf"{COOKIE}=([^;]+)", cookie)
    assert name is not None
    with_it = {"Cookie": name[0]}
    assert 'action="/logout"' in page.ask("/alerts", headers=with_it).text
    assert page.send("/enter", headers=with_it, indicator="growth", value="4x", do="store").status == 200
    assert page.send("/enter", headers=with_it | {"Sec-Fetch-Site": "cross-site"}, indicator="growth").status == 403

    clock.set(NOON + SESSION)
    assert page.ask("/alerts", headers=with_it).status == 303
    clock.set(NOON)
    assert page.send("/logout", headers=with_it).status == 303
    assert page.ask("/alerts", headers=with_it).status == 303


def test_a_program_brings_its_token(locked: tuple[Page, str, str, ManualClock]) -> None:
    """One for looking looks only."""
    page, token, looking, _ = locked
    for path in PROGRAMS:
        assert page.ask(path, headers={"Authorization": f"Bearer {looking}"}).status == 200, path
        assert page.ask(path, headers={"Authorization": f"Bearer {token}x"}).status == 401, path
        assert page.ask(path, headers={"Authorization": f"Basic {token}"}).status == 401, path
    reading, writing = ({"Authorization": f"Bearer {one}"} for one in (looking, token))
    assert page.send("/enter", headers=reading, indicator="growth", value="4x", do="store").status == 403
    assert page.send("/review/1/accept", headers=reading).status == 403
    assert pipeline.values(page.desk, "growth") == []
    assert page.send("/enter", headers=writing, indicator="growth", value="4x", do="store").status == 200


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\r\nX: y"]
)
def test_the_login_leads_to_no_other_site(locked: tuple[Page, str, str, ManualClock], to: str) -> None:
    """Whatever the link said."""
    page, token, *_ = locked

    assert page.send("/login", token=token, to=to).headers["location"] == "/"


def test_a_trusted_proxy_names_the_person(serve: Serve) -> None:
    """From its address only; the name stands with the answer to an alert."""
    here = Access(proxies=(ipaddress.ip_network("127.0.0.0/8"),), hosts=frozenset({"watch.example.org"}))
    page = serve(clock=ManualClock(NOON), access=here)
    pipeline.record_value(page.desk, "growth", "4x")
    pipeline.evaluate(page.desk)
    ann = {"X-Forwarded-User": "ann", "Host": "watch.example.org"}

    assert page.ask("/", headers={"Host": "watch.example.org"}).status == 303
    assert page.ask("/", headers=ann).status == 200
    assert page.ask("/", headers=ann | {"Host": "other.example.org"}).status == 400
    assert page.send("/alerts/1/ack", headers=ann, **{"as": "useful"}).status == 303
    assert "by ann" in page.ask("/alerts/1", headers=ann).text

    elsewhere = serve(access=Access(proxies=(ipaddress.ip_network("10.0.0.0/8"),)), clock=ManualClock(NOON))
    assert elsewhere.ask("/", headers={"X-Forwarded-User": "ann"}).status == 303


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "without a token"),
        ({"TRACKER_WEB_TOKEN": "correct-horse-battery"}, "not the token itself"),
        ({"TRACKER_WEB_TOKEN": "sha256:abc"}, "not the token itself"),
        ({"TRACKER_WEB_PROXY": "proxy.example.org"}, "no address or network"),
        ({"TRACKER_WEB_HOSTS": "watch.example.org"}, "without a token"),
    ],
)
def test_an_open_address_needs_a_way_in(environ: dict[str, str], said: str) -> None:
    """One that is spelt wrong opens nothing, and what was written is not repeated."""
    with pytest.raises(UsageError, match=said) as refused:
        admitted("0.0.0.0", 8765, environ)
    assert "correct-horse" not in str(refused.value)


def test_a_token_or_a_proxy_opens_an_address(tmp_path: Path) -> None:
    """Also from a file, as secrets are; many are one per word."""
    token, kept = new_token()
    file = tmp_path / "tokens"
    file.write_text(f"{kept}\nread:sha256:{digest('x')}\n", encoding="utf-8")
    address = admitted("0.0.0.0", 0, {"TRACKER_WEB_TOKEN_FILE": str(file)})

    assert [address.access.scope_of(one) for one in (token, "x", "y")] == ["write", "read", None]
    assert admitted("::", 0, {"TRACKER_WEB_PROXY": "10.0.0.5, 192.168.0.0/16"}).access.trusts("192.168.3.4")


def test_the_command_makes_a_token(tmp_path: Path) -> None:
    """It prints the token alone, and says on the other stream what to keep: its hash."""
    done = tracker("web", "--new-token", cwd=tmp_path)

    token = done.stdout.strip()
    assert done.returncode == 0
    assert f"TRACKER_WEB_TOKEN=sha256:{digest(token)} " in done.stderr
    assert token not in done.stderr
