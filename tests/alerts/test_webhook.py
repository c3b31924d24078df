"""kind: webhook, against a real server: what it gets, what its answers mean, and what nobody else gets to read."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.making import context, growth, item, message
from tests.support.command import tracker
from tests.support.web import Site
from tracker import alerts, indicators, pipeline
from tracker.alerts.webhook import Params, send
from tracker.errors import DeclarationError, DeliveryError
from tracker.model.told import Item, Message
from tracker.settings import Home


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


def _send(
    root: Path, told: Message, params: Mapping[str, Any], *, environ: Mapping[str, str] | None = None
) -> list[str]:
    lines: list[str] = []
    made = Params.model_validate({"allow_private": True, **params})
    send(made, told, alerts.render(told), context(root, environ, say=lines.append))
    return lines


def _refusal(root: Path, params: Mapping[str, Any], *, environ: Mapping[str, str] | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        _send(root, message(item()), params, environ=environ)
    return caught.value


def test_the_message_arrives_as_json(site: Site, tmp_path: Path) -> None:
    """Every field of every item, the text as a mail would have it, and the id by which a second try is known."""
    told = message(item(), growth(quote='"\u2028</script>\ud800'))

    _send(tmp_path, told, {"url": site.put("/in")})

    (asked,) = site.asked
    got = json.loads(asked.body)
    assert list(got) == [
        "version", "id", "watch", "receiver", "kind", "at", "timezone", "subject", "period", "instead_of", "undelivered",
        "items", "text",
    ]  # fmt: skip
    assert (got["version"], got["kind"], got["at"]) == (1, "alert", "2026-08-19T04:00:00Z")
    assert [set(one) for one in got["items"]] == [{field.name for field in fields(Item)}] * 2
    assert got["items"][0]["headline"] == "MiniMax 技术负责人离职 — MiniMax"
    assert got["text"] == alerts.render(told).text
    assert asked.headers["idempotency-key"] == got["id"] == told.id
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert "x-tracker-signature" not in asked.headers


def test_a_second_try_sends_the_same_bytes(site: Site, tmp_path: Path) -> None:
    """Under the same key and signature, whenever it is."""
    told, params = message(item()), {"url": site.put("/in"), "sign": {"secret": "hook"}}

    for _ in range(2):
        _send(tmp_path, told, params, environ={"TRACKER_HOOK": "s3cret"})

    first, second = site.asked
    assert first.body == second.body
    assert first.headers == second.headers


def test_it_is_signed_where_a_key_is_declared(site: Site, tmp_path: Path) -> None:
    """The HMAC is of the bytes that arrive; the key itself goes nowhere."""
    params = {"url": site.put("/in"), "sign": {"secret": "hook"}}

    lines = _send(tmp_path, message(item()), params, environ={"TRACKER_HOOK": "s3cret"})

    (asked,) = site.asked
    wanted = hmac.new(b"s3cret", asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["x-tracker-signature"] == f"sha256={wanted}"
    assert "s3cret" not in f"{lines} {asked.headers} {asked.body!r}"


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "wait", "words"),
    [
        (400, {}, True, None, "does not take this message"),
        (404, {"Retry-After": "5"}, True, None, "404 (Not Found)"),
        (410, {}, True, None, "410 (Gone)"),
        (302, {"Location": "/elsewhere/s3cret"}, True, None, "declare the address it leads to"),
        (304, {}, True, None, "304"),
        (408, {}, False, None, "answered"),
        (425, {}, False, None, "answered"),
        (429, {"Retry-After": "3600"}, False, 3600, "answered"),
        (500, {}, False, None, "answered"),
        (503, {"Retry-After": "120"}, False, 120, "answered"),
        (599, {}, False, None, "answered"),
    ],
)
def test_what_an_answer_means(
    site: Site, tmp_path: Path, status: int, headers: dict[str, str], permanent: bool, wait: int | None, words: str
) -> None:
    """Whether trying again is of use, and when at the earliest; a redirect is not followed."""
    error = _refusal(tmp_path, {"url": site.put("/in", status=status, headers=headers, etag="")})

    assert error.permanent is permanent
    assert error.retry_after == (None if wait is None else timedelta(seconds=wait))
    assert words in str(error)
    assert str(error).startswith(f"the webhook {site.url} answered {status}")
    assert site.paths == ["/in"]


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_has_arrived(site: Site, tmp_path: Path, status: int) -> None:
    """The dialogue names the host and no more of the address."""
    lines = _send(tmp_path, message(item()), {"url": site.put("/in/s3cret", status=status)})

    assert lines[0].startswith(f"> POST {site.url} (")
    assert lines[1].startswith(f"< {status} (")
    assert "s3cret" not in " ".join(lines)


def test_the_address_may_be_a_secret(site: Site, tmp_path: Path) -> None:
    """In the environment, or in a file that it names."""
    (tmp_path / "hook").write_text(f"{site.put('/T0/s3cret')}\n", encoding="utf-8")

    _send(tmp_path, message(item()), {"secret": "hook"}, environ={"TRACKER_HOOK": f"{site.url}/T0/s3cret"})
    _send(tmp_path, message(item()), {"secret": "hook"}, environ={"TRACKER_HOOK_FILE": str(tmp_path / "hook")})

    assert site.paths == ["/T0/s3cret", "/T0/s3cret"]


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "TRACKER_HOOK is not set"),
        ({"TRACKER_HOOK": "  "}, "TRACKER_HOOK is not set"),
        ({"TRACKER_HOOK": "s3cret:rest"}, "does not begin with https://"),
        ({"TRACKER_HOOK": "https://s3cret:s3cret@example.org/"}, "user name"),
        ({"TRACKER_HOOK": "https://example.org/s3 cret"}, "space"),
        ({"TRACKER_HOOK_FILE": "/nowhere/file"}, "cannot read"),
        ({"TRACKER_HOOK": "http://127.0.0.1:9/s3cret"}, "cannot be reached"),
    ],
)
def test_what_somebody_can_mend_waits(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    """The message is kept; the sentence says what to do, and nothing of the secret."""
    error = _refusal(tmp_path, {"secret": "hook"}, environ=environ)

    assert words in str(error)
    assert not error.permanent
    assert "s3cret" not in str(error)


def test_a_private_address_is_opened_by_the_declaration_alone(site: Site, tmp_path: Path) -> None:
    """It waits until somebody has done that."""
    error = _refusal(tmp_path, {"url": site.put("/in"), "allow_private": False})

    assert "`allow_private: true` beside the URL opens it" in str(error)
    assert not error.permanent
    assert site.asked == []


def test_a_key_that_is_not_set_sends_nothing(site: Site, tmp_path: Path) -> None:
    """An unsigned message would be refused over there, or worse, taken."""
    assert "TRACKER_HOOK is not set" in str(
        _refusal(tmp_path, {"url": site.put("/in"), "sign": {"secret": "hook"}}, environ={})
    )
    assert site.asked == []


def test_a_server_that_hangs_is_left(site: Site, tmp_path: Path) -> None:
    """Within the declared time, and the message waits."""

    def hang(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(1)  # until the other side has left

    error = _refusal(tmp_path, {"url": site.do("/in", hang), "timeout": "1s"})

    assert "too slow" in str(error)
    assert not error.permanent


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ("", "a webhook needs one address"),
        ('url: "https://example.org/in", secret: hook', "a webhook needs one address"),
        ('url: "ftp://example.org/in"', "ftp: is not http or https"),
        ('url: "https://example.org/in", timeout: 2m', "between 1s and 60s"),
        ('url: "https://example.org/in", sign: {key: hook}', "'secret' is missing"),
        ('url: "https://example.org/in", sign: {secret: "a key!"}', "takes the name of a secret"),
        ('url: "https://user:hunter2@example.org/in"', "contains a secret"),
    ],
)
def test_what_cannot_be_meant_is_said_at_load(params: str, words: str) -> None:
    """With its place, like every mistake."""
    text = f"watch: x\nreceivers: {{hook: {{kind: webhook, {params}}}}}\n"

    with pytest.raises(DeclarationError) as caught:
        indicators.load(text, file="x.yaml", kinds=pipeline.kinds())

    assert words in " ".join(problem.message for problem in caught.value.problems)
    assert "hunter2" not in str(caught.value)


WATCH = """\
watch: desk
receivers: {hook: {kind: webhook, secret: hook, allow_private: true, sign: {secret: key}}}
"""


def test_a_sample_shows_the_dialogue(site: Site, home: Callable[..., Home]) -> None:
    """`notify test`: what was sent where, what came back; on failure the sentence, never the address."""
    root = home(WATCH).root
    environ = {"TRACKER_HOOK": site.put("/T0/s3cret", status=202), "TRACKER_KEY": "s3cret"}

    done = tracker("-v", "notify", "test", "hook", cwd=root, env=environ)
    site.put("/T0/s3cret", status=410)
    failed = tracker("-v", "notify", "test", "hook", cwd=root, env=environ)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[1].startswith(f"> POST {site.url} (")
    assert "signed" in lines[1]
    assert lines[2:] == ["< 202 (Accepted)", "hook: the sample was delivered"]
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[2:] == ["< 410 (Gone)"]
    assert f"the webhook {site.url} answered 410 (Gone)" in failed.stderr
    assert "s3cret" not in done.stdout + done.stderr + failed.stdout + failed.stderr
    assert json.loads(site.asked[0].body)["kind"] == "test"


def test_nothing_of_the_address_is_logged(site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """At the most talkative level."""
    caplog.set_level(logging.DEBUG)

    _send(tmp_path, message(item()), {"secret": "hook"}, environ={"TRACKER_HOOK": site.put("/T0/s3cret?k=s3cret")})

    assert "s3cret" not in caplog.text
