"""Foreign text through every field to every page, API, feed and calendar: it is shown, and it does nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest

from tests.support.web import Site
from tests.web import hostile
from tests.web.conftest import Answer, Page, Serve
from tests.web.test_pages import Tags
from tracker.timing import ManualClock

#: What our own templates are made of; nothing else may come out of them.
ELEMENTS = set(
    "html head meta title link script body a header p nav main footer time div h1 h2 h3 form label input button select "
    "option textarea ul ol li span strong section figure figcaption svg path circle text table thead tbody tr th td br q "
    "dl dt dd article details summary pre blockquote".split()
)
ATTRIBUTES = re.compile(r"(?:on|style$|srcdoc$|hx-on|xlink|formaction$|ping$)")
KINDS = ("/api/v1/list", "/api/v1/values/growth0?vintages=true", "/api/v1/events", "/api/v1/entries", "/api/v1/alerts",
         "/api/v1/alerts/1", "/api/v1/sources", "/api/v1/expected", "/api/v1/series/growth0", "/api/v1/review")  # fmt: skip


@pytest.fixture(name="page")
def _page(serve: Serve) -> Iterator[Page]:
    with Site() as site:
        page = serve(hostile.declaration(hostile.feed(site)), clock=ManualClock(hostile.NOON))
        hostile.live(page.desk)
        yield page


def crawled(page: Page) -> Iterator[tuple[str, Answer]]:
    """Every page that can be reached from the first one, with what it answered."""
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop()
        answer = page.ask(path)
        yield path, answer
        links = {str(attrs["href"]) for tag, attrs in Tags(answer.text).found if tag == "a" and attrs.get("href")}
        new = {link for link in links if re.match(r"/(?!/|api/|calendar\.ics|static/)", link)} - seen
        seen |= new
        waiting += sorted(new)


def test_no_page_becomes_anything_else(page: Page) -> None:
    """Only our elements, no attribute that runs or styles, no link that is not http, no text that turns around."""
    pages = 0
    for path, answer in crawled(page):
        assert answer.status == 200, path
        tags, pages = Tags(answer.text), pages + 1
        assert {tag for tag, _ in tags.found} <= ELEMENTS, path
        for tag, attrs in tags.found:
            assert not any(ATTRIBUTES.match(name) for name in attrs), (path, tag, attrs)
            for name in ("href", "src", "action"):
                target = attrs.get(name)
                assert target is None or re.match(r"/(?![/\\])|#|https?://[^\s<>\"']+$", target), (path, tag, target)
                assert (
                    tag not in ("script", "link") or target is None or target.startswith(("/static/", "/alerts.atom"))
                )
                assert tag != "form" or target is None or target.startswith("/")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", answer.text), path
        assert "1337" not in answer.text, path
    assert pages > 60
    assert Tags(page.ask("/review").text).text.count("Accept") == len(hostile.ATTACKS) - hostile.REJECTED
    assert "<script>window.pwned=1</script>" in Tags(page.ask("/events").text).text


def test_no_link_of_a_feed_leads_to_a_script(page: Page) -> None:
    """What can be clicked is http, with nothing in it that could end an attribute; the text of the others stays."""
    texts = Tags(page.ask("/i/attention").text)
    targets = {str(attrs["href"]) for tag, attrs in texts.found if tag == "a"}

    assert {target.partition(":")[0] for target in targets if not target.startswith(("/", "#"))} <= {"http", "https"}
    assert not any(set(target) & set("<>\"'`\\") for target in targets)
    assert texts.text.count("Starbridge raises") == len(hostile.ATTACKS)


@pytest.mark.parametrize("path", KINDS)
def test_json_is_json(page: Page, path: str) -> None:
    """Of its own type, read as it was written, never taken for a page."""
    answer = page.ask(path)

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    json.loads(answer.text)
    assert "\u202e" not in answer.text


def test_the_atom_feed_holds_text_only(page: Page, parse: Callable[[str], object]) -> None:
    """It is well formed, its elements are ours, its links are ours; a reader of feeds has nothing to complain of."""
    text = page.ask("/alerts.atom").text
    root = ElementTree.fromstring(text)
    names = {one.tag.rpartition("}")[2] for one in root.iter()}

    assert names == set("feed id title updated link author name entry published category summary".split())
    links = [one.attrib["href"] for one in root.iter() if one.tag.endswith("}link")]
    assert all(link.startswith(f"http://127.0.0.1:{page.port}/") for link in links)
    assert parse(text) == (False, len(links) - 2)
    assert len({one.text for one in root.iter() if one.tag.endswith("}id")}) == len(links) - 1


@pytest.fixture(name="parse")
def _parse() -> Callable[[str], object]:
    import feedparser

    def parse(text: str) -> object:
        found = feedparser.parse(text.encode())
        return bool(found.bozo), len(found.entries)

    return parse


def test_the_calendar_has_no_line_of_others(page: Page) -> None:
    """Its lines are short, its properties ours, and unfolded each thing has one summary."""
    text = page.ask("/calendar.ics").text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")
    assert lines[-1] == ""
    names = {re.split("[:;]", line)[0] for line in lines[:-1]}
    assert names == set(
        "BEGIN END VERSION PRODID X-WR-CALNAME UID DTSTAMP DTSTART DTEND SUMMARY DESCRIPTION TRANSP".split()
    )
    assert {line for line in lines if line.startswith("BEGIN")} == {"BEGIN:VCALENDAR", "BEGIN:VEVENT"}
    assert sum(line.startswith("SUMMARY:") for line in lines) == lines.count("BEGIN:VEVENT") > 20
    assert not re.search(
        r"(?<!\\)[,;]", "".join(line.partition(":")[2] for line in lines if line.startswith("SUMMARY"))
    )


def test_no_metric_is_forged(page: Page) -> None:
    """Every line has the form of the format; every family is declared once, and its samples stand together."""
    families: list[str] = []
    for line in page.ask("/metrics").text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP [a-z_]+ .+|TYPE [a-z_]+ gauge)", line), line
            families += [line.split()[2]] if " TYPE " in line else []
            continue
        found = re.fullmatch(
            r'([a-z_]+)(\{[a-z_]+="(?:[^"\\]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\]|\\[\\"n])*")*\})? (-?[\d.]+)', line
        )
        assert found, line
        assert found[1] == families[-1]
    assert len(families) == len(set(families)) > 6
