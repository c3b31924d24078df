"""Texts become events in a real store: each event once, with a mention for each report, whatever the order and rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.extraction.making import declaration
from tracker import db
from tracker.collectors import Harvest
from tracker.db import Store
from tracker.model.declared import Declaration, Source
from tracker.model.observed import Amount, Entry, Event, KnownEvent, Mention, SourceState
from tracker.pipeline import Desk
from tracker.pipeline.asking.jobs import Job
from tracker.pipeline.asking.storing import store
from tracker.pipeline.reading.understanding import understand
from tracker.settings import Home
from tracker.timing import ManualClock, Period, day_period, local_date, zone

NOON = datetime(2026, 5, 8, 4, tzinfo=UTC)  # 12:00 in Shanghai
DAY = timedelta(days=1)
SHANGHAI = zone("Asia/Shanghai")
_NUMBERS = iter(range(1, 10_000))


def _desk(**more: object) -> Desk:
    declared: Declaration = declaration(timezone="Asia/Shanghai", **more)
    return Desk(home=Home(Path()), declaration=declared, store=Store.memory(), clock=ManualClock(NOON))


@pytest.fixture(name="desk")
def _one_desk() -> Iterator[Desk]:
    opened = _desk()
    yield opened
    opened.close()


def _entry(title: str, at: datetime = NOON, **more: Any) -> Entry:
    key = f"k{next(_NUMBERS)}"
    return replace(
        Entry(source="wire", key=key, title=title, link=f"https://wire.example/{key}", published_at=at), **more
    )


def _pass(
    desk: Desk, *entries: Entry, source: str = "wire", at: datetime | None = None, first: bool = False, **more: Any
) -> None:
    """What one good pass of a source brings, stored as `collect` stores it."""
    now = at or max(entry.published_at for entry in entries)
    assert isinstance(desk.clock, ManualClock)
    desk.clock.set(now)
    asked = Source(key=source, kind="feed", **more)
    state = SourceState(source=source, last_ok=None if first else now - DAY)
    job = Job(source=asked, slot=now, at=now, state=state)
    named = tuple(replace(entry, source=source) for entry in entries)
    with desk.store.write(now) as tx:
        store(desk, tx, job, Harvest(entries=named), understand)


def _events(desk: Desk) -> list[KnownEvent]:
    with desk.store.read() as connection:
        return db.news.events(connection)


def _status(desk: Desk, known: KnownEvent) -> str:
    newest = desk.store.newest()
    assert newest is not None
    return known.status(newest)


def _told(desk: Desk) -> list[str]:
    """Each event as `key status: role of source, …`."""
    return [
        f"{one.event.key} {_status(desk, one)}: " + ", ".join(f"{each.role} {each.source}" for each in one.mentions)
        for one in _events(desk)
    ]


def test_two_newsrooms_one_event_two_mentions(desk: Desk) -> None:
    """In two languages and two currencies; the texts are two, and each names its subject."""
    _pass(desk, _entry("星桥智能完成25亿美元融资"))
    _pass(desk, _entry("Starbridge raises RMB 17 billion", NOON + DAY), source="daily")
    assert _told(desk) == ["funding:starbridge:2026-05-08 reported: first wire, echo daily"]
    (known,) = _events(desk)
    first, echo = known.mentions
    assert (first.why, echo.why) == ("first report", "type + subject + window")
    assert known.event.amount == Amount(lo=Decimal("2500000000"), hi=Decimal("2500000000"), op="eq", unit="USD")
    assert (first.quote, first.title) == ("星桥智能完成25亿美元融资", "星桥智能完成25亿美元融资")
    assert (first.url[:22], first.tier, first.extractor) == ("https://wire.example/k", "press", "reader@2")
    with desk.store.read() as connection:
        assert [one.subjects for one in db.news.entries(connection)] == [("starbridge",), ("starbridge",)]


def test_three_releases_of_one_family_are_three(desk: Desk) -> None:
    _pass(
        desk,
        _entry("星桥智能发布StarAudio 2.5 TTS语音模型"),
        _entry("星桥智能发布StarAudio 2.5 ASR语音模型", NOON + DAY),
        _entry("Starbridge launches StarAudio 2.5 Realtime", NOON + 2 * DAY),
        _entry("Starbridge releases StarAudio 2.5 TTS model", NOON + 2 * DAY),
    )
    assert _told(desk) == [
        "release:starbridge:2026-05-08:staraudio-2.5-tts reported: first wire, echo wire",
        "release:starbridge:2026-05-09:staraudio-2.5-asr reported: first wire",
        "release:starbridge:2026-05-10:staraudio-2.5-realtime reported: first wire",
    ]


def test_a_digest_tells_of_several_events(desk: Desk) -> None:
    _pass(desk, _entry("早报｜流明发布Lumen 2.5模型；星桥智能完成B轮融资；某公司裁员"))
    assert sorted(_told(desk)) == [
        "funding:starbridge:2026-05-08 reported: first wire",
        "release:lumen:2026-05-08:lumen-2.5 reported: first wire",
    ]
    assert {one.event.title for one in _events(desk)} == {"流明发布Lumen 2.5模型", "星桥智能完成B轮融资"}


def test_old_events_of_a_first_pass_are_late(desk: Desk) -> None:
    """Older than `lookback`, which is three days here; in a later pass nothing is."""
    old, edge = _entry("星桥智能完成B轮融资", NOON - 4 * DAY), _entry("流明完成B轮融资", NOON - 3 * DAY)
    _pass(desk, old, edge, at=NOON, first=True)
    assert {one.event.subject: one.mentions[0].late for one in _events(desk)} == {"starbridge": True, "lumen": False}
    _pass(desk, _entry("星桥智能林越离职", NOON - 9 * DAY), at=NOON + DAY)
    assert [one.mentions[0].late for one in _events(desk) if one.event.type == "departure"] == [False]


def test_an_edit_adds_no_mention(desk: Desk) -> None:
    """Also of an event that it dates otherwise; what it adds, it adds."""
    text = _entry("星桥智能完成B轮融资")
    _pass(desk, text)
    _pass(desk, replace(text, title="星桥智能完成3亿元B轮融资"), at=NOON + DAY)
    assert _told(desk) == ["funding:starbridge:2026-05-08 reported: first wire"]
    _pass(desk, replace(text, title="星桥智能完成3亿元B轮融资，流明发布Lumen 2.5模型"), at=NOON + 2 * DAY)
    assert [line.split()[0] for line in _told(desk)] == [
        "funding:starbridge:2026-05-08", "release:lumen:2026-05-08:lumen-2.5",
    ]  # fmt: skip
    with desk.store.read() as connection:
        assert [one.version for one in db.news.entries(connection)] == [3]


def test_an_edit_that_says_it_more_surely_is_a_second_word(desk: Desk) -> None:
    text = _entry("网传星桥智能将被收购")
    _pass(desk, text)
    _pass(desk, replace(text, title="星桥智能被收购"), at=NOON + DAY)
    assert _told(desk) == ["acquisition:starbridge:2026-05-08 reported: first wire, confirms wire"]


def test_a_rumour_is_confirmed_and_not_unsaid_again(desk: Desk) -> None:
    _pass(desk, _entry("网传星桥智能拟融资25亿美元"))
    _pass(desk, _entry("星桥智能完成25亿美元融资", NOON + 5 * DAY), source="daily")
    _pass(desk, _entry("据悉星桥智能拟融资25亿美元", NOON + 6 * DAY), source="blog")
    assert _told(desk) == ["funding:starbridge:2026-05-08 reported: first wire, confirms daily, echo blog"]


def test_the_company_itself_confirms(desk: Desk) -> None:
    """What an official source reports as a fact needs no second word; its plan is still a plan."""
    _pass(desk, _entry("星桥智能发布Star 4模型"))
    _pass(desk, _entry("Starbridge launches Star 4", NOON + DAY), source="newsroom", tier="official")
    _pass(desk, _entry("Lumen Labs plans Hong Kong IPO", NOON + DAY), source="newsroom", tier="official")
    assert _told(desk) == [
        "release:starbridge:2026-05-08:star-4 confirmed: first wire, confirms newsroom",
        "ipo:lumen:2026-05-09 rumoured: first newsroom",
    ]


def test_a_denial_folds_into_what_it_denies(desk: Desk) -> None:
    _pass(desk, _entry("网传星桥智能林越离职"))
    _pass(desk, _entry("星桥智能辟谣：林越离职传闻不实", NOON + DAY))
    assert _told(desk) == ["departure:starbridge:2026-05-08:林越 denied: first wire, denies wire"]


def test_a_denial_of_what_nobody_said_is_listed_as_denied(desk: Desk) -> None:
    """An event rule never speaks of it; a later report that it happened is news."""
    _pass(desk, _entry("星桥智能辟谣：首席科学家离职传闻不实"))
    assert _told(desk) == ["departure:starbridge:2026-05-08 denied: first wire"]
    _pass(desk, _entry("星桥智能首席科学家离职", NOON + DAY))
    assert _told(desk) == ["departure:starbridge:2026-05-08 reported: first wire, confirms wire"]


def test_what_is_no_event_makes_none(desk: Desk) -> None:
    """An opinion, a denial of no known type, somebody else's round: the texts are kept, and name whom they name."""
    _pass(
        desk,
        _entry("星桥智能为什么要融资"),
        _entry("Starbridge denies report it is considering bankruptcy"),
        _entry("Acme raises $5M in seed round"),
    )
    assert _told(desk) == []
    with desk.store.read() as connection:
        assert [one.subjects for one in db.news.entries(connection)] == [("starbridge",), ("starbridge",), ()]


def test_the_day_is_the_one_the_text_gives_else_the_local_one(desk: Desk) -> None:
    """23:30 in Shanghai is 15:30 UTC; the end is cut at the publication."""
    late = datetime(2026, 5, 8, 16, 30, tzinfo=UTC)  # half past midnight of the 9th in Shanghai
    _pass(desk, _entry("星桥智能完成B轮融资", late))
    _pass(desk, _entry("流明5月7日完成B轮融资", late))
    found = {one.event.subject: one.event.occurred for one in _events(desk)}
    assert (found["starbridge"].text, found["starbridge"].end) == ("2026-05-09", late)
    assert found["lumen"] == day_period(local_date(NOON - DAY, SHANGHAI), SHANGHAI)


def test_a_source_has_its_own_zone(desk: Desk) -> None:
    _pass(desk, _entry("星桥智能完成B轮融资", datetime(2026, 5, 8, 1, tzinfo=UTC)), timezone="America/New_York")
    assert [one.event.occurred.text for one in _events(desk)] == ["2026-05-07"]


def test_the_front_page_of_a_site_is_no_link_of_a_text(desk: Desk) -> None:
    """Under one link of its own a report is of its event after years; under a link that everything has, it is not."""
    for link, count in (("https://daily.example/", 2), ("https://daily.example/a?utm_source=x", 1)):
        other = _desk()
        _pass(other, _entry("星桥智能完成3亿元融资", link=link))
        _pass(other, _entry("星桥智能完成9亿元融资", NOON + 300 * DAY, link=link.replace("https", "http")))
        assert len(_events(other)) == count
        other.close()


def test_a_window_that_an_indicator_declares(desk: Desk) -> None:
    """Thirty days instead of 180 for the one subject; of two indicators the widest counts."""
    rounds = {"name": "Rounds", "subject": "starbridge", "event": "funding"}
    indicators = {"a": {**rounds, "story_window": "30d"}, "b": {**rounds, "story_window": "10d"}}
    other = _desk(indicators=indicators)
    for days in (0, 30, 61):
        _pass(
            other, _entry("星桥智能完成新一轮融资", NOON + days * DAY), _entry("流明完成新一轮融资", NOON + days * DAY)
        )
    assert [line.partition(" ")[0] for line in _told(other)] == [
        "funding:starbridge:2026-05-08", "funding:lumen:2026-05-08", "funding:starbridge:2026-07-08",
    ]  # fmt: skip
    other.close()


def test_history_written_by_hand_is_known(desk: Desk) -> None:
    """A report of a product that the record has is an echo; of another one, also beside undated rows, it is new."""
    undated = Period(datetime.min.replace(tzinfo=UTC), NOON - DAY, "..2026-05-07")
    with desk.store.write(NOON - DAY) as tx:
        for key, title in (
            ("release:star-3", "Star 3 (321B)"),
            ("release:open-star-zero", "Open-Star-Zero, with a university"),
        ):
            db.news.add_event(tx, Event(key=key, type="release", subject="starbridge", title=title, occurred=undated))
            mention = Mention(
                event=key, entry=None, role="first", status="reported", published_at=NOON - DAY, title=title
            )
            db.news.add_mention(tx, mention)
    _pass(desk, _entry("星桥智能开源Star 3模型"), _entry("星桥智能发布Star 4模型"))
    assert _told(desk) == [
        "release:star-3 reported: first hand, echo wire",
        "release:open-star-zero reported: first hand",
        "release:starbridge:2026-05-08:star-4 reported: first wire",
    ]


def test_a_withdrawn_report_is_no_event_to_fold_into(desk: Desk) -> None:
    """Its key stays taken: the new event gets another one."""
    _pass(desk, _entry("星桥智能完成B轮融资"))
    with desk.store.write(NOON + DAY) as tx:
        db.news.withdraw_mentions(
            tx, [one.seq for known in db.news.events(tx.connection) for one in known.mentions], "no"
        )
    _pass(desk, _entry("Starbridge raises a new funding round", NOON), at=NOON + 2 * DAY)
    assert sorted(one.event.key for one in _events(desk)) == [
        "funding:starbridge:2026-05-08", "funding:starbridge:2026-05-08-2",
    ]  # fmt: skip


NEWS = [
    ("wire", "网传星桥智能拟融资25亿美元", 0),
    ("daily", "流明发布Lumen 2.5 TTS语音模型", 1),
    ("wire", "Starbridge raises $2.5 billion", 30),
    ("daily", "星桥智能完成170亿元融资", 31),
    ("wire", "流明发布Lumen 2.5 ASR语音模型", 31),
    ("daily", "流明首席科学家离职", 40),
    ("wire", "Lumen Labs chief scientist steps down", 41),
]


def _portions(rhythm: str) -> list[list[tuple[str, str, int]]]:
    if rhythm == "one by one":
        return [[one] for one in NEWS]
    by_source = [[one for one in NEWS if one[0] == source] for source in ("wire", "daily")]
    return by_source if rhythm == "wire first" else [list(reversed(portion)) for portion in reversed(by_source)]


@pytest.mark.parametrize("rhythm", ["one by one", "wire first", "daily first, newest first"])
def test_the_rhythm_of_collecting_changes_nothing(rhythm: str) -> None:
    """One by one as they appear, or each source once at the end: the same events with as many mentions."""
    desk = _desk()
    for portion in _portions(rhythm):
        entries = [_entry(title, NOON + days * DAY) for _, title, days in portion]
        _pass(desk, *entries, source=portion[0][0])
    found = sorted((one.event.type, one.event.products, len(one.mentions), _status(desk, one)) for one in _events(desk))
    assert found == [
        ("departure", (), 2, "reported"),
        ("funding", (), 3, "reported"),
        ("release", ("lumen-2.5-asr",), 1, "reported"),
        ("release", ("lumen-2.5-tts",), 1, "reported"),
    ]
    before = _told(desk)
    for portion in _portions(rhythm):  # the same documents once more
        assert portion
        _pass(desk, *_again(desk, portion), source=portion[0][0], at=desk.clock.now() + DAY)
    assert _told(desk) == before
    desk.close()


def _again(desk: Desk, portion: list[tuple[str, str, int]]) -> list[Entry]:
    titles = {title for _, title, _ in portion}
    with desk.store.read() as connection:
        return [one for one in db.news.entries(connection, source=portion[0][0]) if one.title in titles]


def test_two_who_leave_in_one_text_are_two_events(desk: Desk) -> None:
    """And a second report of one of them is of that one."""
    _pass(desk, _entry("星桥智能CTO张三离职，首席财务官李四离职"))
    _pass(desk, _entry("李四辞任星桥智能首席财务官", NOON + DAY))
    assert [(one.event.people, len(one.mentions)) for one in _events(desk)] == [(("张三",), 1), (("李四",), 2)]
