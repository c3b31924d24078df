"""From pass to pass: what a server asks for, where it has moved to, and what must never be sent or believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.collectors.asking import NOW, rss
from tests.support.web import Site
from tracker.collectors import KINDS, Context, Harvest, rhythm
from tracker.errors import SourceError
from tracker.model.declared import Source
from tracker.model.observed import Page
from tracker.network import Door, fresh_for

ONE = "<title>one</title><guid>1</guid>"
SALE = "<html><body>This domain is for sale</body></html>"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Life:
    """A feed that is asked again and again, with all that it said to keep."""

    door: Door
    url: str
    every: timedelta = 20 * MINUTE
    params: dict[str, Any] = field(default_factory=dict)
    now: datetime = NOW
    pages: dict[str, Page] = field(default_factory=dict)
    memory: Any = field(default_factory=dict)

    def ask(self, after: timedelta = timedelta(0)) -> Harvest:
        """One pass, so much later."""
        self.now += after
        params = KINDS["feed"].Params(url=self.url, **self.params)
        source = Source(key="wire", kind="feed", allow_private=True, every=self.every, params=params)
        context = Context(door=self.door, now=self.now, zone=ZoneInfo("UTC"), pages=self.pages, memory=self.memory)
        harvest = KINDS["feed"].collect(source, params, context)
        if harvest.failure is None:
            self.memory = harvest.memory
        self.pages |= {page.url: page for page in harvest.pages}
        return harvest


# -- what a server asks for


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({}, 0),
        ({"cache-control": "max-age=2700"}, 45),
        ({"cache-control": "public, MAX-AGE = 2700, must-revalidate"}, 45),
        ({"cache-control": "max-age=2700", "age": "900"}, 30),
        ({"cache-control": "s-maxage=2700"}, 0),
        ({"cache-control": "no-cache, max-age=2700"}, 0),
        ({"cache-control": "max-age=31536000"}, 1440),
        ({"cache-control": "max-age=-5"}, 0),
        ({"cache-control": "max-age=99999999999999999"}, 1440),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"expires": "Thu, 20 Aug 2026 12:00:00 GMT", "date": "Thu, 20 Aug 2026 11:15:00 GMT"}, 45),
        ({"expires": "Thu, 20 Aug 2026 12:00:00 GMT", "date": "Thu, 20 Aug 2026 13:15:00 GMT"}, 0),
        ({"expires": "Thu, 20 Aug 2026 12:00:00 GMT"}, 0),
        ({"retry-after": "3600"}, 60),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "junk"}, 0),
        ({"retry-after": "999999999"}, 1440),
        ({"retry-after": "Thu, 20 Aug 2026 12:45:00 GMT", "date": "Thu, 20 Aug 2026 12:00:00 GMT"}, 45),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], minutes: int) -> None:
    """By the server's own clock, and never longer than a day."""
    assert fresh_for(headers) == minutes * MINUTE


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<ttl>45</ttl>", rhythm.Rhythm(45 * MINUTE)),
        ("<ttl>-1</ttl><ttl>x</ttl>", rhythm.Rhythm()),
        (
            "<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
            rhythm.Rhythm(30 * MINUTE),
        ),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", rhythm.Rhythm(24 * HOUR)),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            rhythm.Rhythm(24 * HOUR),
        ),
        (
            "<skipHours><hour>0</hour><hour> 1 </hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>",
            rhythm.Rhythm(hours=(0, 1), days=(6,)),
        ),
        ("<item><ttl>45</ttl></item>", rhythm.Rhythm()),
    ],
)
def test_what_a_document_asks_for(head: str, expected: rhythm.Rhythm) -> None:
    """In its head; what an entry says of itself is none of it."""
    assert rhythm.of(rss(ONE, head=head)) == expected


def test_hours_that_are_left_out() -> None:
    """The next hour that is not; where all are, a day at most."""
    night, sunday = tuple(range(6)), (6,)
    at = datetime(2026, 8, 22, 23, 30, tzinfo=UTC)  # a Saturday

    assert rhythm.free_after(at, (), ()) == at
    assert rhythm.free_after(at + HOUR, night, ()) == datetime(2026, 8, 23, 6, tzinfo=UTC)
    assert rhythm.free_after(at + HOUR, (), sunday) == datetime(2026, 8, 24, 0, tzinfo=UTC)
    assert rhythm.free_after(at, tuple(range(24)), ()) - at <= 24 * HOUR


def test_a_wish_is_kept_also_behind_a_304(site: Site, door: Door) -> None:
    """Up to where its silence would be missed; a wish that is shorter than `every` changes nothing."""
    life = Life(door, site.put("/feed", rss(ONE, head="<ttl>45</ttl>")))

    assert [life.ask().rest, life.ask(HOUR).rest] == [45 * MINUTE, 45 * MINUTE]
    assert [one.status for one in site.asked] == [200, 304]
    assert "it is asked again after 45 minutes, as it wishes" in life.ask().note
    site.put("/feed", rss(ONE), headers={"Cache-Control": "max-age=86400"})
    assert [life.ask().rest, life.ask().rest] == [65 * MINUTE, 65 * MINUTE]
    site.put("/feed", rss(ONE, head="<ttl>20</ttl>"))
    assert life.ask().rest == timedelta(0)


def test_a_quiet_feed_is_asked_less_often_where_that_is_wanted(site: Site, door: Door) -> None:
    """After half the usual time between its news; a new date of its making is no news."""
    plain = Life(door, f"{site.url}/feed")
    adaptive = Life(door, f"{site.url}/feed", params={"adaptive": True})
    for number in range(4):
        site.put("/feed", rss(f"<title>{number}</title><guid>{number}</guid>"))
        rests = [life.ask(HOUR).rest for life in (plain, adaptive)]
        site.put(
            "/feed", rss(f"<title>{number}</title><guid>{number}</guid>", head="<lastBuildDate>now</lastBuildDate>")
        )
        rests = [life.ask().rest for life in (plain, adaptive)]

    assert rests == [timedelta(0), 30 * MINUTE]


def test_now_and_then_the_whole_document_is_asked_for(site: Site, door: Door) -> None:
    """A server that says 304 for ever freezes nobody for longer than a week."""
    life = Life(door, site.put("/feed", rss(ONE)))
    for _ in range(52):
        life.ask(MINUTE)
    life.ask(7 * DAY)

    whole = [number for number, one in enumerate(site.asked) if "if-none-match" not in one.headers]
    assert whole == [0, 52]


# -- where it has moved to


def _moves(site: Site, target: str, status: int = 301) -> None:
    site.put("/feed", status=status, etag="", headers={"Location": target})


def test_a_move_is_believed_after_a_week(site: Site, door: Door) -> None:
    """Until then the declared address is asked; from then on the new one alone. Validators come along."""
    site.put("/new", rss(ONE))
    _moves(site, "/new")
    life = Life(door, f"{site.url}/feed")

    notes = [life.ask(DAY).note for _ in range(9)]

    assert site.paths == ["/feed", "/new"] * 8 + ["/new"]
    assert [one.status for one in site.asked if one.path == "/new"] == [200, *[304] * 6, 200, 304]
    assert {note.partition(";")[0] for note in notes} == {f"moved for good to {site.url}/new: change its url"}


def test_a_maintenance_page_is_not_believed(site: Site, door: Door) -> None:
    """A move for some days, or one that is not for good, is forgotten when it is over."""
    site.put("/new", rss(ONE))
    life = Life(door, f"{site.url}/feed")
    for status in (302, 307, 301):
        _moves(site, "/new", status)
        life.ask(3 * DAY)
    site.put("/feed", rss(ONE))
    life.ask(3 * DAY)
    _moves(site, "/new")
    life.ask(3 * DAY)
    site.asked.clear()

    life.ask(3 * DAY)

    assert site.paths == ["/feed", "/new"]


def test_a_move_that_was_believed_and_leads_astray(site: Site, door: Door) -> None:
    """The declared address is asked in the same pass, and the move forgotten."""
    site.put("/new", rss(ONE))
    _moves(site, "/new")
    life = Life(door, f"{site.url}/feed")
    for _ in range(9):
        life.ask(DAY)
    site.put("/new", status=404, etag="")
    site.put("/feed", rss(ONE.replace("one", "two")))
    site.asked.clear()

    assert [entry.title for entry in life.ask(DAY).entries] == ["two"]
    life.ask(DAY)
    assert site.paths == ["/new", "/feed", "/feed"]


@pytest.mark.parametrize("on", [False, True])
def test_a_move_that_was_believed_and_leads_to_something_else(site: Site, door: Door, on: bool) -> None:
    """The new host is for sale, which it says with status 200: the declared address is asked in the same pass."""
    site.put("/new", rss(ONE))
    _moves(site, "/new")
    life = Life(door, f"{site.url}/feed")
    for _ in range(9):
        life.ask(DAY)
    for path in ("/new", "/sale"):
        site.put(path, SALE, type="text/html")
    if on:
        site.put("/new", status=301, etag="", headers={"Location": "/sale"})
    site.put("/feed", rss(ONE.replace("one", "two")))
    site.asked.clear()

    found = life.ask(DAY)
    life.ask(DAY)

    assert [entry.title for entry in found.entries] == ["two"]
    assert "moved" not in found.note
    assert site.paths == ["/new", *["/sale"] * on, "/feed", "/feed"]
    assert [one.status for one in site.asked][-2:] == [200, 304]


def test_a_parked_page_behind_both_addresses(site: Site, door: Door) -> None:
    """It is said what it is."""
    site.put("/new", rss(ONE))
    _moves(site, "/new")
    life = Life(door, f"{site.url}/feed")
    for _ in range(9):
        life.ask(DAY)
    site.put("/new", SALE, type="text/html")

    with pytest.raises(SourceError, match="not a feed"):
        life.ask(DAY)


def test_another_address_in_the_declaration_begins_anew(site: Site, door: Door) -> None:
    """What was believed of the old one is not."""
    site.put("/new", rss(ONE))
    _moves(site, "/new")
    life = Life(door, f"{site.url}/feed")
    for _ in range(9):
        life.ask(DAY)
    life.url = site.put("/third", rss(ONE))
    site.asked.clear()

    life.ask(DAY)

    assert site.paths == ["/third"]
    assert "if-none-match" not in site.asked[0].headers


def test_validators_of_another_document_are_not_believed(site: Site, door: Door) -> None:
    """The redirect leads elsewhere now, and that server says 304: it is asked for the whole."""
    site.put("/a", rss(ONE), etag='"same"')
    site.put("/b", rss(ONE.replace("one", "two")), etag='"same"')
    _moves(site, "/a", 302)
    life = Life(door, f"{site.url}/feed")
    life.ask()
    _moves(site, "/b", 302)

    assert [entry.title for entry in life.ask(HOUR).entries] == ["two"]
    assert [one.status for one in site.asked if one.path == "/b"] == [304, 200]
