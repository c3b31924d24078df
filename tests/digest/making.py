"""A week of an invented watch: a robot maker of Chengdu, one peer, and everything that a digest has a section for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tracker import timing
from tracker.digest import (
    Change,
    Check,
    Correction,
    Facts,
    Goal,
    Happening,
    Known,
    Level,
    Post,
    Saying,
    Tracked,
    Trouble,
    Watch,
)
from tracker.model.declared import Indicator, Rule
from tracker.model.observed import Amount, Event, KnownEvent, Mention, Observation, Series
from tracker.model.told import Evidence, Transition

ZONE = timing.zone("Asia/Shanghai")
WEEK = timing.parse_period("2026-W34", ZONE)  # 17 to 23 August
END = WEEK.end - timedelta.resolution


def at(text: str) -> datetime:
    """A local time of Shanghai."""
    return timing.parse_instant(text, ZONE)


def rule(indicator: str, name: str, kind: str, **more: Any) -> Rule:
    """A rule of the invented watch."""
    return Rule(indicator=indicator, name=name, kind=kind, **more)


SILENT = rule("calls", "silent", "stale", basis="a quarterly figure")
LOW = rule("orders", "low", "threshold")
SEEN = rule("rounds", "seen", "event")
QUIET = rule("rounds", "quiet", "velocity", severity="info")
LEFT = rule("leaving", "left", "event", severity="critical")
DUE = rule("robots", "deadline", "due", basis="the annual report")
FEW = rule("launches", "few", "velocity")
BARE = rule("stars", "dropped", "change")

INDICATORS = {
    one.key: one
    for one in (
        Indicator(key="calls", name="Calls, growth", group="Revenue", subject="kuanju", unit="x", rules={"silent": SILENT}),
        Indicator(key="orders", name="Orders", group="Revenue", subject="kuanju", unit="CNY", rules={"low": LOW}),
        Indicator(key="robots", name="Robots at work", group="Revenue", subject="kuanju", unit="robots", rules={"deadline": DUE}),
        Indicator(key="launches", name="Launches", group="Technical", subject="kuanju", event="launch", rules={"few": FEW}),
        Indicator(key="stars", name="Stars", group="Technical", subject="kuanju", unit="stars", rules={"dropped": BARE}),
        Indicator(
            key="rounds", name="Rounds", group="Market", subject="kuanju", event="funding", rules={"seen": SEEN, "quiet": QUIET}
        ),
        Indicator(key="leaving", name="Departures", group="Market", subject="kuanju", event="departure", rules={"left": LEFT}),
        Indicator(key="price", name="List price", group="Context", subject="kuanju", unit="CNY"),
    )
}  # fmt: skip


def value(indicator: str, number: str, unit: str, of: str, **more: Any) -> Observation:
    """One number of the company; `recorded` is when we learned it."""
    exact = Decimal(number)
    made = Observation(
        series=Series(subject="kuanju", indicator=indicator, unit=unit), occurred=timing.parse_period(of, ZONE), lo=exact,
        hi=exact, op="eq", published_at=at("2026-08-01"), recorded_at=at("2026-08-01"), source="hand", citation="Annual report",
    )  # fmt: skip
    return replace(made, **more)


def event(key: str, type: str, title: str, of: str, learned: str, **more: Any) -> KnownEvent:
    """One event with its first mention."""
    fields = {name: more.pop(name) for name in ("amount", "subject", "kind") if name in more}
    happened = Event(
        key=key, type=type, title=title, occurred=timing.parse_period(of, ZONE), **({"subject": "kuanju"} | fields)
    )
    mention = Mention(
        event=key, entry=None, role="first", status="reported", source="wire", title=title, published_at=at(learned),
        recorded_at=at(learned),
    )  # fmt: skip
    return KnownEvent(event=happened, mentions=(replace(mention, **more),))


def happening(one: KnownEvent, **more: Any) -> Happening:
    """An event as the digest gets it."""
    first = one.mentions[0].recorded_at
    assert first is not None
    made = Happening(
        event=one,
        status=one.status(END),
        first_at=first,
        surety=f"{one.status(END)}, 1 source, named press",
        quote_source="wire",
    )
    return replace(made, **more)


def change(of: Rule, what: str, when: str, **more: Any) -> Change:
    """One transition of a rule, written down when it became true."""
    evidence = Evidence(**more.pop("evidence", {}))
    transition = Transition(
        indicator=of.indicator, rule=of.name, subject="kuanju", at=at(when), what=what,  # type: ignore[arg-type]
        severity=more.pop("severity", of.severity), evidence=evidence, **more,
    )  # fmt: skip
    return Change(transition=transition, recorded_at=at(when))


ROUND = event(
    "funding:c", "funding", "宽居机器人完成超20亿元C轮融资", "2026-08-19", "2026-08-19T09:10",
    amount=Amount(lo=Decimal(2_000_000_000), hi=None, op="ge", unit="CNY"),
)  # fmt: skip
OLD_ROUND = event(
    "funding:b", "funding", "Series B", "2025-06", "2026-01-05",
    amount=Amount(lo=Decimal(300_000_000), hi=Decimal(300_000_000), op="eq", unit="CNY"),
)  # fmt: skip
RUMOUR = event("departure:wu", "departure", "CTO 吴刚 may leave", "2026-08", "2026-08-20T12:00", status="rumoured")
LAPSED = event("departure:li", "departure", "A founder may leave", "2026-04", "2026-04-21", status="rumoured")
LAUNCH = event("launch:k3", "launch", "K3 walker", "2025-11", "2026-01-05")
VAGUE = event("launch:k2", "launch", "K2 walker", "2025", "2026-01-05")
HISTORY = event("departure:old", "departure", "The first CFO left", "2024-03", "2026-08-18", late=True)
PEER = event("launch:m1", "launch", "蚂蚁 M1 发布", "2026-08-21", "2026-08-21T10:00", subject="mayi")


def full() -> Facts:
    """The whole week."""
    calls = value("calls", "45", "x", "2025-H2")
    orders = value("orders", "640000000", "CNY", "2026-06", citation="The exchange")
    before = value("orders", "800000000", "CNY", "2026-05", citation="The exchange")
    price = value("price", "99000", "CNY", "2026-08", recorded_at=at("2026-08-18"))
    departures = (HISTORY, LAPSED, RUMOUR)
    return Facts(
        watch="Kuanju", period=WEEK, previous="W33", zone=ZONE, at=END, subjects={"kuanju": "Kuanju", "mayi": "Mayi 蚂蚁"},
        names=INDICATORS,
        tracked=(
            _tracked("calls", Watch(rule=SILENT, subject="kuanju"), Known(value=calls), Known(value=calls)),
            _tracked(
                "orders",
                Watch(rule=LOW, subject="kuanju", levels=(Level(severity="warning", op="<", limit=Decimal(600_000_000)),)),
                Known(value=orders), Known(value=before),
            ),
            _tracked("robots", Watch(rule=DUE, subject="kuanju"), Known(), Known()),
            _tracked(
                "launches",
                Watch(
                    rule=FEW, subject="kuanju", window=timedelta(days=365), watched=(62, 365),
                    next=Saying(at=at("2026-12-01"), what="firing (warning)", evidence=Evidence(compared="0 in 365d against < 1")),
                ),
                Known(events=(VAGUE, LAUNCH)), Known(events=(VAGUE, LAUNCH)),
            ),
            _tracked("stars", Watch(rule=BARE, subject="kuanju"), Known(), Known()),
            Tracked(
                indicator=INDICATORS["rounds"], subject="kuanju", now=Known(events=(OLD_ROUND, ROUND)),
                then=Known(events=(OLD_ROUND,)),
                watches=(Watch(rule=SEEN, subject="kuanju"), Watch(rule=QUIET, subject="kuanju", window=timedelta(days=365))),
            ),
            _tracked("leaving", Watch(rule=LEFT, subject="kuanju"), Known(events=departures), Known(events=(LAPSED,))),
            Tracked(indicator=INDICATORS["price"], subject="kuanju", now=Known(value=price), then=Known()),
        ),
        history=_history(),
        happenings=(
            happening(VAGUE, baseline=True), happening(LAUNCH, baseline=True), happening(OLD_ROUND, baseline=True),
            happening(HISTORY), happening(LAPSED, before="rumoured"),
            happening(ROUND, status="confirmed", surety="confirmed, 2 sources, official", quote="超20亿元", link="https://example.org/c"),
            happening(RUMOUR), happening(PEER),
        ),
        goals=(_goal("robots", "100000", "ge", "2026-12-31"), _goal("orders", "10000000000", "eq", "2026-08-19")),
        disputed=(
            value("orders", "640000000", "CNY", "2026-06", citation="The exchange"),
            value("orders", "6400000000", "CNY", "2026-06", citation="A blog"),
        ),
        corrections=(
            Correction(was=value("orders", "790000000", "CNY", "2026-05"), now=before),
            Correction(was=value("price", "89000", "CNY", "2026-07"), reason="undone"),
        ),
        retracted=((HISTORY, "the paper took it back"),),
        troubles=(
            Trouble(source="wire", since=at("2026-08-20T10:00"), why="too slow"), Trouble(source="blog", since=None),
        ),
        unread=(("kuanju", 1),),
        checks=(Check(name="Robots at work", subject="kuanju", cadence="quarterly", since=date(2026, 7, 1), where="the report"),),
        post=Post(sent=2, waiting=1, judged=(("rounds.seen", "useful"), ("orders.low", "noise"))),
    )  # fmt: skip


def _tracked(indicator: str, watch: Watch, now: Known, then: Known) -> Tracked:
    return Tracked(indicator=INDICATORS[indicator], subject="kuanju", now=now, then=then, watches=(watch,))


def _goal(indicator: str, number: str, op: Any, by: str) -> Goal:
    exact, declared = Decimal(number), INDICATORS[indicator]
    return Goal(
        indicator=indicator, name=declared.name, subject="kuanju", lo=exact, hi=None if op == "ge" else exact, op=op,
        unit=declared.unit or "", by=timing.parse_period(by, ZONE), source="Plan of 2025",
    )  # fmt: skip


def _history() -> tuple[Change, ...]:
    return (
        change(FEW, "nodata", "2026-06-22", reason="the window was not watched whole"),
        change(BARE, "nodata", "2026-06-22", reason="no value yet"),
        change(QUIET, "firing", "2026-07-01", episode=1, evidence={"value": "0", "compared": "0 in 365d against < 1"}),
        change(
            SILENT, "firing", "2026-08-03", episode=1,
            evidence={"compared": "nothing within 122d", "since": at("2026-05-03"), "occurred": at("2026-01-01")},
        ),
        change(LEFT, "late", "2026-08-18", key="departure:old"),
        change(QUIET, "resolved", "2026-08-19T09:10", episode=1, evidence={"value": "1", "compared": "1 in 365d against < 1"}),
        change(SEEN, "event", "2026-08-19T09:10", key="funding:c", evidence={"value": "宽居机器人完成超20亿元C轮融资"}),
        change(
            DUE, "upcoming", "2026-08-20", key="2026-12-31",
            evidence={"compared": "target >=100000 by 2026-12-31", "unit": "robots", "since": at("2026-08-20")},
        ),
        change(LEFT, "event", "2026-08-20T12:00", key="departure:wu", evidence={"value": "CTO 吴刚 may leave"}),
    )  # fmt: skip


def empty(**more: Any) -> Facts:
    """A home in which nothing is known and nothing is declared."""
    return replace(Facts(watch="Kuanju", period=WEEK, previous="W33", zone=ZONE, at=END), **more)
