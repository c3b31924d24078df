"""Digest-like feeds: an entry that holds many stories becomes as many entries."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.collectors.asking import feed, rss, titles
from tests.support.web import Site
from tracker.collectors import headings
from tracker.network import Door

STORY = "<h2><a href='{0}'>{1}</a> <code>#{2}</code></h2><blockquote><p>{3}</p></blockquote><p>more of it</p><hr>"
CONTENTS = (
    "<h1>Daily 2026-04-03</h1><h2>Overview</h2><h3>News</h3><ul><li>one, in short, as in any list of contents</li></ul>"
)
TEXT = "a text that is long enough to be a story"


def _digest(*stories: tuple[str, str, str]) -> str:
    body = CONTENTS + "".join(
        STORY.format(link, title, n, text) for n, (link, title, text) in enumerate(stories, start=1)
    )
    return f"<title>2026-04-03</title><guid>g1</guid><link>http://d.example/3</link><description>{escape(body)}</description>"


def test_each_heading_with_a_text_is_a_story() -> None:
    """The list of contents is none, and its number is no part of a title."""
    parts = headings.split(
        CONTENTS + STORY.format("http://a/1", "阶跃星辰上线 Step 3.5", 1, TEXT) + STORY.format("", "b", 2, TEXT)
    )

    assert [(part.title, part.link, part.text) for part in parts] == [
        ("阶跃星辰上线 Step 3.5", "http://a/1", f"{TEXT} more of it"),
        ("b", "", f"{TEXT} more of it"),
    ]


def test_one_heading_is_an_article() -> None:
    """Nothing is split where there is one story."""
    assert headings.split(f"<h2>One</h2><p>{TEXT}</p>") == ()
    assert headings.split("") == ()


def test_a_heading_that_is_not_closed() -> None:
    """It hides none that follows, of whatever level."""
    story = f"<p>{TEXT}</p>"

    parts = headings.split(f"<h1>lost<h2>a</h2>{story}<h2>lost<h2 id=b>b</H2 >{story}")

    assert [part.title for part in parts] == ["a", "b"]


def test_a_source_may_ask_for_it(site: Site, door: Door) -> None:
    """Each story has a key of its own that an edit of another leaves alone; without `split` the entry stays whole."""
    first, second = ("http://a.example/1", "first", TEXT), ("http://a.example/2", "second", TEXT)
    url = site.put("/feed", rss(_digest(first, second)))
    asker = feed(door, url)
    asker.params["split"] = "headings"

    before = asker.ask()
    site.put("/feed", rss(_digest(first, ("http://a.example/2", "second", TEXT + ", edited"))))
    after = asker.ask()

    assert titles(before) == ["second", "first"]
    assert [one.link for one in before.entries] == ["http://a.example/2", "http://a.example/1"]
    assert [one.key for one in before.entries] == [one.key for one in after.entries]
    assert [one.summary for one in before.entries][1] == [one.summary for one in after.entries][1]
    assert titles(feed(door, url).ask()) == ["2026-04-03"]
