"""kill -9, twenty times, in mid-work: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from tests.support.command import environment
from tests.support.mail import mailbox
from tests.support.web import Site
from tracker import db, timing
from tracker.db import Store, maintenance
from tracker.settings import Home

KILLS = 20
PATIENCE = 60.0
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢"
DECLARATION = """\
watch: Starbridge
timezone: Asia/Shanghai
receivers:
  folder: {{kind: markdown}}
  desk: {{kind: email, to: [desk@example.org], from: tracker@example.org}}
defaults: {{every: 1s}}
subjects:
  starbridge: {{name: Starbridge, aliases: [星桥智能]}}
sources:
  east: {{kind: feed, url: "{url}/east.xml", allow_private: true}}
  west: {{kind: feed, url: "{url}/west.xml", allow_private: true}}
  numbers:
    kind: json
    url: "{url}/numbers.json"
    allow_private: true
    emit: [{{indicator: stars, value: stars, at: at}}]
indicators:
  departures:
    name: Departures
    event: departure
    rules:
      left: {{kind: event, severity: critical}}
  stars:
    name: Stars
    unit: stars
    rules:
      low: {{kind: threshold, fire: "< 100"}}
"""


class Newsroom:
    """Two feeds and a list of numbers that grow; the second feed tells half of what the first tells."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.titles: list[str] = []
        self.numbers: list[dict[str, object]] = []

    def publish(self) -> None:
        """One more departure and one more number."""
        number = len(self.titles)
        self.titles.append(f"星桥智能首席科学家{SURNAMES[number]}明远离职")
        self.numbers.append(
            {"stars": 50 + 100 * (number % 2), "at": f"2026-{1 + number // 28:02}-{1 + number % 28:02}"}
        )
        self.site.put("/east.xml", self._feed("east", self.titles))
        self.site.put("/west.xml", self._feed("west", self.titles[::2]))
        self.site.put("/numbers.json", str(self.numbers).replace("'", '"'), type="application/json")

    def _feed(self, name: str, titles: list[str]) -> str:
        stamp = format_datetime(datetime.now(UTC))
        items = "".join(
            f"<item><title>{title}</title><link>http://{name}.example/{number}</link><guid>{name}{number}</guid>"
            f"<pubDate>{stamp}</pubDate></item>"
            for number, title in enumerate(titles)
        )
        return f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>"


def _start(root: Path, smtp: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tracker", "--home", str(root), "run", "--no-web"],
        env=environment({"TRACKER_SMTP_URL": smtp}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _until(true: Callable[[], bool]) -> None:
    """Wait for something that the daemon does; a minute is plenty."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "the daemon did not get there"
        time.sleep(0.05)


def test_nothing_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    """Each time the daemon has begun to work on something new it is killed, a little later than the time before."""
    with Site() as site, mailbox() as box:
        newsroom = Newsroom(site)
        root = tmp_path / "home"
        root.mkdir()
        (root / "indicators.yaml").write_text(DECLARATION.format(url=site.url), encoding="utf-8")
        newsroom.publish()
        for number in range(KILLS):
            daemon = _start(root, box.url)
            asked = len(site.asked)
            _until(lambda asked=asked: len(site.asked) > asked)  # type: ignore[misc]
            newsroom.publish()
            time.sleep(number * 0.12)  # from the first request to well after the messages
            os.kill(daemon.pid, signal.SIGKILL)
            daemon.wait()
        daemon = _start(root, box.url)
        store = Store.open(Home(root, {}).database, read_only=True)
        _until(lambda: _all_told(store, len(newsroom.titles)))
        daemon.terminate()
        assert daemon.wait(timeout=PATIENCE) == 0
        _judge(store, newsroom, [str(one["Message-ID"]) for one in box.messages], root)
        store.close()


def _all_told(store: Store, events: int) -> bool:
    with store.read() as connection:
        told = {
            (one.alert, one.receiver)
            for one in db.outbox.said(connection)
            if one.word == "event" and one.state == "sent"
        }
        waiting = db.outbox.counts(connection, timing.END).get("waiting")
        values = db.observations.believed(connection, indicator="stars")
    return len(told) == 2 * events and not waiting and len(values) == events


def _judge(store: Store, newsroom: Newsroom, mailed: list[str], root: Path) -> None:
    with store.read() as connection:
        entries = db.news.entries(connection)
        events = db.news.events(connection, types=["departure"])
        said = db.outbox.said(connection)
        deliveries = db.outbox.deliveries(connection)
        transitions = db.alerts.transitions(connection)
        values = db.observations.vintages(connection, indicator="stars")
    titles = newsroom.titles
    assert Counter(one.title for one in entries if one.source == "east") == Counter(titles)
    assert Counter(one.title for one in entries if one.source == "west") == Counter(titles[::2])
    assert sorted(one.event.title for one in events) == sorted(titles)
    assert sum(len(one.mentions) for one in events) == len(titles) + len(titles[::2])
    assert [f"{one.lo:f}" for one in values] == [str(number["stars"]) for number in newsroom.numbers]
    changes = Counter((one.rule, one.key, one.ordinal) for one in transitions)
    assert max(changes.values()) == 1
    assert len([one for one in transitions if one.what == "event"]) == len(titles)
    words = Counter((one.receiver, one.alert, one.episode, one.word) for one in said)
    assert max(words.values()) == 1
    # At least once each, at most one duplicate per kill, and a duplicate bears the id of its first try.
    # What cleared before it was sent was taken back.
    assert {one.state for one in deliveries} <= {"sent", "superseded"}
    assert len(set(mailed)) == sum(one.receiver == "desk" and one.state == "sent" for one in deliveries)
    assert len(mailed) - len(set(mailed)) <= KILLS
    for file in (root / "alerts").rglob("*.md"):
        sections = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("<!--")]
        assert len(sections) == len(set(sections)), file
    assert maintenance.check(Home(root, {}).database) == []
