"""The files under alerts/: one per episode, whole at every moment, each message in it once."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.alerts.making import NOON, THREAD, context, growth, item, message
from tracker import alerts
from tracker.errors import DeliveryError
from tracker.model.told import Message, Rendered

NOBODY = 65534
WHOLE_FILE = """\
---
type: "alert"
watch: "StepFun"
indicator: "departures"
rule: "left"
subject: "minimax"
thread: "2026-08-19-departures.left-minimax-1"
alert: 7
since: "2026-08-19 12:00"
severity: "warning"
state: "event"
word: "event"
updated: "2026-08-19T04:00:00Z"
---

# Departures (MiniMax)

## 2026-08-19 12:00 · warning · new

<!-- message 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f.7 -->

**MiniMax 技术负责人离职 — MiniMax**

> MiniMax 技术负责人已于近日离职

- Source: [kr36](<https://36kr.com/p/1>)
- How sure: reported · 2 sources · named press
- Happened: 2026-08-19
- Public: 2026-08-19 10:37
- Reached us: 2026-08-19 12:00
- Threshold from: section 5 of the analysis
- Speaks next: when it is confirmed or denied
- Answer: `tracker ack 7 --as useful|noise|wrong`
"""
FILE = f"2026/{THREAD}.md"


def send(root: Path, told: Message, rendered: Rendered | None = None) -> list[str]:
    """As the worker sends; what was said while it was done."""
    said: list[str] = []
    kind = alerts.KINDS["markdown"]
    kind.send(kind.Params(), told, rendered or alerts.render(told), context(root, say=said.append))
    return said


def files(root: Path) -> dict[str, str]:
    """Every file below alerts/ with its text, hidden ones too."""
    folder = root / "alerts"
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def front(text: str) -> dict[str, object]:
    """The front matter, as a YAML reader sees it."""
    values: dict[str, object] = YAML(typ="safe", pure=True).load(text.split("---\n")[1])
    return values


def test_an_event_is_one_file(tmp_path: Path) -> None:
    """Front matter, what it is, and a section with everything that is known; nothing else is left lying about."""
    said = send(tmp_path, message(item()))

    assert files(tmp_path) == {FILE: WHOLE_FILE}
    assert said == [f"alerts/{FILE} is written"]


def test_a_second_try_adds_nothing(tmp_path: Path) -> None:
    """The process died after it had written and before it had noted that."""
    send(tmp_path, message(item()))
    before = (tmp_path / "alerts" / FILE).stat()

    said = send(tmp_path, message(item()))

    assert (tmp_path / "alerts" / FILE).stat() == before
    assert files(tmp_path) == {FILE: WHOLE_FILE}
    assert said == [f"alerts/{FILE} says so already"]


def test_a_later_message_is_appended(tmp_path: Path) -> None:
    """Under its time; the front matter shows where the alert stands, and what a person wrote into the file stays."""
    send(tmp_path, message(item()))
    path = tmp_path / "alerts" / FILE
    path.write_text(path.read_text().replace("alert: 7\n", "alert: 7\ntags: [people]\n") + "\nMy own note.\n")
    later = message(item("denied", headline="Denied: 离职 — MiniMax", severity="critical"), id="ee" * 16)

    send(tmp_path, later)
    send(tmp_path, later)

    text = path.read_text()
    assert text.count("## 2026-08-19 12:00 · critical · denied") == text.count("My own note.") == 1
    assert text.index("My own note.") < text.index("· denied")
    assert text.startswith(WHOLE_FILE.partition("alert: 7")[0])
    assert front(text) == front(WHOLE_FILE) | {
        "tags": ["people"],
        "severity": "critical",
        "state": "denied",
        "word": "denied",
    }


def test_two_receivers_that_share_the_folder_say_a_thing_once(tmp_path: Path) -> None:
    """Their messages have different ids and the same words."""
    send(tmp_path, message(item()))
    send(tmp_path, message(item(), id="aa" * 16, receiver="archive"))

    assert files(tmp_path) == {FILE: WHOLE_FILE}


def test_an_opening_brief_is_a_file_and_so_is_each_alert(tmp_path: Path) -> None:
    """The date is the local one, the way to each file is a link, and every link leads somewhere."""
    old = growth(thread="2025-05-03-api_growth.overdue-stepfun-1")
    brief = (("What is due", ("Revenue (StepFun): CNY 10bn",)),)
    late = NOON.replace(hour=17)  # already the 20th in Shanghai

    send(tmp_path, message(item(), old, kind="opening", at=late, brief=brief))

    made = files(tmp_path)
    assert set(made) == {"2026/2026-08-20-opening.md", FILE, "2025/2025-05-03-api_growth.overdue-stepfun-1.md"}
    opening = made["2026/2026-08-20-opening.md"]
    assert front(opening)["type"] == "opening"
    assert front(opening)["alerts"] == 2
    assert "### What is due\n\n- Revenue (StepFun): CNY 10bn\n" in opening
    for link in (f"{THREAD}.md", "../2025/2025-05-03-api_growth.overdue-stepfun-1.md"):
        assert f"](<{link}>)" in opening
        assert (tmp_path / "alerts" / "2026" / link).is_file()


def test_an_opening_brief_is_continued_in_the_files_of_its_alerts(tmp_path: Path) -> None:
    """What happens later to an alert of the brief goes to its own file."""
    send(tmp_path, message(growth(), kind="opening"))
    send(tmp_path, message(growth("resolved"), id="bb" * 16))

    text = files(tmp_path)["2026/2026-08-19-api_growth.slow-stepfun-2.md"]
    assert text.index("· active") < text.index("· cleared")
    assert front(text)["state"] == "resolved"


def test_a_digest_is_replaced(tmp_path: Path) -> None:
    """One file per week, with the newest text."""
    for text in ("first", "second"):
        send(tmp_path, message(kind="digest", period="2026-W34", markdown=f"{text}\n", id=text))

    (path, text), *rest = files(tmp_path).items()
    assert (path, rest) == ("digests/2026-W34.md", [])
    assert text.endswith("---\n\nsecond\n")
    assert front(text) == {
        "type": "digest",
        "watch": "StepFun",
        "period": "2026-W34",
        "generated_at": "2026-08-19T04:00:00Z",
    }


@pytest.mark.parametrize(
    "thread",
    ["../../etc/passwd", "/etc/passwd", "2026-08-19-a/b", "", ".hidden", "x" * 400, "长" * 100, "2026-\x00\n-a"],
)
def test_no_name_leaves_the_folder(thread: str, tmp_path: Path) -> None:
    """Keys of a declaration are checked, and a name is made safe all the same."""
    send(tmp_path, message(item(thread=thread)))

    (path,) = files(tmp_path)
    assert path.startswith("2026/")
    assert path.count("/") == 1
    assert not path.startswith("2026/.")
    assert [one.name for one in tmp_path.iterdir()] == ["alerts"]


def test_long_names_stay_apart(tmp_path: Path) -> None:
    """What is cut off is kept as a hash."""
    for number in (1, 2):
        send(tmp_path, message(item(thread=f"2026-08-19-{'x' * 300}-{number}"), id=f"{number}" * 32))

    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize("path", ["../outside.md", "/tmp/outside.md", "2026/../../outside.md", ""])
def test_a_path_that_leads_out_is_refused_for_good(path: str, tmp_path: Path) -> None:
    """Also when it stands in the outbox already."""
    with pytest.raises(DeliveryError, match="no name of a file below alerts/") as caught:
        send(tmp_path, message(item()), Rendered(subject="", text="", files=((path, "x", "x"),)))

    assert caught.value.permanent


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    """A year's folder that points elsewhere would write there."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "2026").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(DeliveryError, match="a link that leaves alerts/"):
        send(tmp_path, message(item()))

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    """One sentence says what to do, the message waits, and it is sent when that is done."""
    (tmp_path / "alerts" / FILE).mkdir(parents=True)

    with pytest.raises(DeliveryError, match="a folder stands where the file should be; move it away") as caught:
        send(tmp_path, message(item()))
    assert not caught.value.permanent

    (tmp_path / "alerts" / FILE).rmdir()
    send(tmp_path, message(item()))
    assert files(tmp_path) == {FILE: WHOLE_FILE}


@pytest.mark.parametrize("name", ["alerts", "alerts/2026"])
def test_a_file_in_place_of_a_folder(name: str, tmp_path: Path) -> None:
    """The same for the folders above it."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")

    with pytest.raises(DeliveryError, match="a file stands where the folder") as caught:
        send(tmp_path, message(item()))

    assert not caught.value.permanent
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """Nothing is changed, and the message waits for the right to write."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        send(home, message(item()))
        for folder in (home / "alerts" / "2026", home / "alerts", home):
            folder.chmod(0o555)
        with (
            as_nobody(),
            pytest.raises(DeliveryError, match=r"no right to write in .*2026; allow it to the user") as caught,
        ):
            send(home, message(item("confirmed"), id="cc" * 16))
        for folder in (home, home / "alerts", home / "alerts" / "2026"):
            folder.chmod(0o755)
        assert not caught.value.permanent
        assert files(home) == {FILE: WHOLE_FILE}


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    """No half file takes its place, no temporary file is left, and the message waits."""
    send(tmp_path, message(item()))

    with no_room(), pytest.raises(DeliveryError, match="no room on the disk; free some space") as caught:
        send(tmp_path, message(item("confirmed"), id="cc" * 16))

    assert not caught.value.permanent
    assert files(tmp_path) == {FILE: WHOLE_FILE}


def test_what_a_crash_left_is_overwritten(tmp_path: Path) -> None:
    """A process that died in mid-write leaves one hidden file; the next try uses its name."""
    (tmp_path / "alerts" / "2026").mkdir(parents=True)
    (tmp_path / "alerts" / "2026" / f".{THREAD}.md.new").write_text("half of")

    send(tmp_path, message(item()))

    assert files(tmp_path) == {FILE: WHOLE_FILE}


def test_a_file_in_another_encoding_keeps_its_bytes(tmp_path: Path) -> None:
    """An editor saved it as GBK; what is appended does not spoil what is there."""
    send(tmp_path, message(item()))
    path = tmp_path / "alerts" / FILE
    kept = path.read_bytes() + "\n备注".encode("gbk")
    path.write_bytes(kept)

    send(tmp_path, message(item("confirmed"), id="dd" * 16))

    assert "备注".encode("gbk") in path.read_bytes()
    assert "· confirmed".encode() in path.read_bytes()


def test_front_matter_is_safe_yaml(tmp_path: Path) -> None:
    """Names that YAML reads as something else, quotes and colons come back as they were."""
    odd = 'No: "yes" # [x] \\ 12:30'
    send(tmp_path, message(item(indicator="no", rule="null", subject="0x1f", since=odd), watch=odd))

    (text,) = files(tmp_path).values()
    read = front(text)
    assert [read[key] for key in ("indicator", "rule", "subject", "since", "watch")] == ["no", "null", "0x1f", odd, odd]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, which nothing stops."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process may grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
