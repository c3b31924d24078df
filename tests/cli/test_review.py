"""review: a number in a text that is too uncertain waits, is listed with its quote, and is decided of."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Run
from tests.support.web import Site
from tracker.settings import Home

TITLE = "星桥智能营收12亿元"
WATCH = """\
watch: w
timezone: Asia/Shanghai
receivers: {folder: {kind: markdown}}
subjects: {star: {name: Starbridge, aliases: [星桥智能]}}
sources: {wire: {kind: feed, url: "URL/feed.xml", every: 1h, allow_private: true}}
indicators:
  revenue: {name: Revenue, subject: star, unit: CNY, figures: {role: revenue, period: year}}
"""
FEED = f"""<rss version="2.0"><channel><title>wire</title><item><title>{TITLE}</title><link>https://wire.example/a</link>
<guid>a</guid><pubDate>Mon, 17 Aug 2026 02:00:00 GMT</pubDate></item></channel></rss>"""


def test_a_reading_waits_until_somebody_decides(run: Run, home: Callable[..., Home]) -> None:
    with Site() as site:
        site.put("/feed.xml", FEED)
        root = home(WATCH.replace("URL", site.url), name="reading").root
        run("run", "--once", now="2026-08-17T12:00", home=root, code=0)
    (row,) = run("review", "-o", "json", now="2026-08-17T12:00", home=root, code=0).json
    assert (row["value"], row["unit"], row["quote"]) == ("1200000000", "CNY", TITLE)
    assert row["reason"] == "the text does not say that it is of a whole year"

    (text,) = run("explain", TITLE, "-o", "json", now="2026-08-17T12:00", home=root, code=0).json
    (told,) = text["figures"]
    assert (told["indicator"], told["value"], told["of"]) == ("revenue", "1200000000", "2026-08-17")
    assert told["became"] == f"waits in review ({row['id']}): {row['reason']}"
    assert row["reason"] in run("explain", TITLE, now="2026-08-17T12:00", home=root, code=0).out.replace("\n", " ")

    done = run("review", "correct", str(row["id"]), "1.2亿", "--why", "a misprint", now="2026-08-18", home=root, code=0)
    batch = done.out.strip()
    assert done.err.endswith(f"; to take it back: tracker undo {batch}\n")

    assert run("review", "-o", "json", now="2026-08-18", home=root, code=0).json == []
    assert len(run("review", "-o", "json", now="2026-08-17T13:00", home=root, code=0).json) == 1
    (value,) = run("values", "revenue", "-o", "json", now="2026-08-18", home=root, code=0).json
    assert (value["value"], value["quote"]) == ("120000000", TITLE)
    again = run("review", "accept", str(row["id"]), now="2026-08-18", home=root, code=2)
    assert "was corrected before" in again.err
    assert run("undo", batch, now="2026-08-19", home=root, code=0).out == "1 row withdrawn\n"
    assert run("values", "revenue", "-o", "json", now="2026-08-19", home=root, code=0).json == []
