"""The life of a daemon: it starts, ticks, reloads, is watched, takes over, shares its home, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.command import environment, tracker
from tests.support.web import Site
from tests.support.world import free_port
from tracker import db, pipeline
from tracker.daemon import Daemon
from tracker.db import Store
from tracker.pipeline import Desk
from tracker.settings import Home
from tracker.timing import ManualClock, SystemClock

PATIENCE = 40.0
WATCH = """\
watch: Starbridge
timezone: Asia/Shanghai
receivers: {folder: {kind: markdown}}
defaults: {every: 1s}
subjects:
  starbridge: {name: Starbridge, aliases: [星桥智能]}
sources:
  numbers:
    kind: json
    url: "URL/numbers.json"
    allow_private: true
    emit: [{indicator: stars, value: stars, at: at}]
indicators:
  stars:
    name: Stars
    unit: stars
    rules:
      low: {kind: threshold, fire: "< 100"}
"""

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(name="start")
def _start() -> Iterator[Start]:
    """Starts `tracker run` on a home; what still runs at the end of the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(root: Path, *args: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tracker", "--home", str(root), "run", *(args or ("--no-web",))]
        with (root / "log").open("a", encoding="utf-8") as log:
            process = subprocess.Popen(command, env=environment(), stdout=log, stderr=log, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    """A list with one number that is too low."""
    with Site() as site:
        site.put("/numbers.json", '[{"stars": 50, "at": "2026-01-01"}]', type="application/json")
        yield site


@pytest.fixture(name="root")
def _root(tmp_path: Path, site: Site) -> Path:
    """A home that asks the site every second."""
    root = tmp_path / "home"
    root.mkdir()
    (root / "indicators.yaml").write_text(WATCH.replace("URL", site.url), encoding="utf-8")
    return root


def until(true: Callable[[], object]) -> None:
    """Wait for something that a daemon does."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "the daemon did not get there"
        time.sleep(0.05)


def asked(root: Path, query: str) -> list[tuple[object, ...]]:
    """Rows of the database, from outside; none while it is being made."""
    file = root / "db" / "tracker.sqlite3"
    with suppress(sqlite3.OperationalError):
        if file.exists():
            with closing(sqlite3.connect(file, timeout=10)) as connection:
                return connection.execute(query).fetchall()
    return []


def tick(root: Path) -> str:
    """The heartbeat, "" where there is none."""
    return "".join(str(value) for (value,) in asked(root, "SELECT value FROM meta WHERE key = 'tick'"))


def said(root: Path) -> str:
    """What the daemons of a home said."""
    return (root / "log").read_text(encoding="utf-8")


def files(root: Path) -> list[str]:
    """What the home said."""
    return sorted(path.name for path in (root / "alerts").rglob("*.md"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_cleanly(start: Start, root: Path, number: signal.Signals, code: int) -> None:
    """The exit code says which; the heartbeat is taken away, so nobody calls it late; what was in hand is done."""
    daemon = start(root)
    until(lambda: tick(root) and files(root))
    daemon.send_signal(number)

    assert daemon.wait(timeout=PATIENCE) == code
    assert tick(root) == ""
    assert asked(root, "SELECT key FROM schedule WHERE owner IS NOT NULL") == []
    assert "Traceback" not in said(root)
    assert tracker("status", cwd=root).returncode == 0


def test_what_hangs_is_left_behind(start: Start, root: Path, site: Site) -> None:
    """At the end nobody waits for a source: its slot is given back, and it has not failed."""
    begun, over = threading.Event(), threading.Event()

    def hang(_handler: BaseHTTPRequestHandler) -> None:
        begun.set()
        over.wait(PATIENCE)

    hung = "".join(
        f'  hung{number}: {{kind: feed, url: "{site.do(f"/hung{number}", hang)}", allow_private: true}}\n'
        for number in range(40)
    )
    text = (root / "indicators.yaml").read_text(encoding="utf-8")
    (root / "indicators.yaml").write_text(text.replace("sources:\n", f"sources:\n{hung}"), encoding="utf-8")
    daemon = start(root)
    until(begun.is_set)
    daemon.terminate()
    code = daemon.wait(timeout=PATIENCE)
    over.set()

    assert code == 0
    assert asked(root, "SELECT key FROM schedule WHERE owner IS NOT NULL") == []
    assert ("interrupted",) in asked(root, "SELECT last_error FROM schedule")
    assert asked(root, "SELECT source FROM source_state WHERE source LIKE 'hung%'") == []
    assert "Traceback" not in said(root)


def test_a_delivery_that_hangs_is_left_and_taken_over(start: Start, root: Path, site: Site) -> None:
    """A receiver that takes the message and does not answer holds nobody up; the next daemon sends it again."""
    begun, over, ids = threading.Event(), threading.Event(), []

    def hang(handler: BaseHTTPRequestHandler) -> None:
        ids.append(handler.headers["Idempotency-Key"])
        begun.set()
        over.wait(PATIENCE)

    text = (root / "indicators.yaml").read_text(encoding="utf-8")
    hook = f'hook: {{kind: webhook, url: "{site.do("/hook", hang)}", allow_private: true, timeout: 60s}}'
    (root / "indicators.yaml").write_text(text.replace("folder: {kind: markdown}", hook), encoding="utf-8")
    daemon = start(root)
    until(begun.is_set)
    daemon.terminate()
    code = daemon.wait(timeout=PATIENCE)
    over.set()

    assert (code, tick(root)) == (0, "")
    assert "the next start takes it over" in said(root)
    assert asked(root, "SELECT state FROM delivery") == [("sending",)]
    site.put("/hook")
    again = start(root)
    until(lambda: ("sent",) in asked(root, "SELECT state FROM delivery"))
    again.terminate()
    assert again.wait(timeout=PATIENCE) == 0
    assert [one.headers["idempotency-key"] for one in site.asked if one.method == "POST"][-1] == ids[0]


def test_a_clock_that_stood_in_the_future_silences_nothing(start: Start, root: Path, site: Site) -> None:
    """The home has lived until 2199: the daemon says so, and asks its sources all the same."""
    assert tracker("--now", "2199-01-01", "run", "--once", cwd=root).returncode == 0
    before = len(site.asked)
    daemon = start(root)
    until(lambda: len(site.asked) > before + 1)  # once because the slot is astray, then on the grid
    daemon.terminate()

    assert daemon.wait(timeout=PATIENCE) == 0
    assert "this home has recorded things at 2198-12-31T16:00:00Z" in said(root)


def test_the_page_lives_and_ends_with_it(start: Start, root: Path) -> None:
    """200 while it ticks; a tick that stands still is told by `status`; in the end the port is free again."""
    port = free_port()
    daemon = start(root, "--port", str(port))
    until(lambda: tick(root))
    until(lambda: _health(port) == 200)
    assert f"page http://127.0.0.1:{port}/" in said(root)

    daemon.kill()  # gone without a word: the heartbeat stays, and grows old
    daemon.wait()
    assert tracker("status", cwd=root).returncode == 0
    with closing(sqlite3.connect(root / "db" / "tracker.sqlite3", timeout=10)) as connection:
        connection.execute("UPDATE meta SET value = '2020-01-01T00:00:00Z' WHERE key = 'tick'")
        connection.commit()
    status = tracker("status", "-o", "json", cwd=root)
    assert status.returncode == 1
    assert "2020-01-01T00:00:00Z: it is stuck or gone" in status.stderr

    daemon = start(root, "--port", str(port))
    until(lambda: not tick(root).startswith("2020"))
    until(lambda: _health(port) == 200)
    assert tracker("status", cwd=root).returncode == 0
    daemon.terminate()
    assert daemon.wait(timeout=PATIENCE) == 0
    assert _health(port) == 0


def _health(port: int) -> int:
    """The status of /healthz, 0 where nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError:
        return 0


def test_sighup_takes_a_changed_declaration_and_refuses_a_broken_one(start: Start, root: Path) -> None:
    """The old one stays in force until there is a sound one; nothing is restarted."""
    text = (root / "indicators.yaml").read_text(encoding="utf-8")
    daemon = start(root)
    until(lambda: ("firing",) in asked(root, "SELECT what FROM transition"))

    (root / "indicators.yaml").write_text(text.replace('"< 100"', '"< hundred"'), encoding="utf-8")
    daemon.send_signal(signal.SIGHUP)
    until(lambda: "was not reloaded" in said(root))
    assert daemon.poll() is None

    (root / "indicators.yaml").write_text(text.replace('"< 100"', '"< 40"'), encoding="utf-8")
    daemon.send_signal(signal.SIGHUP)
    until(lambda: ("resolved",) in asked(root, "SELECT what FROM transition ORDER BY position"))

    daemon.terminate()
    assert daemon.wait(timeout=PATIENCE) == 0
    assert said(root).count("was reloaded") == 1
    assert "Traceback" not in said(root)


def test_an_edited_declaration_is_taken_without_a_word(start: Start, root: Path) -> None:
    """No signal is needed, and whoever runs a command meanwhile is of one mind with the daemon."""
    file = root / "indicators.yaml"
    daemon = start(root)
    until(lambda: ("firing",) in asked(root, "SELECT what FROM transition"))
    file.write_text(file.read_text(encoding="utf-8").replace('"< 100"', '"< 40"'), encoding="utf-8")
    assert tracker("evaluate", cwd=root).returncode == 0
    until(lambda: "was reloaded" in said(root))
    for _ in range(3):
        assert tracker("evaluate", cwd=root).returncode == 0

    daemon.terminate()
    assert daemon.wait(timeout=PATIENCE) == 0
    words = [what for (what,) in asked(root, "SELECT what FROM transition ORDER BY position")]
    assert [word for word in words if word in ("firing", "resolved", "closed")] == ["firing", "resolved"]
    assert asked(root, "SELECT state FROM alert") == [("inactive",)]


def test_two_daemons_on_one_home_do_not_double(start: Start, root: Path, site: Site) -> None:
    """Claims keep them apart: each number is stored once, each alert said once; one may go, the other goes on."""
    first, second = start(root), start(root)
    until(lambda: ("firing",) in asked(root, "SELECT what FROM transition"))
    site.put(
        "/numbers.json",
        '[{"stars": 50, "at": "2026-01-01"}, {"stars": 150, "at": "2026-01-02"}]',
        type="application/json",
    )
    until(lambda: len(asked(root, "SELECT lo FROM observation")) == 2)
    until(lambda: ("resolved",) in asked(root, "SELECT what FROM transition"))
    first.terminate()
    assert first.wait(timeout=PATIENCE) == 0
    site.put(
        "/numbers.json",
        '[{"stars": 50, "at": "2026-01-01"}, {"stars": 150, "at": "2026-01-02"}, {"stars": 9, "at": "2026-01-03"}]',
        type="application/json",
    )
    until(lambda: len(asked(root, "SELECT what FROM transition WHERE what = 'firing'")) == 2)
    until(lambda: not asked(root, "SELECT id FROM delivery WHERE state IN ('queued', 'sending')"))
    second.terminate()
    assert second.wait(timeout=PATIENCE) == 0

    assert [value for (value,) in asked(root, "SELECT lo FROM observation ORDER BY seq")] == ["50", "150", "9"]
    words = [what for (what,) in asked(root, "SELECT what FROM transition ORDER BY position")]
    assert [word for word in words if word in ("firing", "resolved")] == ["firing", "resolved", "firing"]
    sections = [
        line for path in (root / "alerts").rglob("*.md") for line in path.read_text().splitlines() if "<!--" in line
    ]
    assert len(sections) == len(set(sections))
    assert "Traceback" not in said(root)


@pytest.fixture(name="desk")
def _desk(root: Path) -> Iterator[Desk]:
    """The home's desk in this process, with a clock in hand."""
    clock = ManualClock(datetime(2026, 8, 17, 4, tzinfo=UTC))
    with pipeline.open_desk(Home(root, {}), clock) as desk:
        yield desk


def test_what_a_dead_process_had_in_hand_is_taken_over_at_start(start: Start, root: Path) -> None:
    """Without waiting for the lease to run out."""
    with pipeline.open_desk(Home(root, {}), SystemClock()) as desk:
        pipeline.collect(desk)
        now = desk.clock.now()
        with desk.store.write(now) as tx:
            (row,) = db.schedule.rows(tx.connection)
            dead = pipeline.owner().rsplit(":", 1)[0] + ":1"  # this host and pid, another start: a process that is gone
            assert db.schedule.claim(tx, row.key, row.next_due, dead, now + timedelta(hours=5))
    daemon = start(root)
    until(lambda: "taken over from processes that are gone" in said(root))
    until(lambda: asked(root, "SELECT key FROM schedule WHERE lease_until IS NULL OR owner IS NULL"))
    daemon.terminate()
    assert daemon.wait(timeout=PATIENCE) == 0


def test_who_is_gone() -> None:
    """Host, pid and start time: a pid that was given to somebody else is another owner; of other hosts nothing is known."""
    mine, is_gone = pipeline.owner(), pipeline.is_gone
    host, pid, started = mine.rsplit(":", 2)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()

    assert not is_gone(mine)
    assert not is_gone(f"elsewhere:{pid}:{started}")
    assert not is_gone(f"{host}0:{ended.pid}:{started}")  # another PID namespace, or another host
    assert not is_gone(f"{host.split(':')[0]}:{ended.pid}:{started}") or ":" not in host
    assert is_gone(f"{host}:{ended.pid}:{started}")
    assert is_gone(f"{host}:{pid}:1") == (sys.platform == "linux")
    assert not is_gone(f"{host}:{os.getppid()}:{_started(os.getppid())}")


def _started(pid: int) -> str:
    stat = Path(f"/proc/{pid}/stat")
    return stat.read_text().rsplit(")", 1)[1].split()[19] if stat.exists() else "0"


def test_a_job_that_fails_does_not_end_it(start: Start, root: Path, site: Site) -> None:
    """The folder of the alerts is a file for a while: the log says so, the daemon goes on collecting and deciding."""
    (root / "alerts").write_text("in the way", encoding="utf-8")
    daemon = start(root)
    until(lambda: asked(root, "SELECT id FROM delivery WHERE attempts > 0 OR state = 'dead'"))
    until(lambda: ("firing",) in asked(root, "SELECT what FROM transition"))
    site.put("/numbers.json", '[{"stars": 150, "at": "2026-01-02"}]', type="application/json")
    until(lambda: ("resolved",) in asked(root, "SELECT what FROM transition"))

    assert daemon.poll() is None
    (root / "alerts").unlink()
    daemon.terminate()
    assert daemon.wait(timeout=PATIENCE) == 0
    assert "Traceback" not in said(root)


def test_the_tick_decides_only_when_there_is_something_to_decide(desk: Desk) -> None:
    """It beats every ten seconds; it evaluates when something was learned, a deadline passed, or the day changed."""
    clock = desk.clock
    assert isinstance(clock, ManualClock)
    daemon = Daemon(desk)
    daemon.tick()
    assert pipeline.pulse(desk).at == clock.now()

    clock.advance(timedelta(seconds=5))
    daemon.tick()
    assert pipeline.pulse(desk).at == clock.now() - timedelta(seconds=5)

    pipeline.record_value(desk, "stars", "50")
    daemon.tick()
    assert [row["state"] for row in pipeline.alerts(desk)] == ["firing"]

    clock.advance(-timedelta(hours=1))  # the machine's clock was set back: nothing breaks, nothing doubles
    daemon.tick()
    assert len(pipeline.alerts(desk)) == 1


def test_a_reload_in_process_keeps_the_old_one_when_the_new_one_is_gone(desk: Desk, root: Path) -> None:
    """Also a declaration that is no file any more is refused."""
    daemon = Daemon(desk)
    (root / "indicators.yaml").rename(root / "away.yaml")
    assert not daemon.reload()
    assert daemon.desk.declaration.watch == "Starbridge"

    text = (root / "away.yaml").read_text(encoding="utf-8").replace("watch: Starbridge", "watch: 星桥")
    (root / "indicators.yaml").write_text(text, encoding="utf-8")
    assert daemon.reload()
    assert daemon.desk.declaration.watch == "星桥"


def test_a_broken_declaration_is_said_once(desk: Desk, root: Path, caplog: pytest.LogCaptureFixture) -> None:
    """However long it stays broken; the old one stays in force, and a sound one is taken as soon as it is there."""
    file = root / "indicators.yaml"
    text, daemon = file.read_text(encoding="utf-8"), Daemon(desk)
    daemon.watch_declaration()
    file.write_text("watch: [", encoding="utf-8")
    for _ in range(3):
        daemon.watch_declaration()
    assert [record.message[:31] for record in caplog.records] == ["the declaration was not reloade"]
    assert daemon.desk.declaration.watch == "Starbridge"

    file.write_text(text.replace("watch: Starbridge", "watch: 星桥"), encoding="utf-8")
    daemon.watch_declaration()
    assert daemon.desk.declaration.watch == "星桥"
    assert daemon.desk.door is desk.door  # which is closed with the desk


def test_the_daemon_refuses_before_it_starts(root: Path) -> None:
    """A broken declaration, a database that is no database: exit 2 or 1, one message, nothing started."""
    (root / "db").mkdir()
    (root / "db" / "tracker.sqlite3").write_bytes(b"no database " * 1000)
    assert tracker("run", "--no-web", cwd=root).returncode == 1
    (root / "indicators.yaml").write_text("watch: [", encoding="utf-8")
    assert tracker("run", "--no-web", cwd=root).returncode == 2


def test_a_store_of_one_process_is_read_by_another_while_it_writes(start: Start, root: Path) -> None:
    """The reading commands and the notebook work beside the daemon."""
    daemon = start(root)
    until(lambda: tick(root))
    for _ in range(3):
        assert tracker("list", "-o", "json", cwd=root).returncode == 0
    store = Store.open(Home(root, {}).database, read_only=True)
    with store.read() as connection:
        assert db.meta.get(connection, "tick")
    store.close()
    assert tracker("record", "stars", "7", cwd=root).returncode == 0
    daemon.terminate()
    assert daemon.wait(timeout=PATIENCE) == 0
