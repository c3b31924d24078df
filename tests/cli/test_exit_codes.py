"""The exit codes are an interface: one row per way to end, and each code once as a process."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import WATCH, Run
from tests.support.command import environment, tracker
from tests.support.web import Site
from tests.support.world import free_port

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>'


@pytest.fixture(name="home_of_all", scope="module")
def _home_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where something fires and one source cannot be reached; nobody writes to it but in ways that repeat."""
    root = tmp_path_factory.mktemp("all") / "home"
    root.mkdir()
    dead = f"http://127.0.0.1:{free_port()}/feed"
    sources = f'sources:\n  dead: {{kind: feed, url: "{dead}", allow_private: true}}\nindicators:'
    (root / "indicators.yaml").write_text(WATCH.replace("indicators:", sources, 1), encoding="utf-8")
    (root / "rows.csv").write_text("indicator,value\ngrowth,12,34\n", encoding="utf-8")
    (root / "broken.yaml").write_text("watch: x\nindicators: 5\n", encoding="utf-8")
    assert tracker("record", "growth", "4x", cwd=root).returncode == 0
    assert tracker("evaluate", cwd=root).returncode == 0
    return root


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ("list", 0),
        ("--version", 0),
        ("--help", 0),
        ("record --help", 0),
        ("entries", 0),  # an empty list is an answer
        ("alerts", 0),
        ("alerts --exit-code", 5),
        ("alerts --exit-code --subject moonlake", 0),
        ("alerts --exit-code --as-of 2020-01-01", 0),
        ("undo 00000000", 2),
        ("", 2),
        ("lst", 2),
        ("list --nope", 2),
        ("list -o xml", 2),
        ("list --subject nobody", 2),
        ("values nothing", 2),
        ("record growth many", 3),
        ("import rows.csv", 3),
        ("import .", 2),
        ("check", 0),
        ("check broken.yaml", 2),
        ("--home nowhere list", 2),
        ("--home rows.csv list", 2),
        ("--now 20266-01-01 list", 2),
        ("--now 2020-01-01 record growth 4x", 2),
        ("--now 2020-01-01 run", 2),
        ("run --host 0.0.0.0", 2),
        ("run --once --no-web", 6),
        ("collect dead", 6),
        ("collect nothing", 2),
        ("ack 99", 2),
    ],
)
def test_an_exit_code_says_how_it_went(
    home_of_all: Path, args: str, code: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0 ok, 2 as asked it cannot be done, 3 data refused, 5 something fires, 6 a source failed."""
    monkeypatch.chdir(home_of_all)
    said = run(*args.split(), home=home_of_all)

    assert said.code == code, said
    if code not in (0, 5, 6):
        assert said.out == ""
        assert said.err.strip()


@pytest.mark.parametrize(
    ("args", "code"), [("list", 0), ("lst", 2), ("import rows.csv", 3), ("alerts --exit-code", 5), ("collect dead", 6)]
)
def test_the_process_ends_with_it(home_of_all: Path, args: str, code: int) -> None:
    """What the shell sees, with the home taken from the current folder."""
    done = tracker(*args.split(), cwd=home_of_all)

    assert done.returncode == code, done
    assert "Traceback" not in done.stderr


def test_one_good_source_beside_a_bad_one_is_still_six(home_of_all: Path, tmp_path: Path) -> None:
    """Partly done: the rest of the pass was done."""
    with Site() as site:
        good = f'  good: {{kind: feed, url: "{site.put("/good.xml", FEED)}", allow_private: true}}\nindicators:'
        text = (home_of_all / "indicators.yaml").read_text(encoding="utf-8").replace("indicators:", good, 1)
        (tmp_path / "indicators.yaml").write_text(text, encoding="utf-8")
        done = tracker("run", "--once", cwd=tmp_path)
        states = tracker("sources", "-o", "csv", cwd=tmp_path).stdout.splitlines()

    assert done.returncode == 6, done
    assert [line.split(",")[2] for line in states[1:]] == ["failed", "ok"]


def test_failed_is_one(home_of_all: Path, tmp_path: Path) -> None:
    """A database that cannot be read."""
    (tmp_path / "indicators.yaml").write_text(WATCH, encoding="utf-8")
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "tracker.sqlite3").write_bytes(b"no database at all, but long enough to be read as one" * 100)
    done = tracker("list", cwd=tmp_path)

    assert done.returncode == 1
    assert "damaged or is no database" in done.stderr


def test_interrupted_is_130(home_of_all: Path) -> None:
    """Ctrl-C, wherever it is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "import"],
        cwd=home_of_all,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A test run in the background has it ignored, and so would its child.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    # More than a pipe holds goes in only when the other side reads; it then waits for the end of its input.
    process.stdin.write(b"indicator,value\n" * 20_000)
    process.stdin.flush()
    code = None
    while code is None:  # a signal between two reads is seen at the next one: a person presses again
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(timeout=2)
    _, said = process.communicate()

    assert code == 130
    assert b"Traceback" not in said


def test_a_reader_that_has_seen_enough_is_no_error(home_of_all: Path) -> None:
    """`tracker list | head -1` ends quietly."""
    command = f"{sys.executable} -m tracker list -o json | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=home_of_all, env=environment(), capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
