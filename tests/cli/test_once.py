"""`run --once` and the verbs alone, on a small site: what is due, what is said, what a failing source leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import WATCH, Run, snapshot
from tests.support.web import Site

NOW, LATER = "2026-08-17T12:00", "2026-08-17T13:00"
FEED = (
    """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>East</title>{items}</channel></rss>"""
)
ITEM = "<item><title>{title}</title><link>https://example.org/{key}</link><guid>{key}</guid><pubDate>{date}</pubDate></item>"
DATE = "Mon, 17 Aug 2026 10:00:00 +0800"


@pytest.fixture(name="site")
def _site(root: Path) -> Iterator[Site]:
    """Two sources of the home: a feed with one departure, and a number that is missing."""
    with Site() as site:
        item = ITEM.format(title="月湖科技首席科学家王明远离职", key="a", date=DATE)
        site.put("/east.xml", FEED.format(items=item))
        sources = (
            f'sources:\n  east: {{kind: feed, url: "{site.url}/east.xml", allow_private: true, every: 1h}}\n'
            f'  numbers: {{kind: json, url: "{site.url}/numbers.json", allow_private: true, every: 1h,\n'
            "    emit: [{indicator: growth, value: stars}]}\nindicators:"
        )
        (root / "indicators.yaml").write_text(WATCH.replace("indicators:", sources, 1), encoding="utf-8")
        yield site


def test_a_source_that_was_never_asked_is_due_at_once(run: Run, root: Path, site: Site) -> None:
    """One pass collects, understands, decides and speaks; a source that fails stops nothing and makes it 6."""
    done = run("run", "--once", now=NOW, code=6)

    assert sorted(site.paths) == ["/east.xml", "/numbers.json"]
    assert "news.told moonlake: event warning" in done.out
    assert "numbers: " in done.err
    assert "1 message sent" in done.err
    (event,) = run("events", "-o", "json", now=NOW).json
    assert (event["type"], event["subject"], event["mentions"]) == ("departure", "moonlake", 1)
    assert any("月湖科技" in path.read_text(encoding="utf-8") for path in (root / "alerts").rglob("*.md"))


def test_sources_say_how_the_last_pass_went(run: Run, site: Site) -> None:
    """State, last good pass, one sentence for what is wrong, when it is due next, how many texts it gave."""
    run("run", "--once", now=NOW, code=6)
    east, numbers = run("sources", "-o", "json", now=NOW).json

    assert (east["state"], east["last_ok"], east["last_error"], east["entries"]) == (
        "ok",
        "2026-08-17T04:00:00Z",
        None,
        1,
    )
    assert (east["next_due"], east["kind"]) == ("2026-08-17T05:00:00Z", "feed")
    assert (numbers["state"], numbers["last_ok"], numbers["entries"]) == ("failed", None, 0)
    assert "404" in numbers["last_error"]
    status = run("status", "-o", "json", now=NOW, code=0)
    assert status.json[0]["failing"] == 1
    assert "source numbers: " in status.err


def test_sources_as_they_were(run: Run, site: Site) -> None:
    """Before the last pass only the good ones are remembered; before the first, nothing."""
    run("run", "--once", now=NOW)
    run("run", "--once", now=LATER)

    then = run("sources", "-o", "json", "--as-of", "2026-08-17T12:30").json[0]
    before = run("sources", "-o", "json", "--as-of", "2026-08-17T11:00").json[0]

    assert (then["state"], then["last_ok"] is not None, then["next_due"], then["entries"]) == ("ok", True, None, 1)
    assert (before["state"], before["last_ok"], before["entries"]) == ("never", None, 0)


def test_nothing_is_due_before_its_time(run: Run, site: Site) -> None:
    """The same time again asks nobody; an hour later each is asked once; what it says again is no news."""
    run("run", "--once", now=NOW)
    asked = len(site.asked)
    assert "nothing is due" in run("run", "--once", now=NOW).err
    assert len(site.asked) == asked

    done = run("run", "--once", now=LATER)
    assert site.paths.count("/east.xml") == 2
    assert "news.told" not in done.out
    assert len(run("entries", "-o", "json", now=LATER).json) == 1


def test_a_named_source_is_asked_whether_due_or_not(run: Run, site: Site) -> None:
    """`collect east`; a name that nobody declared gets a suggestion."""
    run("run", "--once", now=NOW)
    run("collect", "east", now="2026-08-17T12:10", code=0)

    assert site.paths.count("/east.xml") == 2
    assert "did you mean 'east'" in run("collect", "eest", code=2).err


def test_dry_collect_says_what_would_be_stored(run: Run, root: Path, site: Site) -> None:
    """It asks the sources, and makes no database where there is none."""
    done = run("collect", "-n", now=NOW, code=6)

    assert "east: 2026-08-17T02:00:00Z 月湖科技首席科学家王明远离职" in done.out
    assert not (root / "db").exists()

    run("collect", "east", now=NOW, code=0)
    before = snapshot(root)
    run("collect", "-n", "east", now=LATER, code=0)
    assert snapshot(root) == before


def test_dry_evaluate_and_deliver_change_nothing(run: Run, root: Path, site: Site) -> None:
    """They say what would be decided and sent."""
    run("collect", "east", now=NOW, code=0)
    before = snapshot(root)

    evaluated = run("evaluate", "-n", now=NOW, code=0)

    assert "news.told moonlake: event" in evaluated.out
    assert "1 message would wait" in evaluated.err
    assert snapshot(root) == before
    run("evaluate", now=NOW, code=0)
    before = snapshot(root)
    assert "1 message would be sent" in run("deliver", "-n", now=NOW, code=0).err
    assert snapshot(root) == before
    assert not list(root.glob("alerts/**/*.md"))


def test_every_source_that_fails_is_six(run: Run, site: Site) -> None:
    """All of them; the rest of the pass was done."""
    site.put("/east.xml", status=500, body=b"")
    done = run("run", "--once", now=NOW, code=6)

    assert "1 message sent" in done.err  # the opening brief
    assert [row["last_error"] is None for row in run("sources", "-o", "json", now=NOW).json] == [False, False]


def test_a_value_at_last_ends_the_error(run: Run, site: Site) -> None:
    """After a good pass there is no last error, and the exit code is 0."""
    run("run", "--once", now=NOW, code=6)
    site.put("/numbers.json", '{"stars": 12}', type="application/json")

    run("run", "--once", now="2026-08-17T14:00", code=0)

    assert [row["last_error"] for row in run("sources", "-o", "json", now="2026-08-17T14:00").json] == [None, None]
    assert [row["value"] for row in run("values", "growth", "-o", "json", now="2026-08-17T14:00").json] == ["12"]
