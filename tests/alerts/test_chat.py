"""kind: chat, through the real library against a real server; what it logs of itself is heard by nobody else."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.alerts.making import context, growth, item, message
from tests.support.command import ROOT, environment, tracker
from tests.support.web import Site
from tracker import alerts
from tracker.alerts.chat import Params, send
from tracker.errors import DeliveryError
from tracker.model.told import Message
from tracker.settings import Home

pytest.importorskip("apprise", reason="the extra `chat` is not installed")
#: A service of its own, unused here, imports a module that leaves Python.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TOKEN = "3ccdd113474722377935511fc85d3dd4"


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


def _send(root: Path, told: Message, url: str | None, say: Callable[[str], None] | None = None) -> None:
    environ = {} if url is None else {"TRACKER_ROOM": url}
    send(Params(secret="room"), told, alerts.render(told), context(root, environ, say=say))


def _refusal(root: Path, url: str | None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        _send(root, message(item()), url)
    return caught.value


def _json(site: Site, path: str = "/room/s3cret", **answer: object) -> str:
    site.put(path, **answer)
    return f"json://127.0.0.1:{site.port}{path}"


def _mattermost(site: Site, **answer: object) -> str:
    """A room of a service that is like Slack."""
    site.put(f"/hooks/{TOKEN}", **answer)
    return f"mmost://127.0.0.1:{site.port}/{TOKEN}"


def test_who_takes_markdown_gets_it(site: Site, tmp_path: Path) -> None:
    """Title and body, once."""
    told = message(item(), growth())

    _send(tmp_path, told, _json(site))

    (asked,) = site.asked
    got = json.loads(asked.body)
    assert got["title"] == alerts.render(told).subject
    assert got["message"] == alerts.render(told).markdown.rstrip()


def test_who_takes_text_gets_that(site: Site, tmp_path: Path) -> None:
    """No stars and no backslashes in a room that would show them."""
    told = message(item())

    _send(tmp_path, told, _mattermost(site))

    (asked,) = site.asked
    text = json.loads(asked.body)["text"]
    assert "[warning · new] MiniMax 技术负责人离职 — MiniMax" in text
    assert "**" not in text


def test_the_address_may_choose_the_form(site: Site, tmp_path: Path) -> None:
    """`?format=text`."""
    _send(tmp_path, message(item()), f"{_json(site)}?format=text")

    assert json.loads(site.asked[0].body)["message"] == alerts.render(message(item())).text.rstrip()


def test_a_long_message_is_split_and_a_very_long_one_is_cut(site: Site, tmp_path: Path) -> None:
    """Nothing is refused for its length, and no part is longer than the service takes."""
    brief = (("What is due", tuple(f"line {number} {'长' * 40}" for number in range(2000))),)
    told = message(kind="opening", brief=brief)

    _send(tmp_path, told, _mattermost(site))

    parts = [json.loads(asked.body)["text"] for asked in site.asked]
    assert 2 <= len(parts) <= 9
    assert max(len(part) for part in parts) <= 4000
    assert "line 0 " in parts[0]
    assert parts[-1].rstrip().endswith("(the message is longer than this service takes)")


@pytest.mark.parametrize(
    ("status", "permanent", "words"),
    [
        (400, True, "does not take this message"),
        (404, True, "answered 404"),
        (302, True, "correct the address"),
        (408, False, "answered"),
        (429, False, "answered"),
        (500, False, "answered"),
        (503, False, "answered"),
    ],
)
def test_what_an_answer_means(site: Site, tmp_path: Path, status: int, permanent: bool, words: str) -> None:
    """As for a webhook; the library tells no Retry-After. The URL's own `retry` does not hold up the outbox."""
    url = f"{_json(site, status=status, headers={'Location': '/elsewhere'}, etag='')}?retry=5&redirect=yes"

    error = _refusal(tmp_path, url)

    assert error.permanent is permanent
    assert words in str(error)
    assert str(error).startswith(f"JSON answered {status}")
    assert site.paths == ["/room/s3cret"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, "TRACKER_ROOM is not set"),
        ("s3cret at all", "no apprise URL"),
        ("s3cret", "no apprise URL"),
        ("json://127.0.0.1:9/s3cret, json://127.0.0.1:9/s3cret", "more than one address"),
        ("json://127.0.0.1:9/s3cret,json://127.0.0.1:9/s3cret", "more than one address"),
        ("nonsense://s3cret", "no apprise URL"),
        ("slack://s3cret", "no apprise URL"),
        (f"mmost://127.0.0.1:9/{TOKEN}?to=s3cret,other", "names 2 rooms"),
        ("json://127.0.0.1:9/s3cret", "could not be reached"),
    ],
)
def test_what_somebody_can_mend_waits(tmp_path: Path, url: str | None, words: str) -> None:
    """The message is kept; the sentence says what to do, and nothing of the address."""
    error = _refusal(tmp_path, url)

    assert words in str(error)
    assert not error.permanent
    assert "s3cret" not in str(error)
    assert TOKEN not in str(error)


def test_nothing_of_the_address_is_logged(site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The library tells its log all it does, at the most talkative level; afterwards its log is as it was."""
    caplog.set_level(logging.DEBUG)
    before = [(log.propagate, log.level, list(log.handlers)) for log in map(logging.getLogger, ("apprise", "urllib3"))]

    _send(tmp_path, message(item()), _json(site))
    _refusal(tmp_path, _mattermost(site, status=404))
    _refusal(tmp_path, "slack://s3cret/B/C")

    assert "s3cret" not in caplog.text
    assert TOKEN not in caplog.text
    assert before == [
        (log.propagate, log.level, list(log.handlers)) for log in map(logging.getLogger, ("apprise", "urllib3"))
    ]


def test_a_sample_shows_the_dialogue(site: Site, home: Callable[..., Home]) -> None:
    """`notify test` names the service, and what became of the sample."""
    root = home("watch: desk\nreceivers: {room: {kind: chat, secret: room}}\n").root

    done = tracker("-v", "notify", "test", "room", cwd=root, env={"TRACKER_ROOM": _json(site)})
    failed = tracker("-v", "notify", "test", "room", cwd=root, env={"TRACKER_ROOM": _json(site, status=404)})

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("> JSON: ")
    assert done.stdout.splitlines()[2:] == ["< JSON has taken it", "room: the sample was delivered"]
    assert failed.returncode == 1
    assert "JSON answered 404: it does not take this message" in failed.stderr
    assert "s3cret" not in done.stdout + done.stderr + failed.stdout + failed.stderr


def test_where_the_library_is_missing_it_says_how_to_get_it(tmp_path: Path) -> None:
    """One sentence; the message waits for it."""
    program = (
        "import sys; sys.modules['apprise'] = None\n"
        "from pathlib import Path\n"
        "from tests.alerts.making import context, item, message\n"
        "from tracker import alerts\n"
        "from tracker.alerts.chat import Params, send\n"
        "from tracker.errors import DeliveryError\n"
        "told = message(item())\n"
        "try:\n"
        "    send(Params(secret='room'), told, alerts.render(told), context(Path('.'), {'TRACKER_ROOM': 'json://x/s3cret'}))\n"
        "except DeliveryError as error:\n"
        "    print(error.permanent, error)\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )

    assert ran.stdout == "False a chat needs apprise, which is not installed: pip install 'tracker[chat]'\n", ran.stderr
